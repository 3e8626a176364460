import { hybridOf, somebody } from '../topology.ts';
import { found, halfFederated, hasExpired, isMailbox, mailboxesOf, onPremises } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';
import { brokenOff, resolveFreeBusy } from './steps.ts';

export const stsUserAuth: Misconfiguration = {
  id: 'sts-user-auth',
  title: 'The federation gateway has no token for the user',
  symptom:
    'The password for the account has expired; The password has to be changed; Provision is needed before federated account can be logged in. ErrorWin32InteropError; The specified member name is either invalid or empty.',
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Test-OrganizationRelationship -UserIdentity <user> fails at FailureToGetDelegationToken.',
  remedy:
    'Set-MsolUser -PasswordNeverExpires $true, or a new password; domains that are half taken away: Remove-FederatedDomain and federate them anew.',
  variants: {
    'must-change': {
      how: 'the password has to be changed',
      play(topology) {
        const { name } = hybridOf(topology).tenant;
        const { userPrincipalName } = somebody(topology, name, isMailbox);
        return set(
          name,
          `Set-MsolUserPassword -UserPrincipalName ${userPrincipalName}`,
          '-ForceChangePassword $true',
          '-ForceChangePassword $false',
        );
      },
    },
    expired: {
      how: 'the password for the account has expired',
      play(topology) {
        const { name } = hybridOf(topology).tenant;
        const { userPrincipalName } = somebody(topology, name, isMailbox);
        const domain = userPrincipalName?.split('@')[1];
        return {
          broken: [
            { at: name, line: `Set-MsolPasswordPolicy -DomainName ${domain} -ValidityPeriod 14 -NotificationDays 7` },
            { passes: '15d' },
          ],
          mended: [{ at: name, line: `Set-MsolUser -UserPrincipalName ${userPrincipalName} -PasswordNeverExpires $true` }],
        };
      },
    },
    'not-provisioned': brokenOff('the domain is not provisioned: taking it away was broken off', 1),
    'member-name': brokenOff('the member name is invalid: it was broken off later', 2),
  },
  lint: (topology) => [
    ...topology.organizations
      .filter(({ kind }) => kind === 'cloud')
      .flatMap((organization) =>
        mailboxesOf(topology, organization)
          .filter((one) => hasExpired(topology, organization, one))
          .map((one) => found(organization, one.primaryAddress, 'the password has expired, or has to be changed')),
      ),
    ...onPremises(topology).flatMap((organization) => halfFederated(topology, organization)),
  ],
};

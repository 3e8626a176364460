import { type BrokenTopology, patAsksMary, set } from './row.ts';

const trust = '"Microsoft Federation Gateway"';
const gateway = 'Soap fault exception received. ';
/** What the gateway says of a user of the tenant, as its administrator sees it. */
const tenantTests = {
  is: 'a cmdlet',
  at: 'contoso-cloud',
  line: 'Test-OrganizationRelationship "O365 to On-premises - 11111111-1111-4111-8111-111111111111" -UserIdentity joe',
} as const;

/** The partner's federation is taken away, and the gateway cannot be reached any more when it has heard so many calls of it. */
function brokenOff(calls: number): Pick<BrokenTopology, 'broken' | 'fixed'> {
  const match = { org: 'fabrikam', host: 'domains.live.test' };
  return {
    broken: [
      { fault: { match, seam: 'dial', effect: { kind: 'refuse' }, after: calls } },
      {
        outside: 'the administrator sees that it has failed',
        async does({ run }) {
          const { refusal } = await run('fabrikam', 'Remove-FederatedDomain -DomainName fabrikam.test -Force');
          if (refusal?.includes('Unable to connect to the remote server') !== true) throw new Error(`was not broken off: ${refusal}`);
        },
      },
      'lift faults',
    ],
    fixed: [
      {
        at: 'fabrikam',
        line: 'Get-FederatedDomainProof -DomainName fabrikam.test | ForEach-Object {Add-DnsServerResourceRecord -ZoneName fabrikam.test -Name "@" -Txt -DescriptiveText $_.Proof}',
      },
      { at: 'fabrikam', line: 'Remove-FederatedDomain -DomainName fabrikam.test -Force' },
      { at: 'fabrikam', line: `Set-FederatedOrganizationIdentifier -DelegationFederationTrust ${trust} -AccountNamespace fabrikam.test` },
      { at: 'fabrikam', line: 'Remove-DnsServerResourceRecord -ZoneName fabrikam.test -Name "@" -RRType Txt -Force' },
    ],
  };
}

/** Accounts and domains that the federation gateway has no token for. */
export const accounts: readonly BrokenTopology[] = [
  {
    id: 'sts-user-auth',
    how: 'the password has to be changed',
    ...set(
      'contoso-cloud',
      'Set-MsolUserPassword -UserPrincipalName joe@contoso.test',
      '-ForceChangePassword $true',
      '-ForceChangePassword $false',
    ),
    asked: tenantTests,
    symptom: { code: 'answered', says: ['FailureToGetDelegationToken', `${gateway}The password has to be changed`] },
    failed: [],
  },
  {
    id: 'sts-user-auth',
    how: 'the password for the account has expired',
    broken: [
      { at: 'contoso-cloud', line: 'Set-MsolPasswordPolicy -DomainName contoso.test -ValidityPeriod 14 -NotificationDays 7' },
      { coexist: 'clock advance 15d' },
    ],
    fixed: [{ at: 'contoso-cloud', line: 'Set-MsolUser -UserPrincipalName joe@contoso.test -PasswordNeverExpires $true' }],
    asked: tenantTests,
    symptom: { code: 'answered', says: ['FailureToGetDelegationToken', `${gateway}The password for the account has expired`] },
    failed: [],
  },
  {
    id: 'sts-user-auth',
    how: 'the domain is not provisioned: taking it away was broken off',
    ...brokenOff(1),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${gateway}Provision is needed before federated account can be logged in. ErrorWin32InteropError`],
    },
    failed: ['azure-auth sts.email-domain'],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'sts-user-auth',
    how: 'the member name is invalid: it was broken off later',
    ...brokenOff(2),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${gateway}The specified member name is either invalid or empty.`] },
    failed: ['azure-auth sts.requestor'],
    log: { of: 'contoso', iis: [] },
  },
];

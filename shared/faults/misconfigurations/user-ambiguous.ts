import { hybridOf, hybrids, lackingIn, somebody } from '../topology.ts';
import { found, holderOf, isMailbox, lastOf, mailboxesOf, userNamed } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const userAmbiguous: Misconfiguration = {
  id: 'user-ambiguous',
  title: 'The claims name two users of the tenant',
  symptom: '401 with 2000005;reason="The user specified by the user-context in the token is ambiguous.";error_category="invalid_user"',
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'User principal name, mail address and SIP address of one account on-premises are those of two users in the tenant.',
  remedy: 'Give each account its own: Set-Mailbox -UserPrincipalName, and synchronise.',
  variants: {
    'user-principal-name': {
      how: 'the claims name two users of the tenant',
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const whom = somebody(topology, ours.name, isMailbox);
        const other = lastOf(
          topology,
          ours.name,
          ({ type, userPrincipalName }) => type === 'RemoteUserMailbox' && userPrincipalName !== null,
        );
        const [own, taken] = [whom.userPrincipalName ?? '', other.userPrincipalName ?? ''];
        if (userNamed(topology, tenant.name, taken) === undefined) lackingIn(`nobody named ${taken} at ${tenant.name}`);
        const at = ours.name;
        const away = taken.replace('@', '.old@');
        return {
          broken: [
            { at, line: `Set-RemoteMailbox ${other.primaryAddress} -UserPrincipalName ${away}` },
            { at, line: `Set-Mailbox ${whom.primaryAddress} -UserPrincipalName ${taken}` },
          ],
          mended: [
            { at, line: `Set-Mailbox ${whom.primaryAddress} -UserPrincipalName ${own}` },
            { at, line: `Set-RemoteMailbox ${other.primaryAddress} -UserPrincipalName ${taken}` },
          ],
        };
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) =>
      mailboxesOf(topology, ours).flatMap(({ userPrincipalName, primaryAddress }) => {
        const byName = userNamed(topology, tenant.name, userPrincipalName ?? '');
        const byAddress = holderOf(topology, tenant.name, primaryAddress);
        return byName === undefined || byAddress === undefined || byName === byAddress
          ? []
          : [
              found(
                ours,
                primaryAddress,
                `its user principal name ${userPrincipalName} is that of ${byName.primaryAddress} at ${tenant.name}`,
              ),
            ];
      }),
    ),
};

import { hybridOf, hybrids, somebody } from '../topology.ts';
import { found, holderOf, isMailbox, mailboxesOf, userNamed } from './looking.ts';
import { type Misconfiguration, set } from './misconfiguration.ts';
import { resolveFreeBusy } from './steps.ts';

export const userMissing: Misconfiguration = {
  id: 'user-missing',
  title: 'The tenant does not know the user by his name',
  symptom: '401 with 2000005;reason="The user specified by the user-context in the token does not exist.";error_category="invalid_user"',
  codes: ['ErrorAutoDiscoverFailed'],
  source: resolveFreeBusy,
  notice: 'Get-MsolUser of the user principal name finds nobody; the synchronisation is behind.',
  remedy: 'Start-ADSyncSyncCycle, or take the new name back.',
  variants: {
    renamed: {
      how: 'the tenant has not heard of his new name',
      play(topology) {
        const { name } = hybridOf(topology).ours;
        const { primaryAddress, userPrincipalName } = somebody(topology, name, isMailbox);
        const own = userPrincipalName ?? primaryAddress;
        return set(name, `Set-Mailbox ${primaryAddress} -UserPrincipalName`, own.replace('@', '.new@'), own);
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) =>
      mailboxesOf(topology, ours)
        .filter(
          ({ userPrincipalName, primaryAddress }) =>
            holderOf(topology, tenant.name, primaryAddress) !== undefined &&
            userNamed(topology, tenant.name, userPrincipalName ?? '') === undefined,
        )
        .map(({ primaryAddress, userPrincipalName }) =>
          found(ours, primaryAddress, `${tenant.name} knows nobody of the user principal name ${userPrincipalName}`),
        ),
    ),
};

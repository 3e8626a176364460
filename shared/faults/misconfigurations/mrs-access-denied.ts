import { migrationEndpoints } from '../../domain/migration/endpoints.ts';
import { hybridOf, lackingIn, somebody } from '../topology.ts';
import { isAdministrator, isMailbox } from './looking.ts';
import { type Misconfiguration, quoted } from './misconfiguration.ts';

export const mrsAccessDenied: Misconfiguration = {
  id: 'mrs-access-denied',
  title: 'The account of the migration endpoint may not move mailboxes',
  symptom: "The call to '.../EWS/mrsproxy.svc' failed. Error details: Access is denied.",
  source: 'Microsoft: KB 2975731',
  notice:
    'Test-MigrationServerAvailability with the credentials of the endpoint; the account is in no role group that may move, or in a protected group.',
  remedy: 'Add-RoleGroupMember "Recipient Management" -Member <account>.',
  variants: {
    account: {
      how: 'the endpoint has the credentials of somebody who may not move mailboxes',
      unseen:
        'A password lies in the endpoint, and which account it belongs to at the other side decides that side: no configuration says both.',
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const endpoints = migrationEndpoints.all(topology.settings(tenant.name)).filter(({ type }) => type === 'ExchangeRemoteMove');
        const [endpoint] = endpoints;
        if (endpoint === undefined) lackingIn(`no migration endpoint at ${tenant.name} (New-MigrationEndpoint -ExchangeRemoteMove)`);
        const { samAccountName, primaryAddress } = somebody(topology, ours.name, (one) => isMailbox(one) && !isAdministrator(ours, one));
        const password = topology.password(ours.name, primaryAddress) ?? lackingIn(`nobody's password for ${primaryAddress}`);
        const credentials = `@{UserName=${quoted(`${ours.netbiosName}\\${samAccountName}`)}; Password=${quoted(password)}}`;
        return {
          broken: [
            { at: tenant.name, line: `Set-MigrationEndpoint ${quoted(endpoint.name)} -Credentials ${credentials} -SkipVerification` },
          ],
          mended: [{ at: ours.name, line: `Add-RoleGroupMember "Recipient Management" -Member ${primaryAddress}` }],
        };
      },
    },
  },
};

import { serverNameOf, serversOf } from '../../domain/organization/servers.ts';
import { onPremisesOf } from '../topology.ts';
import { hidden } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { denied } from './steps.ts';

export const serverHidden: Misconfiguration = {
  id: 'server-hidden',
  title: 'Inheritance of permissions is off at a server',
  symptom: 'There is currently no route to the mailbox database.',
  source: 'Blogs of administrators, "Routing group connector errors"; the text of the queue Unreachable',
  notice: 'Get-ADPermission of the server: what Exchange Servers have is denied, or not inherited.',
  remedy:
    'Switch inheritance on at the server; here Remove-ADPermission <server> -User "Exchange Servers" -AccessRights ReadProperty -Deny.',
  variants: {
    server: {
      how: 'nor the server that keeps the mailbox',
      play(topology) {
        const ours = onPremisesOf(topology);
        return denied(ours.name, serverNameOf(ours));
      },
    },
  },
  lint: (topology) =>
    hidden(
      topology,
      (organization, one) => serversOf(organization).some((server) => server.toLowerCase() === one.toLowerCase()),
      'the server',
    ),
};

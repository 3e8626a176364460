import { onPremisesOf, somebody } from '../topology.ts';
import { hidden, isMailbox } from './looking.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { denied } from './steps.ts';

export const mailboxHidden: Misconfiguration = {
  id: 'mailbox-hidden',
  title: 'Inheritance of permissions is off at an account',
  symptom: 'The mailbox recipient does not have a mailbox database.',
  source: 'Blogs of administrators, "Routing group connector errors"; the text of the queue Unreachable',
  notice: 'Get-ADPermission of the account: what Exchange Servers have is denied, or not inherited.',
  remedy:
    'Switch inheritance on at the account; here Remove-ADPermission <account> -User "Exchange Servers" -AccessRights ReadProperty -Deny.',
  variants: {
    account: {
      how: 'inheritance is off at the account, and the servers may not read it',
      play(topology) {
        const { name } = onPremisesOf(topology);
        return denied(name, somebody(topology, name, isMailbox).primaryAddress);
      },
    },
  },
  lint: (topology) =>
    hidden(topology, (organization, one) => topology.recipients(organization.name).some(({ guid }) => guid === one), 'its account'),
};

import type { Cmdlet } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { requireOf } from './recipient/noun.ts';
import { addAccess, entriesOf, removeAccess, rightsGiven, trusteeGiven, trusteeName } from './recipient/permissions.ts';
import { identityOf } from './recipient/shown.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const mailboxes = { types: ['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox'] } as const;
const parameters = { Identity: 'text', User: 'text', AccessRights: 'list', InheritanceType: 'text', AutoMapping: 'boolean' } as const;
const taken = { FullAccess: 'FullAccess' } as const;

/** `Add-MailboxPermission info -User mary -AccessRights FullAccess`: who else may open a mailbox. */
export const mailboxPermission = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', User: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const owner = await requireOf(mailboxes, scope, String(given['Identity']));
      const only = textGiven(given, 'User') === undefined ? undefined : await trusteeGiven(scope, given, 'User');
      const self = {
        Identity: identityOf(owner),
        User: 'NT AUTHORITY\\SELF',
        AccessRights: ['FullAccess', 'ReadPermission'],
        IsInherited: false,
        Deny: false,
      };
      const entries = (await entriesOf(scope, owner, 'FullAccess')).filter(
        ({ trustee }) => only === undefined || trustee.guid === only.guid,
      );
      const shown = entries.map(({ entry, trustee }) => ({
        Identity: identityOf(owner),
        User: trusteeName(scope, trustee),
        AccessRights: [entry.right],
        IsInherited: entry.inherited,
        Deny: false,
      }));
      return only === undefined ? [self, ...shown] : shown;
    },
  },
  add: {
    kinds,
    positional: 'Identity',
    parameters,
    required: ['Identity', 'User', 'AccessRights'],
    async run(scope, given) {
      const right = rightsGiven(given, 'AccessRights', taken);
      const owner = await requireOf(mailboxes, scope, String(given['Identity']));
      const trustee = await trusteeGiven(scope, given, 'User');
      await addAccess(scope, owner, trustee, right);
      return [{ Identity: identityOf(owner), User: trusteeName(scope, trustee), AccessRights: [right], IsInherited: false, Deny: false }];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters,
    required: ['Identity', 'User', 'AccessRights'],
    async run(scope, given) {
      const right = rightsGiven(given, 'AccessRights', taken);
      const owner = await requireOf(mailboxes, scope, String(given['Identity']));
      await removeAccess(scope, owner, await trusteeGiven(scope, given, 'User'), right);
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

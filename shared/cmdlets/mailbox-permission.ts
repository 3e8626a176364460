import { rightCmdlets } from './recipient/right-noun.ts';

/** `Add-MailboxPermission info -User mary -AccessRights FullAccess`: who else may open a mailbox. */
export const mailboxPermission = rightCmdlets({
  kinds: ['on-premises', 'cloud'],
  types: ['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox'],
  right: 'FullAccess',
  trustee: 'User',
  rights: 'AccessRights',
  idle: { InheritanceType: 'text', AutoMapping: 'boolean' },
  show: ({ owner, trustee }, inherited) => entry(owner, trustee, ['FullAccess'], inherited),
  self: (owner) => entry(owner, 'NT AUTHORITY\\SELF', ['FullAccess', 'ReadPermission'], false),
});

function entry(Identity: string, User: string, AccessRights: readonly string[], IsInherited: boolean) {
  return { Identity, User, AccessRights, IsInherited, Deny: false };
}

import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { type FolderPermission, folderPermissions, folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { type FolderRole, folderRoleOf } from '../../../shared/domain/mailbox/folder-roles.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { folderElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { calendarPermissionSet, permissionSet } from '../../../shared/protocols/ews/types/permissions.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';

type ValueOf<C> = C extends { decode(of: XmlElement): infer T } ? T : never;
export type CalendarPermission = ValueOf<typeof calendarPermissionSet>['CalendarPermissions']['CalendarPermission'][number];
export type Permission = ValueOf<typeof permissionSet>['Permissions']['Permission'][number];
/** What a folder's element holds as its PermissionSet. */
export type WirePermissionSet = ValueOf<typeof calendarPermissionSet> | ValueOf<typeof permissionSet>;
type Level = Permission['PermissionLevel'];
type CalendarLevel = CalendarPermission['CalendarPermissionLevel'];

/** Roles that the wire calls otherwise than the cmdlets do. */
export const levels = {
  NonEditingAuthor: 'NoneditingAuthor',
  AvailabilityOnly: 'FreeBusyTimeOnly',
  LimitedDetails: 'FreeBusyTimeAndSubjectAndLocation',
} as const satisfies Partial<Record<FolderRole, CalendarLevel>>;

/** The permission table of a folder as `folder:PermissionSet` shows it. Entries of those who have gone are unknown. */
export async function wirePermissionSet(directory: Directory, folder: FolderRow): Promise<WirePermissionSet> {
  const known: { readonly row: FolderPermission; readonly UserId: Permission['UserId'] }[] = [];
  const unknown: string[] = [];
  for (const row of folderPermissions(folder)) {
    const UserId = await userOf(directory, row.member);
    if (UserId === undefined) unknown.push(row.member);
    else known.push({ row, UserId });
  }
  const rest = unknown.length === 0 ? {} : { UnknownEntries: { UnknownEntry: unknown } };
  return folderElementOf(folder.class) === 'CalendarFolder'
    ? { CalendarPermissions: { CalendarPermission: known.map(({ row, UserId }) => calendarPermission(UserId, row.rights)) }, ...rest }
    : { Permissions: { Permission: known.map(({ row, UserId }) => permission(UserId, row.rights)) }, ...rest };
}

async function userOf(directory: Directory, member: FolderPermission['member']): Promise<Permission['UserId'] | undefined> {
  const DistinguishedUser = (['Default', 'Anonymous'] as const).find((name) => name === member);
  if (DistinguishedUser !== undefined) return { DistinguishedUser };
  const recipient = await directory.byGuid(member as Guid);
  return recipient && { SID: recipient.sid, PrimarySmtpAddress: recipient.primaryAddress, DisplayName: recipient.displayName };
}

function calendarPermission(UserId: Permission['UserId'], rights: number): CalendarPermission {
  const reads = has(rights, 'readAny')
    ? 'FullDetails'
    : has(rights, 'freeBusyDetailed')
      ? 'TimeAndSubjectAndLocation'
      : has(rights, 'freeBusySimple')
        ? 'TimeOnly'
        : 'None';
  return { ...common(UserId, rights), ReadItems: reads, CalendarPermissionLevel: levelOf(rights) };
}

function permission(UserId: Permission['UserId'], rights: number): Permission {
  const level = levelOf(rights);
  const PermissionLevel = level === levels.AvailabilityOnly || level === levels.LimitedDetails ? 'Custom' : level;
  return { ...common(UserId, rights), ReadItems: has(rights, 'readAny') ? 'FullDetails' : 'None', PermissionLevel };
}

function common(UserId: Permission['UserId'], rights: number): Omit<Permission, 'ReadItems' | 'PermissionLevel'> {
  return {
    UserId,
    CanCreateItems: has(rights, 'create'),
    CanCreateSubFolders: has(rights, 'createSubfolder'),
    IsFolderOwner: has(rights, 'owner'),
    IsFolderVisible: has(rights, 'visible'),
    IsFolderContact: has(rights, 'contact'),
    EditItems: has(rights, 'editAny') ? 'All' : has(rights, 'editOwned') ? 'Owned' : 'None',
    DeleteItems: has(rights, 'deleteAny') ? 'All' : has(rights, 'deleteOwned') ? 'Owned' : 'None',
  };
}

function levelOf(rights: number): Level | CalendarLevel {
  const role = folderRoleOf(rights);
  if (role === undefined) return 'Custom';
  return role === 'NonEditingAuthor' || role === 'AvailabilityOnly' || role === 'LimitedDetails' ? levels[role] : role;
}

function has(rights: number, right: keyof typeof folderRights): boolean {
  return (rights & folderRights[right]) !== 0;
}

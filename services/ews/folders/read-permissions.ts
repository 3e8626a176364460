import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import {
  type FolderMember,
  type FolderPermission,
  folderRights,
  isCalendarFolder,
  mostFolderMembers,
} from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderRoles } from '../../../shared/domain/mailbox/folder-roles.ts';
import { folderElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type CalendarPermission, levels, type Permission, type WirePermissionSet } from '../views/permission-set.ts';

type UserId = Permission['UserId'];

/**
 * The permission table that a `PermissionSet` means. Whoever is not named loses his entry; Default and Anonymous have then
 * what a new folder gives them (inferred). Refuses with the codes that Microsoft's page "ResponseCode" names for it.
 *
 * @param containerClass the folder's: a calendar has other levels than the rest
 */
export async function readPermissions(call: EwsCall, set: WirePermissionSet, containerClass: string): Promise<readonly FolderPermission[]> {
  const isCalendar = folderElementOf(containerClass) === 'CalendarFolder';
  const wanted = 'CalendarPermissions' in set ? set.CalendarPermissions.CalendarPermission : set.Permissions.Permission;
  if ('CalendarPermissions' in set !== isCalendar)
    throw ewsRefusal(
      isCalendar ? 'ErrorCannotSetNonCalendarPermissionOnCalendarFolder' : 'ErrorCannotSetCalendarPermissionOnNonCalendarFolder',
    );
  if ((set.UnknownEntries?.UnknownEntry.length ?? 0) > 0) throw ewsRefusal('ErrorCannotSetPermissionUnknownEntries');
  if (wanted.length > mostFolderMembers)
    throw ewsRefusal('ErrorInvalidPermissionSettings', { detail: `${wanted.length} entries; ${mostFolderMembers} at most` });
  const rows = new Map<FolderMember, FolderPermission>();
  for (const permission of wanted) {
    const member = await memberOf(call, permission.UserId, containerClass);
    if (rows.has(member)) throw ewsRefusal('ErrorDuplicateUserIdsSpecified', { detail: member });
    rows.set(member, { member, rights: rightsOf(permission) });
  }
  return [...rows.values()];
}

/** With a level but Custom the single rights count for nothing: Exchange 2013 and later (MS-OXWSFOLD, product behaviour 9). */
function rightsOf(permission: Permission | CalendarPermission): number {
  const level = 'CalendarPermissionLevel' in permission ? permission.CalendarPermissionLevel : permission.PermissionLevel;
  if (level !== 'Custom') return folderRoles[rolesOfLevels.get(level) ?? (level as keyof typeof folderRoles)];
  const { EditItems, DeleteItems, ReadItems } = permission;
  const given: readonly (readonly [boolean | undefined, keyof typeof folderRights])[] = [
    [permission.CanCreateItems, 'create'],
    [permission.CanCreateSubFolders, 'createSubfolder'],
    [permission.IsFolderOwner, 'owner'],
    [permission.IsFolderVisible, 'visible'],
    [permission.IsFolderContact, 'contact'],
    [EditItems === 'Owned' || EditItems === 'All', 'editOwned'],
    [EditItems === 'All', 'editAny'],
    [DeleteItems === 'Owned' || DeleteItems === 'All', 'deleteOwned'],
    [DeleteItems === 'All', 'deleteAny'],
    [ReadItems === 'FullDetails', 'readAny'],
    [ReadItems === 'TimeOnly' || ReadItems === 'TimeAndSubjectAndLocation', 'freeBusySimple'],
    [ReadItems === 'TimeAndSubjectAndLocation', 'freeBusyDetailed'],
  ];
  return given.reduce((rights, [isGiven, right]) => (isGiven === true ? rights | folderRights[right] : rights), 0);
}

const rolesOfLevels: ReadonlyMap<string, keyof typeof levels> = new Map(
  (Object.entries(levels) as [keyof typeof levels, string][]).map(([role, level]) => [level, role]),
);

/** Whom a UserId names: a recipient by SID, address or display name; what it says of him must agree. */
async function memberOf(call: EwsCall, user: UserId, containerClass: string): Promise<FolderMember> {
  const { SID, PrimarySmtpAddress, DisplayName, DistinguishedUser, ExternalUserIdentity } = user;
  if (ExternalUserIdentity !== undefined) throw ewsRefusal('ErrorNotAllowedExternalSharingByPolicy', { detail: ExternalUserIdentity });
  if (DistinguishedUser !== undefined) {
    if ((SID ?? PrimarySmtpAddress ?? DisplayName) !== undefined)
      throw ewsRefusal('ErrorInvalidUserInfo', { detail: `${DistinguishedUser} and somebody else` });
    return DistinguishedUser;
  }
  const directory = call.context.directory(call.organization.name);
  const bySid = SID === undefined ? undefined : await directory.bySid(SID);
  const byAddress = PrimarySmtpAddress === undefined ? undefined : await directory.byAddress(PrimarySmtpAddress);
  const byName = SID === undefined && PrimarySmtpAddress === undefined ? await namedExactly(directory, DisplayName ?? '') : undefined;
  const found = bySid ?? byAddress ?? byName;
  if (found === undefined && isOutside(call, PrimarySmtpAddress, containerClass))
    throw ewsRefusal('ErrorUserNotAllowedByPolicy', { detail: PrimarySmtpAddress ?? '' });
  const isOne =
    [SID, PrimarySmtpAddress].filter((text) => text !== undefined).length === [bySid, byAddress].filter((one) => one === found).length;
  // A mail contact is no security principal: no entry can be theirs.
  if (found === undefined || found.type === 'MailContact' || (byName === undefined && !isOne))
    throw ewsRefusal('ErrorInvalidUserInfo', { detail: SID ?? PrimarySmtpAddress ?? DisplayName ?? 'nobody' });
  return found.guid;
}

async function namedExactly(directory: Directory, name: string): Promise<Recipient | undefined> {
  const folded = name.trim().toLowerCase();
  if (folded === '') return undefined;
  const matches = (await directory.resolveNames(name)).recipients.filter((one) => one.displayName.toLowerCase() === folded);
  return matches.length === 1 ? matches[0] : undefined;
}

/** Calendars and contacts may be shared with others by a sharing policy; there is none here that lists a domain. */
function isOutside({ organization }: EwsCall, address: string | undefined, containerClass: string): boolean {
  const domain = address?.split('@')[1]?.toLowerCase();
  const isShareable = isCalendarFolder({ class: containerClass }) || folderElementOf(containerClass) === 'ContactsFolder';
  return isShareable && domain !== undefined && !organization.domains.includes(domain);
}

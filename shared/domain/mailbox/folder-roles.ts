import { folderRights } from './folder-permissions.ts';

const { readAny, create, editOwned, deleteOwned, editAny, deleteAny, createSubfolder, owner, contact, visible } = folderRights;
const reviewer = readAny | visible;
const freeBusy = folderRights.freeBusySimple | folderRights.freeBusyDetailed;

/**
 * Roles and the rights that they stand for, as the pages of the MailboxFolderPermission cmdlets list them. The last two are
 * for calendars only.
 */
export const folderRoles = {
  None: 0,
  Owner: reviewer | create | createSubfolder | editOwned | editAny | deleteOwned | deleteAny | contact | owner,
  PublishingEditor: reviewer | create | createSubfolder | editOwned | editAny | deleteOwned | deleteAny,
  Editor: reviewer | create | editOwned | editAny | deleteOwned | deleteAny,
  PublishingAuthor: reviewer | create | createSubfolder | editOwned | deleteOwned,
  Author: reviewer | create | editOwned | deleteOwned,
  NonEditingAuthor: reviewer | create | deleteOwned,
  Reviewer: reviewer,
  Contributor: create | visible,
  AvailabilityOnly: folderRights.freeBusySimple,
  LimitedDetails: freeBusy,
} as const;

export type FolderRole = keyof typeof folderRoles;
const names = Object.keys(folderRoles) as readonly FolderRole[];

/** The role that stands for exactly these rights. Whoever reads all items sees when somebody is busy with the bits for it and without. */
export function folderRoleOf(rights: number): FolderRole | undefined {
  const counting = (rights & readAny) === 0 ? rights : rights & ~freeBusy;
  return names.find((name) => folderRoles[name] === counting);
}

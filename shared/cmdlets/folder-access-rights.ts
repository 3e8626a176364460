import { folderRights } from '../domain/mailbox/folder-permissions.ts';
import { folderRoleOf, folderRoles } from '../domain/mailbox/folder-roles.ts';
import { cmdletRefusal } from './cmdlet.ts';

/**
 * The single rights of `-AccessRights`, in the order of their bits. Who may edit or delete all items may do so with his own
 * (MS-OXCPERM 2.2.7, EditAny and DeleteAny).
 */
const singleRights: Readonly<Record<string, number>> = {
  ReadItems: folderRights.readAny,
  CreateItems: folderRights.create,
  EditOwnedItems: folderRights.editOwned,
  DeleteOwnedItems: folderRights.deleteOwned,
  EditAllItems: folderRights.editAny | folderRights.editOwned,
  DeleteAllItems: folderRights.deleteAny | folderRights.deleteOwned,
  CreateSubfolders: folderRights.createSubfolder,
  FolderOwner: folderRights.owner,
  FolderContact: folderRights.contact,
  FolderVisible: folderRights.visible,
};

const freeBusy = folderRights.freeBusySimple | folderRights.freeBusyDetailed;
const words: ReadonlyMap<string, number> = new Map(
  Object.entries({ ...folderRoles, ...singleRights }).map(([word, rights]) => [word.toLowerCase(), rights]),
);

/** The rights that roles and single rights stand for together. Refuses with `bad-parameter` what is neither, and those of calendars elsewhere. */
export function readAccessRights(written: readonly string[], isCalendar: boolean): number {
  if (written.length === 0) throw cmdletRefusal('bad-parameter', "Cannot bind argument to parameter 'AccessRights' because it is empty.");
  const rights = written.map((word) => words.get(word.toLowerCase()) ?? refuseWord(word)).reduce((all, one) => all | one, 0);
  if (isCalendar || (rights & freeBusy) === 0) return rights;
  // Observed: MicrosoftDocs/office-docs-powershell#4717, AvailabilityOnly at the top of a mailbox. What follows is ours.
  const text = 'Specified argument was out of the range of valid values.\nParameter name: memberRights';
  throw cmdletRefusal('bad-parameter', `${text}\nAvailabilityOnly and LimitedDetails are for calendar folders.`);
}

/** The beginning is PowerShell's (ParameterBinderStrings.resx, ParameterArgumentTransformationError), the rest ours. */
function refuseWord(word: string): never {
  const known = [...Object.keys(folderRoles), ...Object.keys(singleRights)].join(', ');
  throw cmdletRefusal(
    'bad-parameter',
    `Cannot process argument transformation on parameter 'AccessRights'. ${JSON.stringify(word)} is none of ${known}.`,
  );
}

/** Rights as `AccessRights` shows them: a role where one stands for them, otherwise one by one; None where no word is for any. */
export function accessRightsShown(rights: number): readonly string[] {
  const role = folderRoleOf(rights);
  if (role !== undefined) return [role];
  const named = Object.entries(singleRights).flatMap(([word, bits]) => ((rights & bits) === bits ? [word] : []));
  if ((rights & folderRights.readAny) !== 0 || (rights & freeBusy) === 0) return named.length === 0 ? ['None'] : named;
  return [...named, (rights & folderRights.freeBusyDetailed) === 0 ? 'AvailabilityOnly' : 'LimitedDetails'];
}

import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { folderPermissions, permissionProperties, permissionTable } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderRoles } from '../../../shared/domain/mailbox/folder-roles.ts';
import { createFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { folderProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { searchCriteriaKey } from '../../../shared/domain/mailbox/search-criteria.ts';
import { type PropertyBag, tags } from '../../../shared/kernel/mapi.ts';
import { baseFolderFields } from '../../../shared/protocols/ews/fields/folder.ts';
import type { WireFolder } from '../../../shared/protocols/ews/folders.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenFolder } from '../mailboxes.ts';
import { folderElement } from '../views/folder-element.ts';
import { FolderChanges } from './folder-changes.ts';

const classes = {
  CalendarFolder: 'IPF.Appointment',
  ContactsFolder: 'IPF.Contact',
  TasksFolder: 'IPF.Task',
  SearchFolder: 'IPF.Note',
  Folder: '',
} as const;

/**
 * Creates a folder as a request describes it. A plain one has the class that it is given, else none (Observed: exchangelib's
 * tests against Exchange Online). Without a PermissionSet it has its parent's permissions; whoever creates it
 * in another's mailbox owns it (inferred, of Outlook's folders). Refuses with `folder-exists`, ErrorNoFolderClassOverride,
 * ErrorRequiredPropertyMissing a search folder that looks for nothing (inferred), and what {@link FolderChanges} refuses.
 */
export async function createWireFolder(call: EwsCall, { mailbox, folder: parent }: OpenFolder, wire: WireFolder): Promise<FolderRow> {
  const given = fieldValue(wire, baseFolderFields.FolderClass);
  if (given !== undefined && wire.element !== 'Folder') throw ewsRefusal('ErrorNoFolderClassOverride', { detail: given });
  const containerClass = given ?? classes[wire.element];
  const isSearch = wire.element === 'SearchFolder';
  // Microsoft's page "ResponseCode".
  if (isSearch && mailbox.kind === 'public')
    throw ewsRefusal('ErrorInvalidFolderTypeForOperation', { detail: 'a search folder among public folders' });
  const changes = new FolderChanges(call, mailbox, { class: containerClass, isSearchFolder: isSearch });
  for (const [row, value] of wire.fields) await changes.setField(row, value);
  for (const property of wire.extended) changes.setExtended(property);
  const displayName = changes.set[tags.displayName];
  if (displayName === undefined) throw ewsRefusal('ErrorFolderSavePropertyError', { detail: 'a folder without a name' });
  if (isSearch && changes.set[searchCriteriaKey] === undefined)
    throw ewsRefusal('ErrorRequiredPropertyMissing', { detail: 'a search folder without criteria' });
  const kept = permissionTable in changes.set ? {} : inherited(call, parent, mailbox.isShared);
  const draft = { parent: parent.counter, displayName: String(displayName), properties: { ...kept, ...changes.set } };
  const settled = { ...draft, class: String(changes.set[tags.containerClass] ?? containerClass) };
  return call.context.store.transaction((tx) => createFolder(tx, mailbox.guid, settled, call.instant));
}

function inherited({ caller }: EwsCall, parent: FolderRow, isShared: boolean): PropertyBag {
  const hasOwn = folderProperty(parent, permissionTable) !== undefined;
  const rows = hasOwn ? folderPermissions(parent).filter(({ member }) => !isShared || member !== caller.recipient) : [];
  const creator = isShared ? [{ member: caller.recipient, rights: folderRoles.Owner }] : [];
  return hasOwn || isShared ? permissionProperties([...rows, ...creator]) : {};
}

/** Whether a folder is of the kind that a request would create. */
export function isOfKind(folder: FolderRow, { element }: WireFolder): boolean {
  return folderElement(folder) === element;
}

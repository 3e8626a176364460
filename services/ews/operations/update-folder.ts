import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { updateFolder as store } from '../../../shared/domain/mailbox/folder-writes.ts';
import { isSearchFolder } from '../../../shared/domain/mailbox/search-criteria.ts';
import { decodeChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { propertyKeyOf } from '../../../shared/protocols/ews/extended-property.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { folderClass } from '../../../shared/protocols/ews/folders.ts';
import type { updateFolder as contract } from '../../../shared/protocols/ews/operations/update-folder.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';
import { ewsRefusal } from '../failures.ts';
import { FolderChanges, refuseRenamed } from '../folders/folder-changes.ts';
import { giveWay } from '../folders/in-slices.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planFolders, viewFolder } from '../views/folder-view.ts';

type Update = RequestOf<typeof contract>['FolderChanges'][number]['Updates'][number];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updatefolder-operation */
export const updateFolder: Operation<typeof contract> = async (call, request) => {
  const plan = planFolders({ BaseShape: 'IdOnly' }, false);
  return perItem(call, request.FolderChanges, async ({ target, Updates }) => {
    await giveWay();
    const { mailbox, folder } = await openFolder(call, target, folderRights.owner);
    const changes = new FolderChanges(call, mailbox, { class: folder.class, isSearchFolder: isSearchFolder(folder) }, folder);
    for (const update of Updates) await applyUpdate(changes, update);
    refuseRenamed(folder, changes);
    const expected = expectedChange(target.value.ChangeKey);
    const updated = await call.context.store.transaction((tx) => store(tx, mailbox.guid, folder.counter, changes, expected, call.instant));
    return { class: 'Success', Folders: [viewFolder(mailbox, updated, plan)] } as const;
  });
};

/** Without a change key the last writer wins. */
function expectedChange(changeKey: string | undefined): number | 'any' {
  if (changeKey === undefined) return 'any';
  const read = decodeChangeKey(changeKey);
  if (read === undefined) throw ewsRefusal('ErrorInvalidChangeKey', { detail: 'not a change key' });
  return read.change ?? -1;
}

async function applyUpdate(changes: FolderChanges, { is, value }: Update): Promise<void> {
  const { path } = value;
  if (path.is === 'IndexedFieldURI') throw ewsRefusal('ErrorInvalidPropertySet', { detail: path.value.FieldURI });
  if (is === 'DeleteFolderField') {
    if (path.is === 'ExtendedFieldURI') changes.removeKey(propertyKeyOf(path.value));
    else changes.removeField(rowOf(path));
    return;
  }
  // No field of a folder can be added to (MS-OXWSFOLD, AppendToFolderFieldType).
  if (is === 'AppendToFolderField') throw ewsRefusal('ErrorInvalidPropertyAppend');
  const { fields, extended } = value.folder.value;
  if (fields.length + extended.length !== 1)
    throw ewsRefusal('ErrorIncorrectUpdatePropertyCount', { detail: `${fields.length + extended.length} properties` });
  if (path.is === 'ExtendedFieldURI') {
    const [property] = extended;
    if (property === undefined || propertyKeyOf(property.uri) !== propertyKeyOf(path.value))
      throw ewsRefusal('ErrorUpdatePropertyMismatch');
    changes.setExtended(property);
    return;
  }
  const [field] = fields;
  if (field === undefined || field[0].uri !== path.value.FieldURI)
    throw ewsRefusal('ErrorUpdatePropertyMismatch', { detail: path.value.FieldURI });
  await changes.setField(field[0], field[1]);
}

/** The field of any kind of folder: what does not apply to this kind is not there and can be taken away. */
function rowOf(path: Extract<Path, { is: 'FieldURI' }>): FieldRow {
  const rows = (['Folder', 'CalendarFolder', 'SearchFolder'] as const).flatMap((element) => folderClass(element).rows);
  const row = rows.find(({ uri }) => uri === path.value.FieldURI);
  if (row === undefined) throw ewsRefusal('ErrorInvalidPropertyRequest', { detail: `${path.value.FieldURI} does not apply to a folder` });
  return row;
}

import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { childFolders } from '../../../shared/domain/mailbox/folders.ts';
import { baseFolderFields } from '../../../shared/protocols/ews/fields/folder.ts';
import type { WireFolder } from '../../../shared/protocols/ews/folders.ts';
import type { createFolderPath as contract } from '../../../shared/protocols/ews/operations/create-folder-path.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import { foldKey } from '../../../shared/store/fold.ts';
import type { EwsCall } from '../context.ts';
import { destination } from '../destination.ts';
import { ewsRefusal } from '../failures.ts';
import { createWireFolder, isOfKind } from '../folders/create.ts';
import { giveWay } from '../folders/in-slices.ts';
import { openParent, seenFrom } from '../folders/rights.ts';
import type { OpenFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { folderExtras, planFolders, viewFolder } from '../views/folder-view.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolderpath-operation: each folder lies in
 * the one before. One that is there already is answered as if it had been created (inferred); once one is refused, those
 * behind it are not processed.
 */
export const createFolderPath: Operation<typeof contract> = async (call, { ParentFolderId, RelativeFolderPath }) => {
  const plan = planFolders({ BaseShape: 'Default' }, false);
  let place: OpenFolder | undefined;
  let isBroken = false;
  return perItem(call, RelativeFolderPath, async (wire) => {
    await giveWay();
    if (isBroken) throw ewsRefusal('ErrorBatchProcessingStopped');
    isBroken = true;
    place ??= await destination(call, ParentFolderId, folderRights.visible, 'ErrorParentFolderNotFound')();
    place = (await childNamed(call, place, wire)) ?? (await createBelow(call, place, wire));
    isBroken = false;
    const extras = await folderExtras(call, place.mailbox, place.folder, plan);
    return { class: 'Success', Folders: [viewFolder(place.mailbox, place.folder, plan, extras)] } as const;
  });
};

async function childNamed(call: EwsCall, { mailbox, folder }: OpenFolder, wire: WireFolder): Promise<OpenFolder | undefined> {
  const name = foldKey(fieldValue(wire, baseFolderFields.DisplayName) ?? '');
  const children = await childFolders(call.context.store.read, mailbox.guid, folder.counter);
  const child = children.find((one) => one.display_name_fold === name && isOfKind(one, wire));
  if (child === undefined) return undefined;
  const seen = await seenFrom(call, mailbox, child);
  if ((seen.rights & folderRights.visible) === 0) throw ewsRefusal('ErrorAccessDenied', { detail: `folder ${child.counter}` });
  return { mailbox: seen, folder: child };
}

async function createBelow(call: EwsCall, { mailbox, folder }: OpenFolder, wire: WireFolder): Promise<OpenFolder> {
  const id = { is: 'FolderId', value: { Id: mailbox.ids.folderId(folder.counter) } } as const;
  const made = await createWireFolder(call, await openParent(call, id, 'ErrorParentFolderNotFound'), wire);
  return { mailbox: await seenFrom(call, mailbox, made), folder: made };
}

import { findFolders } from '../../../shared/domain/mailbox/find-folders.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { allFolders } from '../../../shared/domain/mailbox/folders.ts';
import type { findFolder as contract } from '../../../shared/protocols/ews/operations/find-folder.ts';
import type { EwsCall } from '../context.ts';
import { seenFrom } from '../folders/rights.ts';
import { type OpenMailbox, openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { folderExtras, planFolders, viewFolder } from '../views/folder-view.ts';
import { findBudget, fractionalPage, indexedPage, pagingOf } from '../views/page.ts';
import { restrictionOf } from '../views/search.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation. "Folders cannot be soft
 * deleted" (Microsoft's page "Deleting items by using EWS"): the traversal SoftDeleted finds none.
 */
export const findFolder: Operation<typeof contract> = async (call, request) => {
  const { view, Traversal, ParentFolderIds } = request;
  const plan = planFolders(request.FolderShape, true);
  const restriction = request.Restriction === undefined ? undefined : restrictionOf(request.Restriction, call.clocks);
  const isFractional = view?.is === 'FractionalPageFolderView';
  const spend = findBudget();
  return perItem(call, ParentFolderIds, async (target) => {
    const { mailbox, folder } = await openFolder(call, target, folderRights.visible);
    const among = Traversal === 'SoftDeleted' ? new Set<number>() : await visibleTo(call, mailbox);
    const query = { mailbox: mailbox.guid, parent: folder.counter, deep: Traversal === 'Deep', restriction, among };
    const { read } = call.context.store;
    const page = isFractional
      ? fractionalPage(view.value, (await findFolders(read, { ...query, page: { offset: 0, count: 0, from: 'beginning' } })).total)
      : indexedPage(view?.value);
    const found = await findFolders(read, { ...query, page });
    spend(found.items.length);
    const Folders = [];
    for (const row of found.items)
      Folders.push(viewFolder(await seenFrom(call, mailbox, row), row, plan, await folderExtras(call, mailbox, row, plan)));
    return { class: 'Success', RootFolder: { ...pagingOf(found, isFractional), Folders } } as const;
  });
};

/** The folders that somebody sees who opened one by its permissions; undefined for whoever sees all. */
async function visibleTo(call: EwsCall, mailbox: OpenMailbox): Promise<ReadonlySet<number> | undefined> {
  if (!mailbox.isShared) return undefined;
  const isVisible = async (folder: FolderRow): Promise<boolean> =>
    ((await seenFrom(call, mailbox, folder)).rights & folderRights.visible) !== 0;
  const visible = new Set<number>();
  for (const folder of await allFolders(call.context.store.read, mailbox.guid)) if (await isVisible(folder)) visible.add(folder.counter);
  return visible;
}

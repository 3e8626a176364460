import { findFolders } from '../../../shared/domain/mailbox/find-folders.ts';
import type { findFolder as contract } from '../../../shared/protocols/ews/operations/find-folder.ts';
import { notSupported } from '../failures.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planFolders, viewFolder } from '../views/folder-view.ts';
import { findBudget, fractionalPage, indexedPage, pagingOf } from '../views/page.ts';
import { restrictionOf } from '../views/search.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation */
export const findFolder: Operation<typeof contract> = async (call, request) => {
  const { view, Traversal, ParentFolderIds } = request;
  if (Traversal === 'SoftDeleted') throw notSupported('FindFolder with Traversal SoftDeleted');
  const plan = planFolders(request.FolderShape, true);
  const restriction = request.Restriction === undefined ? undefined : restrictionOf(request.Restriction);
  const isFractional = view?.is === 'FractionalPageFolderView';
  const spend = findBudget();
  return perItem(call, ParentFolderIds, async (target) => {
    const { mailbox, folder } = await openFolder(call, target);
    const query = { mailbox: mailbox.guid, parent: folder.counter, deep: Traversal === 'Deep', restriction };
    const { read } = call.context.store;
    const page = isFractional
      ? fractionalPage(view.value, (await findFolders(read, { ...query, page: { offset: 0, count: 0, from: 'beginning' } })).total)
      : indexedPage(view?.value);
    const found = await findFolders(read, { ...query, page });
    spend(found.items.length);
    const Folders = found.items.map((row) => viewFolder(mailbox, row, plan));
    return { class: 'Success', RootFolder: { ...pagingOf(found, isFractional), Folders } } as const;
  });
};

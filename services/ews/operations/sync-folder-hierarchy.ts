import { syncFolders } from '../../../shared/domain/mailbox/sync-folders.ts';
import type { syncFolderHierarchy as contract } from '../../../shared/protocols/ews/operations/sync-folder-hierarchy.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { readSyncState, writeSyncState } from '../sync-state.ts';
import { planFolders, viewFolder } from '../views/folder-view.ts';

/** Changes in one answer; no client pages a folder tree in smaller steps (the request has no limit of its own). */
const mostChanges = 1_000;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation */
export const syncFolderHierarchy: Operation<typeof contract> = async (call, request) => {
  const plan = planFolders(request.FolderShape, true);
  const root = request.SyncFolderId ?? ({ is: 'DistinguishedFolderId', value: { Id: 'msgfolderroot' } } as const);
  return perItem(call, [root], async (target) => {
    const { mailbox, folder } = await openFolder(call, target);
    const scope = { kind: 'hierarchy', mailbox: mailbox.guid, folder: folder.counter } as const;
    const position = readSyncState(request.SyncState, scope);
    const page = await call.context.store.transaction((tx) =>
      syncFolders(tx, { mailbox: mailbox.guid, root: folder.counter, position, limit: mostChanges }),
    );
    const Changes = page.changes.map((change) => {
      if (change.kind === 'delete') return { is: 'Delete', value: { FolderId: { Id: mailbox.ids.folderId(change.counter) } } } as const;
      return { is: change.kind === 'create' ? 'Create' : 'Update', value: viewFolder(mailbox, change.row, plan) } as const;
    });
    return {
      class: 'Success',
      SyncState: writeSyncState(page.position, scope),
      IncludesLastFolderInRange: page.includesLast,
      Changes,
    } as const;
  });
};

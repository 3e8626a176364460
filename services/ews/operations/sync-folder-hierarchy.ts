import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { SyncChange } from '../../../shared/domain/mailbox/sync.ts';
import { syncFolders } from '../../../shared/domain/mailbox/sync-folders.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { syncFolderHierarchy as contract } from '../../../shared/protocols/ews/operations/sync-folder-hierarchy.ts';
import type { EwsCall } from '../context.ts';
import { destination } from '../destination.ts';
import { seenFrom } from '../folders/rights.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { readSyncState, writeSyncState } from '../sync-state.ts';
import { type FolderPlan, folderExtras, planFolders, viewFolder } from '../views/folder-view.ts';

/** Changes in one answer; no client pages a folder tree in smaller steps (the request has no limit of its own). */
const mostChanges = 1_000;

type WireChange = NonNullable<Extract<ResponseOf<typeof contract>[number], { class: 'Success' }>['Changes']>[number];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation */
export const syncFolderHierarchy: Operation<typeof contract> = async (call, request) => {
  const plan = planFolders(request.FolderShape, true);
  const root = request.SyncFolderId ?? ({ is: 'DistinguishedFolderId', value: { Id: 'msgfolderroot' } } as const);
  return perItem(call, [root], async (target) => {
    const { mailbox, folder } = await destination(call, target, folderRights.visible, 'ErrorSyncFolderNotFound')();
    const scope = { kind: 'hierarchy', mailbox: mailbox.guid, folder: folder.counter } as const;
    const position = readSyncState(request.SyncState, scope);
    const page = await call.context.store.transaction((tx) =>
      syncFolders(tx, { mailbox: mailbox.guid, root: folder.counter, position, limit: mostChanges }),
    );
    const Changes = [];
    for (const change of page.changes) Changes.push(...(await tell(call, mailbox, change, plan)));
    return {
      class: 'Success',
      SyncState: writeSyncState(page.position, scope),
      IncludesLastFolderInRange: page.includesLast,
      Changes,
    } as const;
  });
};

/**
 * Whoever opened the root by its permissions is told of the folders that he sees; a change of one that he does not see is a
 * delete, and one that he sees from now on an update (inferred).
 */
async function tell(call: EwsCall, mailbox: OpenMailbox, change: SyncChange<FolderRow>, plan: FolderPlan): Promise<readonly WireChange[]> {
  const gone: WireChange = { is: 'Delete', value: { FolderId: { Id: mailbox.ids.folderId(change.counter) } } };
  if (change.kind === 'delete') return [gone];
  const seen = await seenFrom(call, mailbox, change.row);
  if ((seen.rights & folderRights.visible) === 0) return change.kind === 'create' ? [] : [gone];
  return [
    {
      is: change.kind === 'create' ? 'Create' : 'Update',
      value: viewFolder(seen, change.row, plan, await folderExtras(call, mailbox, change.row, plan)),
    },
  ];
}

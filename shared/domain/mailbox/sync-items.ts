import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import type { ChangeKind } from './change-rows.ts';
import { requireFolder } from './folders.ts';
import type { ItemRow } from './item-columns.ts';
import { getItems } from './items.ts';
import { type ItemNeed, itemColumnsFor } from './property-reader.ts';
import { type LogRow, type SyncPage, type SyncSource, synchronize } from './sync.ts';
import type { SyncPosition } from './sync-position.ts';

export interface ItemSync {
  readonly mailbox: Guid;
  readonly folder: number;
  /** Folder associated information too. */
  readonly associated: boolean;
  /** Where the client stands; undefined to begin. */
  readonly position: SyncPosition | undefined;
  /** Changes at most; 1 or more. */
  readonly limit: number;
  /** What will be read of the items. */
  readonly need: ItemNeed;
}

/** The next changes of a folder's items. Refuses with `folder-not-found`. See {@link synchronize} for what is promised. */
export async function syncItems(executor: Executor, sync: ItemSync): Promise<SyncPage<ItemRow>> {
  const { mailbox, folder, associated, need } = sync;
  await requireFolder(executor, mailbox, folder);
  const kinds: readonly ChangeKind[] = associated ? ['item', 'associated'] : ['item'];
  const columns = itemColumnsFor(need);
  const log = executor
    .selectFrom('change')
    .select(['sequence', 'object', 'operation', 'folder'])
    .where('scope', '=', mailbox)
    .where('folder', '=', folder)
    .where('kind', 'in', kinds);
  const source: SyncSource<ItemRow> = {
    async existing(after, through, limit) {
      const items = executor.selectFrom('item').where('mailbox', '=', mailbox).where('folder', '=', folder);
      const rows = (columns === 'all' ? items.selectAll() : items.select(columns))
        .where('counter', '>', after)
        .where('counter', '<=', through)
        .$if(!associated, (query) => query.where('associated', '=', 0))
        .orderBy('counter')
        .limit(limit);
      return (await rows.execute()) as ItemRow[];
    },
    log: (after, through, limit): Promise<LogRow[]> =>
      log.where('sequence', '>', after).where('sequence', '<=', through).orderBy('sequence').limit(limit).execute(),
    current: (counters) => getItems(executor, mailbox, counters, need),
    updates: (counters, after, before): Promise<LogRow[]> =>
      log
        .where('operation', '=', 'update')
        .where('object', 'in', counters)
        .where('sequence', '>', after)
        .where('sequence', '<', before)
        .execute(),
  };
  return synchronize(executor, mailbox, source, sync.position, sync.limit);
}

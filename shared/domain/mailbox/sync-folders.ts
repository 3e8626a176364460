import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { allFolders, foldersBelow, requireFolder } from './folders.ts';
import { type LogRow, type SyncPage, type SyncSource, synchronize } from './sync.ts';
import type { SyncPosition } from './sync-position.ts';

export interface FolderSync {
  readonly mailbox: Guid;
  /** The folders below this one are synchronised. */
  readonly root: number;
  readonly position: SyncPosition | undefined;
  readonly limit: number;
}

/** The next changes of a folder tree, parents before children. Refuses with `folder-not-found`. See {@link synchronize}. */
export async function syncFolders(executor: Executor, sync: FolderSync): Promise<SyncPage<FolderRow>> {
  const { mailbox, root } = sync;
  await requireFolder(executor, mailbox, root);
  const below = foldersBelow(await allFolders(executor, mailbox), root).sort((left, right) => left.counter - right.counter);
  const inTree = new Map(below.map((folder) => [folder.counter, folder]));
  const log = executor
    .selectFrom('change')
    .select(['sequence', 'object', 'operation', 'folder'])
    .where('scope', '=', mailbox)
    .where('kind', '=', 'folder');
  const source: SyncSource<FolderRow> = {
    existing: async (after, through, limit) => below.filter(({ counter }) => counter > after && counter <= through).slice(0, limit),
    async log(after, through, limit) {
      const rows: LogRow[] = await log
        .where('sequence', '>', after)
        .where('sequence', '<=', through)
        .orderBy('sequence')
        .limit(limit)
        .execute();
      const gone = rows.filter((row) => row.operation === 'delete');
      if (gone.length === 0) return rows;
      const removals = await log.where('operation', '=', 'delete').where('sequence', '>', after).where('sequence', '<=', through).execute();
      const parents = new Map(removals.map((row) => [row.object, row.folder]));
      // What lay elsewhere stays in the log, but it says nothing to this client.
      return rows.map((row) =>
        row.operation === 'delete' && !laysBelow(row.folder, root, inTree, parents) ? { ...row, operation: 'none' } : row,
      );
    },
    current: async (counters) =>
      new Map(counters.flatMap((counter) => inTree.get(counter) ?? []).map((folder) => [folder.counter, folder])),
    updates: async () => [],
  };
  return synchronize(executor, mailbox, source, sync.position, sync.limit);
}

/** Whether a removed folder with this parent was in the tree; a parent removed with it has its own row further on. */
function laysBelow(
  parent: number | null,
  root: number,
  inTree: ReadonlyMap<number, FolderRow>,
  parents: ReadonlyMap<number, number | null>,
): boolean {
  for (let at = parent; at !== null && at !== undefined; at = parents.get(at) ?? null) {
    if (at === root || inTree.has(at)) return true;
  }
  return false;
}

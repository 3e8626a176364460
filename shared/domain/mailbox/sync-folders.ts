import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import type { ChangeTable } from '../../store/schema.ts';
import { changeOf } from './change-rows.ts';
import type { FolderRow } from './folder-columns.ts';
import { allFolders, foldersBelow, requireFolder } from './folders.ts';
import { lastNumberOf, type SyncChange, type SyncPage, tellExisting } from './sync.ts';
import { lookedAt, type SyncPosition, startPosition } from './sync-position.ts';

export interface FolderSync {
  readonly mailbox: Guid;
  /** The folders below this one are synchronised. */
  readonly root: number;
  readonly position: SyncPosition | undefined;
  /** Folders that are told initially in one go; what changed since is told at once. */
  readonly limit: number;
}

/**
 * The next changes of a folder tree. First the folders are told by counter, `limit` at a time; then what differs between
 * the tree as the client knows it and as it is. A folder that was moved out of the tree is a delete, with all below it, and
 * one that was moved in a create. In one page parents come before their children. Refuses with `folder-not-found`.
 */
export async function syncFolders(executor: Executor, sync: FolderSync): Promise<SyncPage<FolderRow>> {
  const { mailbox, root, limit } = sync;
  await requireFolder(executor, mailbox, root);
  const now = await lastNumberOf(executor, mailbox);
  const folders = await allFolders(executor, mailbox);
  const start = sync.position ?? startPosition(now);
  const changes: SyncChange<FolderRow>[] = [];
  const byCounter = foldersBelow(folders, root).sort((left, right) => left.counter - right.counter);
  const existing = async (after: number, through: number, most: number): Promise<FolderRow[]> =>
    byCounter.filter(({ counter }) => counter > after && counter <= through).slice(0, most);
  const position = start.phase === 'initial' ? await tellExisting({ existing }, start, now, limit, changes) : start;
  if (position.phase === 'log') changes.push(...differences(await readLog(executor, mailbox, position.since), folders, root, position));
  const inOrder = parentsFirst(changes);
  if (position.phase === 'initial') return { changes: inOrder, position, includesLast: false };
  const end = Math.max(position.since, now);
  const reached = { phase: 'log', after: end, since: end, looks: [{ through: end, at: end }] } as const;
  return { changes: inOrder, position: reached, includesLast: true };
}

/** Rows of the log that are read at a time. */
const logRows = 2000;

/** What happened to folders after a number of the log. */
async function readLog(executor: Executor, mailbox: Guid, since: number): Promise<ChangeTable[]> {
  const rows: ChangeTable[] = [];
  const log = executor.selectFrom('change').selectAll().where('scope', '=', mailbox).where('kind', '=', 'folder').orderBy('sequence');
  for (let after = since; ; ) {
    const page = await log.where('sequence', '>', after).limit(logRows).execute();
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < logRows) return rows;
    after = last.sequence;
  }
}

function differences(
  log: readonly ChangeTable[],
  folders: readonly FolderRow[],
  root: number,
  { looks }: SyncPosition,
): SyncChange<FolderRow>[] {
  const current = new Map(folders.map((folder) => [folder.counter, folder]));
  const past = pastParents(log, current);
  const inTree = new Set(foldersBelow(folders, root).map((folder) => folder.counter));
  const wasInTree = (counter: number, at: number): boolean => {
    for (let parent = past(counter, at); parent !== null; parent = past(parent, at)) if (parent === root) return true;
    return false;
  };
  const touched = new Set(log.map((row) => row.object));
  for (const row of log) {
    if (changeOf(row).origin?.how === 'moved') for (const { counter } of foldersBelow(folders, row.object)) touched.add(counter);
  }
  return [...touched].flatMap((counter): readonly SyncChange<FolderRow>[] => {
    const look = lookedAt(looks, counter);
    const isKnown = look !== undefined && wasInTree(counter, look);
    const row = inTree.has(counter) ? current.get(counter) : undefined;
    if (row === undefined) return isKnown ? [{ kind: 'delete', counter }] : [];
    if (!isKnown) return [{ kind: 'create', counter, row }];
    return row.change_number > look ? [{ kind: 'update', counter, row }] : [];
  });
}

/** Tells in which folder another one lay when the log stood at a number: null for the root, and for what is not known. */
function pastParents(log: readonly ChangeTable[], current: ReadonlyMap<number, FolderRow>): (counter: number, at: number) => number | null {
  // By folder: from when on it lay elsewhere, and where it lay until then; in the order of the log.
  const left = Map.groupBy(
    log.flatMap((row) => {
      const { object, operation, folder, origin } = changeOf(row);
      if (operation === 'delete') return [{ object, sequence: row.sequence, parent: folder }];
      return origin?.how === 'moved' ? [{ object, sequence: row.sequence, parent: origin.folder }] : [];
    }),
    ({ object }) => object,
  );
  return (counter, at) => {
    const next = left.get(counter)?.find(({ sequence }) => sequence > at);
    return next === undefined ? (current.get(counter)?.parent ?? null) : next.parent;
  };
}

/** The same changes: what goes, then the others as they stand, but for folders whose parents stand behind them. */
function parentsFirst(changes: readonly SyncChange<FolderRow>[]): SyncChange<FolderRow>[] {
  const gone = changes.filter((change) => change.kind === 'delete');
  const waiting = new Map(changes.flatMap((change) => (change.kind === 'delete' ? [] : [[change.counter, change] as const])));
  const others: SyncChange<FolderRow>[] = [];
  for (const counter of [...waiting.keys()]) {
    const chain: SyncChange<FolderRow>[] = [];
    for (let next = waiting.get(counter); next !== undefined; next = waiting.get(next.row.parent ?? 0)) {
      waiting.delete(next.counter);
      chain.push(next);
    }
    others.push(...chain.reverse());
  }
  return [...gone, ...others];
}

import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor, Store } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemTable } from '../../store/schema.ts';
import { cancelTimer, setTimer, type Timer } from '../../store/timer-table.ts';
import { getFolderByRole } from './folders.ts';
import { heldBy, keepingOf, keepsAnything, retentionEnds } from './keeping.ts';
import { eraseItem, moveItem } from './move-item.ts';
import { reviewTimer } from './recoverable-timer.ts';
import { nextTurn } from './turns.ts';

/** Items of one transaction: a figure of ours. */
const sliceItems = 50;
/** At most so often is a mailbox looked at whose items are retained for no time at all. */
const leastMs = 86_400_000;
const folders = [
  'recoverableitemsdeletions',
  'recoverableitemspurges',
  'recoverableitemsversions',
  'recoverableitemsdiscoveryholds',
] as const;

/**
 * Removes what has been recoverable for as long as deleted items are retained. What a hold keeps goes to where it is kept and
 * stays until the hold ends. Sets the timer anew for what is left.
 */
export function reviewRecoverable(store: Store): (timer: Timer) => Promise<void> {
  return async ({ due, payload }) => {
    const { mailbox } = payload as { mailbox: Guid };
    if (await waits(store, mailbox, due)) return;
    let next = Infinity;
    for (const role of folders) {
      const folder = await getFolderByRole(store.read, mailbox, role);
      for (let after = 0; folder !== undefined; ) {
        const from = after;
        const slice = await store.transaction((tx) => reviewSlice(tx, { mailbox, folder: folder.counter, after: from }, due));
        next = Math.min(next, slice.next);
        if (slice.last === undefined) break;
        after = slice.last;
        await nextTurn();
      }
    }
    await store.transaction((tx) => setAnew(tx, mailbox, next, due));
  };
}

/** Whether a mailbox is not to be looked at now: it is locked by its move, or is being written by one, or was taken away. */
async function waits(store: Store, mailbox: Guid, due: Instant): Promise<boolean> {
  const row = await store.read.selectFrom('mailbox').select(['transit', 'deleted']).where('guid', '=', mailbox).executeTakeFirst();
  const isMoving = row?.transit === 'Locked' || row?.transit === 'SyncDestination';
  if (isMoving) await store.transaction((tx) => setTimer(tx, reviewTimer(mailbox, due + leastMs)));
  return isMoving || (row !== undefined && row.deleted !== null);
}

interface Slice {
  readonly mailbox: Guid;
  readonly folder: number;
  readonly after: number;
}

const itemsAfter = prepared((db, p: { mailbox: string; folder: number; after: number; limit: number }) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('counter', '>', p.after)
    .orderBy('counter')
    .limit(p.limit),
);

/** Answers the last counter, undefined when there are no more, and when an item of the slice is due next. */
async function reviewSlice(
  tx: Executor,
  slice: Slice,
  instant: Instant,
): Promise<{ readonly last: number | undefined; readonly next: number }> {
  const items = (await itemsAfter.all(tx, { ...slice, limit: sliceItems })) as ItemTable[];
  let next = Infinity;
  for (const item of items) next = Math.min(next, await reviewItem(tx, slice.mailbox, item, instant));
  return { last: items.length < sliceItems ? undefined : items.at(-1)?.counter, next };
}

/** Answers when the item is due next; Infinity when it is gone, or held without end. */
async function reviewItem(tx: Executor, mailbox: Guid, item: ItemTable, instant: Instant): Promise<number> {
  const keeping = await keepingOf(tx, mailbox);
  const ends = retentionEnds(keeping, item);
  if (ends > instant) return ends;
  const held = keepsAnything(keeping) ? await heldBy(tx, keeping, item, instant) : undefined;
  if (held === undefined) {
    await eraseItem(tx, mailbox, item, instant);
    return Infinity;
  }
  const deletions = await getFolderByRole(tx, mailbox, 'recoverableitemsdeletions');
  const target = await getFolderByRole(tx, mailbox, held.where);
  if (item.folder === deletions?.counter && target !== undefined) await moveItem(tx, mailbox, item.counter, target.counter, instant);
  return held.until;
}

/** What came while the others were looked at is not due before all others that have just come would be. */
async function setAnew(tx: Executor, mailbox: Guid, next: number, instant: Instant): Promise<void> {
  const { retentionMs } = await keepingOf(tx, mailbox);
  const recoverable = await tx
    .selectFrom('folder')
    .select((row) => row.fn.sum<number>('item_count').as('items'))
    .where('mailbox', '=', mailbox)
    .where('role', 'in', [...folders])
    .executeTakeFirst();
  const timer = reviewTimer(mailbox, Math.min(next, instant + Math.max(retentionMs, leastMs)));
  if (Number(recoverable?.items ?? 0) === 0) await cancelTimer(tx, timer.id);
  else await setTimer(tx, timer);
}

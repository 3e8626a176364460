import type { MessageChanges, MessageRecord } from '../../../shared/bridges/migration/ports.ts';
import { replicationSettings } from '../../../shared/domain/migration/replication-settings.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { putPortion, type Shelf } from './copy.ts';
import { type Job, type Pair, type Skipped, stateOf, withState } from './job.ts';
import { allFolders, putFolders } from './seed.ts';
import type { GoneMessage } from './state.ts';
import { type ChangeCounts, texts } from './texts.ts';

/** Carries changes over until few are left, in at most ten rounds. */
export async function sync(job: Job): Promise<void> {
  const { maxIncrementalRounds, maxChangesLeft } = replicationSettings;
  for (let round = 1; round <= maxIncrementalRounds; round += 1) {
    if ((await syncOnce(job)) <= maxChangesLeft) break;
  }
  job.ledger.checkSkipped('strict');
}

/** One round over all mailboxes; gives how much had changed. */
export async function syncOnce(job: Job): Promise<number> {
  const { ledger } = job;
  // What is found gone in this round the next one can tell of.
  const before = new Set(ledger.state.gone.map(keyOf));
  let changes = 0;
  for (const pair of job.pairs) changes += await syncMailbox(job, pair);
  const syncs = ledger.state.syncs + 1;
  const candidates = ledger.state.gone.filter((one) => before.has(keyOf(one)));
  const missing = (await inPresentFolders(job, candidates)).map(missingItem);
  await ledger.write({
    state: { syncs, gone: ledger.state.gone.filter((one) => !before.has(keyOf(one))) },
    lines: [...missing.map(({ line }) => line), texts.synced(syncs, changes)],
    skipped: missing,
  });
  return changes;
}

/**
 * One mailbox. The moment for the next round is taken first: what changes meanwhile is told again then. Deletions go before writing, over all
 * folders: a message that moves from one folder to another is deleted in the one and changed in the other.
 */
async function syncMailbox(job: Job, pair: Pair): Promise<number> {
  const { ledger } = job;
  const { source, destination } = pair;
  const since = present(stateOf(job, pair).checkpoint, 'the checkpoint of a mailbox that is copied');
  const next = await source.checkpoint();
  const listed = await allFolders(source);
  const folders = await source.hierarchyChanges(since);
  await putFolders(pair, folders.changed);
  const names = new Map([...listed, ...folders.changed].map(({ entryId, displayName }) => [entryId, displayName]));
  const known = new Set(names.keys());
  // Of a folder that is deleted nobody tells what became of its messages.
  await forgetGone(job, pair, (one) => !names.has(one.folderEntryId));
  const counts = { changed: 0, deleted: 0, read: 0, unread: 0 };
  const touched = (await source.changedFolders(since)).filter((folder) => known.has(folder));
  for (const folder of touched) {
    for await (const { deleted } of source.messageChanges(folder, since)) {
      counts.deleted += deleted.length;
      if (deleted.length > 0) await destination.deleteMessages(deleted);
      await forgetGone(job, pair, among(deleted));
    }
  }
  for (const folder of touched) {
    for await (const changes of source.messageChanges(folder, since)) {
      await writeChanges(job, pair, { name: names.get(folder) ?? '', known }, changes);
      for (const what of ['changed', 'read', 'unread'] as const) counts[what] += changes[what].length;
    }
  }
  if (folders.deleted.length > 0) await destination.deleteFolders(folders.deleted);
  const folderCounts = { changed: folders.changed.length, deleted: folders.deleted.length };
  await ledger.write({
    state: { mailboxes: withState(job, pair, { checkpoint: next }) },
    lines: [texts.changes(pair.name, folderCounts, counts)],
  });
  return folderCounts.changed + folderCounts.deleted + total(counts);
}

async function writeChanges(job: Job, pair: Pair, folder: Shelf, { changed, read, unread }: MessageChanges): Promise<void> {
  const { destination } = pair;
  await forgetGone(job, pair, among(changed.map(({ entryId }) => entryId)));
  if (changed.length > 0) await writeMessages(job, pair, folder, changed);
  if (read.length > 0) await destination.setRead(read, true);
  if (unread.length > 0) await destination.setRead(unread, false);
}

async function writeMessages(job: Job, pair: Pair, folder: Shelf, messages: readonly MessageRecord[]): Promise<void> {
  const { ledger } = job;
  for await (const portion of pair.source.export(messages)) {
    const { left, octets, skipped, gone } = await putPortion(job, pair, folder, portion, messages);
    await ledger.write({ state: { left, gone: [...ledger.state.gone, ...gone] }, octets, skipped, lines: skipped.map(({ line }) => line) });
  }
}

/** What was not there to be read was deleted, or moved: nothing is missing. */
async function forgetGone({ ledger }: Job, { kind }: Pair, isTold: (message: GoneMessage) => boolean): Promise<void> {
  const gone = ledger.state.gone.filter((one) => one.kind !== kind || !isTold(one));
  if (gone.length < ledger.state.gone.length) await ledger.write({ state: { gone } });
}

function among(entryIds: readonly string[]): (message: GoneMessage) => boolean {
  const told = new Set(entryIds);
  return ({ entryId }) => told.has(entryId);
}

/** Those whose folders are still there: of a folder that goes in the midst of a round nobody tells what became of its messages. */
async function inPresentFolders({ pairs }: Job, gone: readonly GoneMessage[]): Promise<readonly GoneMessage[]> {
  const found: GoneMessage[] = [];
  for (const { kind, source } of gone.length === 0 ? [] : pairs) {
    const present = new Set((await allFolders(source)).map(({ entryId }) => entryId));
    found.push(...gone.filter((one) => one.kind === kind && present.has(one.folderEntryId)));
  }
  return found;
}

function keyOf({ kind, entryId }: GoneMessage): string {
  return `${kind} ${entryId}`;
}

function missingItem({ entryId, text, size }: GoneMessage): Skipped {
  return {
    ...{ kind: 'MissingItem', entryId, folder: '', subject: '', messageClass: '', size, failure: text },
    line: texts.missing(text),
  };
}

function total({ changed, deleted, read, unread }: ChangeCounts): number {
  return changed + deleted + read + unread;
}

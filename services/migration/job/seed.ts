import { mayHoldMessages } from '../../../shared/bridges/migration/folder-record.ts';
import type { FolderDetails, FolderRecord, MailboxSize, SourceMailbox } from '../../../shared/bridges/migration/ports.ts';
import { replicationSettings } from '../../../shared/domain/migration/replication-settings.ts';
import { type Job, jobRefusal, type Pair, stateOf, withState } from './job.ts';
import { texts } from './texts.ts';

/** Makes the target mailboxes. A copy that an earlier request, or an earlier attempt, has left is removed first. */
export async function createMailboxes(job: Job): Promise<void> {
  const { ledger, pairs } = job;
  await ledger.write({ stage: 'creatingMailbox' });
  for (const { destination, mailbox } of pairs) {
    if (!(await destination.exists())) continue;
    await destination.deleteMailbox();
    const seconds = replicationSettings.retryDelayMs / 1_000;
    await ledger.write({ lines: [texts.orphanCleared(mailbox), texts.orphanRemoved(seconds)] });
    throw jobRefusal('old-copy-removed', `an old copy of ${mailbox} was in the way`);
  }
  for (const { destination } of pairs) {
    await destination.create();
    await destination.setInTransit('SyncDestination');
  }
  for (const { source, destination, name } of pairs) {
    const target = await destination.information();
    requireRoom(name, (await source.information()).size, target.quota);
    await ledger.write({ target, lines: [texts.connected('target', target), texts.signatureNotKept(name)] });
  }
  await ledger.write({ state: { reached: 'created' }, stage: 'mailboxCreated' });
}

/** A mailbox that is larger than what the target may hold does not begin. What is recoverable has a quota of its own. */
function requireRoom(mailbox: string, { bytes }: MailboxSize, quota: number | null): void {
  if (quota !== null && bytes > quota) throw jobRefusal('over-quota', texts.overQuota(mailbox, bytes, quota));
}

/**
 * Makes the folders. The moment from which changes are synced is taken before they are read: what is made, moved and deleted from then on
 * comes along with the first sync.
 */
export async function createHierarchy(job: Job): Promise<void> {
  const { ledger, pairs } = job;
  await ledger.write({ stage: 'hierarchy' });
  for (const pair of pairs) {
    const checkpoint = await pair.source.checkpoint();
    const folders = await allFolders(pair.source);
    await ledger.write({ lines: [texts.hierarchyBegun(pair.name, folders.length), texts.hierarchyProgress(pair.name, 0)] });
    await putFolders(pair, folders);
    const mailboxes = withState(job, pair, { checkpoint, folders: folders.length });
    await ledger.write({ state: { mailboxes }, lines: [texts.hierarchyDone(pair.name, folders.length)] });
  }
  await ledger.write({ state: { reached: 'hierarchy' } });
}

/** Leaves a mark of this request with the target, by which a later visit knows its own copy. */
export async function takeCheckpoint(job: Job): Promise<void> {
  const { ledger, pairs } = job;
  await ledger.write({ stage: 'checkpoint' });
  for (const pair of pairs) {
    const { folders } = stateOf(job, pair);
    await ledger.write({ lines: [texts.checkpointProgress(pair.name, 0, folders)] });
    await pair.destination.saveSyncState(markOf(job));
    await ledger.write({ lines: [texts.checkpointDone(folders)] });
  }
  await ledger.write({ state: { reached: 'checkpoint' } });
}

/** Refuses where the target is not the copy that this request has made. */
export async function checkTarget(job: Job): Promise<void> {
  for (const { destination, name } of job.pairs) {
    if ((await destination.loadSyncState()) !== markOf(job))
      throw jobRefusal('corrupt-state', `Restarting the move because checkpoint data doesn't exist or is invalid in '${name}'.`);
  }
}

function markOf({ terms }: Job): string {
  return JSON.stringify({ request: terms.request });
}

/** Counts what is to be copied. */
export async function listMessages(job: Job): Promise<void> {
  const { ledger, pairs } = job;
  await ledger.write({ stage: 'enumerating' });
  let [items, bytes] = [0, 0];
  for (const pair of pairs) {
    const total = { items: 0, bytes: 0 };
    for (const folder of await allFolders(pair.source, { looked: true })) {
      if (!mayHoldMessages(folder)) continue;
      for await (const messages of pair.source.messages(folder.entryId)) {
        total.items += messages.length;
        for (const { size } of messages) total.bytes += size;
      }
    }
    items += total.items;
    bytes += total.bytes;
    await ledger.write({ state: { mailboxes: withState(job, pair, { total }) } });
  }
  await ledger.write({
    state: { reached: 'listed' },
    lines: [texts.listed({ items, bytes })],
    amounts: { items: 0, bytes: 0, totalItems: items, totalBytes: bytes },
  });
}

const foldersAtOnce = 200;

/** The hierarchy, parents first. Folders are few beside messages: they are held at once. */
export async function allFolders(source: Pick<SourceMailbox, 'folders'>, besides: FolderDetails = {}): Promise<readonly FolderRecord[]> {
  const found: FolderRecord[] = [];
  for await (const some of source.folders(besides)) found.push(...some);
  return found;
}

/** Makes or changes folders at the target, parents first, in bounded portions. */
export async function putFolders({ destination }: Pick<Pair, 'destination'>, folders: readonly FolderRecord[]): Promise<void> {
  for (let first = 0; first < folders.length; first += foldersAtOnce)
    await destination.putFolders(folders.slice(first, first + foldersAtOnce));
}

import { mayHoldMessages } from '../../../shared/bridges/migration/folder-record.ts';
import type { BadMessage, FolderRecord, MessagePayload, MessageRecord } from '../../../shared/bridges/migration/ports.ts';
import { isTooLarge } from '../../../shared/bridges/migration/refusals.ts';
import { type Job, type Pair, type Skipped, stateOf } from './job.ts';
import { type PortionOutcome, Progress } from './progress.ts';
import { allFolders, putFolders } from './seed.ts';
import { itemText, texts } from './texts.ts';

/**
 * Copies what is there, folder by folder in bounded portions. What is written is noted with the place that it ends at, so that a later visit
 * begins there; a portion that was written and not noted is written once more in its own place.
 */
export async function copyMessages(job: Job): Promise<void> {
  const { ledger, pairs } = job;
  await ledger.write({ stage: 'copying' });
  for (const pair of pairs) {
    const folders = await allFolders(pair.source, { looked: true });
    // Those made since the hierarchy was read.
    await putFolders(pair, folders);
    const known = new Set(folders.map(({ entryId }) => entryId));
    for (const folder of folders) {
      // What comes into an empty folder from now on the next sync brings; nobody is asked what lies there.
      if (!mayHoldMessages(folder) || stateOf(job, pair).copied.folders.includes(folder.entryId)) continue;
      await copyFolder(job, pair, folder, known);
    }
  }
  ledger.checkSkipped('copying');
  await ledger.write({ state: { reached: 'copied' }, lines: [texts.copied] });
}

async function copyFolder(job: Job, pair: Pair, folder: FolderRecord, known: ReadonlySet<string>): Promise<void> {
  const { last } = stateOf(job, pair).copied;
  const progress = new Progress(job, pair);
  try {
    for await (const messages of remaining(pair, folder, last)) {
      for await (const portion of pair.source.export(messages)) {
        const outcome = await putPortion(job, pair, { name: folder.displayName, known }, portion, messages);
        await progress.add(outcome, portion);
        job.ledger.checkSkipped('copying');
      }
    }
  } catch (error) {
    // However often the line is lost, each visit comes further.
    await progress.note();
    throw error;
  }
  await progress.end(folder);
}

/**
 * The messages of a folder after one; all of them where that one is not there any more. What had its place before it and comes after it now has
 * changed, and comes along with the next sync.
 */
async function* remaining({ source }: Pair, { entryId }: FolderRecord, after: string | null): AsyncGenerator<readonly MessageRecord[]> {
  if (after === null) {
    yield* source.messages(entryId);
    return;
  }
  let isFound = false;
  for await (const messages of source.messages(entryId)) {
    if (isFound) yield messages;
    else {
      const place = messages.findIndex((message) => message.entryId === after);
      isFound = place >= 0;
      if (isFound && place + 1 < messages.length) yield messages.slice(place + 1);
    }
  }
  if (!isFound) yield* source.messages(entryId);
}

/** A folder whose messages are written, and all folders that the target has. */
export interface Shelf {
  readonly name: string;
  readonly known: ReadonlySet<string>;
}

/**
 * Writes a portion to the target. `messages`: at least those that it is of. What has moved into a folder that the target does not have
 * yet counts as gone: the next sync brings it.
 */
export async function putPortion(
  { ledger }: Job,
  { kind, destination }: Pair,
  { name: folder, known }: Shelf,
  portion: readonly (MessagePayload | BadMessage)[],
  messages: readonly MessageRecord[],
): Promise<PortionOutcome> {
  const whole = portion.filter((one) => 'octets' in one);
  const payloads = whole.filter(({ folderEntryId }) => known.has(folderEntryId));
  const refused = payloads.length === 0 ? [] : await destination.putMessages(payloads);
  const records = new Map(messages.map((record) => [record.entryId, record]));
  const failed = refused.flatMap(({ entryId, failure }): BadMessage[] => {
    const record = records.get(entryId);
    return record === undefined ? [] : [{ record, kind: isTooLarge(failure) ? 'LargeItem' : 'CorruptItem', failure }];
  });
  const early = whole.flatMap(({ entryId, folderEntryId }): BadMessage[] => {
    const record = records.get(entryId);
    return record === undefined || known.has(folderEntryId) ? [] : [{ record, kind: 'MissingItem', failure: `folder ${folderEntryId}` }];
  });
  const bad = [...portion.filter((one) => 'record' in one), ...failed, ...early];
  const lost = new Set(refused.map(({ entryId }) => entryId));
  const arrived = payloads.filter(({ entryId }) => !lost.has(entryId));
  const bytes = arrived.reduce((sum, { entryId }) => sum + (records.get(entryId)?.size ?? 0), 0);
  const told = new Set(portion.map((one) => ('octets' in one ? one.entryId : one.record.entryId)));
  const leftNow = bad.map(({ record }) => ({ kind, entryId: record.entryId }));
  return {
    left: [...ledger.state.left.filter((one) => one.kind !== kind || !told.has(one.entryId)), ...leftNow],
    written: { items: arrived.length, bytes },
    octets: payloads.reduce((sum, { octets }) => sum + octets.length, 0),
    skipped: bad.filter((one) => one.kind !== 'MissingItem').map((one) => skippedItem(one, folder)),
    gone: bad
      .filter((one) => one.kind === 'MissingItem')
      .map(({ record }) => {
        const { entryId, folderEntryId, size } = record;
        return { kind, entryId, folderEntryId, text: itemText(record, folder, false), size };
      }),
  };
}

/** A message that was left out. */
function skippedItem({ record, kind, failure }: BadMessage, folder: string): Skipped {
  const { entryId, subject, messageClass, size } = record;
  const line = kind === 'LargeItem' ? texts.large(itemText(record, folder, true)) : texts.corrupted(itemText(record, folder, false));
  return { kind, entryId, folder, subject, messageClass, size, failure, line };
}

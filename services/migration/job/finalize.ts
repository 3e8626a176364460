import { mayHoldMessages } from '../../../shared/bridges/migration/folder-record.ts';
import type { ConvertedRecipient, FolderRecord, MailboxSize, MovingRecipient } from '../../../shared/bridges/migration/ports.ts';
import { replicationSettings } from '../../../shared/domain/migration/replication-settings.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { type Job, jobRefusal, type Pair } from './job.ts';
import { allFolders, checkTarget } from './seed.ts';
import { hasReached, type JobState } from './state.ts';
import { syncOnce } from './sync.ts';
import { itemText, texts } from './texts.ts';

/**
 * Locks the source and carries over what has changed last. Whoever comes back here after a crash locks and syncs again: the lock may have ended
 * meanwhile. From `activating` on the target may be in use: it is not compared any more.
 */
export async function finalSync(job: Job): Promise<void> {
  const { ledger, pairs, terms } = job;
  if (!hasReached(ledger.state, 'activating')) await checkTarget(job);
  await ledger.write({ stage: 'finalizing', lines: pairs.map(({ name }) => texts.finalSync(name)) });
  await lockSources(job, 'Locked');
  await syncOnce(job);
  if (ledger.state.gone.length > 0) await syncOnce(job);
  ledger.checkSkipped('completing');
  for (const { kind, source, destination } of pairs)
    if (!terms.skipRules && kind === 'primary') await destination.setRules(await source.rules());
  if (!hasReached(ledger.state, 'activating')) await verify(job);
  await ledger.write({ state: { reached: 'activating' } });
  // Public folders are shut by their organisation, which may open them again when it thinks better of it.
  if (terms.isPublic !== true) await lockSources(job, 'Flipping');
}

async function lockSources({ pairs }: Job, status: 'Locked' | 'Flipping'): Promise<void> {
  for (const { source } of pairs) await source.setInTransit(status);
}

/** Both mailboxes hold the same, but for what was left out. */
async function verify(job: Job): Promise<void> {
  const { ledger, pairs } = job;
  await ledger.write({ lines: [texts.verifying] });
  let folders = 0;
  const all = { items: 0, bytes: 0 };
  for (const pair of pairs) {
    const hierarchy = await allFolders(pair.source, { looked: true });
    const left = await compareMessages(job, pair, hierarchy);
    const [there, here] = [(await pair.source.information()).size, (await pair.destination.information()).size];
    const wanted = itemsOf(there, job) - left;
    if (itemsOf(here, job) !== wanted)
      throw jobRefusal('contents-differ', `${pair.name}: ${wanted} items to come, ${itemsOf(here, job)} there`);
    folders += hierarchy.length;
    all.items += itemsOf(here, job);
    all.bytes += here.bytes + here.deletedBytes;
  }
  await ledger.write({ lines: [texts.verified(folders, all)] });
}

/** Rules are associated items: where they stay behind, those are not counted. */
function itemsOf({ items, deletedItems, associatedItems }: MailboxSize, { terms }: Job): number {
  return items + deletedItems + (terms.skipRules ? 0 : associatedItems);
}

/**
 * Each message of the source is at the target, where that can be asked; with the numbers of both sides nothing is there besides. Gives how many
 * were left out and are still there.
 */
async function compareMessages({ ledger }: Job, pair: Pair, hierarchy: readonly FolderRecord[]): Promise<number> {
  const { kind, name, source, destination } = pair;
  const left = new Set(ledger.state.left.flatMap((one) => (one.kind === kind ? [one.entryId] : [])));
  if (left.size === 0 && destination.differing === undefined) return 0;
  let found = 0;
  for (const folder of hierarchy) {
    // The source is locked, and was looked into.
    if (!mayHoldMessages(folder)) continue;
    const { entryId, displayName } = folder;
    for await (const messages of source.messages(entryId)) {
      const wanted = messages.filter((message) => !left.has(message.entryId));
      found += messages.length - wanted.length;
      const [first, ...more] = (await destination.differing?.(entryId, wanted)) ?? [];
      const differs = messages.find((message) => message.entryId === first);
      if (differs !== undefined)
        throw jobRefusal(
          'contents-differ',
          `${name}: ${itemText(differs, displayName, true)} is not there so, nor are ${more.length} more`,
        );
    }
  }
  return found;
}

/** The flip's first half: the target becomes the person's mailbox. The source stays locked. */
export async function activateTarget(job: Job): Promise<void> {
  const { ledger, terms } = job;
  const first = present(job.pairs[0], 'a mailbox that moves');
  const otherSide = await first.source.recipient();
  const converted = await convert(job, 'destination', otherSide);
  const line = terms.isArchiveOnly ? texts.archiveUpdated('target', converted.server) : texts.becameMailbox(converted.server);
  await ledger.write({
    state: { reached: 'activated', ...warned(ledger.state, converted.warnings) },
    lines: [line, ...converted.warnings],
  });
}

/**
 * The second half: the source becomes a mail user. An attempt that fails is made again until there were too many; then the move is complete with a
 * warning, and both sides have a mailbox (Microsoft Support: "Failed to convert the source mailbox").
 */
export async function convertSource(job: Job): Promise<void> {
  const { ledger, terms } = job;
  await lockSources(job, 'Flipping');
  const first = present(job.pairs[0], 'a mailbox that moves');
  const otherSide = await first.destination.recipient();
  const converted = await convert(job, 'source', otherSide);
  const line = terms.isArchiveOnly ? texts.archiveUpdated('source', converted.server) : texts.becameMailUser(converted.server);
  await ledger.write({
    state: { reached: 'converted', attempts: 0, ...warned(ledger.state, converted.warnings) },
    lines: [line, ...converted.warnings],
  });
}

async function convert({ pairs, terms }: Job, side: 'source' | 'destination', otherSide: MovingRecipient): Promise<ConvertedRecipient> {
  const first = present(pairs[0], 'a mailbox that moves');
  const morph = side === 'destination' ? 'MorphToMailbox' : 'MorphToMailUser';
  const operation = terms.isArchiveOnly ? 'UpdateArchiveOnly' : morph;
  return first[side].convertRecipient({ operation, otherSide, deliveryDomain: terms.deliveryDomain });
}

/** Takes the source mailbox away. That it cannot be is a warning, once it was tried often enough. */
export async function cleanUpSource(job: Job): Promise<void> {
  const { ledger, pairs } = job;
  await ledger.write({ stage: 'cleanup', lines: [texts.cleaning] });
  for (const { source } of pairs) await source.deleteMailbox();
  await ledger.write({ state: { reached: 'cleaned', attempts: 0 }, lines: pairs.map(({ name }) => texts.sourceCleaned(name)) });
}

/** Lets clients into the target, and forgets what the move has kept with it. */
export async function resetTarget(job: Job): Promise<void> {
  const { ledger, pairs } = job;
  for (const { destination } of pairs) {
    await destination.setInTransit('None');
    await destination.saveSyncState(null);
  }
  const lines = pairs.flatMap(({ name }) => [texts.targetReset(name), texts.stateDeleted(name)]);
  await ledger.write({ state: { reached: 'reset' }, lines });
}

/**
 * What is done after the target is in use and fails: it is counted, and passed over when it was tried often enough, for the person has a mailbox that
 * works. Gives whether to go on.
 */
export async function passOver(job: Job, error: unknown): Promise<boolean> {
  const { ledger, pairs } = job;
  const isConverting = !hasReached(ledger.state, 'converted');
  const isCleaning = !isConverting && !hasReached(ledger.state, 'cleaned');
  if (!(error instanceof Refusal) || error.code === 'interrupted' || !hasReached(ledger.state, 'activated')) return false;
  if (!isConverting && !isCleaning) return false;
  const most = replicationSettings.maxCleanupRetries;
  const attempts = ledger.state.attempts + 1;
  const name = present(pairs[0], 'a mailbox that moves').name;
  const warning = isConverting ? texts.convertFailed(name, attempts, most, error.code) : texts.cleanupFailed(error.detail ?? error.code);
  if (attempts < most) {
    await ledger.write({ state: { attempts }, lines: isConverting ? [warning] : [] });
    return false;
  }
  // A source that is still its person's mailbox is nothing to clean up.
  await ledger.write({ state: { reached: 'cleaned', attempts: 0, ...warned(ledger.state, [warning]) }, lines: [warning] });
  return true;
}

function warned({ warnings }: JobState, more: readonly string[]): Pick<JobState, 'warnings'> {
  return { warnings: [...warnings, ...more] };
}

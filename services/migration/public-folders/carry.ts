import { Refusal } from '../../../shared/kernel/refusal.ts';
import { describeEnds } from '../connect.ts';
import { finalSync } from '../job/finalize.ts';
import type { Job } from '../job/job.ts';
import { seedAndSync } from '../job/run-job.ts';
import { copyAccessAgain } from '../job/secure.ts';
import { allFolders } from '../job/seed.ts';
import { hasReached } from '../job/state.ts';
import { texts } from '../job/texts.ts';
import type { Carrying, Kind } from '../kind.ts';
import type { PublicFolderEnds } from './doors.ts';
import { checkQuotas } from './quotas.ts';

interface CarriedFolders extends Carrying {
  readonly ends: PublicFolderEnds;
}

/** Public folders that are carried from another organisation into held public folder mailboxes of this one. */
export const publicFolderMigrations: Kind<CarriedFolders> = {
  async carry(parts, organization, ledger, signal) {
    const { request } = ledger;
    const ends = await parts.publicFolders.open(organization, request, signal);
    const { source, destination } = ends.pair;
    const terms = { request: request.guid, isArchiveOnly: false, deliveryDomain: '', skipRules: false, isPublic: true };
    const job: Job = { terms, pairs: [ends.pair], ledger, now: () => ledger.now() };
    return {
      ends,
      begin: () => describeEnds(organization, ledger, [ends.pair]),
      async sync() {
        if (!hasReached(ledger.state, 'seeded')) await checkQuotas(ends);
        await seedAndSync(job);
      },
      complete: () => completeMigration(job, ends),
      release: () => releaseSource(ends),
      async close() {
        for (const end of [source, destination]) await end.close();
      },
    };
  },
  /** What has come so far goes, and the mailbox is held as before: another batch begins anew. */
  async undo(parts, organization, ledger, carrying) {
    if (carrying !== undefined) await releaseSource(carrying.ends);
    if (hasReached(ledger.state, 'activated')) return;
    const target = carrying?.ends.pair.destination ?? (await parts.publicFolders.target(organization, ledger.request));
    if (await target.exists()) await target.deleteMailbox();
  },
};

/**
 * The last changes come over and the target is opened. The source must be locked by its administrators, and stays so; what it has as
 * mail-enabled folders must have objects here, which Microsoft's script Sync-ModernMailPublicFolders.ps1 makes.
 */
async function completeMigration(job: Job, ends: PublicFolderEnds): Promise<void> {
  const { ledger } = job;
  if (!hasReached(ledger.state, 'activated')) {
    const isOpened = hasReached(ledger.state, 'activating') && !(await ends.pair.destination.exists());
    if (!isOpened) {
      await requireReady(ends);
      await finalSync(job);
    }
    if (!isOpened) await copyAccessAgain(job);
    await allFolders(ends.source);
    await ends.openTarget(ends.source.mailFolders());
    await ledger.write({ state: { reached: 'activated' }, lines: [texts.publicFoldersOpened(ends.source.mailFolders().length)] });
  }
  await releaseSource(ends);
  await ends.pair.destination.saveSyncState(null);
  await ledger.write({ state: { reached: 'reset' }, lines: [texts.stateDeleted(ends.pair.name)] });
}

async function requireReady(ends: PublicFolderEnds): Promise<void> {
  if (!(await ends.isLocked())) throw permanent(texts.publicFoldersNotLocked);
  await allFolders(ends.source);
  const [missing] = await ends.withoutObject(ends.source.mailFolders());
  if (missing !== undefined) throw permanent(texts.notMailEnabled(missing.path, missing.objectGuid));
}

/** What cannot be reached is free again when the lock of the final sync is over. */
async function releaseSource({ source }: Pick<PublicFolderEnds, 'source'>): Promise<void> {
  try {
    await source.setInTransit('None');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function permanent(message: string): Refusal<string> {
  return new Refusal('MigrationPermanentException', { detail: message, values: { Message: message } });
}

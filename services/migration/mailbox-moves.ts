import type { MoveRequest } from '../../shared/domain/migration/move-request.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { describeEnds } from './connect.ts';
import { passOver } from './job/finalize.ts';
import type { Job, Pair } from './job/job.ts';
import { complete, seedAndSync } from './job/run-job.ts';
import { hasReached } from './job/state.ts';
import type { Carrying, Kind } from './kind.ts';
import type { MoveLedger } from './ledger.ts';

/** A move that is under way, with the mailboxes at both its ends. */
interface Moving extends Carrying {
  readonly pairs: readonly Pair[];
}

/** Mailboxes that move between organisations. */
export const mailboxMoves: Kind<Moving> = {
  async carry(parts, organization, ledger, signal) {
    const { request } = ledger;
    const pairs = await parts.open(organization, request, signal, hasReached(ledger.state, 'activated'));
    const job: Job = { terms: termsOf(request), pairs, ledger, now: () => ledger.now() };
    return {
      pairs,
      begin: () => describeEnds(organization, ledger, pairs),
      sync: () => seedAndSync(job),
      complete: () => completeMove(job),
      release: () => releaseSources(pairs),
      async close() {
        for (const { source, destination } of pairs) for (const end of [source, destination]) await end.close();
      },
    };
  },
  /** A request that was removed before it was complete leaves nothing: the source is its owner's again, the copy goes. */
  async undo(parts, organization, ledger, carrying) {
    const pairs = carrying?.pairs ?? [];
    // A person whose target is in use keeps that one: the source stays closed.
    const isFlipped = isFlipping(ledger) && !(await pairs[0]?.destination.exists());
    if (!isFlipped) await releaseSources(pairs);
    await parts.discard(organization, ledger.request);
    try {
      for (const { destination } of pairs) if (await destination.exists()) await destination.deleteMailbox();
    } catch (error) {
      // A copy that cannot be reached is removed by the next request of the person.
      if (!(error instanceof Refusal)) throw error;
    }
  },
};

function isFlipping({ state }: MoveLedger): boolean {
  return hasReached(state, 'activating');
}

async function completeMove(job: Job): Promise<void> {
  for (;;) {
    try {
      await complete(job);
      return;
    } catch (error) {
      if (!(await passOver(job, error))) throw error;
    }
  }
}

/** Lets the owner of the source work again; what cannot be reached frees itself when the lock is over. */
async function releaseSources(pairs: readonly Pair[]): Promise<void> {
  for (const { source } of pairs) {
    try {
      await source.setInTransit('None');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

function termsOf({ guid, parts, deliveryDomain, terms }: MoveRequest): Job['terms'] {
  return { request: guid, isArchiveOnly: parts === 'ArchiveOnly', deliveryDomain, skipRules: terms.ignoreRuleLimitErrors };
}

import { present } from '../../../shared/kernel/assert.ts';
import { copyMessages } from './copy.ts';
import { activateTarget, cleanUpSource, convertSource, finalSync, resetTarget } from './finalize.ts';
import type { Job } from './job.ts';
import { amountsOf } from './progress.ts';
import { copySecurity } from './secure.ts';
import { checkTarget, createHierarchy, createMailboxes, listMessages, takeCheckpoint } from './seed.ts';
import { hasReached, type Step } from './state.ts';
import { sync } from './sync.ts';
import { texts } from './texts.ts';

type Stage = readonly [reaches: Step, run: (job: Job) => Promise<void>];

/** The first copy. */
const seeding: readonly Stage[] = [
  ['created', createMailboxes],
  ['hierarchy', createHierarchy],
  ['checkpoint', takeCheckpoint],
  ['listed', listMessages],
  ['copied', copyMessages],
  ['secured', copySecurity],
];

/** The flip: source locked, target activated, source converted, then what is left. */
const completion: readonly Stage[] = [
  ['activated', activateTarget],
  ['converted', convertSource],
  ['cleaned', cleanUpSource],
  ['reset', resetTarget],
];

/** Copies what is there where that is not done yet, then carries changes over until few are left. */
export async function seedAndSync(job: Job): Promise<void> {
  const { ledger } = job;
  // Not after the target is in use.
  if (hasReached(ledger.state, 'activating')) return;
  for (const { source } of job.pairs) await source.setInTransit('SyncSource');
  if (hasReached(ledger.state, 'checkpoint')) await checkTarget(job);
  await runStages(job, seeding);
  await ledger.write({ stage: 'seeded' });
  await sync(job);
  if (!hasReached(ledger.state, 'seeded')) {
    const [written] = amountsOf(ledger.state.mailboxes);
    await ledger.write({ state: { reached: 'seeded' }, lines: [texts.seeded(written)] });
  }
}

/** Completes a move that is synced. */
export async function complete(job: Job): Promise<void> {
  if (!hasReached(job.ledger.state, 'activated') && !(await isActivated(job))) await finalSync(job);
  await runStages(job, completion);
}

/** Whether the target is in use although that was not noted any more: then nothing is written to it from outside. */
async function isActivated({ ledger, pairs }: Job): Promise<boolean> {
  return hasReached(ledger.state, 'activating') && !(await present(pairs[0], 'a mailbox that moves').destination.exists());
}

async function runStages(job: Job, stages: readonly Stage[]): Promise<void> {
  for (const [reaches, run] of stages) if (!hasReached(job.ledger.state, reaches)) await run(job);
}

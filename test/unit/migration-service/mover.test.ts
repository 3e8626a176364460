import { afterEach, beforeEach, expect, test } from 'vitest';
import { settleIdle } from '../../../shared/domain/migration/move-requests.ts';
import { replicationSettings } from '../../../shared/domain/migration/replication-settings.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { noon } from '../../support/move-requests.ts';
import { cut } from './memory-mailboxes.ts';
import { type MovingGround, openFilledGround, tailspin } from './moving-ground.ts';

const second = 1_000;
const hour = 3_600_000;
let ground: MovingGround;
beforeEach(async () => {
  ground = await openFilledGround();
});
afterEach(() => ground.close());

const status = async () => {
  const { status, progress, due } = await ground.request();
  return { status, detail: progress.detail, percent: progress.percent, due };
};

test('a request goes through to the end by itself', async () => {
  await ground.make();
  expect(await status()).toMatchObject({ status: 'Completed', detail: 'Completed', percent: 100 });
  expect(ground.destination.contents()).toEqual(ground.source.contents());
  expect([ground.source.isActive, ground.destination.isActive]).toEqual([false, true]);
  const { progress } = await ground.request();
  expect(progress.transferred).toEqual({ count: 9, bytes: 9 * 8 });
  expect(progress.source).toMatchObject({ server: 'mb1', version: '15.2.1544.11', database: 'DB1' });
  const lines = await ground.lines();
  expect(lines[0]).toMatch(/^The Microsoft Exchange Mailbox Replication service '.*' \(15\..*\) is examining the request\.$/);
  expect(lines[1]).toBe(
    "Connected to source mailbox '00000000-0000-4000-8000-000000000001 (Primary)', database 'DB1', Mailbox server 'mb1' Version 15.2 (Build 1544.11).",
  );
  expect(lines.filter((line) => line.startsWith('Stage: '))).toEqual([
    'Stage: CreatingFolderHierarchy. Percent complete: 10.',
    'Stage: CreatingInitialSyncCheckpoint. Percent complete: 15.',
    'Stage: LoadingMessages. Percent complete: 20.',
    'Stage: IncrementalSync. Percent complete: 95.',
    'Stage: FinalIncrementalSync. Percent complete: 95.',
  ]);
  expect(lines).toContain('Copy progress: 9/9 messages, 72 B (72 bytes)/72 B (72 bytes).');
  expect(lines.at(-1)).toBe('The request is done.');
});

test('what is over goes when it is as old as it may be', async () => {
  await ground.make({ completedAgeLimitMs: hour });
  await ground.advance(hour - second);
  expect(await status()).toMatchObject({ status: 'Completed' });
  await ground.advance(2 * second);
  await expect(ground.request()).rejects.toThrow('the request');
});

test('what is over stays until it is as old as it may be, however often it is looked at', async () => {
  await ground.make({ completedAgeLimitMs: hour });
  await look();
  expect(await status()).toMatchObject({ status: 'Completed', due: noon + hour });
});

test('a move that may not complete yet syncs each day until it may', async () => {
  await ground.make({ preventCompletion: true });
  expect(await status()).toMatchObject({ status: 'Synced', percent: 95 });
  expect([ground.source.transit, ground.source.isActive]).toEqual(['None', true]);
  ground.source.add('root', 'the next day');
  await ground.advance(23 * hour);
  expect(ground.destination.written.size).toBe(9);
  await ground.advance(hour);
  expect(ground.destination.written.size).toBe(10);
  expect(await status()).toMatchObject({ status: 'Synced' });
  await ground.resume({ preventCompletion: false });
  expect(await status()).toMatchObject({ status: 'Completed' });
});

test('CompleteAfter holds a move back until that moment', async () => {
  const at = ground.clock.now('tailspin') + 5 * hour;
  await ground.make({ completeAfter: at });
  expect(await status()).toMatchObject({ status: 'Synced', due: at });
  await ground.advance(5 * hour);
  expect(await status()).toMatchObject({ status: 'Completed' });
});

test('SuspendWhenReadyToComplete stops a move before its flip', async () => {
  await ground.make({ suspendWhenReadyToComplete: true });
  expect(await status()).toEqual({ status: 'AutoSuspended', detail: 'AutoSuspended', percent: 95, due: null });
  await ground.advance(48 * hour);
  expect(await status()).toMatchObject({ status: 'AutoSuspended' });
  await ground.resume({ suspendWhenReadyToComplete: false });
  expect(await status()).toMatchObject({ status: 'Completed' });
});

test('suspending is heard between two portions, and the move goes on from there', async () => {
  let exports = 0;
  ground.source.before = (call) => {
    if (call === 'export') exports += 1;
    if (exports === 3 && call === 'export') void ground.set({ suspend: true });
  };
  await ground.make();
  expect(await status()).toMatchObject({ status: 'Suspended', detail: 'Suspended', due: null });
  const written = ground.destination.written.size;
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThan(9);
  expect(ground.source.transit).toBe('None');
  ground.source.before = () => {};
  let puts = 0;
  ground.destination.before = (call) => {
    if (call === 'putMessages') puts += 1;
  };
  await ground.resume();
  expect(await status()).toMatchObject({ status: 'Completed' });
  expect(puts).toBeLessThan(9 - written + 1);
});

test('a request that is removed in the midst leaves nothing behind', async () => {
  ground.source.before = (call) => void (call === 'export' && void ground.set({ canceled: true }));
  const { guid } = { guid: 'the request' };
  await ground.make();
  await expect(ground.request()).rejects.toThrow(guid);
  expect([ground.destination.isMade, ground.source.transit, ground.source.isActive]).toEqual([false, 'None', true]);
});

test('a request is removed although the other side cannot be reached', async () => {
  await ground.make({ preventCompletion: true });
  ground.opening = () => {
    throw cut();
  };
  await ground.set({ canceled: true });
  await look();
  await expect(ground.request()).rejects.toThrow('the request');
  expect(ground.destination.isMade).toBe(false);
});

test('a failure that may pass is retried every 30 seconds, and the streak ends with success', async () => {
  let cuts = 3;
  ground.opening = () => {
    cuts -= 1;
    if (cuts >= 0) throw cut();
  };
  await ground.make();
  expect(await status()).toMatchObject({ status: 'InProgress', detail: 'NetworkFailure' });
  expect((await ground.request()).progress).toMatchObject({ retries: 1, failure: { type: 'CommunicationErrorTransientException' } });
  await ground.advance(60 * second);
  expect((await ground.request()).progress.retries).toBe(3);
  await ground.advance(30 * second);
  expect(await status()).toMatchObject({ status: 'Completed' });
  expect((await ground.request()).progress).toMatchObject({ retries: 0, totalRetries: 3, failure: null });
  const told = (await ground.lines()).filter((line) => line.startsWith('Transient error'));
  expect(told[0]).toBe('Transient error CommunicationErrorTransientException has occurred. The system will retry (1/60).\ncut');
  expect(await ground.facts('Failure')).toHaveLength(3);
});

test('after 60 retries in a row the request ends, and can be taken up again', async () => {
  ground.opening = () => {
    throw cut();
  };
  await ground.make();
  await ground.advance(60 * 30 * second);
  expect(await status()).toMatchObject({ status: 'Failed', due: null });
  const { failure } = (await ground.request()).progress;
  expect(failure?.type).toBe('TooManyTransientFailureRetriesPermanentException');
  expect(failure?.message).toMatch(
    /^The job encountered too many transient failures \(61\) and is quitting\. The most common failure is CommunicationErrorTransientException with the hit count 60\./,
  );
  ground.opening = () => {};
  await ground.resume();
  expect(await status()).toMatchObject({ status: 'Completed' });
});

test('a locked source and a full proxy are waited for, and that counts as no retry', async () => {
  ground.opening = () => {
    throw new Refusal('SourceMailboxAlreadyBeingMovedTransientException', { values: { Message: 'locked' } });
  };
  await ground.make();
  const at = ground.clock.now('tailspin');
  expect(await status()).toMatchObject({ detail: 'StalledDueToSource_MailboxLock', due: at + replicationSettings.mailboxLockoutRetryMs });
  ground.opening = () => {
    throw new Refusal('MRSProxyConnectionLimitReachedTransientException', { values: { Message: 'full' } });
  };
  await ground.advance(replicationSettings.mailboxLockoutRetryMs);
  expect(await status()).toMatchObject({ detail: 'ProxyBackoff' });
  expect((await ground.request()).progress.retries).toBe(0);
  ground.opening = () => {};
  await ground.advance(replicationSettings.proxyLimitBackoffMs);
  expect(await status()).toMatchObject({ status: 'Completed' });
});

test('a refusal that no retry helps ends the request at once, and frees the source', async () => {
  ground.destination.before = (call) => {
    if (call === 'putMessages') throw new Refusal('MailboxSizeExceedsTargetQuotaPermanentException', { values: { Message: 'too large' } });
  };
  await ground.make();
  expect(await status()).toMatchObject({ status: 'Failed', detail: 'FailedOther', due: null });
  expect((await ground.request()).progress.failure).toMatchObject({ message: 'too large' });
  expect(ground.source.transit).toBe('None');
});

test('more bad items than allowed end a request; with a higher limit it goes on', async () => {
  for (const id of [...ground.source.messagesById.keys()].slice(0, 3)) ground.source.bad.set(id, 'CorruptItem');
  await ground.make({ badItemLimit: 2 });
  expect(await status()).toMatchObject({ status: 'Failed', detail: 'FailedBadItemLimit' });
  expect((await ground.request()).progress).toMatchObject({ badItems: 3, failure: { type: 'TooManyBadItemsPermanentException' } });
  expect(await ground.facts('BadItem')).toHaveLength(3);
  await ground.resume({ badItemLimit: 3 });
  expect(await status()).toMatchObject({ status: 'Completed' });
  expect(ground.destination.written.size).toBe(6);
});

test('a target that lost what the move kept there is written anew', async () => {
  await ground.make({ preventCompletion: true });
  ground.destination.syncState = null;
  await ground.advance(24 * hour);
  expect(
    (await ground.lines()).some((line) => line.startsWith("Restarting the move because checkpoint data doesn't exist or is invalid in")),
  ).toBe(true);
  await ground.advance(60 * second);
  expect(await status()).toMatchObject({ status: 'Synced' });
  expect(ground.destination.contents()).toEqual(ground.source.contents());
});

test('once the target is in use, the rest is tried every 30 seconds', async () => {
  cutConversions(3);
  await ground.make();
  expect(await status()).toMatchObject({ status: 'CompletionInProgress', detail: 'NetworkFailure' });
  expect([ground.source.transit, ground.destination.isActive]).toEqual(['Flipping', true]);
  // Nobody stops half a flip.
  await ground.set({ suspend: true });
  await ground.advance(90 * second);
  expect(await status()).toMatchObject({ status: 'Completed' });
  const lines = await ground.lines();
  expect(lines).toContain(
    "Failed to convert the source mailbox '00000000-0000-4000-8000-000000000001 (Primary)' to mail-enabled user after the move. Attempt 3/480. Error: CommunicationErrorTransientException.",
  );
});

test('a source that is out of reach once the target is in use ends the move with a warning, after 480 attempts', async () => {
  let isCut = false;
  ground.source.before = (call) => {
    isCut ||= call === 'convertRecipient';
    if (isCut) throw cut();
  };
  ground.opening = () => {
    if (isCut) throw cut();
  };
  await ground.make();
  for (let attempt = 2; attempt < 480; attempt += 1) await ground.advance(30 * second);
  expect(await status()).toMatchObject({ status: 'CompletionInProgress', detail: 'NetworkFailure' });
  await ground.advance(30 * second);
  expect(await status()).toMatchObject({ status: 'CompletedWithWarning' });
  expect([ground.source.transit, ground.destination.isActive, ground.destination.transit]).toEqual(['Flipping', true, 'None']);
  expect((await ground.lines()).filter((line) => line.startsWith('Failed to convert the source mailbox'))).toHaveLength(480);
});

test('what is being completed is completed although somebody removes it, and goes then', async () => {
  cutConversions(1);
  await ground.make();
  expect(await status()).toMatchObject({ status: 'CompletionInProgress' });
  await ground.set({ canceled: true });
  await ground.advance(30 * second);
  await expect(ground.request()).rejects.toThrow('the request');
  expect([ground.source.isActive, ground.source.exists, ground.destination.isActive]).toEqual([false, false, true]);
  expect(ground.destination.contents()).toEqual(ground.source.contents());
});

test('a request that a defect has ended in the midst of its flip goes, and leaves its person one mailbox', async () => {
  await failHalfFlipped();
  await ground.set({ canceled: true });
  await look();
  await expect(ground.request()).rejects.toThrow('the request');
  expect([ground.destination.isMade, ground.destination.isActive, ground.source.isLocked]).toEqual([true, true, true]);
});

test.each([
  ['to stop before its end', { suspendWhenReadyToComplete: true }],
  ['by a batch that does not complete yet', { preventCompletion: true }],
])('half a flip that a defect has ended is finished when it is taken up again %s', async (_how, terms) => {
  await failHalfFlipped();
  await ground.resume(terms);
  expect(await status()).toMatchObject({ status: 'Completed' });
  expect([ground.source.isActive, ground.source.exists, ground.destination.isActive]).toEqual([false, false, true]);
});

/** The source cannot be reached so many times when it is to be converted. */
function cutConversions(times: number): void {
  let cuts = times;
  ground.source.before = (call) => {
    if (call !== 'convertRecipient') return;
    cuts -= 1;
    if (cuts >= 0) throw cut();
  };
}

/** Makes a request that a defect ends each time it has begun its flip, until it fails. */
async function failHalfFlipped(): Promise<void> {
  ground.source.before = (call) => {
    if (call === 'convertRecipient') throw new TypeError('a defect');
  };
  await ground.make();
  await ground.advance(replicationSettings.poisonLimit * 30 * second);
  expect(await status()).toMatchObject({ status: 'Failed' });
  ground.defects.splice(0);
  ground.source.before = () => {};
}

/** Has the request looked at now. */
async function look(): Promise<void> {
  const current = await ground.request();
  await ground.store.transaction((tx) => settleIdle(tx, current, { ...current, due: ground.clock.now(tailspin.name) }));
  await ground.mover.settled();
}

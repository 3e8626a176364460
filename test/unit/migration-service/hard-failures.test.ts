import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMover } from '../../../services/migration/mover.ts';
import { replicationSettings } from '../../../shared/domain/migration/replication-settings.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { DatabaseAway } from '../../../shared/store/database-away.ts';
import { cut } from './memory-mailboxes.ts';
import { type MovingGround, openMovingGround } from './moving-ground.ts';

const hour = 3_600_000;
const { poisonLimit, retryDelayMs, reconnectAbandonMs, stuckMs } = replicationSettings;
let ground: MovingGround;
beforeEach(async () => {
  ground = await openMovingGround();
  ground.source.add('root', 'a letter');
});
afterEach(async () => {
  vi.useRealTimers();
  await ground.close();
});

const status = async () => {
  const { status, progress, due } = await ground.request();
  return { status, detail: progress.detail, type: progress.failure?.type, message: progress.failure?.message, due };
};

test('a defect is told and tried again, and what is met five times in a row ends the request', async () => {
  ground.opening = () => {
    throw new TypeError('a defect');
  };
  await ground.make();
  const at = ground.clock.now('tailspin');
  expect(await status()).toMatchObject({ status: 'InProgress', detail: 'TransientFailure', due: at + retryDelayMs });
  await ground.advance((poisonLimit - 2) * retryDelayMs);
  expect(await status()).toMatchObject({ status: 'InProgress' });
  await ground.advance(retryDelayMs);
  expect(await status()).toMatchObject({
    ...{ status: 'Failed', detail: 'FailedOther', type: 'JobPoisonedPermanentException', due: null },
    message: 'Internal errors, or the end of its process, have stopped the job 5 times in a row.',
  });
  expect(ground.defects.splice(0)).toEqual(Array.from({ length: poisonLimit }, () => new TypeError('a defect')));
  expect((await ground.lines()).filter((line) => line.startsWith('An internal error has stopped the job.'))).toHaveLength(4);
  ground.opening = () => {};
  await ground.resume();
  expect(await status()).toMatchObject({ status: 'Completed' });
});

test('a database that is away for a moment is no defect of the move, however often it is', async () => {
  let times = 0;
  ground.opening = () => {
    times += 1;
    if (times <= poisonLimit) throw new DatabaseAway(new Error('Connection terminated'));
  };
  await ground.make();
  expect(await status()).toMatchObject({ status: 'Completed', type: undefined });
  expect((await ground.lines()).filter((line) => line.startsWith('An internal error'))).toEqual([]);
});

test('defects count in a row: what goes well in between begins the count anew', async () => {
  let visits = 0;
  ground.opening = () => {
    visits += 1;
    if (visits % poisonLimit !== 0) throw new TypeError('a defect');
  };
  await ground.make({ preventCompletion: true, incrementalSyncMs: hour });
  await ground.advance(poisonLimit * retryDelayMs);
  expect(await status()).toMatchObject({ status: 'Synced', type: undefined });
  await ground.advance(hour + poisonLimit * retryDelayMs);
  expect(await status()).toMatchObject({ status: 'Synced' });
  expect(ground.defects.splice(0)).toHaveLength(2 * (poisonLimit - 1));
});

test('a request whose process dies five times in a row is not taken up any more', async () => {
  await ground.mover.stop();
  ground.opening = () => new Promise(() => {});
  await ground.make();
  for (let deaths = 1; deaths <= poisonLimit; deaths += 1) {
    const mover = ground.another(ground.parts.holder);
    await mover.start();
    await expect.poll(async () => (await ground.request()).progress.poison).toBe(deaths);
    // It ends without a word of it.
    void mover.stop();
  }
  const last = ground.another(ground.parts.holder);
  await last.start();
  await last.settled();
  expect(await status()).toMatchObject({ status: 'Failed', type: 'JobPoisonedPermanentException' });
  await last.stop();
});

test('a process that ends in order counts as no death', async () => {
  const opened = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  ground.opening = () => {
    opened.resolve();
    return gate.promise;
  };
  const making = ground.make();
  await opened.promise;
  const stopping = ground.mover.stop();
  gate.resolve();
  await Promise.all([making, stopping]);
  expect((await ground.request()).progress.poison).toBe(0);
});

test('a request that reaches an end for two days no more is given up, whatever it waits for', async () => {
  ground.opening = () => {
    throw new Refusal('SourceMailboxAlreadyBeingMovedTransientException', { values: { Message: 'locked' } });
  };
  await ground.make();
  await ground.advance(reconnectAbandonMs - hour);
  expect(await status()).toMatchObject({ status: 'InProgress', detail: 'StalledDueToSource_MailboxLock' });
  await ground.advance(hour);
  expect(await status()).toMatchObject({
    ...{ status: 'Failed', detail: 'FailedOther', type: 'SourceMailboxConnectionStalePermanentException', due: null },
    message: "Couldn't connect to the source mailbox. --> locked",
  });
  await ground.resume();
  expect(await status()).toMatchObject({ status: 'InProgress', detail: 'StalledDueToSource_MailboxLock' });
  ground.opening = () => {};
  await ground.advance(hour);
  expect(await status()).toMatchObject({ status: 'Completed' });
});

test('time in which nothing was tried counts for nothing', async () => {
  await ground.make({ preventCompletion: true, incrementalSyncMs: 2 * reconnectAbandonMs });
  ground.opening = () => {
    throw new Refusal('MRSProxyConnectionLimitReachedTransientException', { values: { Message: 'full' } });
  };
  await ground.advance(2 * reconnectAbandonMs + hour);
  expect(await status()).toMatchObject({ status: 'InProgress', detail: 'ProxyBackoff' });
  ground.opening = () => {};
  await ground.advance(hour);
  expect(await status()).toMatchObject({ status: 'Synced' });
  expect((await ground.request()).progress.unreachedSince).toBeNull();
});

test('a visit that writes nothing for three hours is stuck', async () => {
  await ground.mover.stop();
  let now = Date.now();
  const opened = Promise.withResolvers<void>();
  ground.opening = async (_request, signal) => {
    opened.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw cut();
  };
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const mover = createMover({ ...ground.parts, realNow: () => now });
  await ground.make();
  await mover.start();
  await opened.promise;
  now += stuckMs - 1;
  vi.advanceTimersByTime(60_000);
  expect(await status()).toMatchObject({ status: 'InProgress' });
  now += 1;
  vi.advanceTimersByTime(60_000);
  await mover.settled();
  expect(await status()).toMatchObject({
    ...{ status: 'Failed', detail: 'FailedStuck', type: 'JobStuckPermanentException', due: null },
    message: 'The job is at work, and has come no further for 3 hours.',
  });
  await mover.stop();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MoveRequest, movePriorities } from '../../../shared/domain/migration/move-request.ts';
import { moveStages, percentCopied } from '../../../shared/domain/migration/move-stages.ts';
import {
  atStage,
  checkChangeable,
  checkRemovable,
  checkResumable,
  checkSuspendable,
  completed,
  completing,
  copied,
  failed,
  mostCommonFailure,
  queued,
  recovered,
  retriedLater,
  started,
  suspended,
  synced,
  waiting,
} from '../../../shared/domain/migration/move-transitions.ts';
import { replicationSettings } from '../../../shared/domain/migration/replication-settings.ts';
import { isOver, mayBecome, type RequestStatus, requestStatuses, stalledDetail } from '../../../shared/domain/migration/request-status.ts';
import { noon, plainRequest } from '../../support/move-requests.ts';

const minute = 60_000;
const failure = { type: 'CommunicationErrorTransientException', code: -2_146_233_088, side: 'Source', message: 'gone', at: noon } as const;
const statuses = Object.keys(requestStatuses) as RequestStatus[];
const inStatus = (status: RequestStatus) => plainRequest('mary', { status });

test('a move that goes well shows the percents and details of its stages', () => {
  let request: MoveRequest = plainRequest('mary');
  const seen: string[] = [];
  const step = (change: Partial<MoveRequest>) => {
    request = { ...request, ...change };
    const { stage, detail, percent } = request.progress;
    seen.push(`${request.status} ${stage} ${detail} ${percent}`);
  };
  step(started(request, noon));
  for (const stage of ['creatingMailbox', 'mailboxCreated', 'hierarchy', 'checkpoint', 'enumerating'] as const)
    step(atStage(request, stage, noon));
  step(copied(request, { count: 1, bytes: 0 }, 200, noon));
  step(copied(request, { count: 2, bytes: 100 }, 200, noon));
  step(copied(request, { count: 3, bytes: 200 }, 200, noon));
  const last = synced(request, noon);
  expect(last.next).toBe('complete');
  step(last);
  step(completing(request, noon));
  step(atStage(request, 'cleanup', noon));
  step(completed(request, noon, { warnings: false }));
  expect(seen).toEqual([
    'InProgress None InitializingMove 0',
    'InProgress CreatingMailbox CreatingMailbox 0',
    'InProgress MailboxCreated CreatingMailbox 5',
    'InProgress CreatingFolderHierarchy CreatingFolderHierarchy 10',
    'InProgress CreatingInitialSyncCheckpoint CreatingInitialSyncCheckpoint 15',
    'InProgress LoadingMessages LoadingMessages 20',
    'InProgress LoadingMessages CopyingMessages 25',
    'InProgress LoadingMessages CopyingMessages 60',
    'InProgress LoadingMessages CopyingMessages 95',
    'InProgress IncrementalSync IncrementalSync 95',
    'CompletionInProgress FinalIncrementalSync Finalization 95',
    'CompletionInProgress Cleanup Cleanup 99',
    'Completed SyncFinished Completed 100',
  ]);
  expect(request.due).toBeNull();
});

test('the bar never falls and never leaves its stage', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (written, total) => {
      const percent = percentCopied(written, total);
      expect(percent).toBeGreaterThanOrEqual(moveStages.copying.percent);
      expect(percent).toBeLessThanOrEqual(moveStages.seeded.percent);
    }),
  );
  const far = copied(started2(), { count: 2, bytes: 100 }, 100, noon);
  expect(copied({ ...started2(), ...far }, { count: 3, bytes: 100 }, 400, noon).progress.percent).toBe(95);
  expect(percentCopied(0, 0)).toBe(25);
});

function started2(): MoveRequest {
  const request = plainRequest('mary');
  return { ...request, ...started(request, noon) };
}

test.each<[string, (request: MoveRequest) => unknown, readonly RequestStatus[]]>([
  ['suspended', checkSuspendable, ['Queued', 'InProgress', 'AutoSuspended', 'Synced', 'Suspended', 'Failed']],
  ['resumed', checkResumable, ['None', 'Queued', 'InProgress', 'AutoSuspended', 'Synced', 'Suspended', 'Failed']],
  ['removed', checkRemovable, statuses.filter((status) => status !== 'CompletionInProgress')],
  ['changed', checkChangeable, ['None', 'Queued', 'InProgress', 'AutoSuspended', 'Synced', 'Suspended', 'Failed']],
  ['completed', (request) => completed(request, noon, { warnings: true }), ['CompletionInProgress', 'CompletedWithWarning']],
  [
    'begun to be completed',
    (request) => completing(request, noon),
    ['Queued', 'InProgress', 'AutoSuspended', 'Synced', 'Suspended', 'Failed', 'CompletionInProgress'],
  ],
  ['queued', (request) => queued(request, noon), ['None', 'Queued', 'InProgress', 'AutoSuspended', 'Synced', 'Suspended', 'Failed']],
  [
    'suspended by the worker',
    (request) => suspended(request, noon),
    ['Queued', 'InProgress', 'AutoSuspended', 'Synced', 'Suspended', 'Failed'],
  ],
])('only a request in one of these states can be %s', (_what, act, allowed) => {
  for (const status of statuses) {
    const refused = (() => {
      try {
        act(inStatus(status));
        return undefined;
      } catch (error) {
        return error as { code: string; values: object };
      }
    })();
    expect([status, refused === undefined]).toEqual([status, allowed.includes(status)]);
    if (refused !== undefined) expect(refused).toMatchObject({ code: 'not-allowed', values: { Status: status } });
  }
});

test('what is over becomes nothing else', () => {
  expect(statuses.filter(isOver)).toEqual(['Completed', 'CompletedWithWarning']);
  for (const from of statuses.filter(isOver)) expect(statuses.filter((to) => mayBecome(from, to))).toEqual([from]);
});

test('failures in a row are retried sixty times, each after half a minute; success begins anew', () => {
  let request = started2();
  for (let count = 1; count <= replicationSettings.maxRetries; count += 1) {
    const type = count === 7 ? 'OtherTransientException' : failure.type;
    const next = retriedLater(request, { ...failure, type }, noon);
    expect(next).toMatchObject({ status: 'InProgress', due: noon + 30_000, progress: { retries: count, detail: 'TransientFailure' } });
    request = { ...request, ...next };
  }
  expect(retriedLater(request, failure, noon)).toBeUndefined();
  expect(mostCommonFailure(request.progress)).toEqual({ type: failure.type, hits: 59 });
  const again = recovered(request, noon);
  expect(again.progress).toMatchObject({ retries: 0, totalRetries: 60, failure: null, detail: 'InitializingMove' });
  expect(retriedLater({ ...request, ...again }, failure, noon)?.progress.retries).toBe(1);
  expect(mostCommonFailure(again.progress)).toBeUndefined();
});

test.each([
  [599, true],
  [600, false],
])('after %i retries in all, another one is granted: %s', (totalRetries, granted) => {
  const request = started2();
  const tired = { ...request, progress: { ...request.progress, totalRetries } };
  expect(retriedLater(tired, failure, noon) !== undefined).toBe(granted);
});

test.each<[string, Partial<MoveRequest['terms']>, object]>([
  ['goes on to complete', {}, { next: 'complete', status: 'InProgress' }],
  ['waits for Resume-MoveRequest', { suspendWhenReadyToComplete: true }, { next: 'suspended', status: 'AutoSuspended', due: null }],
  ['is held back for its batch', { preventCompletion: true }, { next: 'later', status: 'Synced', due: noon + 24 * 60 * minute }],
  ['waits for its hour', { completeAfter: noon + minute }, { next: 'later', status: 'Synced', due: noon + minute }],
  [
    'synchronises again before its hour',
    { completeAfter: noon + 3 * minute, incrementalSyncMs: minute },
    { next: 'later', due: noon + minute },
  ],
  ['has reached its hour', { completeAfter: noon }, { next: 'complete' }],
  [
    'is held back although its hour has come',
    { completeAfter: noon, preventCompletion: true },
    { next: 'later', due: noon + 24 * 60 * minute },
  ],
])('a request that holds the same as its source %s', (_what, terms, expected) => {
  const request = plainRequest('mary', { status: 'InProgress', terms });
  const state = synced(request, noon);
  expect(state).toMatchObject(expected);
  expect(state.progress).toMatchObject({ percent: 95, moments: { lastSuccessfulSync: noon, initialSeedingCompleted: noon } });
});

test('the moment of the first whole copy stays', () => {
  const first = synced(plainRequest('mary', { status: 'InProgress', terms: { preventCompletion: true } }), noon);
  const second = synced({ ...plainRequest('mary', { terms: { preventCompletion: true } }), ...first }, noon + minute);
  expect(second.progress.moments).toMatchObject({ initialSeedingCompleted: noon, lastSuccessfulSync: noon + minute });
});

test('time belongs to the state that lasted', () => {
  const request = plainRequest('mary');
  let now: MoveRequest = { ...request, ...started(request, noon + minute) };
  now = { ...now, ...waiting(now, stalledDetail('Target', 'DiskLatency'), noon + 9 * minute, noon + 3 * minute) };
  expect(now).toMatchObject({ due: noon + 9 * minute, progress: { detail: 'StalledDueToTarget_DiskLatency', retries: 0 } });
  now = { ...now, ...started(now, noon + 9 * minute) };
  now = { ...now, ...retriedLater(now, failure, noon + 10 * minute) };
  now = { ...now, ...started(now, noon + 11 * minute) };
  now = { ...now, ...failed(now, failure, noon + 15 * minute) };
  now = { ...now, ...queued(now, noon + 20 * minute) };
  expect(now.progress.durationsMs).toEqual({
    queued: minute,
    inProgress: 7 * minute,
    stalled: 6 * minute,
    transientFailure: minute,
    failed: 5 * minute,
  });
  expect(now).toMatchObject({
    status: 'Queued',
    due: noon + 20 * minute,
    progress: { failure: null, moments: { started: noon + minute } },
  });
});

test('a request that begins later is looked at then', () => {
  expect(queued(plainRequest('mary', { status: 'Suspended', terms: { startAfter: noon + 5 } }), noon).due).toBe(noon + 5);
});

test('the order of priorities is that of the page', () => {
  expect(movePriorities.indexOf('Emergency')).toBeGreaterThan(movePriorities.indexOf('Normal'));
});

import { expect, test } from 'vitest';
import {
  batchStatusOf,
  type MigrationUserStatus,
  migrationUserStatuses,
  retentionDue,
  summaryOf,
  type UserCounts,
  userStatusOf,
} from '../../../shared/domain/migration/migration-states.ts';
import type { MoveRequest } from '../../../shared/domain/migration/move-request.ts';
import { noon, plainRequest } from '../../support/move-requests.ts';

const day = 86_400_000;
const running = { started: noon, stopped: false, completes: false, startAfter: null, completeAfter: null };
const none = { failure: null, request: null, ended: null };
const failure = { type: 'x', message: 'x', at: noon };
const guid = plainRequest('mary').guid;

const moved = (status: MoveRequest['status'], change: { moments?: object; terms?: object } = {}) => {
  const request = plainRequest('mary', { status, terms: { preventCompletion: true, ...change.terms } });
  return { ...request, progress: { ...request.progress, moments: { ...request.progress.moments, ...change.moments } } };
};
const seeded = { initialSeedingCompleted: noon };

test.each<[MigrationUserStatus, object, object, MoveRequest | undefined]>([
  ['Queued', none, { ...running, started: null }, undefined],
  ['Validating', none, running, undefined],
  ['Stopped', none, { ...running, stopped: true }, undefined],
  ['Failed', { ...none, failure }, running, undefined],
  // His request was removed behind the batch's back.
  ['Failed', { ...none, request: guid }, running, undefined],
  ['Completed', { ...none, request: guid, ended: 'Completed' }, running, undefined],
  ['Syncing', none, running, moved('Queued')],
  ['Syncing', none, running, moved('InProgress')],
  ['Stopping', none, running, moved('InProgress', { terms: { suspend: true } })],
  ['IncrementalSyncing', none, running, moved('InProgress', { moments: seeded })],
  ['Completing', none, { ...running, completes: true }, moved('InProgress', { moments: seeded, terms: { preventCompletion: false } })],
  ['Synced', none, running, moved('Synced', { moments: seeded })],
  ['Synced', none, running, moved('AutoSuspended', { moments: seeded })],
  ['IncrementalStopped', none, { ...running, stopped: true }, moved('Synced', { moments: seeded })],
  ['Completing', none, running, moved('CompletionInProgress')],
  ['Completed', none, { ...running, completes: true }, moved('Completed')],
  ['CompletedWithWarnings', none, { ...running, completes: true }, moved('CompletedWithWarning')],
  // Completed by Resume-MoveRequest while the batch was to wait.
  ['Failed', none, running, moved('Completed')],
  ['Stopped', none, running, moved('Suspended')],
  ['IncrementalStopped', none, running, moved('Suspended', { moments: seeded })],
  ['Failed', none, running, moved('Failed')],
  ['IncrementalFailed', none, running, moved('Failed', { moments: seeded })],
  ['CompletionFailed', none, running, moved('Failed', { moments: { ...seeded, finalSyncStarted: noon } })],
  ['Removing', none, running, moved('InProgress', { terms: { canceled: true } })],
])('a user is %s', (status, user, batch, request) => {
  expect(userStatusOf(user as typeof none, batch as typeof running, request)).toBe(status);
});

test('every status of a user belongs to a summary', () => {
  expect(migrationUserStatuses.map(summaryOf)).not.toContain(undefined);
});

test.each<[string, object, UserCounts]>([
  ['Created', { started: null }, { Queued: 2 }],
  ['Waiting', { startAfter: noon + 1 }, { Syncing: 2 }],
  ['Syncing', {}, { Syncing: 1, Synced: 1 }],
  ['Syncing', {}, { Validating: 1, Failed: 1 }],
  ['Synced', {}, { Synced: 2 }],
  ['SyncedWithErrors', {}, { Synced: 1, Failed: 1 }],
  ['IncrementalSyncing', {}, { Synced: 1, IncrementalSyncing: 1 }],
  ['Failed', {}, { Failed: 1, IncrementalFailed: 1 }],
  ['Completing', { completes: true }, { Synced: 1, Completed: 1 }],
  ['Completing', { completes: true }, { Completing: 1, Completed: 1 }],
  ['Synced', { completes: true, completeAfter: noon + 1 }, { Synced: 2 }],
  ['Completed', { completes: true }, { Completed: 1, CompletedWithWarnings: 1 }],
  ['CompletedWithErrors', { completes: true }, { Completed: 1, CompletionFailed: 1 }],
  ['Stopping', { stopped: true }, { Stopping: 1, Stopped: 1 }],
  ['Stopped', { stopped: true }, { Stopped: 1, IncrementalStopped: 1 }],
])('a batch is %s', (status, batch, counts) => {
  expect(batchStatusOf({ ...running, ...batch }, counts, noon)).toBe(status);
});

test.each([
  ['Synced', 60, 'Stopped'],
  ['SyncedWithErrors', 60, 'Stopped'],
  ['Stopped', 90, 'removed'],
  ['Failed', 90, 'removed'],
  ['Completed', 60, 'removed'],
  ['CompletedWithErrors', 60, 'removed'],
] as const)('a batch that has been %s for %i days is %s', (status, days, becomes) => {
  expect(retentionDue(status, noon, noon + days * day - 1)).toBeUndefined();
  expect(retentionDue(status, noon, noon + days * day)).toBe(becomes);
  expect(retentionDue('Syncing', noon, noon + 1_000 * day)).toBeUndefined();
});

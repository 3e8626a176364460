import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { type MigrationBatch, termsOfBatch } from './batches.ts';
import { type DataConsistencyScore, worstScore } from './consistency-score.ts';
import {
  batchStatusOf,
  type MigrationBatchStatus,
  type MigrationUserStatus,
  type MigrationUserSummary,
  migrationUserSummaries,
  summaryOf,
  userStatusOf,
} from './migration-states.ts';
import { listMigrationUsers, type MigrationUser } from './migration-users.ts';
import type { MoveRequest } from './move-request.ts';
import { listMoveRequests } from './move-requests.ts';

/** Somebody in a batch, with his request and what follows from both. */
export interface UserState {
  readonly user: MigrationUser;
  readonly request: MoveRequest | undefined;
  readonly status: MigrationUserStatus;
}

/** A batch with everybody in it. */
export interface BatchState {
  readonly batch: MigrationBatch;
  readonly users: readonly UserState[];
  readonly status: MigrationBatchStatus;
  readonly counts: Readonly<Record<MigrationUserSummary, number>>;
  readonly score: DataConsistencyScore;
}

/** Reads in portions, each in its own transaction or in none. */
export type ReadPortion = <T>(work: (executor: Executor) => Promise<T>) => Promise<T>;

const page = 1_000;

/** Everybody in a batch, in the order of its list. */
export async function usersOfBatch(read: ReadPortion, organization: string, batch: MigrationBatch): Promise<readonly UserState[]> {
  const { batch: batchName } = termsOfBatch(batch);
  const requests = new Map<Guid, MoveRequest>();
  for (let after: Guid | undefined; ; ) {
    const filter = { batch: batchName, after, limit: page };
    const portion = await read((executor) => listMoveRequests(executor, organization, filter));
    for (const request of portion) requests.set(request.guid, request);
    if (portion.length < page) break;
    after = portion.at(-1)?.guid;
  }
  const users: UserState[] = [];
  for (let offset = 0; ; offset += page) {
    const place = { batch: batch.name, offset, limit: page };
    const portion = await read((executor) => listMigrationUsers(executor, organization, place));
    for (const user of portion) {
      const request = user.request === null ? undefined : requests.get(user.request);
      users.push({ user, request, status: userStatusOf(user, batch, request) });
    }
    if (portion.length < page) return users;
  }
}

/** How far a batch is. */
export async function stateOfBatch(read: ReadPortion, organization: string, batch: MigrationBatch, at: Instant): Promise<BatchState> {
  const users = await usersOfBatch(read, organization, batch);
  const counts: Partial<Record<MigrationUserStatus, number>> = {};
  for (const { status } of users) counts[status] = (counts[status] ?? 0) + 1;
  const summaries = migrationUserSummaries.map(
    (summary) => [summary, users.filter(({ status }) => summaryOf(status) === summary).length] as const,
  );
  return {
    ...{ batch, users, status: batchStatusOf(batch, counts, at) },
    counts: Object.fromEntries(summaries) as Record<MigrationUserSummary, number>,
    score: worstScore(users.map(({ request }) => request?.progress.score ?? 'Perfect')),
  };
}

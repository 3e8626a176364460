import type { MigrationBatch } from '../../domain/migration/batches.ts';
import { termsOfBatch } from '../../domain/migration/batches.ts';
import { type DataConsistencyScore, worstScore } from '../../domain/migration/consistency-score.ts';
import {
  batchStatusOf,
  type MigrationBatchStatus,
  type MigrationUserStatus,
  type MigrationUserSummary,
  migrationUserSummaries,
  summaryOf,
  userStatusOf,
} from '../../domain/migration/migration-states.ts';
import { listMigrationUsers, type MigrationUser } from '../../domain/migration/migration-users.ts';
import type { MoveRequest } from '../../domain/migration/move-request.ts';
import { listMoveRequests } from '../../domain/migration/move-requests.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { CmdletScope } from '../cmdlet.ts';

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

const page = 1_000;

/** Everybody in a batch, in the order of its list. */
export async function usersOfBatch({ organization, transaction }: CmdletScope, batch: MigrationBatch): Promise<readonly UserState[]> {
  const { batch: batchName } = termsOfBatch(batch);
  const requests = new Map<Guid, MoveRequest>();
  for (let after: Guid | undefined; ; ) {
    const portion = await transaction((tx) => listMoveRequests(tx, organization.name, { batch: batchName, after, limit: page }));
    for (const request of portion) requests.set(request.guid, request);
    if (portion.length < page) break;
    after = portion.at(-1)?.guid;
  }
  const users: UserState[] = [];
  for (let offset = 0; ; offset += page) {
    const portion = await transaction((tx) => listMigrationUsers(tx, organization.name, { batch: batch.name, offset, limit: page }));
    for (const user of portion) {
      const request = user.request === null ? undefined : requests.get(user.request);
      users.push({ user, request, status: userStatusOf(user, batch, request) });
    }
    if (portion.length < page) return users;
  }
}

/** How far a batch is. */
export async function stateOfBatch(scope: CmdletScope, batch: MigrationBatch): Promise<BatchState> {
  const users = await usersOfBatch(scope, batch);
  const counts: Partial<Record<MigrationUserStatus, number>> = {};
  for (const { status } of users) counts[status] = (counts[status] ?? 0) + 1;
  return {
    ...{ batch, users, status: batchStatusOf(batch, counts, scope.at) },
    counts: Object.fromEntries(
      migrationUserSummaries.map((summary) => [summary, users.filter(({ status }) => summaryOf(status) === summary).length] as const),
    ) as Record<MigrationUserSummary, number>,
    score: worstScore(users.map(({ request }) => request?.progress.score ?? 'Perfect')),
  };
}

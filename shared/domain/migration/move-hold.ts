import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import { touchScope } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { lockingRow } from '../../store/locking.ts';
import { prepared } from '../../store/prepared.ts';
import { storableJson } from '../../store/storable.ts';
import { migrationRefusal } from './errors.ts';
import type { MoveRequest } from './move-request.ts';
import { getMoveRequest, type MoveKey, moveScope, requestColumns, requestOf, wakeFor } from './move-requests.ts';
import type { MoveState } from './move-transitions.ts';

/** Who works on requests, and for how long he may keep others from one; machine time. */
export interface MoveHolder {
  readonly name: string;
  readonly now: number;
  readonly leaseMs: number;
}

const take = prepared((db, p: { organization: string; guid: string; name: string; until: number }) =>
  db
    .updateTable('move_request')
    .set({ owner: p.name, lease: p.until })
    .where('organization', '=', p.organization)
    .where('guid', '=', p.guid),
);
const renew = prepared((db, p: { organization: string; guid: string; name: string; until: number }) =>
  db
    .updateTable('move_request')
    .set({ lease: p.until })
    .where('organization', '=', p.organization)
    .where('guid', '=', p.guid)
    .where('owner', '=', p.name),
);
const held = prepared((db, p: { organization: string; guid: string }) =>
  db.selectFrom('move_request').select(['owner', 'version']).where('organization', '=', p.organization).where('guid', '=', p.guid),
);
const save = prepared((db, p: { organization: string; guid: string; name: string; until: number; status: string; progress: string }) =>
  db
    .updateTable('move_request')
    .set({ status: p.status, progress: p.progress, lease: p.until })
    .where('organization', '=', p.organization)
    .where('guid', '=', p.guid)
    .where('owner', '=', p.name),
);

/**
 * Takes the request that is to be worked on next, or undefined: it is due at `until`, and no other process has it. Who was
 * killed loses his requests when their lease is over. Those of the endpoints in `full` (folded names) wait.
 */
export async function claimMoveRequest(
  tx: Executor,
  organization: string,
  { until, full = [] }: { readonly until: Instant; readonly full?: readonly string[] },
  { name, now, leaseMs }: MoveHolder,
): Promise<MoveRequest | undefined> {
  let due = tx
    .selectFrom('move_request')
    .select(requestColumns)
    .where('organization', '=', organization)
    .where('due', '<=', until)
    .where((row) => row.or([row('owner', 'is', null), row('lease', '<=', now)]));
  if (full.length > 0) due = due.where('endpoint_fold', 'not in', full);
  const row = await lockingRow(due.orderBy('priority', 'desc').orderBy('due').orderBy('created').orderBy('guid').limit(1), tx);
  if (row === undefined) return undefined;
  await take.run(tx, { organization, guid: row.guid, name, until: now + leaseMs });
  return requestOf({ ...row, owner: name, lease: now + leaseMs });
}

/**
 * Writes how far a request is that this process has, and renews its lease; answers the request with the terms as they are
 * now, by which the holder sees that somebody suspends, changes or removes it. `syncState`: null forgets it, absent leaves it.
 * Refuses with `lease-lost` where another process has it: then nothing more may be done for it.
 */
export async function saveProgress(
  tx: Executor,
  { organization, guid }: MoveKey,
  { status, progress, syncState }: Pick<MoveState, 'status' | 'progress'> & { readonly syncState?: object | null | undefined },
  { name, now, leaseMs }: MoveHolder,
): Promise<MoveRequest> {
  const changes = { organization, guid, name, until: now + leaseMs, status, progress: storableJson(progress) };
  if ((await save.run(tx, changes)) === 0) throw lost({ organization, guid }, name);
  if (syncState !== undefined)
    await tx
      .updateTable('move_request')
      .set({ sync_state: syncState === null ? null : storableJson(syncState) })
      .where('organization', '=', organization)
      .where('guid', '=', guid)
      .execute();
  return present(await getMoveRequest(tx, { organization, guid }), `the request ${guid}`);
}

/** Whether a request is this holder's as it was read: nobody else has it, and its terms are the same. */
export async function isHeldAsRead(executor: Executor, request: MoveRequest, { name }: Pick<MoveHolder, 'name'>): Promise<boolean> {
  const row = await held.first(executor, { organization: request.organization, guid: request.guid });
  return row !== undefined && row.owner === name && row.version === request.version;
}

/** Renews the lease of a request during a long step. Refuses with `lease-lost`. */
export async function keepMoveRequest(tx: Executor, { organization, guid }: MoveKey, { name, now, leaseMs }: MoveHolder): Promise<void> {
  if ((await renew.run(tx, { organization, guid, name, until: now + leaseMs })) === 0) throw lost({ organization, guid }, name);
}

/** Gives a request back, to be looked at again at `due`; null: when somebody says so. Terms set since the last save are looked at at once. */
export async function releaseMoveRequest(
  tx: Executor,
  { organization, guid, version }: MoveKey & Pick<MoveRequest, 'version'>,
  due: Instant | null,
  holder: Pick<MoveHolder, 'name'>,
  at: Instant,
): Promise<void> {
  const current = await getMoveRequest(tx, { organization, guid });
  if (current?.owner !== holder.name) throw lost({ organization, guid }, holder.name);
  const next = current.version === version ? due : at;
  await tx
    .updateTable('move_request')
    .set({ owner: null, lease: null, due: next })
    .where('organization', '=', organization)
    .where('guid', '=', guid)
    .where('owner', '=', holder.name)
    .execute();
  await wakeFor(tx, { organization, guid }, next);
}

/** Gives back all that a process had when it was killed, as it begins anew: they are due as they were. */
export async function releaseMoveRequests(tx: Executor, organization: string, { name }: Pick<MoveHolder, 'name'>): Promise<void> {
  await tx
    .updateTable('move_request')
    .set({ owner: null, lease: null })
    .where('organization', '=', organization)
    .where('owner', '=', name)
    .execute();
  touchScope(tx, moveScope(organization));
}

/** Requests that processes work on, by the folded name of their endpoint ('' without one): what MaxConcurrentMigrations bounds. `now`: machine time. */
export async function heldByEndpoint(executor: Executor, organization: string, now: number): Promise<ReadonlyMap<string, number>> {
  const rows = await executor
    .selectFrom('move_request')
    .select((row) => ['endpoint_fold', row.fn.countAll<number>().as('held')])
    .where('organization', '=', organization)
    .where('owner', 'is not', null)
    .where('lease', '>', now)
    .groupBy('endpoint_fold')
    .execute();
  return new Map(rows.map(({ endpoint_fold, held }) => [endpoint_fold, Number(held)]));
}

/** When there is something to do next: the world's moment at which the first free request is due, the machine's at which the first lease ends. */
export async function nextMove(
  executor: Executor,
  organization: string,
  now: number,
): Promise<{ readonly due: Instant | undefined; readonly leaseEnds: number | undefined }> {
  const own = executor.selectFrom('move_request').where('organization', '=', organization).where('due', 'is not', null);
  const free = await own
    .select((row) => row.fn.min('due').as('due'))
    .where((row) => row.or([row('owner', 'is', null), row('lease', '<=', now)]))
    .executeTakeFirst();
  const leased = await own
    .select((row) => row.fn.min('lease').as('ends'))
    .where('lease', '>', now)
    .executeTakeFirst();
  return { due: free?.due ?? undefined, leaseEnds: leased?.ends ?? undefined };
}

function lost({ guid }: MoveKey, name: string): Error {
  return migrationRefusal('lease-lost', `the request ${guid} is not held by ${name}`);
}

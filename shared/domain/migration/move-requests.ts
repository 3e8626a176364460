import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { touchScope } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import type { MoveRequestTable } from '../../store/migration-schema.ts';
import { prepared } from '../../store/prepared.ts';
import { storableJson } from '../../store/storable.ts';
import { cancelTimer, setTimer } from '../../store/timer-table.ts';
import { migrationRefusal } from './errors.ts';
import { noteEnded } from './migration-users.ts';
import { removeReport } from './move-report.ts';
import { type MoveOrigin, type MoveProgress, type MoveRequest, type MoveTerms, movePriorities } from './move-request.ts';
import type { MoveState } from './move-transitions.ts';
import type { RequestStatus } from './request-status.ts';

/** The scope of an organisation's requests in the change feed: whoever moves mailboxes is woken by it. */
export function moveScope(organization: string): string {
  return `moves:${organization}`;
}

/** The kind of timer that has a request looked at again; payload `{ organization, request }`. */
export const moveTimer = 'move-request';

/** Where a request is. */
export interface MoveKey {
  readonly organization: string;
  readonly guid: Guid;
}

/** A row without what only whoever works on it reads. */
type Shown = Omit<MoveRequestTable, 'sync_state'>;

const shown = [
  ...(['organization', 'guid', 'recipient', 'status', 'batch_fold', 'endpoint_fold', 'priority', 'created'] as const),
  ...(['due', 'version', 'owner', 'lease', 'origin', 'terms', 'progress'] as const),
] as const;

const byGuid = prepared((db, p: { organization: string; guid: string }) =>
  db.selectFrom('move_request').select(shown).where('organization', '=', p.organization).where('guid', '=', p.guid),
);
const byRecipient = prepared((db, p: { organization: string; recipient: string }) =>
  db.selectFrom('move_request').select(shown).where('organization', '=', p.organization).where('recipient', '=', p.recipient),
);
const syncStateOf = prepared((db, p: { organization: string; guid: string }) =>
  db.selectFrom('move_request').select('sync_state').where('organization', '=', p.organization).where('guid', '=', p.guid),
);

/** Makes a request and has it looked at when it is due. Refuses with `request-exists` where the person has one. */
export async function createMoveRequest(tx: Executor, request: Omit<MoveRequest, 'version' | 'owner' | 'lease'>): Promise<MoveRequest> {
  const made: MoveRequest = { ...request, version: 1, owner: null, lease: null };
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('move_request')
    .values({ ...rowOf(made), sync_state: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (Number(numInsertedOrUpdatedRows ?? 0) === 0)
    throw migrationRefusal('request-exists', `${request.recipient} has a move request`, { Recipient: request.recipient });
  await wakeFor(tx, made, made.due);
  return made;
}

/** A request, or undefined. */
export async function getMoveRequest(executor: Executor, { organization, guid }: MoveKey): Promise<MoveRequest | undefined> {
  const row = await byGuid.first(executor, { organization, guid });
  return row === undefined ? undefined : requestOf(row);
}

/** The request of a person, or undefined. */
export async function moveRequestOf(executor: Executor, organization: string, recipient: Guid): Promise<MoveRequest | undefined> {
  const row = await byRecipient.first(executor, { organization, recipient });
  return row === undefined ? undefined : requestOf(row);
}

/** Which requests are asked for; all that is said must hold. */
export interface MoveFilter {
  readonly status?: RequestStatus | undefined;
  /** Name of the batch. */
  readonly batch?: string | undefined;
  /** GUID after which the next portion begins. */
  readonly after?: Guid | undefined;
  readonly limit: number;
}

/** Requests by their GUID. */
export async function listMoveRequests(executor: Executor, organization: string, filter: MoveFilter): Promise<readonly MoveRequest[]> {
  let query = executor.selectFrom('move_request').select(shown).where('organization', '=', organization);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.batch !== undefined) query = query.where('batch_fold', '=', foldKey(filter.batch));
  if (filter.after !== undefined) query = query.where('guid', '>', filter.after);
  return (await query.orderBy('guid').limit(filter.limit).execute()).map(requestOf);
}

/**
 * Changes what administrators set about a request that was read. Whoever works on it sees the terms with his next save;
 * where nobody does, {@link settleIdle} says when it is looked at. Refuses with `request-changed` where somebody else changed
 * them since.
 */
export async function changeTerms(tx: Executor, request: MoveRequest, terms: MoveTerms): Promise<MoveRequest> {
  const { organization, guid, version } = request;
  const { numUpdatedRows } = await tx
    .updateTable('move_request')
    .set({ ...columnsOfTerms(terms), version: version + 1 })
    .where('organization', '=', organization)
    .where('guid', '=', guid)
    .where('version', '=', version)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw migrationRefusal('request-changed', `the request ${guid} was changed meanwhile`);
  touchScope(tx, moveScope(organization));
  return present(await getMoveRequest(tx, { organization, guid }), `the request ${guid}`);
}

/**
 * Sets the state of a request that nobody works on, for cmdlets: what a worker does is {@link saveProgress}. False: a
 * process has it, which sees the terms by itself.
 */
export async function settleIdle(tx: Executor, { organization, guid }: MoveKey, { status, progress, due }: MoveState): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('move_request')
    .set({ status, progress: storableJson(progress), due })
    .where('organization', '=', organization)
    .where('guid', '=', guid)
    .where('owner', 'is', null)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) return false;
  await wakeFor(tx, { organization, guid }, due);
  return true;
}

/** From where a request goes on: opaque, of whoever works on it. */
export async function readSyncState<T extends object>(executor: Executor, { organization, guid }: MoveKey): Promise<T | null> {
  const row = await syncStateOf.first(executor, { organization, guid });
  return row === undefined || row.sync_state === null ? null : (JSON.parse(row.sync_state) as T);
}

/** Takes a request and its report away; a batch remembers what the request had become. */
export async function removeMoveRequest(tx: Executor, { organization, guid }: MoveKey): Promise<void> {
  const current = await getMoveRequest(tx, { organization, guid });
  if (current !== undefined) await noteEnded(tx, current);
  await tx.deleteFrom('move_request').where('organization', '=', organization).where('guid', '=', guid).execute();
  await removeReport(tx, { organization, guid });
  await cancelTimer(tx, timerId({ organization, guid }));
  touchScope(tx, moveScope(organization));
}

/** Sets or cancels the timer of a request and wakes whoever moves mailboxes. */
export async function wakeFor(tx: Executor, key: MoveKey, due: Instant | null): Promise<void> {
  const { organization, guid } = key;
  if (due === null) await cancelTimer(tx, timerId(key));
  else await setTimer(tx, { id: timerId(key), due, kind: moveTimer, payload: { organization, request: guid } });
  touchScope(tx, moveScope(organization));
}

function timerId({ organization, guid }: MoveKey): string {
  return `${moveTimer}/${organization}/${guid}`;
}

function columnsOfTerms(terms: MoveTerms): Pick<MoveRequestTable, 'terms' | 'batch_fold' | 'endpoint_fold' | 'priority'> {
  return {
    terms: storableJson(terms),
    batch_fold: foldKey(terms.batch),
    endpoint_fold: foldKey(terms.endpoint ?? ''),
    priority: movePriorities.indexOf(terms.priority),
  };
}

function rowOf({ guid, organization, status, terms, progress, due, version, owner, lease, ...origin }: MoveRequest): Shown {
  return {
    ...{ organization, guid, recipient: origin.recipient, status, created: origin.created, due, version, owner, lease },
    ...columnsOfTerms(terms),
    origin: storableJson(origin),
    progress: storableJson(progress),
  };
}

/** A row as a request. */
export function requestOf(row: Shown): MoveRequest {
  const origin = JSON.parse(row.origin) as Omit<MoveOrigin, 'type'> & Partial<MoveOrigin>;
  return {
    // Requests were moves before there were others.
    ...{ ...origin, type: origin.type ?? 'ExchangeRemoteMove' },
    ...{ guid: row.guid as Guid, organization: row.organization, status: row.status as RequestStatus },
    ...{ due: row.due, version: row.version, owner: row.owner, lease: row.lease },
    terms: JSON.parse(row.terms) as MoveTerms,
    progress: JSON.parse(row.progress) as MoveProgress,
  };
}

/** The columns that make a request. */
export const requestColumns = shown;

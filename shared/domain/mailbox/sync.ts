import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ChangeTable } from '../../store/schema.ts';
import { addLook, type Look, lookedAt, type SyncPosition, startPosition } from './sync-position.ts';

export type SyncChange<Row> =
  | { readonly kind: 'create' | 'update' | 'read-flag'; readonly counter: number; readonly row: Row }
  | { readonly kind: 'delete'; readonly counter: number };

export interface SyncPage<Row> {
  readonly changes: readonly SyncChange<Row>[];
  readonly position: SyncPosition;
  /** The client knows everything now. */
  readonly includesLast: boolean;
}

export type LogRow = Pick<ChangeTable, 'sequence' | 'object' | 'operation' | 'folder'>;

/** What is synchronised: the items of a folder. */
export interface SyncSource<Row extends { counter: number; change_number: number }> {
  /** What there is with counters above `after` and up to `through`, by counter. */
  existing(after: number, through: number, limit: number): Promise<Row[]>;
  /** What the log says after `after` and up to `through`, in order. */
  log(after: number, through: number, limit: number): Promise<LogRow[]>;
  /** Those of some objects that exist. */
  current(counters: readonly number[]): Promise<Map<number, Row>>;
  /** `update` rows of some objects, between two numbers of the log (both excluded). */
  updates(counters: readonly number[], after: number, before: number): Promise<LogRow[]>;
}

/** Rows of the log that are read at a time. */
const logRows = 500;

const lastNumber = prepared((db, p: { scope: string }) => db.selectFrom('change_counter').select('last').where('scope', '=', p.scope));

/**
 * The next changes, at most `limit`, from a position on, or from the beginning. Nothing is lost. Read in a transaction,
 * nothing is told twice either, nor is an object deleted or changed that the client was never told of; outside one, a
 * change that is made meanwhile may be.
 */
export async function synchronize<Row extends { counter: number; change_number: number }>(
  executor: Executor,
  mailbox: Guid,
  source: SyncSource<Row>,
  from: SyncPosition | undefined,
  limit: number,
): Promise<SyncPage<Row>> {
  const now = await lastNumberOf(executor, mailbox);
  const start = from ?? startPosition(now);
  const changes: SyncChange<Row>[] = [];
  const position = start.phase === 'initial' ? await tellExisting(source, start, now, limit, changes) : start;
  if (position.phase === 'initial') return { changes, position, includesLast: false };
  return followLog(source, position, now, limit, changes);
}

/** Where the log of a mailbox stands. */
export async function lastNumberOf(executor: Executor, mailbox: Guid): Promise<number> {
  return (await lastNumber.first(executor, { scope: mailbox }))?.last ?? 0;
}

/** Tells what exists and was not told yet, as creates, and answers the position behind it. */
export async function tellExisting<Row extends { counter: number; change_number: number }>(
  source: Pick<SyncSource<Row>, 'existing'>,
  { after, since, looks }: SyncPosition,
  now: number,
  limit: number,
  changes: SyncChange<Row>[],
): Promise<SyncPosition> {
  const rows = await source.existing(after, since, limit + 1);
  for (const row of rows.slice(0, limit)) changes.push({ kind: 'create', counter: row.counter, row });
  const last = rows.length > limit ? (rows[limit - 1]?.counter ?? after) : since;
  const seen = addLook(looks, { through: last, at: now }, since);
  return rows.length > limit ? { phase: 'initial', after: last, since, looks: seen } : { phase: 'log', after: since, since, looks: seen };
}

async function followLog<Row extends { counter: number; change_number: number }>(
  source: SyncSource<Row>,
  position: SyncPosition,
  now: number,
  limit: number,
  changes: SyncChange<Row>[],
): Promise<SyncPage<Row>> {
  const { since, looks } = position;
  let { after } = position;
  for (;;) {
    const rows = await source.log(after, now, logRows);
    const news = await readNews(source, rows, { looks, since, now });
    for (const [index, row] of rows.entries()) {
      const change = news[index];
      if (change !== undefined && changes.length === limit) {
        return {
          changes,
          position: { phase: 'log', after, since, looks: addLook(looks, { through: after, at: now }, after) },
          includesLast: false,
        };
      }
      if (change !== undefined) changes.push(change);
      after = row.sequence;
    }
    if (rows.length < logRows) break;
  }
  const end = Math.max(after, now);
  return { changes, position: { phase: 'log', after: end, since: end, looks: [{ through: end, at: end }] }, includesLast: true };
}

interface Knowledge {
  readonly looks: readonly Look[];
  readonly since: number;
  readonly now: number;
}

/** What each row of the log means to a client: a change, or nothing. */
async function readNews<Row extends { counter: number; change_number: number }>(
  source: SyncSource<Row>,
  rows: readonly LogRow[],
  { looks, since, now }: Knowledge,
): Promise<(SyncChange<Row> | undefined)[]> {
  const current = await source.current([...new Set(rows.filter((row) => row.operation !== 'delete').map((row) => row.object))]);
  // An object that was not looked at before this page is looked at in it, where its creation stands.
  const known = (row: LogRow): boolean => row.sequence <= (lookedAt(looks, row.object) ?? now);
  const flagged = rows.filter(
    (row) => row.operation === 'read-flag' && current.get(row.object)?.change_number === row.sequence && !known(row),
  );
  const updated = await updatedBefore(source, flagged, looks, since);
  return rows.map((row): SyncChange<Row> | undefined => {
    const { object: counter, operation, sequence } = row;
    if (operation === 'delete') return known(row) ? undefined : { kind: 'delete', counter };
    const found = current.get(counter);
    if (found === undefined) return undefined;
    if (operation === 'create') return { kind: 'create', counter, row: found };
    if (known(row)) return undefined;
    // A later row tells it, unless that one lies beyond what is read now: then it might tell of the read flag alone.
    if (found.change_number !== sequence && (found.change_number <= now || operation === 'read-flag')) return undefined;
    return { kind: operation === 'read-flag' && !updated.has(counter) ? 'read-flag' : 'update', counter, row: found };
  });
}

/**
 * Objects whose last change is of the read flag but which had other changes before that the client was not told of: an
 * `update` row is passed over when a later row stands for the object.
 */
async function updatedBefore<Row extends { counter: number; change_number: number }>(
  source: SyncSource<Row>,
  flagged: readonly LogRow[],
  looks: readonly Look[],
  since: number,
): Promise<Set<number>> {
  if (flagged.length === 0) return new Set();
  const last = new Map(flagged.map((row) => [row.object, row.sequence]));
  const updates = await source.updates([...last.keys()], since, Math.max(...last.values()));
  const untold = updates.filter((row) => row.sequence > (lookedAt(looks, row.object) ?? 0) && row.sequence < (last.get(row.object) ?? 0));
  return new Set(untold.map((row) => row.object));
}

import type { Store } from '../store/database.ts';
import { takeInstalledNumber } from '../store/installation-table.ts';
import { prepared } from '../store/prepared.ts';
import type { ExchangeTable } from '../store/schema.ts';
import type { ExchangeFilter } from './filter.ts';
import type { FullExchange } from './record.ts';
import { fromRow } from './rows.ts';

/** How much the `exchange` table keeps; what is older goes. */
export interface Retention {
  readonly exchanges: number;
  /** Characters of heads and bodies together. */
  readonly octets: number;
}

/** The journal's part of the store. */
export interface Archive {
  /** Writes rows of ascending sequence, and lets go what exceeds the retention. */
  append(rows: readonly ExchangeTable[]): Promise<void>;
  /** The newest exchanges that pass the filter, newest first, without octets. */
  find(filter: ExchangeFilter, limit: number): Promise<readonly FullExchange[]>;
  /** The newest exchanges of a trace with their octets, newest first. */
  ofTrace(traceId: string, limit: number): Promise<readonly FullExchange[]>;
  /** Up to two trace ids that begin with these digits. */
  traceIds(prefix: string): Promise<readonly string[]>;
}

/** Opens the archive; answers it with the last sequence that lies in it, or 0 where several processes count. */
export async function openArchive(
  store: Store,
  retention: Retention,
  isShared = false,
): Promise<{ archive: Archive; lastSequence: number }> {
  const last = await store.read.selectFrom('exchange').select('sequence').orderBy('sequence', 'desc').limit(1).executeTakeFirst();
  const weights = createWeights(retention.octets);
  let prunedThrough = 0;
  let emptiedThrough = 0;

  const append = async (own: readonly ExchangeTable[]): Promise<void> => {
    // Of several processes each counts its own exchanges; in the store they have one order.
    const first = isShared ? await store.transaction((tx) => takeInstalledNumber(tx, 'last-exchange', own.length)) : undefined;
    const rows = first === undefined ? own : own.map((row, index) => ({ ...row, sequence: first + index }));
    const newest = rows.at(-1)?.sequence ?? 0;
    const pruneThrough = newest - retention.exchanges;
    const emptyThrough = weights.add(rows);
    await store.transaction(async (tx) => {
      for (const row of rows) await insert.run(tx, row);
      if (emptyThrough > 0)
        await tx
          .updateTable('exchange')
          .set({ octets: null })
          // Those before are empty already: a look at each of them costs as much as all the rest.
          .where('sequence', '>', emptiedThrough)
          .where('sequence', '<=', emptyThrough)
          .where('octets', 'is not', null)
          .execute();
      if (pruneThrough >= prunedThrough + pruneStep) await tx.deleteFrom('exchange').where('sequence', '<=', pruneThrough).execute();
    });
    emptiedThrough = Math.max(emptiedThrough, emptyThrough);
    if (pruneThrough >= prunedThrough + pruneStep) prunedThrough = pruneThrough;
  };

  const find: Archive['find'] = async (filter, limit) => {
    let query = store.read.selectFrom('exchange').select(columns).orderBy('sequence', 'desc').limit(limit);
    if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
    if (filter.afterSequence !== undefined) query = query.where('sequence', '>', filter.afterSequence);
    for (const [member, column] of equalColumns) {
      const value = filter[member];
      if (value !== undefined) query = query.where(column, '=', value);
    }
    return (await query.execute()).map(fromRow);
  };

  return {
    archive: {
      append,
      find,
      ofTrace: async (traceId, limit) => {
        const query = store.read.selectFrom('exchange').selectAll().where('trace_id', '=', traceId);
        return (await query.orderBy('sequence', 'desc').limit(limit).execute()).map(fromRow);
      },
      traceIds: async (prefix) => {
        // Ids are hexadecimal digits: `g` comes after all of them.
        const query = store.read.selectFrom('exchange').select('trace_id').distinct();
        const rows = await query.where('trace_id', '>=', prefix).where('trace_id', '<', `${prefix}g`).limit(2).execute();
        return rows.map((row) => row.trace_id);
      },
    },
    lastSequence: isShared ? 0 : (last?.sequence ?? 0),
  };
}

/** Rows are let go in steps: a delete for every batch would cost as much as the batch. */
const pruneStep = 500;

const columns = [
  ...(['trace_id', 'span_id', 'parent_span', 'sequence', 'at', 'closed', 'duration_us', 'direction', 'protocol', 'service'] as const),
  ...(['organization', 'operation', 'host', 'target', 'peer', 'caller', 'status', 'code', 'outcome', 'facts'] as const),
] as const;

const equalColumns = [
  ['organization', 'organization'],
  ['service', 'service'],
  ['operation', 'operation'],
  ['outcome', 'outcome'],
  ['caller', 'caller'],
  ['traceId', 'trace_id'],
] as const;

/** A chance that starts from the same seed makes the same ids in a later run of a persistent store: the later run stands. */
const insert = prepared((db, row: ExchangeTable) =>
  db
    .insertInto('exchange')
    .values({
      trace_id: row.trace_id,
      span_id: row.span_id,
      parent_span: row.parent_span,
      sequence: row.sequence,
      at: row.at,
      closed: row.closed,
      duration_us: row.duration_us,
      direction: row.direction,
      protocol: row.protocol,
      service: row.service,
      organization: row.organization,
      operation: row.operation,
      host: row.host,
      target: row.target,
      peer: row.peer,
      caller: row.caller,
      status: row.status,
      code: row.code,
      outcome: row.outcome,
      facts: row.facts,
      octets: row.octets,
    })
    .onConflict((conflict) =>
      conflict.columns(['trace_id', 'span_id']).doUpdateSet((excluded) => {
        const ref = <Column extends keyof ExchangeTable>(column: Column) => excluded.ref(`excluded.${column}`);
        return {
          parent_span: ref('parent_span'),
          sequence: ref('sequence'),
          at: ref('at'),
          closed: ref('closed'),
          duration_us: ref('duration_us'),
          direction: ref('direction'),
          protocol: ref('protocol'),
          service: ref('service'),
          organization: ref('organization'),
          operation: ref('operation'),
          host: ref('host'),
          target: ref('target'),
          peer: ref('peer'),
          caller: ref('caller'),
          status: ref('status'),
          code: ref('code'),
          outcome: ref('outcome'),
          facts: ref('facts'),
          octets: ref('octets'),
        };
      }),
    ),
);

/** Keeps count of the octets written, oldest first. */
function createWeights(most: number): { add(rows: readonly ExchangeTable[]): number } {
  let kept: { readonly sequence: number; readonly weight: number }[] = [];
  let total = 0;
  return {
    /** Answers the sequence through which octets must go; 0 when there is room. */
    add(rows) {
      for (const { sequence, octets } of rows) {
        if (octets === null) continue;
        kept.push({ sequence, weight: octets.length });
        total += octets.length;
      }
      let through = 0;
      let dropped = 0;
      // A quarter at once: an update for every batch would cost as much as the batch.
      if (total > most) {
        for (const { sequence, weight } of kept) {
          if (total <= most * 0.75) break;
          total -= weight;
          through = sequence;
          dropped += 1;
        }
        kept = kept.slice(dropped);
      }
      return through;
    },
  };
}

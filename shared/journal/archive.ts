import type { Executor, Store } from '../store/database.ts';
import { insertExchanges } from '../store/exchange-insert.ts';
import { takeInstalledNumber } from '../store/installation-table.ts';
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
  exchange(traceId: string, spanId: string): Promise<FullExchange | undefined>;
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
    const write = async (tx: Executor) => {
      // Of several processes each counts its own exchanges; in the store they have one order.
      const first = isShared ? await takeInstalledNumber(tx, 'last-exchange', own.length) : undefined;
      const rows = first === undefined ? own : own.map((row, index) => ({ ...row, sequence: first + index }));
      await insertExchanges(tx, store.dialect, rows);
      const { emptyThrough, keep } = weights.with(rows);
      if (emptyThrough > 0)
        await tx
          .updateTable('exchange')
          .set({ octets: null })
          // Those before are empty already: a look at each of them costs as much as all the rest.
          .where('sequence', '>', emptiedThrough)
          .where('sequence', '<=', emptyThrough)
          .where('octets', 'is not', null)
          .execute();
      const pruneThrough = (rows.at(-1)?.sequence ?? 0) - retention.exchanges;
      const prunes = pruneThrough >= prunedThrough + pruneStep;
      if (prunes) await tx.deleteFrom('exchange').where('sequence', '<=', pruneThrough).execute();
      return { emptyThrough, keep, prunedThrough: prunes ? pruneThrough : prunedThrough };
    };
    // All processes meet in the row of the last number.
    const done = await store.transaction(write, { waits: true });
    done.keep();
    emptiedThrough = Math.max(emptiedThrough, done.emptyThrough);
    ({ prunedThrough } = done);
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
      exchange: async (traceId, spanId) => {
        const query = store.read.selectFrom('exchange').selectAll().where('trace_id', '=', traceId).where('span_id', '=', spanId);
        const row = await query.orderBy('sequence', 'desc').limit(1).executeTakeFirst();
        return row && fromRow(row);
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

/** Keeps count of the octets written, oldest first. */
function createWeights(most: number) {
  let kept: { readonly sequence: number; readonly weight: number }[] = [];
  let total = 0;
  return {
    /** The sequence through which octets must go when these rows come; 0 when there is room. `keep`: they have come. */
    with(rows: readonly ExchangeTable[]): { readonly emptyThrough: number; readonly keep: () => void } {
      const come = rows.flatMap(({ sequence, octets }) => (octets === null ? [] : [{ sequence, weight: octets.length }]));
      let left = come.reduce((sum, { weight }) => sum + weight, total);
      let [emptyThrough, dropped] = [0, 0];
      // A quarter at once: an update for every batch would cost as much as the batch.
      if (left > most) {
        for (const { sequence, weight } of [...kept, ...come]) {
          if (left <= most * 0.75) break;
          left -= weight;
          emptyThrough = sequence;
          dropped += 1;
        }
      }
      return {
        emptyThrough,
        keep() {
          kept.push(...come);
          if (dropped > 0) kept = kept.slice(dropped);
          total = left;
        },
      };
    },
  };
}

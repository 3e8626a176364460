import type { Archive } from './archive.ts';
import type { Entry } from './entry.ts';
import { type ExchangeFilter, passes } from './filter.ts';
import type { ExchangeRecord, FullExchange } from './record.ts';
import type { Ring } from './ring.ts';

/** Reads the journal as one, wherever an exchange lies: open, in the ring, in the store. */
export interface Reader {
  /** The newest that pass, oldest first. */
  find(filter: ExchangeFilter, limit: number): Promise<readonly ExchangeRecord[]>;
  /** The exchanges of a trace, open ones too, with their octets. */
  ofTrace(traceId: string): Promise<readonly FullExchange[]>;
  /** The same without octets. */
  outlineOf(traceId: string): Promise<readonly ExchangeRecord[]>;
  /** One of a trace, open or not, with its octets. */
  exchange(traceId: string, spanId: string): Promise<FullExchange | undefined>;
  /** Up to two trace ids that begin with these digits. */
  traceIds(prefix: string): Promise<readonly string[]>;
}

const mostOfTrace = 1_000;
const mostOfOutline = 10_000;

/**
 * What memory holds is read first: it may move to the store while the store is asked, but not the other way.
 *
 * @param ring absent where several processes store theirs: its numbers are not those of the store
 */
export function createReader(ring: Ring | undefined, open: ReadonlySet<Entry>, archive: Archive | undefined): Reader {
  const closed = (after = 0): Iterable<Entry> => ring?.newest(after) ?? [];
  const inMemoryOf = (traceId: string): Entry[] => [...[...closed()].reverse(), ...open].filter((entry) => entry.traceId === traceId);
  const whole = (entry: Entry): FullExchange => ({ ...entry.record(), ...entry.octets() });
  const storedBy = async (filter: ExchangeFilter, limit: number): Promise<ExchangeRecord[]> =>
    ((await archive?.find(filter, limit)) ?? []).map(({ request: _request, answer: _answer, ...record }) => record);
  return {
    async find(filter, limit) {
      const inMemory = newestThatPass(closed(filter.afterSequence), filter, limit);
      return unique([...(await storedBy(filter, limit)), ...inMemory])
        .sort((a, b) => a.sequence - b.sequence)
        .slice(-limit);
    },
    async ofTrace(traceId) {
      const inMemory = inMemoryOf(traceId)
        .filter(({ stored }) => !stored)
        .slice(-mostOfTrace)
        .map(whole);
      const stored = (await archive?.ofTrace(traceId, mostOfTrace)) ?? [];
      return unique([...stored, ...inMemory]).slice(-mostOfTrace);
    },
    async outlineOf(traceId) {
      const inMemory = inMemoryOf(traceId).map((entry) => entry.record());
      return unique([...(await storedBy({ traceId }, mostOfOutline)), ...inMemory]).slice(-mostOfOutline);
    },
    async exchange(traceId, spanId) {
      const entry = inMemoryOf(traceId).find((one) => one.spanId === spanId && !one.stored);
      return entry === undefined ? archive?.exchange(traceId, spanId) : whole(entry);
    },
    async traceIds(prefix) {
      const inMemory = [...closed(), ...open].map(({ traceId }) => traceId).filter((id) => id.startsWith(prefix));
      return [...new Set([...inMemory, ...((await archive?.traceIds(prefix)) ?? [])])].slice(0, 2);
    },
  };
}

function newestThatPass(entries: Iterable<Entry>, filter: ExchangeFilter, limit: number): ExchangeRecord[] {
  const records: ExchangeRecord[] = [];
  for (const entry of entries) {
    const record = entry.record();
    if (passes(record, filter)) records.push(record);
    if (records.length === limit) break;
  }
  return records;
}

/** One record for each span; the later one stands. */
function unique<T extends ExchangeRecord>(records: readonly T[]): T[] {
  return [...new Map(records.map((record) => [`${record.traceId}-${record.spanId}`, record])).values()];
}

import type { ExchangeOutcome, ExchangeRecorder } from '../kernel/exchange.ts';
import type { Identifiers } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Store } from '../store/database.ts';
import { openArchive } from './archive.ts';
import { Entry, type OctetsKept } from './entry.ts';
import type { ExchangeFilter } from './filter.ts';
import { createFlusher } from './flusher.ts';
import { createReader } from './reader.ts';
import type { ExchangeOctets, ExchangeRecord, FullExchange } from './record.ts';
import { createRing } from './ring.ts';
import { createTally, type TallyRow } from './tally.ts';
import { type TraceTree, treeOf } from './trace-tree.ts';
import { parseTraceparent } from './traceparent.ts';

/** Called off the request's path for every exchange that closes. `octets` is cheap to hand over and dear to call. */
export type ExchangeListener = (record: ExchangeRecord, octets: () => ExchangeOctets) => void;

/** Every exchange of the lab: recorded in memory, kept in the store where there is one, read without secrets. */
export interface Journal extends ExchangeRecorder {
  /** The newest closed exchanges that pass, at most `limit` (100; 10,000 at the very most), oldest first. */
  find(filter: ExchangeFilter & { readonly limit?: number }): Promise<readonly ExchangeRecord[]>;
  /** All exchanges of a trace (the newest 1,000), open ones too, each below the one that caused it; undefined when there are none. */
  trace(traceId: string): Promise<TraceTree | undefined>;
  /** The same (the newest 10,000) without heads and bodies, which are most of what a trace weighs. */
  outline(traceId: string): Promise<TraceTree<ExchangeRecord> | undefined>;
  /** One exchange, open or not; undefined where it is not kept. */
  exchange(traceId: string, spanId: string): Promise<FullExchange | undefined>;
  /** The trace ids that begin with these digits: none, the one, or two when there are several. */
  traceIds(prefix: string): Promise<readonly string[]>;
  /** Tells of those that end in one of these ways, of all unless said otherwise. Answers the function that ends the subscription. */
  subscribe(listener: ExchangeListener, outcomes?: ReadonlySet<ExchangeOutcome>): () => void;
  /** Calls `listener` off the request's path for every exchange that opens. Answers the function that ends it. */
  watchOpened(listener: (record: ExchangeRecord) => void): () => void;
  /** Stores all that has closed so far; rejects with what the store threw. */
  flush(): Promise<void>;
  readonly pending: { readonly open: number; readonly unstored: number };
  /** Closed exchanges by sort, since the start. */
  tally(): readonly TallyRow[];
  /** Exchanges closed so far that had to be forgotten before they were stored. */
  readonly lost: number;
  /** The first hundred exchanges that ended as defects. */
  defects(): readonly ExchangeRecord[];
  /** Stores what is left and ends; recording goes on in memory. */
  stop(): Promise<void>;
}

export interface JournalOptions {
  readonly identifiers: Identifiers;
  /** Without a store the ring is all there is. */
  readonly store?: Store;
  /** Several processes write to the store: what is read is what all of them have stored, and what is open here. */
  readonly isShared?: boolean;
  /** Hears what goes wrong off the request's path. */
  readonly logger?: Logger;
  /** Which heads and bodies are kept. `on`. */
  readonly octets?: OctetsKept;
  /** Closed exchanges in memory. 2,000; 10,000 where there is no store. */
  readonly capacity?: number;
  /** Octets held in memory for them. 32 MiB. */
  readonly capacityBytes?: number;
  /** Exchanges in the store. 10,000. */
  readonly retainedExchanges?: number;
  /** Characters of heads and bodies in the store. 32 Mi. */
  readonly retainedOctets?: number;
  /** 50 ms; 250 where several processes write: who reads has all of them store first. */
  readonly flushIntervalMs?: number;
}

const mostDefects = 100;
const mostFound = 10_000;
/** Exchanges that are kept, in the store or, where there is none, in memory. */
const mostKept = 10_000;

/** Opens the journal; reads the store once, to go on counting where it ended. */
export async function createJournal(options: JournalOptions): Promise<Journal> {
  const { store, isShared = false, octets = 'on' } = options;
  const { capacity = store === undefined ? mostKept : 2_000 } = options;
  const { flushIntervalMs = isShared ? 250 : 50 } = options;
  const retention = {
    exchanges: Math.max(options.retainedExchanges ?? mostKept, capacity),
    octets: options.retainedOctets ?? 32 * 1024 * 1024,
  };
  const { archive, lastSequence } =
    store === undefined ? { archive: undefined, lastSequence: 0 } : await openArchive(store, retention, isShared);
  const ring = createRing({ capacity, octetsBytes: options.capacityBytes ?? 32 * 1024 * 1024, firstSequence: lastSequence + 1 });
  const open = new Set<Entry>();
  const tally = createTally();
  const defects: ExchangeRecord[] = [];
  const feed = createFeed(options.logger);
  const opened = createFeed(options.logger);

  const closed = (entry: Entry, late: boolean): void => {
    if (!late) {
      open.delete(entry);
      ring.add(entry);
      tally.add(entry.counted);
      feed.push(entry);
    }
    if (entry.outcome === 'defect' && defects.length < mostDefects) defects.push(entry.record());
  };

  const flusher = archive === undefined ? undefined : createFlusher(ring, archive, flushIntervalMs, options.logger);
  const stored = async (): Promise<void> => (isShared ? flusher?.flush() : undefined);
  const reader = createReader(isShared ? undefined : ring, open, archive);
  return {
    open(start) {
      const parent = parseTraceparent(start.traceparent);
      const traceId = parent?.traceId ?? options.identifiers.traceId();
      const span = { traceId, spanId: options.identifiers.spanId(), parentSpan: parent?.spanId ?? null };
      const entry = new Entry(span, start, octets, closed);
      open.add(entry);
      opened.push(entry);
      return entry;
    },
    async find({ limit = 100, ...filter }) {
      await stored();
      return reader.find(filter, Math.min(Math.max(1, limit), mostFound));
    },
    async trace(traceId) {
      await stored();
      return treeOf(traceId, await reader.ofTrace(traceId));
    },
    async outline(traceId) {
      await stored();
      return treeOf(traceId, await reader.outlineOf(traceId));
    },
    async exchange(traceId, spanId) {
      await stored();
      return reader.exchange(traceId, spanId);
    },
    async traceIds(prefix) {
      await stored();
      return reader.traceIds(prefix);
    },
    subscribe: feed.subscribe,
    watchOpened: (listener) => opened.subscribe(listener),
    flush: async () => flusher?.flush(),
    get pending() {
      return { open: open.size, unstored: archive === undefined ? 0 : ring.unstoredCount };
    },
    tally: tally.rows,
    get lost() {
      return ring.lost;
    },
    defects: () => defects,
    async stop() {
      flusher?.stop();
      await flusher?.flush();
    },
  };
}

/** Hands exchanges to listeners, after the request that opened or closed them; of what nobody wants no record is made. */
function createFeed(logger: Logger | undefined): { push(entry: Entry): void; subscribe: Journal['subscribe'] } {
  const listeners = new Map<ExchangeListener, ReadonlySet<ExchangeOutcome> | undefined>();
  let waiting: Entry[] = [];
  const deliver = (): void => {
    const entries = waiting;
    waiting = [];
    for (const entry of entries) {
      let record: ExchangeRecord | undefined;
      for (const [listener, outcomes] of listeners) {
        if (!wants(outcomes, entry)) continue;
        record ??= entry.record();
        try {
          listener(record, () => entry.octets());
        } catch (error) {
          logger?.log('error', 'a listener of the journal failed', { error: error instanceof Error ? error.message : String(error) });
        }
      }
    }
  };
  return {
    push(entry) {
      let isWanted = false;
      for (const outcomes of listeners.values()) isWanted ||= wants(outcomes, entry);
      if (!isWanted) return;
      if (waiting.length === 0) setImmediate(deliver);
      waiting.push(entry);
    },
    subscribe(listener, outcomes) {
      listeners.set(listener, outcomes);
      return () => listeners.delete(listener);
    },
  };
}

function wants(outcomes: ReadonlySet<ExchangeOutcome> | undefined, { outcome }: Entry): boolean {
  return outcomes === undefined || (outcome !== null && outcomes.has(outcome));
}

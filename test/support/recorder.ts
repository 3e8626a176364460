import type { ExchangeFacts, ExchangeOutcome, ExchangeRecorder, ExchangeStart } from '../../shared/kernel/exchange.ts';
import { createIdentifiers } from '../../shared/kernel/ids.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import type { Verdict } from '../../shared/kernel/verdict.ts';

interface Message {
  readonly headers: readonly string[];
  readonly body: Uint8Array | string | undefined;
}

/** One exchange as it was told to the recorder. */
export interface RecordedExchange {
  readonly traceId: string;
  readonly spanId: string;
  readonly start: ExchangeStart;
  readonly facts: ExchangeFacts;
  readonly verdicts: Verdict[];
  readonly faults: { readonly rule: string; readonly kind: string }[];
  request?: Message;
  answer?: Message;
  outcome?: ExchangeOutcome;
  closedAt?: number;
  error?: unknown;
}

/** A recorder that keeps everything in memory, in the order of opening. */
export interface MemoryRecorder extends ExchangeRecorder {
  readonly exchanges: readonly RecordedExchange[];
  /** The closed exchanges, once at least `count` have closed: an exchange closes a moment after its answer has arrived. */
  closed(count: number): Promise<readonly RecordedExchange[]>;
  defects(): readonly RecordedExchange[];
}

export function createMemoryRecorder(): MemoryRecorder {
  const identifiers = createIdentifiers(seededRandom('recorder'));
  const exchanges: RecordedExchange[] = [];
  const waiting = new Set<() => void>();
  const done = (): RecordedExchange[] => exchanges.filter(({ outcome }) => outcome !== undefined);
  return {
    exchanges,
    defects: () => exchanges.filter(({ outcome }) => outcome === 'defect'),
    closed: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (done().length < count) return;
          waiting.delete(look);
          resolve(done());
        };
        waiting.add(look);
        look();
      }),
    open(start) {
      const traceId = start.traceparent?.split('-')[1] ?? identifiers.traceId();
      const recorded: RecordedExchange = { traceId, spanId: identifiers.spanId(), start, facts: {}, verdicts: [], faults: [] };
      exchanges.push(recorded);
      return {
        traceId,
        spanId: recorded.spanId,
        note(facts) {
          // Like the journal, which may have stored the exchange by then.
          if (recorded.outcome === undefined) Object.assign(recorded.facts, facts);
        },
        judged: (verdict) => void recorded.verdicts.push(verdict),
        received(headers, body) {
          recorded.request = { headers, body };
        },
        sent(headers, body) {
          recorded.answer = { headers, body };
        },
        faulted: (rule, kind) => void recorded.faults.push({ rule, kind }),
        close(outcome, at, error) {
          if (recorded.outcome !== undefined) return;
          Object.assign(recorded, { outcome, closedAt: at, error });
          for (const look of [...waiting]) look();
        },
      };
    },
  };
}

import type { ExchangeOutcome } from '../kernel/exchange.ts';

/** How many exchanges of one sort have closed since the start, and how long they took together. */
export interface TallyRow {
  readonly service: string;
  readonly organization: string;
  readonly operation: string;
  readonly outcome: ExchangeOutcome;
  readonly count: number;
  readonly seconds: number;
}

/** What is counted of a closed exchange. */
export interface Counted {
  readonly service: string;
  readonly organization: string;
  readonly operation: string;
  readonly outcome: ExchangeOutcome;
  readonly durationMs: number;
}

/** Sorts that are told apart at most: operations are named by whoever asks. */
const mostSorts = 1_000;
const others = '(others)';

/** Counts closed exchanges by service, organisation, operation and outcome; past a thousand sorts the operation is left out. */
export function createTally(): { add(exchange: Counted): void; rows(): readonly TallyRow[] } {
  const sorts = new Map<string, { -readonly [Member in keyof TallyRow]: TallyRow[Member] }>();
  return {
    add({ service, organization, operation, outcome, durationMs }) {
      const key = (named: string): string => `${service}\n${organization}\n${named}\n${outcome}`;
      let row = sorts.get(key(operation));
      if (row === undefined) {
        const named = sorts.size < mostSorts ? operation : others;
        row = sorts.get(key(named)) ?? { service, organization, operation: named, outcome, count: 0, seconds: 0 };
        sorts.set(key(named), row);
      }
      row.count += 1;
      row.seconds += durationMs / 1_000;
    },
    rows: () => [...sorts.values()],
  };
}

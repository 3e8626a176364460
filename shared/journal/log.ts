import type { Clock } from '../kernel/clock.ts';
import type { ExchangeOutcome } from '../kernel/exchange.ts';
import type { Logger } from '../kernel/logger.ts';
import type { ExchangeListener } from './journal.ts';
import { clockText, jsonLine, levelNumbers, levelOf, painter, plain, prettyLine } from './log-line.ts';

export interface LogOptions {
  readonly level: keyof typeof levelNumbers;
  readonly format: 'pretty' | 'json';
  readonly colors: boolean;
  readonly clock: Clock;
  /** Takes whole lines, each with its line end. */
  readonly write: (text: string) => void;
}

/** What the lab says of itself: lines of services, and a line for each exchange that closes. */
export interface Log extends Logger {
  /** To be subscribed to the journal, for exchanges that end in one of the ways below. */
  readonly exchange: ExchangeListener;
  /** The ends that are grave enough for the level. */
  readonly outcomes: ReadonlySet<ExchangeOutcome>;
}

/** Writes lines of the wanted level and above. At level `trace` an exchange's line carries heads and bodies. */
export function createLog({ level, format, colors, clock, write }: LogOptions): Log {
  const least = levelNumbers[level];
  const paint = painter(colors);
  return {
    log(lineLevel, message, facts = {}) {
      const number = levelNumbers[lineLevel];
      if (number < least) return;
      const time = clock.now();
      if (format === 'json') write(`${JSON.stringify({ level: number, time, ...facts, msg: message })}\n`);
      else {
        const more = Object.entries(facts).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
        write(`${paint('dim', clockText(time))} ${paint(levelColors[lineLevel], lineLevel)} ${plain(`${message}${more.join('')}`)}\n`);
      }
    },
    outcomes: new Set(ends.filter((outcome) => levelNumbers[levelOf({ outcome })] >= least)),
    exchange(record, octets) {
      const heads = level === 'trace' ? octets() : undefined;
      write(`${format === 'json' ? jsonLine(record, heads) : prettyLine(record, colors, heads)}\n`);
    },
  };
}

const ends: readonly ExchangeOutcome[] = ['answered', 'refused', 'fault', 'aborted', 'defect'];
const levelColors = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' } as const;

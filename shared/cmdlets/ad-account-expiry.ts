import type { Instant } from '../kernel/clock.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { numberGiven, requireOneSet, textGiven } from './given.ts';
import { parseTimeSpan } from './time-span.ts';

/** The end that -DateTime or -TimeSpan (from now) says. Refuses with `bad-parameter`. */
export function expiryGiven({ at }: CmdletScope, given: CmdletParameters): Instant {
  requireOneSet(given, [['DateTime'], ['TimeSpan']]);
  const date = numberGiven(given, 'DateTime');
  if (date !== undefined) return date;
  const span = textGiven(given, 'TimeSpan');
  if (span === undefined) throw cmdletRefusal('bad-parameter', 'An account ends at a -DateTime, or after a -TimeSpan.');
  return at + timeSpanMs('TimeSpan', span);
}

/** A time span in milliseconds. Refuses with `bad-parameter`. */
export function timeSpanMs(name: string, text: string): number {
  const seconds = parseTimeSpan(text);
  if (seconds === undefined)
    throw cmdletRefusal('bad-parameter', `-${name} takes a time span such as 00:30:00 or 42, not ${JSON.stringify(text)}.`);
  return seconds * 1_000;
}

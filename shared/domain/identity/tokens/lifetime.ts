import type { Instant } from '../../../kernel/clock.ts';
import { type ParsedToken, shown, textClaim } from './parsed-token.ts';
import { type Failure, type Finding, failed, found } from './trail.ts';

/** How far clocks may be apart, in seconds; from memory. */
const toleranceSeconds = 300;
/** The end of the year 9999. */
const lastSecond = 253_402_300_799;

/** Whether `at` lies between nbf and exp, with {@link toleranceSeconds} to spare at both ends. Yields the end of the token's life. */
export function lifetime({ claims }: ParsedToken, at: Instant): Finding<Instant> {
  const start = secondsOf(claims, 'nbf');
  if (typeof start !== 'number') return start;
  const end = secondsOf(claims, 'exp');
  if (typeof end !== 'number') return end;
  const until = (end + toleranceSeconds) * 1_000;
  if (start <= end && at <= until && at >= (start - toleranceSeconds) * 1_000) return found(until, `nbf ${start}, exp ${end}`);
  const actual = `${written(start)} to ${written(end)}, now ${new Date(at).toISOString()}`;
  if (start > end) return failed('claim-value-invalid', [String(start), 'nbf'], { expected: 'nbf not after exp', actual });
  // Exchange has one reason for both; that it gives it for a token of the future is likely, not published.
  return failed('token-expired', [], { expected: `now, give or take ${toleranceSeconds} s`, actual });
}

/** A time in seconds since 1970: a number, or its decimal digits as ACS writes them (MS-SPS2SAUTH). */
function secondsOf(claims: ParsedToken['claims'], name: 'nbf' | 'exp'): number | Failure {
  const text = textClaim(claims, name);
  if (text === null) return failed('claim-missing', [name], { expected: `a claim ${name}`, actual: 'none' });
  const seconds = /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  return seconds <= lastSecond
    ? seconds
    : failed('claim-value-invalid', [shown(text), name], { expected: `${name} in seconds since 1970`, actual: shown(text) });
}

function written(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}

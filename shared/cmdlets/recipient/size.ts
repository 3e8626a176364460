import { type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';

const units: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1_024, mb: 1_048_576, gb: 1_073_741_824, tb: 1_099_511_627_776 };
const twoGigabytes = 2 * 1_073_741_824;

/**
 * A size below `limit` octets as a shell takes it: `35MB`, `100 KB`, a number of octets, `Unlimited` (null). Absent: undefined.
 * Refuses with `bad-parameter`.
 */
export function sizeGiven(given: CmdletParameters, name: string, limit: number = twoGigabytes): number | null | undefined {
  const text = textGiven(given, name);
  if (text === undefined) return undefined;
  if (text.toLowerCase() === 'unlimited') return null;
  const [, number, unit] = /^\s*(\d{1,13}(?:\.\d{1,3})?)\s*(b|kb|mb|gb|tb)?\s*$/i.exec(text) ?? [];
  const octets = Math.round(Number(number) * (units[(unit ?? '').toLowerCase()] ?? Number.NaN));
  if (!Number.isNaN(octets) && octets < limit) return octets;
  throw cmdletRefusal(
    'bad-parameter',
    `-${name} takes a size below ${limit === twoGigabytes ? '2GB' : '2TB'} such as 35MB, or Unlimited, not ${JSON.stringify(text)}.`,
  );
}

/** `35 MB (36,700,160 bytes)`, as sizes are shown. */
export function sizeText(octets: number | undefined): string {
  if (octets === undefined) return 'Unlimited';
  const unit = (['tb', 'gb', 'mb', 'kb'] as const).find((one) => octets >= (units[one] ?? 1)) ?? 'b';
  const number = Number((octets / (units[unit] ?? 1)).toPrecision(4));
  return `${number} ${unit.toUpperCase()} (${octets.toLocaleString('en-US')} bytes)`;
}

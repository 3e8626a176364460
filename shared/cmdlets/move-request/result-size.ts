import { type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';

const usual = 1_000;
/** What one line may hold. */
const most = 10_000;

/** How many objects `-ResultSize` wants: 1,000 unless it says something else. */
export function resultLimit(given: CmdletParameters): number {
  const text = textGiven(given, 'ResultSize');
  if (text === undefined) return usual;
  if (text.toLowerCase() === 'unlimited') return most;
  if (/^[1-9]\d{0,8}$/.test(text)) return Math.min(Number(text), most);
  throw cmdletRefusal('bad-parameter', `-ResultSize takes a number from 1 or Unlimited, not ${JSON.stringify(text.slice(0, 64))}.`);
}

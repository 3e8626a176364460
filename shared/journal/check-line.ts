import type { Check } from '../kernel/verdict.ts';
import { painter, plain } from './log-line.ts';

/** One check as a line: how it ended, what was expected and what was met. */
export function checkLine({ check, outcome, expected, actual, reference }: Check, colors: boolean): string {
  const paint = painter(colors);
  const mark = { passed: paint('green', 'ok  '), failed: paint('red', 'FAIL'), skipped: paint('dim', 'skip') }[outcome];
  const told = [...(expected === undefined ? [] : [`expected ${expected}`]), ...(actual === undefined ? [] : [`got ${actual}`])].join(', ');
  const source = reference === undefined ? '' : `(${reference})`;
  return plain(['   ', check, told === '' ? '' : ` ${told}`, source].filter((part) => part !== '').join(' ')).replace('   ', `    ${mark}`);
}

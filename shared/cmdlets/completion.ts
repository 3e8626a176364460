import type { Organization } from '../domain/organization/organization.ts';
import { cmdlets } from './table.ts';

/** What can stand at a place in a cmdlet line: one of `words`, instead of what is written from `from` on. */
export interface Completion {
  readonly from: number;
  readonly words: readonly string[];
}

const mostWords = 100;

/**
 * Completes a line as the Tab key does: the name of a cmdlet that a kind of organisation has, one of its parameters, or a
 * boolean's value. What is not known (names of objects, what a variable holds) has no words.
 *
 * @param at how many characters stand before the cursor
 */
export function completionAt(line: string, at: number, kind: Organization['kind']): Completion {
  const before = line.slice(0, at);
  // A command begins the line, or stands behind a pipe, an assignment or a parenthesis.
  const command = before.slice(Math.max(...['|', '=', '(', '{', ';'].map((sign) => before.lastIndexOf(sign))) + 1);
  const words = command.trimStart().split(/\s+/);
  const last = words.at(-1) ?? '';
  const from = at - last.length;
  const beginning = (known: readonly string[]): Completion => {
    const found = known.filter((word) => word.toLowerCase().startsWith(last.toLowerCase()));
    return { from, words: found.toSorted().slice(0, mostWords) };
  };
  if (words.length === 1) return beginning(Object.keys(cmdlets).filter((name) => cmdlets[name]?.kinds.includes(kind)));
  const name = Object.keys(cmdlets).find((one) => one.toLowerCase() === words[0]?.toLowerCase());
  const cmdlet = name === undefined ? undefined : cmdlets[name];
  if (cmdlet === undefined || !cmdlet.kinds.includes(kind)) return { from, words: [] };
  if (last.startsWith('-')) {
    const given = new Set(words.slice(1, -1).map((word) => word.toLowerCase()));
    return beginning(
      Object.keys(cmdlet.parameters)
        .map((parameter) => `-${parameter}`)
        .filter((one) => !given.has(one.toLowerCase())),
    );
  }
  const parameter = Object.entries(cmdlet.parameters).find(([one]) => `-${one}`.toLowerCase() === words.at(-2)?.toLowerCase());
  return parameter?.[1].endsWith('boolean') === true ? beginning(['$true', '$false']) : { from, words: [] };
}

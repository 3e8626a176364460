import { type CmdletObject, cmdletRefusal } from '../cmdlet.ts';
import type { Comparison, Condition } from '../line/command-line.ts';
import { readWildcard } from '../pattern.ts';
import { meets } from '../pipeline/where.ts';

const term = /\s*(\w{1,64})\s+-(eq|ne|gt|ge|lt|le|like)\s+(?:'((?:[^']|'')*)'|"([^"]*)"|([^\s'"]+))\s*(?:-and\b|$)/iy;
const longest = 4_096;
const mostTerms = 32;

/**
 * Reads the `-Filter` of cmdlets for queues and messages: comparisons of properties joined by `-and`, texts without case ("Find
 * queues and messages in queues", OfficeDocs-Exchange). Refuses with `bad-parameter`.
 *
 * @param properties those that may be asked for
 */
export function readQueueFilter(written: string, properties: readonly string[]): (object: CmdletObject) => boolean {
  const known = new Map(properties.map((name) => [name.toLowerCase(), name]));
  const conditions: Condition[] = [];
  term.lastIndex = 0;
  for (let at = 0; at < written.length; at = term.lastIndex) {
    const [whole, name = '', operator = '', single, double, bare] = term.exec(written) ?? [];
    const property = known.get(name.toLowerCase());
    const isCut = whole?.trimEnd().toLowerCase().endsWith('-and') === true && term.lastIndex === written.length;
    if (whole === undefined || property === undefined || isCut || written.length > longest || conditions.length === mostTerms)
      throw cmdletRefusal('bad-parameter', `-Filter takes ${example}; ${JSON.stringify(written.slice(0, 128))} is not understood here.`);
    conditions.push(conditionOf(property, operator.toLowerCase(), single?.replaceAll("''", "'") ?? double ?? bare ?? ''));
  }
  return (object) => conditions.every((condition) => meets(condition, object));
}

const example = `comparisons such as "Status -eq 'Retry' -and MessageCount -gt 10" (-eq -ne -gt -ge -lt -le -like, -and)`;

function conditionOf(property: string, operator: string, value: string): Condition {
  const left: Condition = { is: 'property', path: [property] };
  if (operator !== 'like') return { is: 'compare', operator: operator as Comparison, left, right: { is: 'constant', value } };
  const pattern = readWildcard(value);
  if (pattern === undefined) throw cmdletRefusal('bad-parameter', `-like does not take ${JSON.stringify(value.slice(0, 128))}.`);
  return { is: 'pattern', left, pattern, negated: false };
}

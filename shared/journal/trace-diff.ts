import type { Check } from '../kernel/verdict.ts';
import type { FullExchange } from './record.ts';
import type { RecordedMessage } from './redact.ts';
import { laneOf } from './trace-steps.ts';
import type { TraceNode, TraceTree } from './trace-tree.ts';

/** What two traces of the same question have apart. */
export interface TraceDifferences {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  /** In the order in which they came about; the first is where the two part. At most {@link mostDifferences}. */
  readonly differences: readonly TraceDifference[];
  /** How many more there are. */
  readonly more: number;
}

/** One of them: which hop, which part of it, and what each trace has there; null where it has nothing. */
export interface TraceDifference {
  /** `contoso/ews GetFolder`. */
  readonly hop: string;
  /** `hop`, `target`, `caller`, `check token.lifetime`, `status`, `answer body` ... */
  readonly part: string;
  readonly a: string | null;
  readonly b: string | null;
}

export const mostDifferences = 100;
const longestText = 160;

/**
 * Compares two traces hop by hop: what was asked, what was judged, what was answered. Times, ids and secrets differ always and
 * are passed over, as are headers that hold nothing else.
 */
export function diffTraces(a: TraceTree, b: TraceTree): TraceDifferences {
  const differences = diffNodes(a.roots, b.roots);
  return {
    ...{ a: a.traceId, b: b.traceId, same: differences.length === 0 },
    differences: differences.slice(0, mostDifferences),
    more: Math.max(0, differences.length - mostDifferences),
  };
}

function diffNodes(a: readonly TraceNode[], b: readonly TraceNode[]): readonly TraceDifference[] {
  return align(a, b).flatMap(([left, right]) => {
    if (left !== undefined && right !== undefined) {
      return [
        ...diffQuestion(left.exchange, right.exchange),
        ...diffChecks(left.exchange, right.exchange),
        ...diffNodes(left.children, right.children),
        ...diffAnswer(left.exchange, right.exchange),
      ];
    }
    const only = left ?? right;
    if (only === undefined) return [];
    const text = hopText(only.exchange);
    return [{ hop: hopOf(only.exchange), part: 'hop', a: left === undefined ? null : text, b: right === undefined ? null : text }];
  });
}

/** Pairs hops of one sort in their order (longest common subsequence); what has no partner stands alone. */
function align(a: readonly TraceNode[], b: readonly TraceNode[]): readonly (readonly [TraceNode | undefined, TraceNode | undefined])[] {
  const [left, right] = [a.map(sortOf), b.map(sortOf)];
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const lengthAt = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1) {
    for (let column = b.length - 1; column >= 0; column -= 1) {
      const best =
        left[row] === right[column] ? lengthAt(row + 1, column + 1) + 1 : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
      lengths[row]?.fill(best, column, column + 1);
    }
  }
  const pairs: [TraceNode | undefined, TraceNode | undefined][] = [];
  let [row, column] = [0, 0];
  while (row < a.length || column < b.length) {
    if (row < a.length && column < b.length && left[row] === right[column]) pairs.push([a[row++], b[column++]]);
    else if (column >= b.length || (row < a.length && lengthAt(row + 1, column) >= lengthAt(row, column + 1)))
      pairs.push([a[row++], undefined]);
    else pairs.push([undefined, b[column++]]);
  }
  return pairs;
}

/** Hops of one sort are held against each other, whatever else they have apart. */
function sortOf({ exchange: { direction, protocol, service, organization, operation, target } }: TraceNode): string {
  return JSON.stringify([direction, protocol, service, organization, operation ?? masked(target)]);
}

function hopOf(exchange: FullExchange): string {
  return `${laneOf(exchange)} ${exchange.operation ?? exchange.target}`;
}

function hopText({ direction, host, target, status, outcome }: FullExchange): string {
  return [direction === 'outgoing' ? 'calls' : 'answers', host, target, status, outcome].filter((part) => part !== null).join(' ');
}

function diffQuestion(a: FullExchange, b: FullExchange): readonly TraceDifference[] {
  const part = partsOf(a);
  return [
    ...part('host', a.host, b.host),
    ...part('target', a.target, b.target),
    ...diffHeaders('header', a, a.request, b.request),
    ...part('body', ...apart(a.request, b.request)),
    ...part('caller', a.caller, b.caller),
  ];
}

function diffAnswer(a: FullExchange, b: FullExchange): readonly TraceDifference[] {
  const part = partsOf(a);
  const faults = ({ faults: marks }: FullExchange): string | null => marks.map(({ rule, kind }) => `${rule} (${kind})`).join(', ') || null;
  return [
    ...part('fault', faults(a), faults(b)),
    ...part('status', a.status, b.status),
    ...part('code', a.code, b.code),
    ...part('outcome', a.outcome, b.outcome),
    ...part('detail', a.detail, b.detail),
    ...diffHeaders('answer header', a, a.answer, b.answer),
    ...part('answer body', ...apart(a.answer, b.answer)),
  ];
}

type Part = (name: string, a: string | number | null, b: string | number | null) => readonly TraceDifference[];

function partsOf(exchange: FullExchange): Part {
  const hop = hopOf(exchange);
  const told = (value: string | number | null): string | null => (value === null ? null : shortened(String(value)));
  return (part, a, b) => {
    const same = a === b || (a !== null && b !== null && masked(String(a)) === masked(String(b)));
    return same ? [] : [{ hop, part, a: told(a), b: told(b) }];
  };
}

function diffChecks(a: FullExchange, b: FullExchange): readonly TraceDifference[] {
  const [left, right] = [checksOf(a), checksOf(b)];
  const part = partsOf(a);
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) =>
    part(`check ${name.replace(/ 1$/, '')}`, checkText(left.get(name)), checkText(right.get(name))),
  );
}

/** By name and turn: a check may be made of several tokens. */
function checksOf({ verdict }: FullExchange): ReadonlyMap<string, Check> {
  const turns = new Map<string, number>();
  return new Map(
    (verdict?.checks ?? []).map((check) => {
      const turn = (turns.get(check.check) ?? 0) + 1;
      turns.set(check.check, turn);
      return [`${check.check} ${turn}`, check];
    }),
  );
}

function checkText(check: Check | undefined): string | null {
  if (check === undefined) return null;
  const { outcome, expected, actual } = check;
  return [outcome, ...(expected === undefined ? [] : [`expected ${expected}`]), ...(actual === undefined ? [] : [`got ${actual}`])].join(
    ', ',
  );
}

/** Headers that say when, who called or how long, and nothing of what was asked. */
const passedOver =
  /^(date|age|etag|last-modified|expires|connection|keep-alive|content-length|traceparent|x-coexist-trace|(client-)?request-id|(set-)?cookie|x-(calculatedbetarget|feserver|beserver|diaginfo|targetbeserver))$/;

function diffHeaders(
  name: string,
  exchange: FullExchange,
  a: RecordedMessage | null,
  b: RecordedMessage | null,
): readonly TraceDifference[] {
  // What was dropped from memory is no difference.
  if (a === null || b === null) return [];
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  const part = partsOf(exchange);
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((field) => !passedOver.test(field))
    .flatMap((field) => part(`${name} ${field}`, left.get(field) ?? null, right.get(field) ?? null));
}

function fieldsOf({ headers }: RecordedMessage): ReadonlyMap<string, string> {
  const fields = Map.groupBy(headers, (line) => line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase());
  return new Map([...fields].map(([field, lines]) => [field, lines.map((line) => line.slice(field.length + 1).trim()).join(', ')]));
}

/** The places at which two bodies part; the bodies of which one is not kept are not compared. */
function apart(a: RecordedMessage | null, b: RecordedMessage | null): readonly [string | null, string | null] {
  const [left, right] = [masked(a?.body ?? ''), masked(b?.body ?? '')];
  if (a === null || b === null || left === right) return [null, null];
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  const from = Math.max(0, at - 40);
  return [left.slice(from, from + longestText), right.slice(from, from + longestText)];
}

/** What differs from one asking to the next although nothing has changed. */
const variable = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<guid>'],
  [/\bsha256:[0-9a-f]+/g, '<secret>'],
  [/\b[0-9a-f]{16,}\b/gi, '<digits>'],
  [/[A-Za-z0-9+/_-]{40,}={0,2}/g, '<octets>'],
  [/\b(localhost|127\.0\.0\.1):\d+/g, '$1:<port>'],
] as const;

function masked(text: string): string {
  return variable.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text);
}

function shortened(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

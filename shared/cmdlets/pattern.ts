/**
 * Wildcards and regular expressions that take time in proportion to pattern times text, whatever they are: the lines are
 * written by strangers, and a backtracking engine can be kept busy for years. Both ignore case.
 */
export interface Pattern {
  test(text: string): boolean;
}

/** Why {@link readWildcard} or {@link readExpression} answered undefined. */
export const patternProblem =
  'wildcards are * ? [a-z] and the back-tick; of regular expressions . [a-z] \\d \\w \\s ^ $ ( ) | * + ? {1,3} are understood here, up to some length.';

type Test = (character: string) => boolean;
type Step =
  | { readonly is: 'character'; readonly test: Test }
  | { readonly is: 'fork'; readonly to: readonly [number, number] }
  | { readonly is: 'begin' | 'end' };
/** Steps in order, `fork` by distance from itself. */
type Program = readonly Step[];

const mostSteps = 2_000;
const mostNested = 16;
const mostRepeats = 100;
const any: Program = [{ is: 'character', test: () => true }];

const exactly = (character: string): Program => [{ is: 'character', test: (one) => one === character.toLowerCase() }];
const fork = (left: number, right: number): Step => ({ is: 'fork', to: [left, right] });
const repeated = (part: Program): Program => [fork(1, part.length + 2), ...part, fork(-part.length - 1, -part.length - 1)];
const optional = (part: Program): Program => [fork(1, part.length + 1), ...part];
const either = (left: Program, right: Program): Program => [
  fork(1, left.length + 2),
  ...left,
  fork(right.length + 1, right.length + 1),
  ...right,
];

/** A wildcard pattern of `-like` (about_Wildcards), which must fit the whole text; undefined when it cannot be used. */
export function readWildcard(pattern: string): Pattern | undefined {
  const program: Step[] = [{ is: 'begin' }];
  for (let at = 0; at < pattern.length; at += 1) {
    const one = pattern[at] ?? '';
    if (one === '*') program.push(...repeated(any));
    else if (one === '?') program.push(...any);
    else if (one === '[') {
      const set = readSet(pattern, at, '`');
      if (set === undefined) return undefined;
      program.push({ is: 'character', test: set.test });
      at = set.end;
    } else if (one === '`' && at + 1 < pattern.length) {
      at += 1;
      program.push(...exactly(pattern[at] ?? ''));
    } else program.push(...exactly(one));
    if (program.length > mostSteps) return undefined;
  }
  return matcher([...program, { is: 'end' }]);
}

/** A regular expression of `-match`, which may fit anywhere in the text; undefined when it is not understood. */
export function readExpression(source: string): Pattern | undefined {
  const read = readAlternatives(source, 0, 0);
  return read === undefined || read.end < source.length ? undefined : matcher(read.program);
}

interface Read {
  readonly program: Program;
  readonly end: number;
}

function readAlternatives(source: string, from: number, depth: number): Read | undefined {
  let found: Program | undefined;
  for (let at = from; ; at += 1) {
    const read = readSequence(source, at, depth);
    if (read === undefined) return undefined;
    found = found === undefined ? read.program : either(found, read.program);
    at = read.end;
    if (found.length > mostSteps) return undefined;
    if (source[at] !== '|') return { program: found, end: at };
  }
}

function readSequence(source: string, from: number, depth: number): Read | undefined {
  let program: Program = [];
  let at = from;
  while (at < source.length && source[at] !== '|' && source[at] !== ')') {
    const part = readPart(source, at, depth);
    if (part === undefined) return undefined;
    const times = readTimes(source, part);
    if (times === undefined) return undefined;
    program = [...program, ...times.program];
    if (program.length > mostSteps) return undefined;
    at = times.end;
  }
  return { program, end: at };
}

const kinds: Readonly<Record<string, Test>> = {
  d: (one) => /\d/.test(one),
  w: (one) => /[\p{L}\p{N}_]/u.test(one),
  s: (one) => /\s/.test(one),
};
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** What a backslash and a character stand for; undefined for what is not understood (`\b`, `\1` ...). */
function escaped(character: string): Test | undefined {
  const kind = kinds[character.toLowerCase()];
  if (kind !== undefined) return character === character.toLowerCase() ? kind : (one) => !kind(one);
  const control = controls[character];
  if (control !== undefined) return (one) => one === control;
  return /[a-z0-9]/i.test(character) || character === '' ? undefined : (one) => one === character;
}

function readPart(source: string, at: number, depth: number): Read | undefined {
  const one = source[at] ?? '';
  if (one === '(') {
    const inside = source.startsWith('(?:', at) ? at + 3 : at + 1;
    if (source[inside] === '?' || depth === mostNested) return undefined;
    const read = readAlternatives(source, inside, depth + 1);
    return read === undefined || source[read.end] !== ')' ? undefined : { program: read.program, end: read.end + 1 };
  }
  if (one === '[') {
    const set = readSet(source, at, '\\');
    return set === undefined ? undefined : { program: [{ is: 'character', test: set.test }], end: set.end + 1 };
  }
  if (one === '\\') {
    const test = escaped(source[at + 1] ?? '');
    return test === undefined ? undefined : { program: [{ is: 'character', test }], end: at + 2 };
  }
  if ('*+?{'.includes(one)) return undefined;
  if (one === '^' || one === '$') return { program: [{ is: one === '^' ? 'begin' : 'end' }], end: at + 1 };
  return { program: one === '.' ? [{ is: 'character', test: (each) => each !== '\n' }] : exactly(one), end: at + 1 };
}

/** A part with what says how often; a question mark after that changes nothing of whether a text fits. */
function readTimes(source: string, { program, end }: Read): Read | undefined {
  const times = /^(?:[*+?]|\{(\d{1,3})(,(\d{0,3}))?\})\??/.exec(source.slice(end, end + 12));
  if (times === null) return { program, end };
  const [written, least, upTo, most] = times;
  const after = end + written.length;
  if ('*+?{'.includes(source[after] ?? ' ')) return undefined;
  if (written.startsWith('*')) return { program: repeated(program), end: after };
  if (written.startsWith('+')) return { program: [...program, ...repeated(program)], end: after };
  if (written.startsWith('?')) return { program: optional(program), end: after };
  const from = Number(least);
  const to = upTo === undefined ? from : most === '' || most === undefined ? undefined : Number(most);
  if (from > mostRepeats || (to ?? 0) > mostRepeats || (to ?? from) < from || program.length * Math.max(from, to ?? 0) > mostSteps)
    return undefined;
  const begun = Array.from({ length: from }, () => program).flat();
  const rest = to === undefined ? repeated(program) : Array.from({ length: to - from }, () => optional(program)).flat();
  return { program: [...begun, ...rest], end: after };
}

/** `[a-z_]`, `[^a-z]`; `end` is where its bracket closes. */
function readSet(source: string, from: number, marker: '`' | '\\'): { readonly test: Test; readonly end: number } | undefined {
  const negated = marker === '\\' && source[from + 1] === '^';
  const tests: Test[] = [];
  for (let at = from + (negated ? 2 : 1); at < source.length; at += 1) {
    let one = source[at] ?? '';
    if (one === ']' && tests.length > 0) {
      const test = (each: string): boolean => tests.some((member) => member(each) || member(each.toUpperCase()));
      return { test: negated ? (each) => !test(each) : test, end: at };
    }
    if (one === marker) {
      at += 1;
      one = source[at] ?? '';
      const test = marker === '\\' ? escaped(one) : (each: string) => each === one;
      if (test === undefined) return undefined;
      if (source[at + 1] !== '-' || source[at + 2] === ']') {
        tests.push(test);
        continue;
      }
    }
    const last = source[at + 1] === '-' && source[at + 2] !== ']' ? source[at + 2] : undefined;
    if (last === marker) return undefined;
    if (last !== undefined) at += 2;
    const first = one;
    const final = last ?? one;
    tests.push((each) => each >= first && each <= final);
  }
  return undefined;
}

/** Follows all ways through the program at once, character by character. */
function matcher(program: Program): Pattern {
  return {
    test(text) {
      const folded = text.toLowerCase();
      let ways = new Set<number>();
      for (let at = 0; at <= folded.length; at += 1) {
        follow(program, ways, 0, at, folded.length);
        if (ways.has(program.length)) return true;
        const onward = new Set<number>();
        const character = folded[at];
        if (character === undefined) break;
        for (const way of ways) {
          const step = program[way];
          if (step?.is === 'character' && step.test(character)) follow(program, onward, way + 1, at + 1, folded.length);
        }
        ways = onward;
      }
      return false;
    },
  };
}

/** Adds a place of the program, and all that are reached from it without a character. */
function follow(program: Program, ways: Set<number>, from: number, at: number, length: number): void {
  const open = [from];
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    if (ways.has(way)) continue;
    ways.add(way);
    const step = program[way];
    if (step?.is === 'fork') open.push(way + step.to[0], way + step.to[1]);
    else if ((step?.is === 'begin' && at === 0) || (step?.is === 'end' && at === length)) open.push(way + 1);
  }
}

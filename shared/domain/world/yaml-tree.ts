import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { type Place, type Problem, problemAt, WorldFileError } from './problems.ts';

/** A YAML value that knows where it stands, so that a merged world can still say which line of which file is wrong. */
export interface Located {
  readonly place: Place;
  readonly value: string | number | boolean | null | readonly Located[] | ReadonlyMap<string, LocatedEntry>;
}

export interface LocatedEntry {
  readonly keyPlace: Place;
  readonly node: Located;
}

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

const maximumCharacters = 8 * 1024 * 1024;
const maximumNodes = 500_000;
const maximumDepth = 32;

/** Reads one YAML 1.2 document. Every syntax error, duplicate key, alias and second document is a problem. */
export function parseYamlTree(text: string, file: string): Located {
  const top: Place = { file, line: 1, column: 1 };
  if (text.length > maximumCharacters) throw new WorldFileError([problemAt(top, `is longer than ${maximumCharacters} characters`)]);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [document, second] = Array.isArray(documents) ? documents : [];
  const problems: Problem[] = [];
  for (const error of document?.errors ?? []) problems.push(problemAt(placeAt(error.pos[0]), firstLine(error.message)));
  if (second !== undefined) problems.push(problemAt(placeAt(second.range[0]), 'a world file is one YAML document'));
  if (problems.length > 0) throw new WorldFileError(problems);
  if (document === undefined || document.contents === null) throw new WorldFileError([problemAt(top, 'the file is empty')]);
  return createReader(placeAt)(document.contents, 0);
}

/** The value without its places. */
export function toPlain(node: Located): Plain {
  const { value } = node;
  if (isLocatedList(value)) return value.map(toPlain);
  if (isLocatedMap(value)) return Object.fromEntries([...value].map(([key, entry]) => [key, toPlain(entry.node)]));
  return value;
}

/** Where the value at `path` stands; when the path leads nowhere, where the deepest existing part of it stands. */
export function placeOf(root: Located, path: readonly PropertyKey[], what: 'key' | 'value' = 'value'): Place {
  let node = root;
  let keyPlace = root.place;
  for (const step of path) {
    const entry = child(node, step);
    if (entry === undefined) return keyPlace;
    node = entry.node;
    keyPlace = entry.keyPlace;
  }
  return what === 'key' ? keyPlace : node.place;
}

/** Where the value at `path` stands; undefined when the path leads nowhere. */
export function placeIfThere(root: Located, path: readonly PropertyKey[]): Place | undefined {
  let node = root;
  let keyPlace = root.place;
  for (const step of path) {
    const entry = child(node, step);
    if (entry === undefined) return undefined;
    node = entry.node;
    keyPlace = entry.keyPlace;
  }
  return keyPlace;
}

export function isLocatedList(value: Located['value']): value is readonly Located[] {
  return Array.isArray(value);
}

export function isLocatedMap(value: Located['value']): value is ReadonlyMap<string, LocatedEntry> {
  return value instanceof Map;
}

function child(node: Located, step: PropertyKey): LocatedEntry | undefined {
  if (isLocatedMap(node.value)) return node.value.get(String(step));
  if (!isLocatedList(node.value)) return undefined;
  const member = node.value[Number(step)];
  return member === undefined ? undefined : { keyPlace: member.place, node: member };
}

function createReader(placeAt: (offset: number) => Place): (node: Node, depth: number) => Located {
  let count = 0;
  const read = (node: Node, depth: number): Located => {
    const place = placeAt(node.range?.[0] ?? 0);
    const refuse = (message: string): never => {
      throw new WorldFileError([problemAt(place, message)]);
    };
    count += 1;
    if (count > maximumNodes) refuse(`has more than ${maximumNodes} values`);
    if (depth > maximumDepth) refuse(`is nested deeper than ${maximumDepth}`);
    // An alias may stand for a tree of aliases: a few lines could unfold without end.
    if (isAlias(node)) refuse('YAML aliases are not supported in world files');
    if (isSeq<Node>(node)) return { place, value: node.items.map((item) => read(item, depth + 1)) };
    if (isMap<Node, Node | null>(node)) {
      const entries = new Map<string, LocatedEntry>();
      for (const pair of node.items) {
        const keyPlace = placeAt(pair.key.range?.[0] ?? 0);
        if (!isScalar(pair.key)) throw new WorldFileError([problemAt(keyPlace, 'a key must be a plain word')]);
        entries.set(String(pair.key.value), {
          keyPlace,
          node: pair.value === null ? { place: keyPlace, value: null } : read(pair.value, depth + 1),
        });
      }
      return { place, value: entries };
    }
    const value = isScalar(node) ? node.value : undefined;
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { place, value };
    return refuse('is not a text, number, boolean, list or map');
  };
  return read;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

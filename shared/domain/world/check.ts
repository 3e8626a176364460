import type { z } from 'zod';
import { nearest } from '../../kernel/nearest.ts';
import { type Problem, problemAt } from './problems.ts';
import { type Located, placeOf, toPlain } from './yaml-tree.ts';

/** Holds a tree against a schema: the typed value, or every problem with its place. */
export function checkTree<Schema extends z.ZodType>(
  schema: Schema,
  tree: Located,
): { readonly value: z.output<Schema> } | { readonly problems: readonly Problem[] } {
  const result = schema.safeParse(toPlain(tree));
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.flatMap((issue) => describe(issue, schema, tree)) };
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, schema: z.ZodType, tree: Located): readonly Problem[] {
  const where = issue.path.map(String).join('.');
  const named = (message: string) => (where === '' ? message : `${where}: ${message}`);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        problemAt(placeOf(tree, [...issue.path, key], 'key'), named(`unknown key "${key}"${suggestion(key, keysAt(schema, issue.path))}`)),
      );
    case 'invalid_type':
      if (issue.input === undefined && isAbsent(tree, issue.path))
        return [problemAt(placeOf(tree, issue.path, 'key'), `${where} is missing`)];
      return [problemAt(placeOf(tree, issue.path), named(`must be ${article(issue.expected)}`))];
    case 'invalid_value': {
      const values = issue.values.map(String);
      const given = valueAt(tree, issue.path);
      if (given === undefined) return [problemAt(placeOf(tree, issue.path, 'key'), `${where} is missing`)];
      return [problemAt(placeOf(tree, issue.path), named(`"${given}" is not one of ${values.join(', ')}${suggestion(given, values)}`))];
    }
    case 'invalid_key':
      return [problemAt(placeOf(tree, issue.path, 'key'), named(issue.issues[0]?.message ?? issue.message))];
    default:
      return [problemAt(placeOf(tree, issue.path), named(issue.message))];
  }
}

function suggestion(word: string, candidates: readonly string[]): string {
  // Of one or two letters nothing can be guessed.
  const near = word.length < 3 ? undefined : nearest(word, candidates);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function article(type: string): string {
  const words: Record<string, string> = { int: 'a whole number', array: 'a list', object: 'a map', record: 'a map', string: 'a text' };
  return words[type] ?? `a ${type}`;
}

function valueAt(tree: Located, path: readonly PropertyKey[]): string | undefined {
  let value: unknown = toPlain(tree);
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  if (value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`;
}

function isAbsent(tree: Located, path: readonly PropertyKey[]): boolean {
  return valueAt(tree, path) === undefined;
}

/** The keys that the object at `path` may have, for "did you mean". */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let options: readonly unknown[] = [schema];
  for (const step of path) options = options.flatMap(unwrap).flatMap((option) => member(option, step));
  return options.flatMap(unwrap).flatMap((option) => Object.keys(shapeOf(option) ?? {}));
}

interface SchemaDefinition {
  readonly innerType?: unknown;
  readonly options?: readonly unknown[];
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly valueType?: unknown;
  readonly element?: unknown;
}

function definitionOf(schema: unknown): SchemaDefinition {
  const definition: unknown = typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'def') : undefined;
  return typeof definition === 'object' && definition !== null ? definition : {};
}

function unwrap(schema: unknown): readonly unknown[] {
  const { innerType, options } = definitionOf(schema);
  if (innerType !== undefined) return unwrap(innerType);
  if (options !== undefined) return options.flatMap(unwrap);
  return [schema];
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  return definitionOf(schema).shape;
}

function member(schema: unknown, step: PropertyKey): readonly unknown[] {
  const { shape, valueType, element } = definitionOf(schema);
  const found = shape?.[String(step)] ?? valueType ?? element;
  return found === undefined ? [] : [found];
}

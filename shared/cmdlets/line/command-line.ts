import type { Pattern } from '../pattern.ts';

/**
 * A line of the shell taken apart: `$name = `, then a value or a command, then commands after pipes. There is a source or
 * a command, or both.
 */
export interface Statement {
  /** In small letters. */
  readonly assigned?: string;
  readonly source?: LineValue | LineExpression | LineList;
  readonly commands: readonly CommandLine[];
}

/** One command of a line: its name, with hyphens for dashes, and what follows in order. */
export interface CommandLine {
  readonly name: string;
  /** Where its name begins in the line; the first character is 1. */
  readonly column: number;
  /** Behind its last argument, and blanks. */
  readonly end: number;
  readonly arguments: readonly LineArgument[];
}

/**
 * The name of a parameter as written, `attached` when a colon ties the next value to it; or a value. Which value belongs
 * to which name depends on the parameter: a switch takes one only after a colon.
 */
export type LineArgument = ParameterName | Written;
export type Written = LineValue | LineExpression | LineList | LineTable | LineScript | LineBlock;

export type ParameterName = { readonly kind: 'parameter'; readonly name: string; readonly attached: boolean };
/** `bare`: it has no quotes. */
export type LineValue = { readonly kind: 'value'; readonly value: string | boolean | null; readonly bare: boolean };
/** A value that is known when the line is run. */
export type LineExpression = { readonly kind: 'expression'; readonly expression: Expression };
export type LineMember = LineValue | LineExpression;
/** Values between commas, at least two; or what stands in `@(...)`, however few. */
export type LineList = { readonly kind: 'list'; readonly values: readonly LineMember[] };
/** `@{Add='x'; Remove='y','z'}`: keys as written, no two the same in any case. */
export type LineTable = { readonly kind: 'table'; readonly entries: readonly (readonly [key: string, value: LineMember | LineList])[] };
/** `{...}`, read as the condition of a Where-Object. */
export type LineScript = { readonly kind: 'script'; readonly condition: Condition };
/** `{...}` of a ForEach-Object: what is done with each object. */
export type LineBlock = { readonly kind: 'block'; readonly statement: Statement };

/** `$x`, `$x.Name`, `$x[0]`, `(Get-Thing).Name`, `$(...)`, `"$x and $($x.Name)"`, `[Byte[]]$x`. */
export type Expression =
  | { readonly is: 'variable'; readonly name: string }
  | { readonly is: 'statement'; readonly statement: Statement }
  | { readonly is: 'member'; readonly of: Expression; readonly name: string }
  | { readonly is: 'index'; readonly of: Expression; readonly index: number }
  | { readonly is: 'text'; readonly parts: readonly (string | Expression)[] }
  | { readonly is: 'bytes'; readonly of: Expression };

/**
 * What stands in the block of a Where-Object. It is an expression, as in PowerShell: a property alone is a condition too,
 * and `-not` belongs to what follows it at once (about_Operator_Precedence).
 */
export type Condition =
  | { readonly is: 'property'; readonly path: readonly string[] }
  | { readonly is: 'constant'; readonly value: Constant }
  /** Worked out when the line is run, before any object is looked at. */
  | { readonly is: 'expression'; readonly expression: Expression }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'both' | 'either'; readonly left: Condition; readonly right: Condition }
  | { readonly is: 'compare'; readonly operator: Comparison; readonly left: Condition; readonly right: Condition }
  | { readonly is: 'pattern'; readonly left: Condition; readonly pattern: Pattern; readonly negated: boolean };
type Constant = string | number | boolean | null;
export type Comparison = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le';

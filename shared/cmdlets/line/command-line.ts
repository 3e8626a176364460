import type { Condition } from './condition.ts';

/** A line of the shell taken apart: commands between pipes, at least one. */
export type Pipeline = readonly CommandLine[];

/** One command of a line: its name, with hyphens for dashes, and what follows in order. */
export interface CommandLine {
  readonly name: string;
  /** Where its name begins in the line; the first character is 1. */
  readonly column: number;
  readonly arguments: readonly LineArgument[];
}

/**
 * The name of a parameter as written, `attached` when a colon ties the next value to it; or a value. Which value belongs
 * to which name depends on the parameter: a switch takes one only after a colon.
 */
export type LineArgument = ParameterName | Written;
export type Written = LineValue | LineList | LineTable | LineScript;

export type ParameterName = { readonly kind: 'parameter'; readonly name: string; readonly attached: boolean };
/** `bare`: it has no quotes. */
export type LineValue = { readonly kind: 'value'; readonly value: string | boolean | null; readonly bare: boolean };
/** Values between commas, at least two; or what stands in `@(...)`, however few. */
export type LineList = { readonly kind: 'list'; readonly values: readonly LineValue[] };
/** `@{Add='x'; Remove='y','z'}`: keys as written, no two the same in any case. */
export type LineTable = { readonly kind: 'table'; readonly entries: readonly (readonly [key: string, value: LineValue | LineList])[] };
/** `{...}`, read as the condition of a Where-Object. */
export type LineScript = { readonly kind: 'script'; readonly condition: Condition };

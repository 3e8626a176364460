import type { Organization } from '../domain/organization/organization.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Instant } from '../kernel/clock.ts';
import { Refusal } from '../kernel/refusal.ts';

/** What a cmdlet works on: an organisation, inside a transaction. */
export interface CmdletScope {
  readonly tx: Transaction;
  readonly organization: Organization;
  readonly at: Instant;
}

/** One cmdlet: where it exists, what it takes, what it does. */
export interface Cmdlet {
  /** Kinds of organisation whose shell has it. */
  readonly kinds: readonly Organization['kind'][];
  /** Name of the parameter that a bare word stands for. */
  readonly positional: string;
  readonly parameters: Readonly<Record<string, ParameterType>>;
  readonly required: readonly string[];
  /** Answers objects in the order in which the shell shows them, or none. Holds calls of the store only. */
  run(scope: CmdletScope, given: CmdletParameters): Promise<readonly CmdletObject[]>;
}

/** A `switch` is true by being there; a `boolean` always has a value. */
export type ParameterType = 'text' | 'boolean' | 'switch';

/** Parameters under their full names, checked against {@link Cmdlet.parameters}. */
export type CmdletParameters = Readonly<Record<string, string | boolean>>;

/** An object that a cmdlet answers: its properties in the order in which the shell shows them. */
export type CmdletObject = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * Why a cmdlet line is refused: it cannot be read (`bad-line`), no such cmdlet is built (`unknown-cmdlet`), it does not
 * exist for this kind of organisation (`not-available`), its parameters do not fit (`bad-parameter`), it names an object
 * that does not exist (`object-not-found`), or there is no such shell (`unknown-organization`, `unknown-user`). The
 * detail is meant for whoever wrote the line.
 */
export type CmdletRefusalCode =
  | 'bad-line'
  | 'unknown-cmdlet'
  | 'not-available'
  | 'bad-parameter'
  | 'object-not-found'
  | 'unknown-organization'
  | 'unknown-user';

/** A refusal of a cmdlet line. */
export function cmdletRefusal(code: CmdletRefusalCode, detail: string): Refusal<CmdletRefusalCode> {
  return new Refusal(code, { detail });
}

import { Checklist } from '../../../kernel/checklist.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import type { Verdict } from '../../../kernel/verdict.ts';
import { checkOrder, firstChecks, type TokenCheck, type TokenKind, tokenChecks } from './checks.ts';
import type { TokenRefusalCode } from './errors.ts';

/** What a check found: a value to go on with, or why not. `expected` and `actual` are for people; secrets are not in them. */
export type Finding<Value = undefined> = Found<Value> | Failure;

interface Found<Value> {
  readonly ok: true;
  readonly value: Value;
  readonly expected?: never;
  readonly actual?: string;
  /** There was nothing to look at. */
  readonly skipped?: boolean;
}

/** `values` fill the places in the reason's text. */
export interface Failure {
  readonly ok: false;
  readonly code: TokenRefusalCode;
  readonly values: readonly string[];
  readonly expected?: string;
  readonly actual: string;
}

/** Passed. */
export function found<Value>(value: Value, actual?: string): Found<Value> {
  return actual === undefined ? { ok: true, value } : { ok: true, value, actual };
}

/** Passed, with nothing to go on with. */
export function fine(actual?: string): Found<undefined> {
  return found(undefined, actual);
}

/** Neither passed nor failed: there was nothing to look at. */
export function skipped<Value>(value: Value, actual: string): Found<Value> {
  return { ok: true, value, actual, skipped: true };
}

export function failed(code: TokenRefusalCode, values: readonly string[], looked: { expected?: string; actual: string }): Failure {
  return { ok: false, code, values, ...looked };
}

/**
 * The checks of one token in the order of `checks.ts`. What is taken out of order is a defect; at the first failure the
 * rest of the order is skipped.
 */
export class Trail {
  readonly #list = new Checklist<TokenCheck>(tokenChecks, firstChecks);
  #failure: Failure | undefined;

  /** What failed, once something has. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** From here on the order is that of a kind of token. */
  follow(kind: TokenKind): void {
    this.#list.follow(checkOrder[kind]);
  }

  /** Notes a finding and yields its value; refuses when the check failed. */
  take<Value>(check: TokenCheck, finding: Finding<Value>): Value {
    this.#list.note(check, finding.ok ? (finding.skipped === true ? 'skipped' : 'passed') : 'failed', finding);
    if (finding.ok) return finding.value;
    this.#failure = finding;
    throw new Refusal<TokenRefusalCode>(finding.code, { detail: `${check}: ${finding.actual}` });
  }

  /** Notes that a check failed for a reason that is none of the token's: there is no token, or none is wanted. */
  stop(check: TokenCheck, looked: { readonly expected: string; readonly actual: string }): Verdict {
    this.#list.note(check, 'failed', looked);
    return this.verdict();
  }

  verdict(): Verdict {
    return this.#list.verdict();
  }
}

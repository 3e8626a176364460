import { shorten } from '../../kernel/checklist.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';
import type { EntraErrorCode } from '../../protocols/oauth/entra-errors.ts';

type CheckFacts = Pick<Check, 'expected' | 'actual' | 'reference'>;

/** What was looked at in one request to the authentication service, in order. The first check that fails ends it. */
export class Judgement {
  readonly #checks: Check[] = [];

  pass(check: string, facts: CheckFacts = {}): void {
    this.#checks.push({ check, outcome: 'passed', ...shortened(facts) });
  }

  /** Throws the refusal: an AADSTS number, and what its sentence tells (`values`). */
  refuse(check: string, facts: CheckFacts, code: EntraErrorCode, values: Readonly<Record<string, string>> = {}): never {
    const short = shortened(facts);
    this.#checks.push({ check, outcome: 'failed', ...short });
    const told = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shorten(value)]));
    throw new Refusal<EntraErrorCode>(code, { detail: `${check}: ${short.actual ?? 'failed'}`, values: told });
  }

  get verdict(): Verdict {
    return judge(this.#checks);
  }
}

function shortened(facts: CheckFacts): CheckFacts {
  return facts.actual === undefined ? facts : { ...facts, actual: shorten(facts.actual) };
}

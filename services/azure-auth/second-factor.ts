import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';

/** Time in which a code is shown; it is taken for as long again, for whoever types slowly. */
const codeStepMs = 30_000;
/** Past so many wrong codes of a user within a step even the right one is refused. */
const mostFailures = 10;
const mostUsers = 10_000;

interface Attempts {
  readonly step: number;
  /** Wrong codes in that step. */
  readonly failures: number;
  /** Codes that were used so far. */
  readonly uses: number;
}

/**
 * The authenticator that every user with a second factor is taken to have: six digits from the user, the step of world
 * time (RFC 6238) and the codes used so far, with a secret that dies with the process. So a code is good once, and the
 * next one is there at once even when the clock stands.
 */
export class SecondFactor {
  readonly #secret = randomBytes(32);
  readonly #attempts = new Map<Guid, Attempts>();

  /** The code that a user's authenticator shows, and until when. */
  code(user: Guid, at: Instant): { readonly code: string; readonly until: Instant } {
    const step = stepOf(at);
    return { code: this.#derive(user, step, this.#attempts.get(user)?.uses ?? 0), until: (step + 1) * codeStepMs };
  }

  /** Whether a code that was typed is the user's of now or of the step before; uses it up. */
  accept(user: Guid, typed: string, at: Instant): boolean {
    const step = stepOf(at);
    const before = this.#attempts.get(user) ?? { step, failures: 0, uses: 0 };
    const failures = before.step === step ? before.failures : 0;
    const given = Buffer.from(typed);
    const fits = [step, step - 1].filter((one) => isSame(given, this.#derive(user, one, before.uses)));
    const accepted = fits.length > 0 && failures < mostFailures;
    this.#remember(user, accepted ? { step, failures, uses: before.uses + 1 } : { step, failures: failures + 1, uses: before.uses });
    return accepted;
  }

  #remember(user: Guid, attempts: Attempts): void {
    this.#attempts.delete(user);
    this.#attempts.set(user, attempts);
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > mostUsers && oldest !== undefined) this.#attempts.delete(oldest);
  }

  #derive(user: Guid, step: number, uses: number): string {
    const digest = createHmac('sha256', this.#secret).update(`${user}/${step}/${uses}`).digest();
    return String(digest.readUInt32BE() % 1_000_000).padStart(6, '0');
  }
}

function stepOf(at: Instant): number {
  return Math.floor(at / codeStepMs);
}

function isSame(given: Buffer, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { Store } from '../../shared/store/database.ts';
import { Handles } from './handles.ts';

/** Time in which a code is shown; it is taken for as long again, for whoever types slowly. */
const codeStepMs = 30_000;
/** Past so many wrong codes of a user within a step even the right one is refused. */
const mostFailures = 10;
const mostUsers = 10_000;
const rememberedMs = 24 * 3_600_000;

interface Attempts {
  readonly step: number;
  /** Wrong codes in that step. */
  readonly failures: number;
  /** Codes that were used so far. */
  readonly uses: number;
}

/**
 * The authenticator that every user with a second factor is taken to have: six digits from the user, the step of world
 * time (RFC 6238) and the codes used so far, with a secret of the installation. So a code is good once, and the
 * next one is there at once even when the clock stands.
 */
export class SecondFactor {
  readonly #secret: () => Promise<Buffer>;
  readonly #attempts: Handles<Attempts>;

  /** @param secret the same in every process of the lab */
  constructor(store: Store, secret: () => Promise<Buffer>) {
    this.#secret = secret;
    this.#attempts = new Handles(store, 'second factor', { most: mostUsers, lifeMs: rememberedMs });
  }

  /** The code that a user's authenticator shows, and until when. */
  async code(user: Guid, at: Instant): Promise<{ readonly code: string; readonly until: Instant }> {
    const [secret, attempts] = await Promise.all([this.#secret(), this.#attempts.get(user, at)]);
    const step = stepOf(at);
    return { code: derive(secret, user, step, attempts?.uses ?? 0), until: (step + 1) * codeStepMs };
  }

  /** Whether a code that was typed is the user's of now or of the step before; uses it up. */
  async accept(user: Guid, typed: string, at: Instant): Promise<boolean> {
    const secret = await this.#secret();
    const step = stepOf(at);
    const given = Buffer.from(typed);
    return this.#attempts.change(user, at, (known) => {
      const before = known ?? { step, failures: 0, uses: 0 };
      const failures = before.step === step ? before.failures : 0;
      const fits = [step, step - 1].filter((one) => isSame(given, derive(secret, user, one, before.uses)));
      const answer = fits.length > 0 && failures < mostFailures;
      const value = answer ? { step, failures, uses: before.uses + 1 } : { step, failures: failures + 1, uses: before.uses };
      return { value, answer };
    });
  }
}

function derive(secret: Buffer, user: Guid, step: number, uses: number): string {
  const digest = createHmac('sha256', secret).update(`${user}/${step}/${uses}`).digest();
  return String(digest.readUInt32BE() % 1_000_000).padStart(6, '0');
}

function stepOf(at: Instant): number {
  return Math.floor(at / codeStepMs);
}

function isSame(given: Buffer, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

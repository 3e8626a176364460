import { createHmac } from 'node:crypto';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { Store } from '../../shared/store/database.ts';
import { Handles } from './handles.ts';

/** Wrong passwords after which an account is locked; each further one locks it again. */
const threshold = 10;
const firstLockMs = 60_000;
/** Ours: Microsoft does not tell how the periods grow, only that they do. Here each is twice the last, up to this. */
const longestLockMs = 3_600_000;
const rememberedPasswords = 3;
const mostAccounts = 10_000;
const rememberedMs = 7 * 24 * 3_600_000;

interface Attempts {
  /** Wrong passwords since the last right one, repetitions left out. */
  readonly failures: number;
  /** Marks of the last wrong passwords, the newest at the end. */
  readonly passwords: readonly string[];
  readonly lockedAt: Instant;
  readonly lockedUntil: Instant;
}

/**
 * Locks accounts that passwords are guessed of, as Entra does (learn.microsoft.com "Protect user accounts from attacks
 * with Microsoft Entra smart lockout"): after ten wrong passwords for a minute, after each further one for longer. The
 * last three wrong passwords are known again and not counted twice. Familiar and unfamiliar places are not told apart.
 * In world time; an account that has not been tried for longest gives way.
 */
export class SmartLockout {
  readonly #secret: () => Promise<Buffer>;
  readonly #attempts: Handles<Attempts>;

  /** @param secret the same in every process of the lab */
  constructor(store: Store, secret: () => Promise<Buffer>) {
    this.#secret = secret;
    this.#attempts = new Handles(store, 'smart lockout', { most: mostAccounts, lifeMs: rememberedMs });
  }

  /** Until when an account is locked; undefined when it is not. A clock that was set back ends a lock, too. */
  async lockedUntil(tenant: string, user: Guid, at: Instant): Promise<Instant | undefined> {
    const { lockedAt, lockedUntil } = (await this.#attempts.get(keyOf(tenant, user), at)) ?? none;
    return at >= lockedAt && at < lockedUntil ? lockedUntil : undefined;
  }

  /** Takes note of a wrong password for an account that is not locked. */
  async failed(tenant: string, user: Guid, password: string, at: Instant): Promise<void> {
    const key = keyOf(tenant, user);
    const mark = createHmac('sha256', await this.#secret())
      .update(`${key}/${password}`)
      .digest('base64');
    await this.#attempts.change(key, at, (before = none) => ({
      value: before.passwords.includes(mark) ? before : counted(before, mark, at),
      answer: undefined,
    }));
  }

  /** The right password was given for an account that is not locked: it starts anew. */
  succeeded(tenant: string, user: Guid): Promise<void> {
    return this.#attempts.remove(keyOf(tenant, user));
  }
}

const none: Attempts = { failures: 0, passwords: [], lockedAt: 0, lockedUntil: 0 };

function counted(before: Attempts, mark: string, at: Instant): Attempts {
  const failures = before.failures + 1;
  const passwords = [...before.passwords, mark].slice(-rememberedPasswords);
  if (failures < threshold) return { ...before, failures, passwords };
  const lockMs = Math.min(firstLockMs * 2 ** (failures - threshold), longestLockMs);
  return { failures, passwords, lockedAt: at, lockedUntil: at + lockMs };
}

function keyOf(tenant: string, user: Guid): string {
  return `${tenant}/${user}`;
}

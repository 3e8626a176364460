import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';
import { type PasswordPolicy, passwordPolicy } from './password-policy.ts';

/** The wrong passwords for an account that count. Whoever has none has no such object. */
export interface Lockout {
  readonly failures: number;
  readonly lastAt: Instant;
  /** Null: not locked. */
  readonly lockedAt: Instant | null;
}

/** By the object GUID of the account. */
const lockouts = configKind<Lockout>('AccountLockout');

/** Until when an account is locked; infinite where somebody has to unlock it, undefined when it is not. */
export function lockedUntil(settings: Settings, account: Guid, at: Instant): Instant | undefined {
  const policy = passwordPolicy(settings);
  return policy.lockoutThreshold === 0 ? undefined : lockEnd(policy, lockouts.get(settings, account), at);
}

function lockEnd({ lockoutDurationMs }: PasswordPolicy, lockout: Lockout | undefined, at: Instant): Instant | undefined {
  if (lockout === undefined || lockout.lockedAt === null) return undefined;
  const end = lockoutDurationMs === 0 ? Number.POSITIVE_INFINITY : lockout.lockedAt + lockoutDurationMs;
  return at < end ? end : undefined;
}

/** Whether a password for an account leaves anything to write down. */
export function isCounted(settings: Settings, account: Guid, isRight: boolean): boolean {
  return passwordPolicy(settings).lockoutThreshold > 0 && (!isRight || lockouts.get(settings, account) !== undefined);
}

/** Writes down that a password was right or wrong, of an account that is not locked. Inside a transaction. */
export async function countPassword(
  tx: Executor,
  { organization, account, isRight }: { readonly organization: string; readonly account: Guid; readonly isRight: boolean },
  policy: PasswordPolicy,
  at: Instant,
): Promise<void> {
  const stored = await lockouts.find(tx, organization, account);
  if (lockEnd(policy, stored?.value, at) !== undefined) return;
  if (isRight) {
    if (stored !== undefined) await lockouts.remove(tx, stored, at);
    return;
  }
  const next = afterFailure(policy, stored?.value, at);
  if (stored === undefined) await lockouts.create(tx, organization, account, next, at);
  else await lockouts.replace(tx, stored, next, at);
}

function afterFailure({ lockoutThreshold, lockoutObservationMs }: PasswordPolicy, before: Lockout | undefined, at: Instant): Lockout {
  const isRemembered = before !== undefined && before.lockedAt === null && at < before.lastAt + lockoutObservationMs;
  const failures = (isRemembered ? before.failures : 0) + 1;
  return { failures, lastAt: at, lockedAt: failures >= lockoutThreshold ? at : null };
}

/** Takes a lock away, and what has been counted. Inside a transaction. */
export async function unlock(tx: Executor, organization: string, account: Guid, at: Instant): Promise<void> {
  const stored = await lockouts.find(tx, organization, account);
  if (stored !== undefined) await lockouts.remove(tx, stored, at);
}

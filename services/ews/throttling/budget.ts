import type { UserLimits } from '../../../shared/domain/organization/throttling-policies.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';

/** What somebody may still use, in milliseconds of work; less than nothing is debt. */
export interface Budget {
  readonly balance: number;
  /** The moment, by the world's clock, of which the balance is. */
  readonly at: Instant;
  /** The debt has passed the cutoff and is not paid yet. */
  readonly isLocked: boolean;
}

const hourMs = 3_600_000;

/** Whoever has used nothing yet. */
export function fullBudget({ maxBurst }: UserLimits, at: Instant): Budget {
  return { balance: maxBurst, at, isLocked: false };
}

/** A budget as it is at a later moment. A clock that was set back gives nothing and takes nothing. */
export function recharged(budget: Budget, { maxBurst, rechargeRate }: UserLimits, at: Instant): Budget {
  const passed = Math.max(0, at - budget.at);
  const grown =
    rechargeRate === Number.POSITIVE_INFINITY ? maxBurst : Math.min(maxBurst, budget.balance + (passed * rechargeRate) / hourMs);
  return { balance: grown, at, isLocked: budget.isLocked && grown < 0 };
}

/** A budget after some work. Beyond the cutoff it locks. */
export function charged(budget: Budget, { cutoffBalance }: UserLimits, workMs: number): Budget {
  const balance = budget.balance - workMs;
  return { ...budget, balance, isLocked: budget.isLocked || balance < -cutoffBalance };
}

/** Milliseconds until a debt is paid; the longest that the wire can say where nothing is recharged. */
export function backOffMs({ balance }: Budget, { rechargeRate }: UserLimits): number {
  if (balance >= 0) return 0;
  return Math.min(longestBackOffMs, Math.ceil((-balance * hourMs) / rechargeRate));
}

/** Clients read BackOffMilliseconds as a 32-bit integer. */
const longestBackOffMs = 2_147_483_647;

/** How long a debtor's next request is held back: as long as he owes, up to this. Both are ours: Microsoft tells that there are such delays. */
export function delayMs({ balance }: Budget): number {
  return balance >= 0 ? 0 : Math.min(longestDelayMs, Math.ceil(-balance));
}

const longestDelayMs = 500;

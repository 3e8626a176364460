import type { UserLimits } from '../../../shared/domain/organization/throttling-policies.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { type Budget, backOffMs, charged, delayMs, fullBudget, recharged } from './budget.ts';

/** What became of a request at the budget of whoever pays for it. */
export type Admission =
  | { readonly is: 'admitted'; readonly delayMs: number; readonly balance: number; readonly work: Work }
  | { readonly is: 'too-many-at-once' }
  | { readonly is: 'locked'; readonly balance: number; readonly backOffMs: number };

/** A request under way. */
export interface Work {
  /** It begins: what passes from here on is charged. */
  begin(): void;
  /** It is over; told once. */
  end(): void;
}

interface Account {
  budget: Budget;
  limits: UserLimits;
  underWay: number;
}

const mostAccounts = 10_000;

/**
 * The budgets of EWS in this process. The time of the machine is charged once: where several requests are at work, each
 * pays its part of what passes. Balances recharge by the world's clock. Beyond {@link mostAccounts} whoever has asked for
 * nothing longest begins anew.
 */
export class Budgets {
  readonly #accounts = new Map<string, Account>();
  readonly #now: () => number;
  /** Milliseconds of work that one request would have been charged since the beginning, had it run all the time. */
  #share = 0;
  #at = 0;
  #working = 0;

  /** @param now milliseconds that only grow */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Asks for a request of `who`. */
  admit(who: string, limits: UserLimits, at: Instant): Admission {
    const account = this.#account(who, limits, at);
    if (account.underWay >= limits.maxConcurrency) return { is: 'too-many-at-once' };
    const { budget } = account;
    if (budget.isLocked) return { is: 'locked', balance: budget.balance, backOffMs: backOffMs(budget, limits) };
    account.underWay += 1;
    return { is: 'admitted', delayMs: delayMs(budget), balance: budget.balance, work: this.#work(account) };
  }

  #account(who: string, limits: UserLimits, at: Instant): Account {
    const known = this.#accounts.get(who);
    if (known === undefined) {
      const made = { budget: fullBudget(limits, at), limits, underWay: 0 };
      this.#accounts.set(who, made);
      this.#forgetOldest();
      return made;
    }
    // Another policy is another budget.
    known.budget = isSame(known.limits, limits) ? recharged(known.budget, limits, at) : fullBudget(limits, at);
    known.limits = limits;
    return known;
  }

  #forgetOldest(): void {
    if (this.#accounts.size <= mostAccounts) return;
    for (const [who, { underWay }] of this.#accounts) {
      if (underWay > 0) continue;
      this.#accounts.delete(who);
      return;
    }
  }

  #work(account: Account): Work {
    let from: number | undefined;
    return {
      begin: () => {
        from = this.#passed();
        this.#working += 1;
      },
      end: () => {
        account.underWay -= 1;
        if (from === undefined) return;
        const share = this.#passed() - from;
        this.#working -= 1;
        account.budget = charged(account.budget, account.limits, share);
      },
    };
  }

  #passed(): number {
    const now = this.#now();
    if (this.#working > 0) this.#share += (now - this.#at) / this.#working;
    this.#at = now;
    return this.#share;
  }
}

function isSame(left: UserLimits, right: UserLimits): boolean {
  if (left === right) return true;
  return left.maxBurst === right.maxBurst && left.rechargeRate === right.rechargeRate && left.cutoffBalance === right.cutoffBalance;
}

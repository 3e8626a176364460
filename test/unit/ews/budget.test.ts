import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Budget, backOffMs, charged, delayMs, fullBudget, recharged } from '../../../services/ews/throttling/budget.ts';
import { Budgets } from '../../../services/ews/throttling/budgets.ts';
import type { UserLimits } from '../../../shared/domain/organization/throttling-policies.ts';

const limits: UserLimits = {
  maxConcurrency: 2,
  maxBurst: 1_000,
  rechargeRate: 3_600,
  cutoffBalance: 500,
  maxSubscriptions: 20,
  recipientRate: 100,
  messageRate: 100,
};
const none = Number.POSITIVE_INFINITY;
const unlimited: UserLimits = {
  maxConcurrency: none,
  maxBurst: none,
  rechargeRate: none,
  cutoffBalance: none,
  maxSubscriptions: none,
  recipientRate: none,
  messageRate: none,
};

const someLimits = fc.record({
  maxConcurrency: fc.nat(100),
  maxBurst: fc.nat(1_000_000),
  rechargeRate: fc.nat(1_000_000),
  cutoffBalance: fc.nat(1_000_000),
  maxSubscriptions: fc.nat(100),
  recipientRate: fc.nat(100),
  messageRate: fc.nat(100),
});

test('whatever happens, nobody has more than his burst, is locked without debt, or waits less than he is told', () => {
  const happenings = fc.array(fc.record({ passes: fc.integer({ min: -10_000, max: 100_000 }), works: fc.nat(2_000_000) }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(someLimits, happenings, (given, happened) => {
      let budget: Budget = fullBudget(given, 0);
      for (const { passes, works } of happened) {
        budget = recharged(charged(budget, given, works), given, budget.at + passes);
        expect(budget.balance).toBeLessThanOrEqual(given.maxBurst);
        expect(budget.isLocked && budget.balance >= 0).toBe(false);
        if (budget.balance < -given.cutoffBalance) expect(budget.isLocked).toBe(true);
        expect(delayMs(budget)).toBeLessThanOrEqual(500);
        const wait = backOffMs(budget, given);
        if (wait < 2_147_483_647) expect(recharged(budget, given, budget.at + wait).balance).toBeGreaterThanOrEqual(-1e-6);
      }
    }),
  );
});

test('a budget locks beyond the cutoff, is paid by the hour and opens when nothing is owed', () => {
  const spent = charged(fullBudget(limits, 0), limits, 1_500);
  expect(spent).toMatchObject({ balance: -500, isLocked: false });
  expect(delayMs(spent)).toBe(500);
  const locked = charged(spent, limits, 100);
  expect([locked.isLocked, backOffMs(locked, limits)]).toEqual([true, 600_000]);
  expect(recharged(locked, limits, 599_999).isLocked).toBe(true);
  expect(recharged(locked, limits, 600_000)).toMatchObject({ balance: 0, isLocked: false });
});

test('a clock that was set back pays nothing, and without limits nothing is ever owed', () => {
  const spent = charged(fullBudget(limits, 10_000), limits, 1_500);
  expect(recharged(spent, limits, 0).balance).toBe(-500);
  const free = charged(fullBudget(unlimited, 0), unlimited, 1e12);
  expect([delayMs(free), free.isLocked, recharged(free, unlimited, 1).balance]).toEqual([0, false, none]);
});

test('who works at the same time shares what passes; who waits before the beginning is charged nothing', () => {
  let now = 0;
  const budgets = new Budgets(() => now);
  const admit = (who: string) => {
    const admission = budgets.admit(who, limits, 0);
    if (admission.is !== 'admitted') throw new Error(admission.is);
    return admission;
  };
  const [first, second] = [admit('mary'), admit('joe')];
  now = 100;
  first.work.begin();
  now = 200;
  second.work.begin();
  now = 400;
  first.work.end();
  now = 450;
  second.work.end();
  expect([admit('mary').balance, admit('joe').balance]).toEqual([800, 850]);
});

test('more at once than allowed are refused until one has ended; another policy is a new budget', () => {
  let now = 0;
  const budgets = new Budgets(() => now);
  const open = [1, 2, 3].map(() => budgets.admit('mary', limits, 0));
  expect(open.map((one) => one.is)).toEqual(['admitted', 'admitted', 'too-many-at-once']);
  const [first] = open;
  if (first?.is === 'admitted') {
    first.work.begin();
    now = 5_000;
    first.work.end();
  }
  expect(budgets.admit('mary', limits, 0)).toEqual({ is: 'locked', balance: -4_000, backOffMs: 4_000_000 });
  expect(budgets.admit('joe', limits, 0).is).toBe('admitted');
  expect(budgets.admit('mary', { ...limits, maxBurst: 2_000 }, 0)).toMatchObject({ is: 'admitted', balance: 2_000 });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import type { RuleContent } from '../../../shared/domain/mailbox/rules/rule.ts';
import { hasOutlookRules, markRuleInError, readRules, removeOutlookRules } from '../../../shared/domain/mailbox/rules/rule-messages.ts';
import { writeRules } from '../../../shared/domain/mailbox/rules/write-rules.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

const rule = (name: string, priority: number): RuleContent => ({
  ...{ name, priority, isEnabled: true, exceptions: {} },
  conditions: { ContainsSubjectStrings: [name], WithinDateRange: { StartDateTime: at } },
  actions: { MarkAsRead: true },
});

const step = fc.record({
  kind: fc.constantFrom('create' as const, 'replace' as const, 'remove' as const),
  which: fc.nat(),
  priority: fc.integer({ min: 1, max: 6 }),
});

describeOnEveryStore('rules of a mailbox', (source) => {
  test('what is written gets its priority, the others keep their order, and no two are alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const store = await source.open();
        await withMailbox(store);
        for (const [index, { kind, which, priority }] of steps.entries()) {
          const before = await readRules(store.read, mailbox);
          const chosen = before[which % Math.max(1, before.length)];
          const wanted = rule(`rule ${index}`, priority);
          if (kind !== 'create' && chosen === undefined) continue;
          const touched = kind === 'create' ? undefined : present(chosen, 'a rule').counter;
          const changes = {
            ...(kind === 'create' ? { create: [wanted] } : {}),
            ...(kind === 'replace' && touched !== undefined ? { replace: new Map([[touched, wanted]]) } : {}),
            ...(kind === 'remove' && touched !== undefined ? { remove: [touched] } : {}),
          };
          const [made] = await store.transaction((tx) => writeRules(tx, mailbox, changes, at));
          const after = await readRules(store.read, mailbox);
          const written = after.find(({ counter }) => counter === (made ?? touched));
          if (kind === 'remove') expect(written).toBeUndefined();
          else expect(written).toEqual({ ...wanted, counter: made ?? touched, isInError: false });
          const others = (rules: typeof after) => rules.map(({ counter }) => counter).filter((one) => one !== (made ?? touched));
          expect(others(after)).toEqual(others(before));
          expect(new Set(after.map((one) => one.priority)).size).toBe(after.length);
        }
      }),
      { numRuns: 12 },
    );
  });

  test('a rule in error is so until it is written again; rules of Outlook are seen and taken away', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    await store.transaction((tx) => writeRules(tx, mailbox, { create: [rule('one', 1)] }, at));
    const [one] = await readRules(store.read, mailbox);
    const kept = present(one, 'a rule');
    await store.transaction((tx) => markRuleInError(tx, mailbox, kept, at));
    expect(await readRules(store.read, mailbox)).toEqual([{ ...kept, isInError: true }]);
    await store.transaction((tx) => writeRules(tx, mailbox, { replace: new Map([[kept.counter, rule('one', 1)]]) }, at));
    expect(await readRules(store.read, mailbox)).toEqual([kept]);

    expect(await hasOutlookRules(store.read, mailbox)).toBe(false);
    const blob = message('', {}, { class: 'IPM.RuleOrganizer', associated: true });
    await store.transaction((tx) => createItem(tx, mailbox, inbox, blob, at));
    expect(await hasOutlookRules(store.read, mailbox)).toBe(true);
    await store.transaction((tx) => removeOutlookRules(tx, mailbox, at));
    expect([await hasOutlookRules(store.read, mailbox), await readRules(store.read, mailbox)]).toEqual([false, [kept]]);
  });
});

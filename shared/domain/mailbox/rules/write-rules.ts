import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import type { Executor } from '../../../store/database.ts';
import type { InboxRule, RuleContent } from './rule.ts';
import { createRule, readRules, removeRule, replaceRule } from './rule-messages.ts';

/** What is to become of the rules of a mailbox. */
export interface RuleChanges {
  readonly create?: readonly RuleContent[];
  /** By the rule's counter. */
  readonly replace?: ReadonlyMap<number, RuleContent>;
  readonly remove?: readonly number[];
}

/**
 * Changes rules all at once. What is written gets the priority that it asks for; rules that had it, or come behind, make
 * room and keep their order. Refuses with `item-not-found`. Answers the counters of the new ones.
 */
export async function writeRules(
  tx: Executor,
  mailbox: Guid,
  { create = [], replace = new Map(), remove = [] }: RuleChanges,
  instant: Instant,
): Promise<readonly number[]> {
  const before = await readRules(tx, mailbox);
  for (const counter of remove) await removeRule(tx, mailbox, counter, instant);
  for (const [counter, rule] of replace) await replaceRule(tx, mailbox, counter, rule, instant);
  const created: number[] = [];
  for (const rule of create) created.push(await createRule(tx, mailbox, rule, instant));
  const taken = new Set([...create, ...replace.values()].map(({ priority }) => priority));
  const others = before.filter(({ counter }) => !remove.includes(counter) && !replace.has(counter));
  for (const { rule, priority } of withRoom(others, taken)) {
    if (priority !== rule.priority) await replaceRule(tx, mailbox, rule.counter, { ...rule, priority }, instant);
  }
  return created;
}

/** The rules, which are in their order, with the next priority that nobody has taken. */
function withRoom(rules: readonly InboxRule[], taken: Set<number>): readonly { readonly rule: InboxRule; readonly priority: number }[] {
  return rules.map((rule) => {
    let { priority } = rule;
    while (taken.has(priority)) priority += 1;
    taken.add(priority);
    return { rule, priority };
  });
}

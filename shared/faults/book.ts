import type { Random } from '../kernel/random.ts';
import { seededRandom } from '../kernel/random.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Seam, Seams } from '../kernel/seams.ts';
import { type CompiledRule, compileRule, type FaultRefusal, type FaultRule } from './rules.ts';

/** A rule and what it has done. */
export type ListedRule = FaultRule & {
  /** How often its match held, and how often it then acted. */
  readonly matched: number;
  readonly acted: number;
};

/** The fault rules in force. Of several rules that would act on an exchange at a seam, the first one does. */
export interface FaultBook extends Seams {
  /** Takes a rule as JSON gives it, after those that stand. Refuses with a {@link FaultRefusal} whose detail says why. */
  add(rule: unknown): ListedRule;
  /** In the order in which they are asked. */
  list(): readonly ListedRule[];
  /** False when there is no such rule. */
  remove(id: string): boolean;
  clear(): void;
  /** Another process has met a rule: it counts here, too. */
  count(id: string): void;
}

const maximumRules = 1_000;

interface Entry extends CompiledRule {
  readonly random: Random;
  matched: number;
  acted: number;
}

export interface FaultBookOptions {
  /** Chance for rules without a seed of their own; each rule draws from a stream of its own. */
  readonly random: Random;
  /** Is told each time that a rule has acted. */
  readonly acted?: (id: string) => void;
}

/**
 * An empty book. A rule that matches acts unless its first `after` matches are not over, its `times` are used up or
 * chance is against it; then the next rule is asked.
 */
export function createFaultBook({ random, acted = () => {} }: FaultBookOptions): FaultBook {
  let entries: readonly Entry[] = [];
  let bySeam: ReadonlyMap<Seam, readonly Entry[]> = new Map();
  let given = 0;
  const set = (next: readonly Entry[]): void => {
    entries = next;
    bySeam = Map.groupBy(next, ({ rule }) => rule.seam);
  };
  const known = (id: string): boolean => entries.some(({ rule }) => rule.id === id);
  const nextId = (): string => {
    do given += 1;
    while (known(`fault-${given}`));
    return `fault-${given}`;
  };

  return {
    add(input) {
      if (entries.length >= maximumRules) throw new Refusal<FaultRefusal>('TooManyFaultRules', { detail: `at most ${maximumRules} rules` });
      const compiled = compileRule(input, nextId);
      const { id, seed } = compiled.rule;
      if (known(id)) throw new Refusal<FaultRefusal>('DuplicateFaultRule', { detail: `a rule ${id} stands already`, values: { Id: id } });
      set([...entries, { ...compiled, random: seed === undefined ? random.fork(id) : seededRandom(seed), matched: 0, acted: 0 }]);
      return { ...compiled.rule, matched: 0, acted: 0 };
    },
    list: () => entries.map(({ rule, matched, acted }) => ({ ...rule, matched, acted })),
    remove(id) {
      const rest = entries.filter(({ rule }) => rule.id !== id);
      const found = rest.length < entries.length;
      if (found) set(rest);
      return found;
    },
    clear: () => set([]),
    count(id) {
      for (const entry of entries) if (entry.rule.id === id) entry.acted += 1;
    },
    at(seam, facts) {
      for (const entry of bySeam.get(seam) ?? []) {
        const { rule, random: chance } = entry;
        if (!entry.matches(facts)) continue;
        entry.matched += 1;
        if (entry.matched <= rule.after || entry.acted >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
        if (chance.next() >= rule.probability) continue;
        entry.acted += 1;
        acted(rule.id);
        return { rule: rule.id, effect: entry.decide(facts, chance) };
      }
      return undefined;
    },
  };
}

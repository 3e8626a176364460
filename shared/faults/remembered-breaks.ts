import { type ConfigurationChange, withoutChange } from '../domain/directory/configuration-image.ts';
import { configKind } from '../domain/organization/config-kind.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Step } from './misconfigurations/misconfiguration.ts';

/** A misconfiguration that a world has now, with all that it takes to take it back. */
export interface RememberedBreak {
  readonly id: string;
  readonly variant: string;
  /** It is not told that it is there: somebody has to find out. */
  readonly hidden?: boolean;
  readonly since: Instant;
  /** Counts the breaks of a world: what came later lies upon what came before. */
  readonly order: number;
  readonly steps: readonly Step[];
  readonly mended: readonly Step[];
  /** What the steps have changed. */
  readonly changes: readonly ConfigurationChange[];
  /** Kinds of configuration object of which there is nothing but what was there before, once it is fixed. */
  readonly watched: readonly string[];
  readonly skews: readonly SkewChange[];
  /** The rules that act for it, as they were added. */
  readonly faults: readonly { readonly id: string; readonly [member: string]: unknown }[];
  /** Lines that take back what is nothing that is configured, the first of them first. */
  readonly undo: readonly { readonly at: string; readonly line: string }[];
}

export interface SkewChange {
  /** An organisation, or `azure-auth`. */
  readonly of: string;
  readonly before: number;
  readonly after: number;
}

/**
 * A break that is under way: whoever ends the lab in its midst finds it broken afterwards, as far as it had come. Rules that it had added
 * are gone with the process.
 */
export interface BegunBreak extends Omit<RememberedBreak, 'changes' | 'skews' | 'faults'> {
  readonly skewsBefore: Readonly<Record<string, number>>;
  /** All that was configured before: entries of a `ConfigurationImage` as JSON, deflated, base64. */
  readonly before: string;
}

/** Of the world, by the id of the misconfiguration. */
export const begunBreaks = configKind<BegunBreak>('TopologyBreakBegun');

/** Of the world, by the id of the misconfiguration. */
export const rememberedBreaks = configKind<RememberedBreak>('TopologyBreak');

/** What fixing one break changes, and what the others remember from then on. */
export interface Lifting {
  readonly changes: readonly ConfigurationChange[];
  readonly skews: readonly SkewChange[];
  readonly others: readonly RememberedBreak[];
}

/**
 * Takes one break out from under those that came later: where one of these has changed the same property, that stays as it is, and it
 * is the later one which remembers what was there before.
 */
export function liftBreak(one: RememberedBreak, all: readonly RememberedBreak[]): Lifting {
  let others = all.filter(({ id, order }) => id !== one.id && order > one.order).toSorted((left, right) => left.order - right.order);
  const changes = one.changes.flatMap((change) => {
    let left: ConfigurationChange | undefined = change;
    others = others.map((later) => {
      const upon = left === undefined ? undefined : later.changes.find(({ key }) => key === change.key);
      if (upon === undefined || left === undefined) return later;
      const before = withoutUnder(upon, left);
      left = besides(left, upon);
      // What the later one has not changed is no difference of its own.
      const after = left === undefined ? upon.after : withoutChange(upon.after, left);
      const changes = later.changes.map((own) => (own === upon ? { ...own, before, after } : own));
      return { ...later, changes: changes.filter((own) => own.before !== undefined || own.after !== undefined) };
    });
    return left === undefined ? [] : [left];
  });
  const skews = one.skews.filter((skew) => {
    const later = others.find((other) => other.skews.some(({ of }) => of === skew.of));
    if (later === undefined) return true;
    const remembered = later.skews.map((own) => (own.of === skew.of ? { ...own, before: skew.before } : own));
    others = others.map((other) => (other === later ? { ...later, skews: remembered } : other));
    return false;
  });
  return { changes, skews, others };
}

/** What was there before the later change, had the earlier one not been. */
function withoutUnder(later: ConfigurationChange, earlier: ConfigurationChange): ConfigurationChange['before'] {
  // What the earlier one has made would not have been there.
  if (earlier.before === undefined) return undefined;
  if (earlier.after === undefined) return later.before ?? earlier.before;
  return withoutChange(later.before, earlier);
}

type Value = ConfigurationChange['before'];

/** What is left of a change besides the properties that a later one has changed too. */
function besides(change: ConfigurationChange, later: ConfigurationChange): ConfigurationChange | undefined {
  if (change.whole === true) return undefined;
  // The later one has taken it away, or made it anew: nothing of the earlier one is left.
  if (change.after === undefined || later.after === undefined || later.before === undefined) return undefined;
  if (change.before === undefined) return change;
  return { ...change, before: covered(change.before, change.after, later.before, later.after) as Value };
}

/** `before`, but as `after` where the later pair differs. */
function covered(before: unknown, after: unknown, laterBefore: unknown, laterAfter: unknown): unknown {
  if (JSON.stringify(laterBefore) === JSON.stringify(laterAfter)) return before;
  if (![before, after, laterBefore, laterAfter].every(isObject)) return after;
  const [was, became, then, now] = [before, after, laterBefore, laterAfter] as readonly Record<string, unknown>[];
  const names = new Set([before, after, laterBefore, laterAfter].flatMap((one) => Object.keys(one as object)));
  const entries = [...names].map((name) => [name, covered(was?.[name], became?.[name], then?.[name], now?.[name])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

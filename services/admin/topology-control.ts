import {
  type ConfigurationChange,
  type ConfigurationImage,
  partsOf,
  readConfiguration,
  takeBack,
} from '../../shared/domain/directory/configuration-image.ts';
import type { EraName } from '../../shared/domain/world/vocabulary.ts';
import { misconfigurations } from '../../shared/faults/misconfigurations/index.ts';
import type { Finding, Misconfiguration, Played, Step, Variant } from '../../shared/faults/misconfigurations/misconfiguration.ts';
import { liftBreak, type RememberedBreak, rememberedBreaks } from '../../shared/faults/remembered-breaks.ts';
import { type Topology, topologyRefusal } from '../../shared/faults/topology.ts';
import { parseDuration } from '../../shared/kernel/duration.ts';
import { didYouMean } from '../../shared/kernel/nearest.ts';
import { oneAtATime } from '../../shared/kernel/one-at-a-time.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { type Changed, openBreak, settleBegun } from './begun-breaks.ts';
import { hiddenBreak, ruleId } from './break-rules.ts';
import type { ClockControl, CmdletControl, FaultControl } from './context.ts';
import { actOutside, type OutsideGround } from './outside-acts.ts';
import { administratorOf, readTopology, type TopologyGround } from './topology-ground.ts';

/** What the control works on. */
export interface TopologyControlParts extends TopologyGround, OutsideGround {
  readonly timers: Pick<ClockControl, 'advance' | 'skew'>;
  readonly faults: FaultControl;
  readonly cmdlets: CmdletControl;
  /** The same, of which the journal has nothing. */
  readonly unrecorded: CmdletControl;
  setEra(organization: string, era: EraName): Promise<void>;
  /** Servers forget the names that they have asked for and the tokens that they hold: what is set holds at once. */
  forget(): Promise<void>;
}

/** Misconfigurations of the world: which there are, what they do, how they come and go. */
export interface TopologyControl {
  /** What is broken now, the first first; what is hidden is left out. */
  broken(): Promise<readonly RememberedBreak[]>;
  /**
   * Refuses with a `TopologyRefusalCode`; then nothing is other than before. `user`: address of whom it is to befall. What is `hidden`
   * is told by nothing here until it is revealed, and neither its lines nor its rules say what it is.
   */
  break(id: string, asked?: BreakOrder): Promise<RememberedBreak>;
  /** Shows what was hidden, as if it had never been. */
  reveal(): Promise<void>;
  /** Puts back what was there before. Refuses with `UnknownMisconfiguration` and `NotBroken`. */
  fix(id: string): Promise<RememberedBreak>;
  /** All that is configured, as of this moment. */
  read(): Promise<Topology>;
  lint(): Promise<readonly (Finding & { readonly misconfiguration: Misconfiguration })[]>;
  /** What its variants would do in this world; a text says why one cannot be. */
  play(id: string): Promise<readonly { readonly name: string; readonly variant: Variant; readonly played: Played | string }[]>;
  find(id: string): Misconfiguration;
  /**
   * Lets the rules act again that stand for what is broken: rules do not outlive the process. Remembers what was being broken when the
   * process ended.
   */
  resume(): Promise<void>;
}

interface BreakOrder {
  readonly variant?: string | undefined;
  readonly user?: string | undefined;
  readonly hidden?: boolean | undefined;
}

/** What the steps of a break have done so far. */
interface Doing {
  readonly kept: Map<string, Readonly<Record<string, unknown>>>;
  readonly faults: RememberedBreak['faults'][number][];
  readonly undo: { readonly at: string; readonly line: string }[];
  /** Puts down what takes a line back, before the line is taken. */
  undoes(step: { readonly at: string; readonly line: string }): Promise<void>;
}

export function createTopologyControl(parts: TopologyControlParts): TopologyControl {
  const { store, clock, faults } = parts;
  const turn = oneAtATime();
  const find = (id: string): Misconfiguration => {
    const found = misconfigurations.find((one) => one.id === id);
    if (found !== undefined) return found;
    const known = misconfigurations.map((one) => one.id);
    throw topologyRefusal('UnknownMisconfiguration', `there is no misconfiguration ${JSON.stringify(id)}${didYouMean(id, known)}`);
  };
  const remembered = async (): Promise<readonly RememberedBreak[]> =>
    (await rememberedBreaks.list(store.read, '')).map(({ value }) => value).toSorted((left, right) => left.order - right.order);

  const breakIt: TopologyControl['break'] = async (id, { variant: wanted, user, hidden = false } = {}) => {
    const misconfiguration = find(id);
    const [name, variant] = chosen(misconfiguration, wanted);
    const all = await remembered();
    // Which one is broken already would be told by what cannot be broken.
    if (all.some((one) => one.hidden === true))
      throw topologyRefusal('SomethingHidden', 'a blind exercise is under way: nothing else is broken until it is over');
    if (all.some((one) => one.id === id)) throw topologyRefusal('AlreadyBroken', `${id} is broken already; coexist topology fix ${id}`);
    const { broken, mended } = variant.play(await readTopology(parts, user));
    const order = Math.max(0, ...all.map((one) => one.order)) + 1;
    const shown = { id, variant: name, since: clock.now(), order, steps: broken, mended, watched: variant.watched ?? [] };
    const about = hidden ? { ...shown, hidden } : shown;
    const doer = hidden ? { ...parts, cmdlets: parts.unrecorded } : parts;
    const under = await openBreak(parts, about);
    const doing: Doing = { kept: new Map(), faults: [], undo: [], undoes: under.undoes };
    const valueWith = ({ changes, skews }: Changed): RememberedBreak => {
      const told = (steps: readonly Step[]): readonly Step[] => steps.map((step) => filled(step, doing.kept));
      const done = { changes, skews, faults: doing.faults, undo: doing.undo };
      return { ...about, steps: told(broken), mended: told(mended), ...done };
    };
    let refusal: Refusal | undefined;
    try {
      refusal = await takeAll(doer, hidden ? hiddenBreak : id, broken, doing);
    } catch (error) {
      // A defect: what has been done is there, and can be taken back.
      await under.end(valueWith(await under.changed()));
      throw error;
    }
    const changed = await under.changed();
    const value = valueWith(changed);
    if (refusal !== undefined || !(changed.isAny || value.faults.length + value.undo.length > 0)) {
      await putBack(parts, value);
      await under.end(undefined);
      throw refusal ?? topologyRefusal('NothingChanged', `${id} (${name}): the world is so already, and there is nothing to break`);
    }
    await under.end(value);
    await parts.forget();
    return value;
  };

  const fix: TopologyControl['fix'] = async (id) => {
    find(id);
    const all = await remembered();
    const one = all.find((each) => each.id === id);
    if (one === undefined || one.hidden === true)
      throw topologyRefusal('NotBroken', `${id} is not broken; coexist topology ls shows what is`);
    const { changes, skews, others } = liftBreak(one, all);
    const made = madeSince(await readConfiguration(store.read), one, others);
    await putBack(parts, { ...one, changes: [...changes, ...made], skews });
    await store.transaction(async (tx) => {
      for (const stored of await rememberedBreaks.list(tx, '')) {
        const other = others.find((each) => each.id === stored.value.id);
        if (stored.value.id === id) await rememberedBreaks.remove(tx, stored, clock.now());
        else if (other !== undefined) await rememberedBreaks.replace(tx, stored, other, clock.now());
      }
    });
    await parts.forget();
    return one;
  };

  const reveal = async (): Promise<void> => {
    for (const stored of await rememberedBreaks.list(store.read, '')) {
      const { hidden, ...shown } = stored.value;
      if (hidden !== true) continue;
      // Rules that somebody has taken away stay away.
      const rules = shown.faults.filter((rule) => faults.remove(rule.id)).map((rule, index) => ({ ...rule, id: ruleId(shown.id, index) }));
      for (const rule of rules) faults.add(rule);
      await store.transaction((tx) => rememberedBreaks.replace(tx, stored, { ...shown, faults: rules }, clock.now()));
    }
  };

  return {
    broken: async () => (await remembered()).filter(({ hidden }) => hidden !== true),
    reveal: () => turn(reveal),
    break: (id, asked) => turn(() => breakIt(id, asked)),
    fix: (id) => turn(() => fix(id)),
    find,
    read: () => readTopology(parts),
    async lint() {
      const topology = await readTopology(parts);
      const hidden = (await remembered()).filter((one) => one.hidden === true).map(({ id }) => id);
      const told = misconfigurations.filter(({ id }) => !hidden.includes(id));
      return told.flatMap((misconfiguration) =>
        (misconfiguration.lint?.(topology) ?? []).map((finding) => ({ ...finding, misconfiguration })),
      );
    },
    async play(id) {
      const topology = await readTopology(parts);
      return Object.entries(find(id).variants).map(([name, variant]) => ({
        name,
        variant,
        played: playedOr(() => variant.play(topology)),
      }));
    },
    async resume() {
      await settleBegun(parts);
      const known = new Set(faults.list().map((rule) => rule.id));
      for (const { faults: rules } of await remembered()) for (const rule of rules) if (!known.has(rule.id)) faults.add(rule);
    },
  };
}

function chosen({ id, variants, shownBy }: Misconfiguration, wanted: string | undefined): readonly [name: string, variant: Variant] {
  const names = Object.keys(variants);
  const [first] = names;
  if (first === undefined) throw topologyRefusal('NotBreakable', `${id} is no state of a world. ${shownBy}`);
  const name = wanted ?? first;
  const variant = Object.hasOwn(variants, name) ? variants[name] : undefined;
  if (variant === undefined) {
    const text = `${id} has no variant ${JSON.stringify(name)}${didYouMean(name, names)}; it has ${names.join(', ')}`;
    throw topologyRefusal('UnknownVariant', text);
  }
  return [name, variant];
}

function playedOr(play: () => Played): Played | string {
  try {
    return play();
  } catch (error) {
    if (error instanceof Refusal) return error.detail ?? error.code;
    throw error;
  }
}

/** Takes steps until one is refused; answers that refusal. */
async function takeAll(parts: TopologyControlParts, id: string, steps: readonly Step[], doing: Doing): Promise<Refusal | undefined> {
  for (const step of steps) {
    try {
      await take(parts, id, filled(step, doing.kept), doing);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return topologyRefusal('StepRefused', `${id}: ${error.detail ?? error.code}`);
    }
  }
  return undefined;
}

async function take(parts: TopologyControlParts, id: string, step: Step, doing: Doing): Promise<void> {
  const { faults, timers } = parts;
  if (step === 'lift faults') {
    for (const rule of doing.faults.splice(0)) faults.remove(rule.id);
  } else if ('line' in step) await takeLine(parts, step, doing);
  else if ('skew' in step) await timers.skew(step.skew, step.byMs);
  else if ('era' in step) await parts.setEra(step.of, step.era);
  else if ('passes' in step) await timers.advance(parseDuration(step.passes) ?? 0);
  else if ('fault' in step) {
    const rule = { ...step.fault, id: ruleId(id, doing.faults.length) };
    faults.add(rule);
    doing.faults.push(rule);
  } else await actOutside(parts, step);
}

async function takeLine(
  parts: TopologyControlParts,
  step: Extract<Step, { readonly line: string }>,
  { kept, undo, undoes }: Doing,
): Promise<void> {
  const { at, line, refused, keeps } = step;
  if (step.undo !== undefined) {
    undo.push(step.undo);
    await undoes(step.undo);
  }
  const answer = await runLine(parts, at, line).catch((error: unknown) => {
    if (refused !== undefined && error instanceof Refusal && error.detail?.includes(refused) === true) return undefined;
    throw error;
  });
  if (refused !== undefined && answer !== undefined) throw topologyRefusal('StepRefused', `${line} was not refused with ${refused}`);
  if (keeps === undefined) return;
  const [first] = answer?.objects ?? [];
  if (first === undefined) throw topologyRefusal('StepRefused', `${line} answers nothing`);
  kept.set(keeps, { ...first });
}

async function runLine(parts: TopologyControlParts, at: string, line: string): ReturnType<CmdletControl['run']> {
  const topology = await readTopology(parts);
  const organization = topology.organizations.find(({ name }) => name === at);
  return parts.cmdlets.run(line, at, organization === undefined ? undefined : administratorOf(topology, organization));
}

/** What earlier lines have answered stands in the texts of later ones. */
function filled(step: Step, kept: Doing['kept']): Step {
  const text = JSON.stringify(step).replaceAll(/\{\{(\w+)\.(\w+)\}\}/g, (whole, name: string, property: string) => {
    const value = shownText(kept.get(name)?.[property]);
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
  return JSON.parse(text) as Step;
}

/** A value of an object as a line takes it; undefined: it is none that a line could. */
function shownText(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join(',') : undefined;
}

async function putBack(parts: TopologyControlParts, done: Pick<RememberedBreak, 'changes' | 'skews' | 'faults' | 'undo'>): Promise<void> {
  for (const { id } of done.faults) parts.faults.remove(id);
  for (const { at, line } of done.undo.toReversed()) await runLine(parts, at, line);
  await parts.store.transaction((tx) => takeBack(tx, done.changes, parts.clock.now()));
  for (const { of, before } of done.skews) await parts.timers.skew(of, before);
}

/** What has been made of the watched kinds since, by nobody's later break. */
function madeSince(
  now: ConfigurationImage,
  { watched, changes }: RememberedBreak,
  others: readonly RememberedBreak[],
): readonly ConfigurationChange[] {
  const known = new Set([changes, ...others.map((other) => other.changes)].flatMap((all) => all.map(({ key }) => key)));
  return [...now].filter(([key]) => watched.includes(partsOf(key)[2] ?? '') && !known.has(key)).map(([key, after]) => ({ key, after }));
}

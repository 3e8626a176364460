import { Refusal } from '../kernel/refusal.ts';
import type { HoldSeam, Hop, HopEdit, Release, SeamFacts, Seams } from '../kernel/seams.ts';
import { type Breakpoint, type BreakpointRefusal, type CompiledBreakpoint, compileBreakpoint, readContinue } from './breakpoints.ts';

/** A hop that waits. */
export interface HeldHop {
  readonly id: string;
  /** Whose it is; `step` where the hop before it was let go for one step. */
  readonly breakpoint: string;
  readonly seam: HoldSeam;
  readonly facts: SeamFacts;
  readonly hop: Hop;
  /** By the machine's clock: since when, and until when at most. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Whoever asked in the first place has left; the hop itself is waited for still. */
  readonly clientGone: boolean;
}

/** What becomes of held hops. `limit`: it has waited for as long as a hop may; `ended`: breakpoints were cleared. */
export type HoldEvent =
  | { readonly event: 'held'; readonly held: HeldHop }
  | {
      readonly event: 'released';
      readonly held: HeldHop;
      readonly how: 'continue' | 'abort' | 'limit' | 'ended';
      readonly edit?: HopEdit | undefined;
    }
  | { readonly event: 'gave-up'; readonly held: HeldHop };

/** The breakpoints in force and the hops that wait at them. */
export interface Holds {
  readonly hold: NonNullable<Seams['hold']>;
  /** Takes a breakpoint as JSON gives it. Refuses with a {@link BreakpointRefusal}. */
  add(breakpoint: unknown): ListedBreakpoint;
  list(): readonly ListedBreakpoint[];
  /** False when there is no such breakpoint. What waits at it waits on. */
  remove(id: string): boolean;
  held(): readonly HeldHop[];
  /** Lets a hop go on. False when there is none; refuses an edit with a {@link BreakpointRefusal}. */
  release(id: string, how?: unknown): boolean;
  /** Ends the hop and the connection that it is on. False when there is none. */
  abort(id: string): boolean;
  /** Whoever began a trace has left. */
  left(traceId: string): void;
  /** Lets everything go on. */
  letGo(): void;
  /** Takes all breakpoints away, too. */
  clear(): void;
  watch(listener: (event: HoldEvent) => void): () => void;
}

/** A breakpoint and how many hops it has stopped. */
export type ListedBreakpoint = Breakpoint & { readonly stopped: number };

export interface HoldsOptions {
  /** The machine's time. */
  readonly realNow: () => number;
  /** Called when the first hop is held: time and patience end. What it answers is called when the last has been let go. */
  readonly pause: () => () => void;
  readonly longestMs?: number;
}

const mostBreakpoints = 100;
/** At a time; what comes then goes on. */
const mostHeld = 32;
const mostStepping = 100;
const halfHourMs = 1_800_000;

interface Entry extends CompiledBreakpoint {
  stopped: number;
}
interface Waiting {
  held: HeldHop;
  end(release: Release, event: HoldEvent): void;
}

/** Nothing is held as long as there is no breakpoint. */
export function createHolds({ realNow, pause, longestMs = halfHourMs }: HoldsOptions): Holds {
  let entries: readonly Entry[] = [];
  const waiting = new Map<string, Waiting>();
  /** Traces whose next hop waits. */
  const stepping = new Set<string>();
  const listeners = new Set<(event: HoldEvent) => void>();
  let given = 0;
  let stopped = 0;
  let resume: (() => void) | undefined;

  const nextId = (): string => {
    do given += 1;
    while (entries.some(({ breakpoint: { id } }) => id === `breakpoint-${given}`));
    return `breakpoint-${given}`;
  };
  const tell = (event: HoldEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const stopper = (seam: HoldSeam, facts: SeamFacts): string | undefined => {
    if (facts.traceId !== undefined && stepping.delete(facts.traceId)) return 'step';
    for (const entry of entries) {
      const { id, seam: at, times = Number.POSITIVE_INFINITY } = entry.breakpoint;
      if (at !== seam || entry.stopped >= times || !entry.matches(facts)) continue;
      entry.stopped += 1;
      return id;
    }
    return undefined;
  };
  const wait = (breakpoint: string, seam: HoldSeam, facts: SeamFacts, hop: Hop): Promise<Release> =>
    new Promise((resolve) => {
      stopped += 1;
      const id = `hop-${stopped}`;
      const sinceMs = realNow();
      const held: HeldHop = { id, breakpoint, seam, facts: { ...facts }, hop, sinceMs, untilMs: sinceMs + longestMs, clientGone: false };
      const gone = (): void => one.end({ how: 'gone', breakpoint }, { event: 'gave-up', held: { ...one.held, clientGone: true } });
      const limit = setTimeout(
        () => one.end({ how: 'continue', breakpoint }, { event: 'released', held: one.held, how: 'limit' }),
        longestMs,
      );
      limit.unref();
      const one: Waiting = {
        held,
        end(release, event) {
          if (!waiting.delete(id)) return;
          clearTimeout(limit);
          hop.gone?.removeEventListener('abort', gone);
          if (waiting.size === 0) {
            resume?.();
            resume = undefined;
          }
          tell(event);
          resolve(release);
        },
      };
      waiting.set(id, one);
      resume ??= pause();
      hop.gone?.addEventListener('abort', gone, { once: true });
      tell({ event: 'held', held });
    });
  const goOn = ({ held, end }: Waiting, how: 'continue' | 'ended', edit?: HopEdit): void =>
    end({ how: 'continue', breakpoint: held.breakpoint, edit }, { event: 'released', held, how, edit });

  const letGo = (): void => {
    stepping.clear();
    for (const one of [...waiting.values()]) goOn(one, 'ended');
  };

  return {
    hold(seam, facts, show) {
      if ((entries.length === 0 && stepping.size === 0) || waiting.size >= mostHeld) return undefined;
      const breakpoint = stopper(seam, facts);
      if (breakpoint === undefined) return undefined;
      const hop = show();
      return hop.gone?.aborted === true ? Promise.resolve({ how: 'gone', breakpoint }) : wait(breakpoint, seam, facts, hop);
    },
    add(input) {
      if (entries.length >= mostBreakpoints)
        throw new Refusal<BreakpointRefusal>('TooManyBreakpoints', { detail: `at most ${mostBreakpoints} breakpoints` });
      const compiled = compileBreakpoint(input, nextId);
      const { id } = compiled.breakpoint;
      if (id === 'step' || entries.some(({ breakpoint }) => breakpoint.id === id))
        throw new Refusal<BreakpointRefusal>('DuplicateBreakpoint', { detail: `a breakpoint ${id} stands already`, values: { Id: id } });
      entries = [...entries, { ...compiled, stopped: 0 }];
      return { ...compiled.breakpoint, stopped: 0 };
    },
    list: () => entries.map(({ breakpoint, stopped: count }) => ({ ...breakpoint, stopped: count })),
    remove(id) {
      const rest = entries.filter(({ breakpoint }) => breakpoint.id !== id);
      const found = rest.length < entries.length;
      entries = rest;
      return found;
    },
    held: () => [...waiting.values()].map(({ held }) => held),
    release(id, how) {
      const one = waiting.get(id);
      if (one === undefined) return false;
      const { seam, facts, hop } = one.held;
      const { edit, step } = readContinue(how, seam, hop);
      if (step && facts.traceId !== undefined && stepping.size < mostStepping) stepping.add(facts.traceId);
      goOn(one, 'continue', edit);
      return true;
    },
    abort(id) {
      const one = waiting.get(id);
      one?.end({ how: 'abort', breakpoint: one.held.breakpoint }, { event: 'released', held: one.held, how: 'abort' });
      return one !== undefined;
    },
    left(traceId) {
      stepping.delete(traceId);
      for (const one of waiting.values()) {
        if (one.held.facts.traceId !== traceId || one.held.clientGone) continue;
        one.held = { ...one.held, clientGone: true };
        tell({ event: 'gave-up', held: one.held });
      }
    },
    letGo,
    clear() {
      entries = [];
      letGo();
    },
    watch(listener) {
      const own = (event: HoldEvent): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

import type { Clock, Instant } from '../../kernel/clock.ts';
import { formatDuration, parseDuration, parseInstant } from '../../kernel/duration.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ClockSetting } from './world.ts';

/**
 * What a change of time may be refused for. `OutOfRange`: beyond what servers' own clocks can show; `Backwards`: an
 * advance by a negative duration; `TooManyTimers`: more fell due than one change may run.
 */
export type ClockRefusalCode = 'OutOfRange' | 'UnknownOrganization' | 'Backwards' | 'TooManyTimers';

/** All that makes up the world's time; what is kept of it between runs. */
export interface ClockState {
  readonly setting: ClockSetting;
  /** How far an organisation's servers, or those of `azure-auth`, are from world time, in milliseconds; those without skew are left out. */
  readonly skewMs: Readonly<Record<string, number>>;
}

/** The one clock of a world: real, offset or frozen, with a skew per organisation. */
export interface WorldClock extends Clock {
  state(): ClockState;
  /** Takes over a state as a whole, such as the one kept in the store. */
  restore(state: ClockState): void;
  /** Stops time, at `at` or where it stands. */
  freeze(at?: Instant): void;
  /** Moves time to `at`, forth or back; a frozen clock stays frozen, any other goes on from there. */
  set(at: Instant): void;
  /** Back to the machine's time. */
  resume(): void;
  /** Sets how far the servers of one organisation are from world time. */
  skew(organization: string, skewMs: number): void;
  /**
   * Stops time without a word to {@link state}: while a hop is held it stands as the world was. Returns the function that lets it go on from
   * there; a clock that runs is behind by as much then, and its setting says so.
   */
  hold(): () => void;
  /** Whether time passes by itself. */
  runs(): boolean;
  /** Calls `listener` after every change. Returns the function that ends it. */
  watch(listener: () => void): () => void;
}

export interface WorldClockOptions {
  readonly setting: ClockSetting;
  readonly skewMs?: Readonly<Record<string, number>>;
  /** Who can have a skew: organisations, and `azure-auth`. */
  readonly organizations: readonly string[];
  /** The machine's time in milliseconds since 1970. */
  readonly realNow: () => number;
}

/** FILETIME begins in 1601 (MS-DTYP 2.3.3); four digits of a year end in 9999. */
const firstInstant = Date.UTC(1601, 0, 1);
const lastInstant = Date.UTC(10_000, 0, 1) - 1;
/** A hundred years: more is a slip of the keyboard. */
const longestOffsetMs = 100 * 365 * 86_400_000;

/** Makes the clock of a world. Changes that lead out of range are refused and change nothing. */
export function createWorldClock({ setting, skewMs = {}, organizations, realNow: machineNow }: WorldClockOptions): WorldClock {
  let held: { readonly at: number; holders: number } | undefined;
  const realNow = (): number => held?.at ?? machineNow();
  const known = new Set(organizations);
  const listeners = new Set<() => void>();
  const checked = (next: ClockState): ClockState => {
    for (const [organization, skew] of Object.entries(next.skewMs)) {
      if (!known.has(organization)) throw refusal('UnknownOrganization', `the world has no organisation ${JSON.stringify(organization)}`);
      checkOffset(skew);
    }
    checkInstant(instantOf(next.setting, realNow()));
    return next;
  };
  let state = checked({ setting, skewMs });
  const change = (next: ClockState): void => {
    state = checked(next);
    for (const listener of [...listeners]) listener();
  };
  const now = (): Instant => instantOf(state.setting, realNow());
  return {
    now: (organization) => now() + (organization !== undefined && known.has(organization) ? (state.skewMs[organization] ?? 0) : 0),
    state: () => state,
    restore: change,
    freeze: (at = now()) => change({ ...state, setting: { mode: 'frozen', at } }),
    set(at) {
      const running = (): ClockSetting => offsetSetting(at - realNow());
      change({ ...state, setting: state.setting.mode === 'frozen' ? { mode: 'frozen', at } : running() });
    },
    resume: () => change({ ...state, setting: { mode: 'real' } }),
    skew(organization, skewMs) {
      const { [organization]: _before, ...others } = state.skewMs;
      change(checked({ ...state, skewMs: skewMs === 0 && known.has(organization) ? others : { ...others, [organization]: skewMs } }));
    },
    hold() {
      held ??= { at: machineNow(), holders: 0 };
      held.holders += 1;
      change(state);
      let isOver = false;
      return () => {
        if (isOver || held === undefined) return;
        isOver = true;
        held.holders -= 1;
        if (held.holders > 0) return;
        const { setting: before } = state;
        const at = now();
        held = undefined;
        change(before.mode === 'frozen' ? state : { ...state, setting: offsetSetting(at - machineNow()) });
      };
    },
    runs: () => held === undefined && state.setting.mode !== 'frozen',
    watch(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

/** The world's time under a setting, when the machine's is `real`. */
function instantOf(setting: ClockSetting, real: number): Instant {
  if (setting.mode === 'frozen') return setting.at;
  return Math.trunc(real) + (setting.mode === 'offset' ? setting.offsetMs : 0);
}

/** The setting of a clock that runs `offsetMs` ahead of the machine's. */
export function offsetSetting(offsetMs: number): ClockSetting {
  return offsetMs === 0 ? { mode: 'real' } : { mode: 'offset', offsetMs: Math.trunc(offsetMs) };
}

/** Refuses an instant that no server's clock can show. */
export function checkInstant(at: number): void {
  if (!Number.isInteger(at) || at < firstInstant || at > lastInstant)
    throw refusal('OutOfRange', `${at} is not between the years 1601 and 9999`);
}

function checkOffset(offsetMs: number): void {
  if (!Number.isInteger(offsetMs) || Math.abs(offsetMs) > longestOffsetMs)
    throw refusal('OutOfRange', `${offsetMs} ms are more than 100 years`);
}

function refusal(code: ClockRefusalCode, detail: string): Refusal<ClockRefusalCode> {
  return new Refusal(code, { detail });
}

/** Reads `real`, `offset:+30d`, `frozen@2026-11-01T09:00Z`; undefined when the text is none of them. */
export function parseClockSetting(text: string): ClockSetting | undefined {
  if (text === 'real') return { mode: 'real' };
  const offsetMs = text.startsWith('offset:') ? parseDuration(text.slice('offset:'.length)) : undefined;
  if (offsetMs !== undefined && Math.abs(offsetMs) <= longestOffsetMs) return { mode: 'offset', offsetMs };
  const at = text.startsWith('frozen@') ? parseInstant(text.slice('frozen@'.length)) : undefined;
  return at === undefined || at < firstInstant || at > lastInstant ? undefined : { mode: 'frozen', at };
}

/** Writes a setting as {@link parseClockSetting} reads it. */
export function formatClockSetting(setting: ClockSetting): string {
  if (setting.mode === 'real') return 'real';
  if (setting.mode === 'frozen') return `frozen@${new Date(setting.at).toISOString().replace('.000Z', 'Z')}`;
  return `offset:${setting.offsetMs < 0 ? '' : '+'}${formatDuration(setting.offsetMs)}`;
}

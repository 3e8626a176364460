import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type ClaimedTimer, dueTimers } from '../../store/timer-table.ts';
import { type ClockRefusalCode, checkInstant, offsetSetting } from './clock.ts';
import { loadClockState, saveClockState } from './clock-state.ts';
import { createTimerFiring, type TimerFiringOptions } from './timer-firing.ts';
import type { ClockSetting } from './world.ts';

export interface TimerRunnerOptions extends TimerFiringOptions {
  /** How many timers one change of time may run. 10,000. */
  readonly mostFirings?: number;
  /** The other processes of a lab; absent where there can be none. */
  readonly others?: OtherRunners | undefined;
}

/** The runners of the other processes that share the world's time. */
export interface OtherRunners {
  /** Runs a change of time while no other process does. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Has them take the clock over from the store and run what is due by it; returns when they have ({@link TimerRunner.follow}). */
  follow(): Promise<void>;
}

/** What a change of time set off. */
export interface ClockChange {
  /** The timers that ran, in their order. */
  readonly fired: readonly { readonly id: string; readonly kind: string; readonly due: Instant }[];
}

/**
 * Runs timers when the world's time reaches them, and moves that time. A real or offset clock brings them by itself; a
 * frozen one only when it is moved. Forth, time goes from timer to timer in the order of their due, each handler seeing
 * the moment that its timer was due at, those included that handlers set on the way; back, it goes at once and nothing
 * runs. Each change is kept in the store and has ended, with all that it set off, when its promise resolves.
 */
export interface TimerRunner {
  /** Begins to run timers, first those that this owner held when it was last stopped in the midst of them. */
  start(): Promise<void>;
  state(): {
    readonly mode: ClockSetting['mode'];
    readonly now: Instant;
    readonly skewMs: Readonly<Record<string, number>>;
    readonly advancing: boolean;
    /** Whether time passes by itself: not while it is frozen, nor while a hop is held. */
    readonly running: boolean;
  };
  freeze(at?: Instant): Promise<ClockChange>;
  set(at: Instant): Promise<ClockChange>;
  advance(durationMs: number): Promise<ClockChange>;
  resume(): Promise<ClockChange>;
  skew(organization: string, skewMs: number): Promise<ClockChange>;
  /** Takes the clock over as the store has it. `fires`: runs what is due by it, as it does when the clock has become another. */
  follow(fires: boolean): Promise<void>;
  /** Resolves when what was due before has run. */
  settled(): Promise<void>;
  /** Ends after the handler that is running. */
  stop(): Promise<void>;
}

/** Makes the runner of one process. */
export function createTimerRunner(options: TimerRunnerOptions): TimerRunner {
  const { store, clock, realNow, mostFirings = 10_000, others } = options;
  const firing = createTimerFiring(options);
  let advancing = 0;

  const keep = (): Promise<void> => store.transaction((tx) => saveClockState(tx, clock.state(), clock.now()));
  const changing = <T>(work: () => Promise<T>): Promise<T> => {
    advancing += 1;
    const inTurn = (): Promise<T> => firing.inTurn(work);
    return (others === undefined ? inTurn() : others.alone(inTurn)).finally(() => {
      advancing -= 1;
    });
  };
  /** Moves time to `target` by way of the timers between, then puts the clock to what `last` says. */
  const move = (plan: () => { readonly target: Instant; readonly last: () => void }): Promise<ClockChange> =>
    changing(async () => {
      const { target, last } = plan();
      checkInstant(target);
      const go = others === undefined ? goAlone : goTogether;
      const fired = target >= clock.now() ? await go(target) : [];
      last();
      await keep();
      await others?.follow();
      return { fired: fired.map(({ id, kind, due }) => ({ id, kind, due })) };
    });
  const goAlone = async (target: Instant): Promise<readonly FiredTimer[]> => {
    const fired: FiredTimer[] = [];
    for (let timer = await firing.claim(target); timer !== undefined; timer = await firing.claim(target)) {
      if (timer.due > clock.now()) {
        clock.set(timer.due);
        await keep();
      }
      await firing.fire(timer);
      fired.push(timer);
      if (fired.length >= mostFirings) throw refusal('TooManyTimers', `${fired.length} timers ran on the way to ${target}`);
    }
    return fired;
  };
  /** The same with timers that only other processes have handlers for: moment by moment, each running its own. */
  const goTogether = async (target: Instant): Promise<readonly FiredTimer[]> => {
    const fired: FiredTimer[] = [];
    const left = new Set<string>();
    const next = async (until: Instant) => (await dueTimers(store.read, until, left.size + 1)).find((timer) => !left.has(keyOf(timer)));
    for (let first = await next(target); first !== undefined; first = await next(target)) {
      if (first.due > clock.now()) clock.set(first.due);
      await keep();
      const before = (await dueTimers(store.read, clock.now(), mostFirings)).filter((timer) => !left.has(keyOf(timer)));
      await Promise.all([others?.follow(), firing.fireUntil(clock.now())]);
      const rest = new Set((await dueTimers(store.read, clock.now(), mostFirings)).map(keyOf));
      for (const timer of before) {
        // Nobody runs it, or whoever does has not ended.
        if (rest.has(keyOf(timer))) left.add(keyOf(timer));
        else fired.push(timer);
      }
      if (fired.length >= mostFirings) throw refusal('TooManyTimers', `${fired.length} timers ran on the way to ${target}`);
    }
    return fired;
  };
  return {
    start: () => firing.start(),
    state() {
      const { setting, skewMs } = clock.state();
      return { mode: setting.mode, now: clock.now(), skewMs, advancing: advancing > 0, running: clock.runs() };
    },
    freeze: (at) => move(() => ({ target: at ?? clock.now(), last: () => clock.freeze(at) })),
    set: (at) => move(() => ({ target: at, last: () => clock.set(at) })),
    resume: () => move(() => ({ target: Math.trunc(realNow()), last: () => clock.resume() })),
    advance: (durationMs) =>
      move(() => {
        if (!Number.isInteger(durationMs) || durationMs < 0) throw refusal('Backwards', `time does not advance by ${durationMs} ms`);
        const { setting } = clock.state();
        return { target: clock.now() + durationMs, last: () => clock.restore({ ...clock.state(), setting: later(setting, durationMs) }) };
      }),
    skew: (organization, skewMs) =>
      changing(async () => {
        clock.skew(organization, skewMs);
        await keep();
        await others?.follow();
        return { fired: [] };
      }),
    follow: (fires) =>
      firing.inTurn(async () => {
        const kept = await loadClockState(store.read);
        const isOther = kept !== undefined && JSON.stringify(kept) !== JSON.stringify(clock.state());
        if (isOther) clock.restore(kept);
        if (isOther || fires) await firing.fireUntil(clock.now());
      }),
    settled: () => firing.inTurn(firing.fireDue),
    stop: () => firing.stop(),
  };
}

type FiredTimer = Pick<ClaimedTimer, 'id' | 'kind' | 'due'>;

function keyOf({ id, position }: Pick<ClaimedTimer, 'id' | 'position'>): string {
  return `${id} ${position}`;
}

function later(setting: ClockSetting, durationMs: number): ClockSetting {
  if (setting.mode === 'frozen') return { mode: 'frozen', at: setting.at + durationMs };
  return offsetSetting((setting.mode === 'offset' ? setting.offsetMs : 0) + durationMs);
}

function refusal(code: ClockRefusalCode, detail: string): Refusal<ClockRefusalCode> {
  return new Refusal(code, { detail });
}

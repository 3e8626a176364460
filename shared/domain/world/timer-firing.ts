import { AsyncLocalStorage } from 'node:async_hooks';
import type { Instant } from '../../kernel/clock.ts';
import { oneAtATime } from '../../kernel/one-at-a-time.ts';
import type { Store } from '../../store/database.ts';
import { isDatabaseAway } from '../../store/database-away.ts';
import {
  type ClaimedTimer,
  claimDueTimer,
  dueTimers,
  finishTimer,
  nextDue,
  releaseTimers,
  type Timer,
  timerScope,
} from '../../store/timer-table.ts';
import type { WorldClock } from './clock.ts';

/** Does what a timer was set for. It is called at least once: after a crash in its midst, once more. */
export type TimerHandler = (timer: Timer) => Promise<void>;

export interface TimerFiringOptions {
  readonly store: Store;
  readonly clock: WorldClock;
  /** By kind. Timers of other kinds are left to other processes. */
  readonly handlers: Readonly<Record<string, TimerHandler>>;
  /** Names this process among those that share the store, the same after a restart. */
  readonly owner: string;
  /** Beginnings of ids that it leaves to other processes although it has a handler for their kind. */
  readonly except?: readonly string[] | undefined;
  /** The machine's time in milliseconds since 1970: leases end by it, for world time may stand still. */
  readonly realNow: () => number;
  /** Hears what a handler threw (its timer counts as done), or why timers could not be looked for. */
  readonly onDefect: (error: unknown, timer: Timer | undefined) => void;
  /** How long a handler may take before another process may take its timer over. One minute. */
  readonly leaseMs?: number;
}

/** Runs one process's timers: one at a time, and by themselves while the clock runs. */
export interface TimerFiring {
  /** Claims the first timer that is due at `until`. */
  claim(until: Instant): Promise<ClaimedTimer | undefined>;
  /** Runs a claimed timer's handler and takes the timer away, whatever the handler did; it stays, and this throws, where the database was away. */
  fire(timer: ClaimedTimer): Promise<void>;
  /** Runs `work` when no timer runs, and no timer by itself while it does. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Runs all that is due at a moment, a frozen clock's too; to be called in turn. */
  fireUntil(until: Instant): Promise<void>;
  /** Runs, unless the clock is frozen, what is due now; to be called in turn. */
  fireDue(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Longest wait that setTimeout keeps. */
const longestWaitMs = 2 ** 31 - 1;
/** Pause before timers are looked for again after the store could not be asked. */
const pauseAfterDefectMs = 1000;

/** Makes the firing of one process; timers fire by themselves between `start` and `stop`. */
export function createTimerFiring(options: TimerFiringOptions): TimerFiring {
  const { store, clock, handlers, owner, realNow, onDefect, leaseMs = 60_000, except = [] } = options;
  const kinds = Object.keys(handlers);
  const inTurn = oneAtATime();
  let running = false;

  const claim = (until: Instant): Promise<ClaimedTimer | undefined> =>
    store.transaction((tx) => claimDueTimer(tx, until, { owner, kinds, now: realNow(), leaseMs, except }));
  const fire = async (timer: ClaimedTimer): Promise<void> => {
    try {
      await handlers[timer.kind]?.(timer);
    } catch (error) {
      // Nothing was wrong with it: it is done when its lease is over.
      if (isDatabaseAway(error)) throw error;
      onDefect(error, timer);
    }
    await store.transaction((tx) => finishTimer(tx, timer));
    // A timer that sets itself anew for the same moment must not keep the process from everything else.
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const firesByItself = (): boolean => running && clock.runs();
  const fireDue = async (): Promise<void> => {
    while (firesByItself()) {
      const timer = await claim(clock.now());
      if (timer === undefined) return;
      await fire(timer);
    }
  };
  const fireUntil = async (until: Instant): Promise<void> => {
    // Each process of a lab is told of each change of time, and there is seldom anything due.
    if ((await dueTimers(store.read, until, 1)).length === 0) return;
    for (let timer = await claim(until); timer !== undefined; timer = await claim(until)) await fire(timer);
  };
  const alarm = createAlarm({
    ring: () => inTurn(fireDue),
    async waitMs() {
      if (!firesByItself()) return Infinity;
      const { due, leaseEnds } = await nextDue(store.read, kinds, realNow(), except);
      return Math.min(due === undefined ? Infinity : due - clock.now(), leaseEnds === undefined ? Infinity : leaseEnds - realNow());
    },
    onDefect: (error) => onDefect(error, undefined),
  });
  // The alarm is set by whoever sets a timer; what it sets off later must not run in the context of that request.
  const inOwnContext = AsyncLocalStorage.snapshot();
  const reset = (): void => inOwnContext(() => alarm.reset());
  const unwatch: (() => void)[] = [];
  return {
    claim,
    fire,
    inTurn,
    fireUntil,
    fireDue,
    async start() {
      await store.transaction((tx) => releaseTimers(tx, owner));
      running = true;
      unwatch.push(store.changes.watch(timerScope, reset), clock.watch(reset));
      alarm.reset();
    },
    async stop() {
      running = false;
      alarm.stop();
      for (const end of unwatch.splice(0)) end();
      await inTurn(async () => {});
    },
  };
}

interface AlarmOptions {
  /** What is done when the wait is over. */
  readonly ring: () => Promise<void>;
  /** How long to wait, in milliseconds; Infinity for not at all. */
  readonly waitMs: () => Promise<number>;
  readonly onDefect: (error: unknown) => void;
}

/** Waits, rings, and waits again. `reset` asks anew how long to wait; of several who ask, the last decides. */
function createAlarm({ ring, waitMs, onDefect }: AlarmOptions): { reset(): void; stop(): void } {
  let timeout: NodeJS.Timeout | undefined;
  let resets = 0;
  const wait = (durationMs: number, then: () => Promise<void>): void => {
    timeout = setTimeout(() => void then().catch(retry), Math.max(0, Math.min(durationMs, longestWaitMs)));
    timeout.unref();
  };
  const arm = async (): Promise<void> => {
    resets += 1;
    const mine = resets;
    clearTimeout(timeout);
    const durationMs = await waitMs();
    if (mine === resets && durationMs !== Infinity) wait(durationMs, () => ring().then(arm));
  };
  const retry = (error: unknown): void => {
    if (!isDatabaseAway(error)) onDefect(error);
    clearTimeout(timeout);
    wait(pauseAfterDefectMs, arm);
  };
  return {
    reset: () => void arm().catch(retry),
    stop() {
      resets += 1;
      clearTimeout(timeout);
    },
  };
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { oneAtATime } from '../../kernel/one-at-a-time.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { appendControl, controlScope, lastControl, noteApplied, readControls } from '../../store/control-table.ts';
import type { Executor, Store } from '../../store/database.ts';
import { isDatabaseAway, orTryAgain } from '../../store/database-away.ts';
import {
  appliedScope,
  beat,
  enterProcess,
  type LabProcess,
  liveProcesses,
  type ProcessFacts,
  type ProcessListener,
  processScope,
  removeProcess,
  silenceMs,
  silentProcesses,
} from '../../store/process-table.ts';

/** Why a change did not come about everywhere: a process that lives has not applied it. */
export type ControlRefusalCode = 'NotApplied';

/** Applies in this process what another one has changed; `payload` as that one announced it, or `{}` where it may have missed some. */
export type ControlHandler = (payload: object) => Promise<void>;

/** The processes that share a lab, as one of them sees them. */
export interface Processes {
  /** Names this process. */
  readonly self: string;
  /** Those that live, this one among them, in the order in which they came; as it was when last heard. */
  live(): readonly LabProcess[];
  /** Tells the others what this process listens on now; returns when it is written. */
  publish(listeners: readonly ProcessListener[]): Promise<void>;
  /** Calls `listener` whenever a process has come or gone, or listens elsewhere. Returns the function that ends it. */
  watch(listener: () => void): () => void;
  /** Says how this process applies controls of a kind; what nobody handles here has nothing to do here. */
  handle(kind: string, handler: ControlHandler): void;
  /**
   * Announces a change that is made here already; returns when every live process has applied it. One that dies meanwhile is
   * left out. Refuses with {@link ControlRefusalCode} after `patienceMs`. Not to be called by a handler.
   */
  announce(kind: string, payload?: object, patienceMs?: number): Promise<void>;
  /** The same without waiting: returns when it is announced. Handlers may call it. */
  tell(kind: string, payload: object): Promise<void>;
  /** Leaves. */
  close(): Promise<void>;
}

export interface ProcessesOptions {
  readonly store: Store;
  /** Names this process among all that have ever been. */
  readonly self: string;
  readonly facts: Omit<ProcessFacts, 'listeners'>;
  /** Takes over, in the transaction that takes a dead process out, what it had in hand. */
  readonly bury: (tx: Executor, id: string) => Promise<void>;
  readonly onDefect: (error: unknown) => void;
  /** 2 seconds. */
  readonly beatMs?: number;
}

const controlsAtOnce = 100;
const patience = 10_000;
/** How often it is looked whether all have applied a control, beside being woken by each that has. */
const lookMs = 250;

/** Enters this process among those that share the store; they know it, and it hears them, when this resolves. */
export async function joinProcesses(options: ProcessesOptions): Promise<Processes> {
  const { store, self, onDefect, beatMs = 2_000 } = options;
  const handlers = new Map<string, ControlHandler>();
  const listeners = new Set<() => void>();
  let own: readonly ProcessListener[] = [];
  let live: readonly LabProcess[] = [];
  let applied = 0;
  /** As far as the others know. */
  let noted = 0;
  let hearsSince = Number.NEGATIVE_INFINITY;
  let lastPulse = performance.now();
  /** Controls may have been announced that it will never read. */
  let hasMissed = false;
  const enter = (): Promise<void> => store.transaction((tx) => enterProcess(tx, { id: self, ...options.facts, listeners: own, applied }));

  const look = async (): Promise<void> => {
    const before = live.map(shape).join();
    live = await liveProcesses(store.read);
    if (live.map(shape).join() !== before) for (const listener of [...listeners]) listener();
  };
  /** Whoever waits for a control is not helped by one more try, unless it failed because the database was away. */
  const appliedAllTheSame = (error: unknown): void => {
    if (isDatabaseAway(error)) throw error;
    onDefect(error);
  };
  const apply = async (): Promise<void> => {
    for (let more = true; more; ) {
      // What is announced from here on wakes this once more.
      const controls = await readControls(store.read, applied, controlsAtOnce);
      more = controls.length === controlsAtOnce;
      for (const { sequence, kind, sender, payload } of controls) {
        if (sender !== self) await handlers.get(kind)?.(payload).catch(appliedAllTheSame);
        applied = sequence;
      }
      const through = applied;
      if (through === noted) return;
      await store.transaction((tx) => noteApplied(tx, self, through));
      noted = through;
    }
  };
  const pulse = async (): Promise<void> => {
    // Whoever was taken for dead has lost what he had in hand; he goes on as one that has just come.
    if (!(await store.transaction((tx) => beat(tx, self)))) {
      await enter();
      hasMissed = true;
    }
    if (hasMissed) for (const handler of handlers.values()) await handler({}).catch(appliedAllTheSame);
    hasMissed = false;
    // After a time in which nobody could be heard (the database was away) the others have theirs to be heard again.
    const now = performance.now();
    if (now - lastPulse > silenceMs / 2) hearsSince = now;
    lastPulse = now;
    for (const id of now - hearsSince < silenceMs ? [] : await silentProcesses(store.read)) {
      await store.transaction(async (tx) => {
        if (await removeProcess(tx, id)) await options.bury(tx, id);
      });
    }
    await look();
  };
  const looking = latest(look, onDefect);
  const applying = latest(apply, onDefect);
  const pulsing = latest(pulse, onDefect);

  await store.transaction(async (tx) => {
    applied = await lastControl(tx);
    await enterProcess(tx, { id: self, ...options.facts, listeners: own, applied });
  });
  noted = applied;
  const ends = [store.changes.watch(processScope, looking.wake), store.changes.watch(controlScope, applying.wake)];
  const interval = setInterval(pulsing.wake, beatMs);
  interval.unref();
  await look();
  return {
    self,
    live: () => live,
    async publish(now) {
      own = now;
      await enter();
      await look();
    },
    watch(listener) {
      const mine = (): void => listener();
      listeners.add(mine);
      return () => void listeners.delete(mine);
    },
    handle: (kind, handler) => void handlers.set(kind, handler),
    async announce(kind, payload = {}, patienceMs = patience) {
      const sequence = await store.transaction((tx) => appendControl(tx, { kind, sender: self, payload }));
      await appliedByAll(store, { sequence, kind, self }, performance.now() + patienceMs);
    },
    async tell(kind, payload) {
      await store.transaction((tx) => appendControl(tx, { kind, sender: self, payload }));
    },
    async close() {
      clearInterval(interval);
      for (const end of ends) end();
      await Promise.all([looking, applying, pulsing].map((one) => one.stop()));
      // A lab may end because its store has gone.
      await store.transaction((tx) => removeProcess(tx, self)).catch(onDefect);
    },
  };
}

async function appliedByAll(
  store: Store,
  { sequence, kind, self }: { readonly sequence: number; readonly kind: string; readonly self: string },
  end: number,
): Promise<void> {
  let woken = Promise.withResolvers<void>();
  const ends = [appliedScope, processScope].map((scope) => store.changes.watch(scope, () => woken.resolve()));
  try {
    for (;;) {
      woken = Promise.withResolvers();
      const late = (await liveProcesses(store.read)).filter((one) => one.id !== self && one.applied < sequence);
      if (late.length === 0) return;
      if (performance.now() > end) {
        const names = late.map(({ id }) => id).join(', ');
        throw new Refusal<ControlRefusalCode>('NotApplied', {
          detail: `${kind} has not been applied by ${names}`,
          values: { Processes: names },
        });
      }
      const timer = setTimeout(woken.resolve, lookMs);
      await woken.promise;
      clearTimeout(timer);
    }
  } finally {
    for (const end of ends) end();
  }
}

/** Runs `work` when woken, one after the other: one run after the one that runs sees all that came meanwhile. */
function latest(work: () => Promise<void>, onDefect: (error: unknown) => void): { wake(): void; stop(): Promise<void> } {
  const inTurn = oneAtATime();
  let [isAsked, isStopped] = [false, false];
  // What wakes is often a request's commit; what is done then is not part of the request.
  const inOwnContext = AsyncLocalStorage.snapshot();
  const run = async (): Promise<void> => {
    isAsked = false;
    if (!isStopped) await work();
  };
  const wake = (): void => {
    if (isAsked || isStopped) return;
    isAsked = true;
    inOwnContext(() => void inTurn(run).catch(orTryAgain(wake, onDefect)));
  };
  return {
    wake,
    async stop() {
      isStopped = true;
      await inTurn(async () => {});
    },
  };
}

/** What others act on. */
function shape({ id, listeners }: LabProcess): string {
  return JSON.stringify([id, listeners]);
}

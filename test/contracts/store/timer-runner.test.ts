import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createWorldClock } from '../../../shared/domain/world/clock.ts';
import { loadClockState } from '../../../shared/domain/world/clock-state.ts';
import type { TimerHandler } from '../../../shared/domain/world/timer-firing.ts';
import { createTimerRunner, type TimerRunner, type TimerRunnerOptions } from '../../../shared/domain/world/timers.ts';
import type { ClockSetting } from '../../../shared/domain/world/world.ts';
import type { Store } from '../../../shared/store/database.ts';
import { claimDueTimer, setTimer, type Timer } from '../../../shared/store/timer-table.ts';
import { awayAtFirst } from '../../support/database-away.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const noon = Date.UTC(2026, 10, 1, 12);
const minute = 60_000;

const runners: TimerRunner[] = [];
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
});

interface Bench extends TimerRunner {
  readonly clock: ReturnType<typeof createWorldClock>;
  /** What the handlers saw: `id at minute`. */
  readonly seen: string[];
  readonly defects: string[];
  readonly machine: { now: number };
  arrange(id: string, due: number, kind?: string): Promise<void>;
}

/** A runner whose machine clock moves only when told. */
function runnerOn(store: Store, options: Partial<TimerRunnerOptions> & { setting?: ClockSetting } = {}): Bench {
  const machine = { now: noon };
  const seen: string[] = [];
  const defects: string[] = [];
  const realNow = () => machine.now;
  const clock = createWorldClock({ setting: options.setting ?? { mode: 'frozen', at: noon }, organizations: ['acme'], realNow });
  const ring: TimerHandler = async ({ id }) => void seen.push(`${id} at ${(clock.now() - noon) / minute}`);
  const runner = createTimerRunner({
    store,
    clock,
    owner: 'one',
    realNow,
    onDefect: (error, timer) => defects.push(`${timer?.id}: ${String(error)}`),
    ...options,
    handlers: { ring, ...options.handlers },
  });
  runners.push(runner);
  const arrange = (id: string, minutes: number, kind = 'ring') => set(store, { id, due: noon + minutes * minute, kind, payload: {} });
  return { ...runner, clock, seen, defects, machine, arrange };
}

const set = (store: Store, timer: Timer) => store.transaction((tx) => setTimer(tx, timer));

describeOnEveryStore('timer runner', (source) => {
  test('an advance fires what becomes due, in order, each at its own moment', async () => {
    const bench = runnerOn(await source.open());
    await bench.start();
    await bench.arrange('c', 30);
    await bench.arrange('b', 10);
    await bench.arrange('a', 10);
    await bench.arrange('later', 61);
    await bench.arrange('overdue', -5);
    const { fired } = await bench.advance(60 * minute);
    expect(bench.seen).toEqual(['overdue at 0', 'b at 10', 'a at 10', 'c at 30']);
    expect(fired).toEqual([
      { id: 'overdue', kind: 'ring', due: noon - 5 * minute },
      { id: 'b', kind: 'ring', due: noon + 10 * minute },
      { id: 'a', kind: 'ring', due: noon + 10 * minute },
      { id: 'c', kind: 'ring', due: noon + 30 * minute },
    ]);
    expect(bench.state()).toEqual({ mode: 'frozen', now: noon + 60 * minute, skewMs: {}, advancing: false, running: false });
    expect(await bench.advance(0)).toEqual({ fired: [] });
    expect((await bench.advance(minute)).fired.map(({ id }) => id)).toEqual(['later']);
  });

  test('a timer that found the database away stays, and is run when its lease is over', async () => {
    const store = await source.open();
    const seen: string[] = [];
    const again = awayAtFirst(() => void seen.push('again'));
    const bench = runnerOn(store, { handlers: { again: async () => again() } });
    await bench.start();
    await bench.arrange('mine', 1, 'again');
    await expect(bench.advance(minute)).rejects.toMatchObject({ code: '57P03' });
    bench.machine.now += 2 * minute;
    expect((await bench.advance(minute)).fired.map(({ id }) => id)).toEqual(['mine']);
    expect([seen, bench.defects]).toEqual([['again'], []]);
  });

  test('timers that handlers set on the way fire in their turn', async () => {
    const store = await source.open();
    const bench: Bench = runnerOn(store, {
      handlers: {
        repeat: async ({ id, due }) => {
          bench.seen.push(`${id} at ${(bench.clock.now() - noon) / minute}`);
          await set(store, { id, due: due + 20 * minute, kind: 'repeat', payload: {} });
          await bench.arrange(`child of ${(due - noon) / minute}`, (due - noon) / minute + 5);
        },
      },
    });
    await bench.start();
    await bench.arrange('every 20', 10, 'repeat');
    await bench.arrange('at 30', 30);
    expect((await bench.advance(50 * minute)).fired).toHaveLength(6);
    expect(bench.seen).toEqual([
      'every 20 at 10',
      'child of 10 at 15',
      'at 30 at 30',
      'every 20 at 30',
      'child of 30 at 35',
      'every 20 at 50',
    ]);
    await bench.advance(20 * minute);
    expect(bench.seen.slice(6)).toEqual(['child of 50 at 55', 'every 20 at 70']);
  });

  test('a handler that throws is a defect and stops nobody', async () => {
    const store = await source.open();
    const bench = runnerOn(store, {
      handlers: {
        break: () => Promise.reject(new Error('broken')),
        snap: () => {
          throw new Error('snapped');
        },
      },
    });
    await bench.start();
    await bench.arrange('a', 1);
    await bench.arrange('b', 2, 'break');
    await bench.arrange('c', 3, 'snap');
    await bench.arrange('d', 4);
    expect((await bench.advance(10 * minute)).fired.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(bench.defects).toEqual(['b: Error: broken', 'c: Error: snapped']);
    expect(bench.seen).toEqual(['a at 1', 'd at 4']);
    expect((await bench.advance(10 * minute)).fired).toEqual([]);
  });

  test('going back fires nothing; going forth again fires what lies between and is left', async () => {
    const bench = runnerOn(await source.open());
    await bench.start();
    await bench.arrange('a', 10);
    await bench.advance(20 * minute);
    await bench.arrange('b', 15);
    expect(await bench.set(noon - 5 * minute)).toEqual({ fired: [] });
    expect(bench.state()).toMatchObject({ mode: 'frozen', now: noon - 5 * minute });
    expect((await bench.set(noon + 14 * minute)).fired).toEqual([]);
    expect((await bench.freeze(noon + 16 * minute)).fired.map(({ id }) => id)).toEqual(['b']);
    expect(bench.seen).toEqual(['a at 10', 'b at 15']);
  });

  test('a frozen clock fires nothing by itself, also not what is due', async () => {
    const store = await source.open();
    const bench = runnerOn(store);
    await bench.start();
    await bench.arrange('a', -1);
    bench.machine.now += 60 * minute;
    await bench.settled();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    await bench.settled();
    expect(bench.seen).toEqual([]);
    expect((await bench.advance(0)).fired).toHaveLength(1);
  });

  test('a running clock fires by itself when the time has come, and goes on exactly', async () => {
    const store = await source.open();
    const rang = Promise.withResolvers<string>();
    const bench = runnerOn(store, {
      setting: { mode: 'offset', offsetMs: 5 * minute },
      handlers: { bell: async ({ id }) => rang.resolve(id) },
    });
    await bench.start();
    // Due now by world time, in five minutes by the machine's.
    await bench.arrange('now', 5, 'bell');
    expect(await rang.promise).toBe('now');
    await bench.arrange('later', 65);
    await bench.settled();
    expect(bench.seen).toEqual([]);
    expect((await bench.advance(60 * minute)).fired.map(({ id }) => id)).toEqual(['later']);
    expect(bench.clock.state().setting).toEqual({ mode: 'offset', offsetMs: 65 * minute });
    await bench.arrange('after resume', 80);
    bench.machine.now = noon + 90 * minute;
    // Back to the machine's time, which meanwhile is behind the world's.
    expect((await bench.resume()).fired.map(({ id }) => id)).toEqual([]);
    await bench.settled();
    expect(bench.seen).toEqual(['later at 65', 'after resume at 90']);
    expect(bench.state().mode).toBe('real');
  });

  test('more timers than one change may run stop it, and it can go on', async () => {
    const store = await source.open();
    const bench: Bench = runnerOn(store, {
      mostFirings: 10,
      handlers: { again: ({ id }) => set(store, { id, due: bench.clock.now() + minute, kind: 'again', payload: {} }) },
    });
    await bench.start();
    await bench.arrange('a', 1, 'again');
    await expect(bench.advance(60 * minute)).rejects.toMatchObject({ name: 'Refusal', code: 'TooManyTimers' });
    expect(bench.state()).toMatchObject({ now: noon + 10 * minute, advancing: false });
    expect((await bench.advance(9 * minute)).fired).toHaveLength(9);
  });

  test('what cannot be is refused and moves nothing', async () => {
    const bench = runnerOn(await source.open());
    await bench.start();
    await bench.arrange('a', 1);
    await expect(bench.advance(-1)).rejects.toMatchObject({ code: 'Backwards' });
    await expect(bench.advance(Number.NaN)).rejects.toMatchObject({ code: 'Backwards' });
    await expect(bench.set(Date.UTC(10_000, 0, 1))).rejects.toMatchObject({ code: 'OutOfRange' });
    await expect(bench.skew('nobody', 5)).rejects.toMatchObject({ code: 'UnknownOrganization' });
    expect(bench.clock.now()).toBe(noon);
    expect(bench.seen).toEqual([]);
  });

  test('every change is kept in the store, and changes follow each other', async () => {
    const store = await source.open();
    const bench = runnerOn(store);
    await bench.start();
    await bench.arrange('a', 5);
    const [one, two, three] = await Promise.all([bench.advance(10 * minute), bench.skew('acme', -minute), bench.advance(10 * minute)]);
    expect([one.fired.length, two.fired.length, three.fired.length]).toEqual([1, 0, 0]);
    expect(await loadClockState(store.read)).toEqual({ setting: { mode: 'frozen', at: noon + 20 * minute }, skewMs: { acme: -minute } });
    await bench.resume();
    expect(await loadClockState(store.read)).toEqual({ setting: { mode: 'real' }, skewMs: { acme: -minute } });
  });

  test('handlers see the moment kept in the store while they run, and the runner says that it advances', async () => {
    const store = await source.open();
    const during: unknown[] = [];
    const bench: Bench = runnerOn(store, {
      handlers: { look: async () => void during.push((await loadClockState(store.read))?.setting, bench.state().advancing) },
    });
    await bench.start();
    await bench.arrange('a', 5, 'look');
    await bench.advance(10 * minute);
    expect(during).toEqual([{ mode: 'frozen', at: noon + 5 * minute }, true]);
  });

  test('two runners share the timers, and each fires once', async () => {
    const store = await source.open();
    const other = await source.another();
    const counts = new Map<string, number>();
    const all = Promise.withResolvers<void>();
    const bell: TimerHandler = async ({ id }) => {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      await turn();
      if (counts.size === 40) all.resolve();
    };
    const setting = { mode: 'real' } as const;
    const first = runnerOn(store, { setting, owner: 'runner 1', handlers: { bell } });
    const second = runnerOn(other, { setting, owner: 'runner 2', handlers: { bell } });
    const benches = [first, second];
    for (const bench of benches) await bench.start();
    await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? first : second).arrange(`t${index}`, -1, 'bell')));
    await all.promise;
    for (const bench of benches) await bench.settled();
    expect([...counts.values()].filter((count) => count !== 1)).toEqual([]);
    expect(await store.read.selectFrom('timer').selectAll().execute()).toEqual([]);
    expect(benches.flatMap(({ defects }) => defects)).toEqual([]);
  });

  test('what its owner held when it ended is run after its start; what another holds, after the lease', async () => {
    const store = await source.open();
    const bench = runnerOn(store, { setting: { mode: 'real' } });
    await bench.arrange('mine', -2);
    await bench.arrange('theirs', -1);
    const claim = { kinds: ['ring'], now: noon, leaseMs: 60 * minute };
    expect((await store.transaction((tx) => claimDueTimer(tx, noon, { ...claim, owner: 'one' })))?.id).toBe('mine');
    expect((await store.transaction((tx) => claimDueTimer(tx, noon, { ...claim, owner: 'two' })))?.id).toBe('theirs');
    await bench.settled();
    expect(bench.seen).toEqual([]);
    await bench.start();
    await bench.settled();
    expect(bench.seen).toEqual(['mine at 0']);
    bench.machine.now += 60 * minute;
    await bench.settled();
    expect(bench.seen).toEqual(['mine at 0', 'theirs at 60']);
  });

  test('a stopped runner fires nothing, and handlers do not run in the context of who set the timer', async () => {
    const store = await source.open();
    const context = new AsyncLocalStorage<string>();
    const rang = Promise.withResolvers<string | undefined>();
    const bench = runnerOn(store, { setting: { mode: 'real' }, handlers: { bell: async () => rang.resolve(context.getStore()) } });
    await bench.start();
    await context.run('a request', () => bench.arrange('a', -1, 'bell'));
    expect(await rang.promise).toBe(undefined);
    await bench.stop();
    await bench.arrange('b', -1);
    await bench.settled();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(bench.seen).toEqual([]);
  });
});

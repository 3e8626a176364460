import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWorldClock, formatClockSetting, parseClockSetting, type WorldClockOptions } from '../../../shared/domain/world/clock.ts';
import { loadClockState, saveClockState } from '../../../shared/domain/world/clock-state.ts';
import { formatDuration, parseDuration, parseInstant } from '../../../shared/kernel/duration.ts';
import { openStore } from '../../../shared/store/database.ts';

const noon = Date.UTC(2026, 10, 1, 12);
const day = 86_400_000;

function worldClock(change: Partial<WorldClockOptions> = {}) {
  const machine = { now: noon };
  const clock = createWorldClock({ setting: { mode: 'real' }, organizations: ['acme', 'other'], realNow: () => machine.now, ...change });
  return { clock, machine };
}

test('a real clock shows the machine’s time, an offset one runs beside it, a frozen one stands', () => {
  const { clock, machine } = worldClock();
  expect(clock.now()).toBe(noon);
  machine.now += 5.7;
  expect(clock.now()).toBe(noon + 5);
  clock.restore({ setting: { mode: 'offset', offsetMs: 30 * day }, skewMs: {} });
  expect(clock.now()).toBe(noon + 30 * day + 5);
  clock.freeze();
  machine.now += 1000;
  expect(clock.now()).toBe(noon + 30 * day + 5);
  clock.freeze(noon);
  expect(clock.state().setting).toEqual({ mode: 'frozen', at: noon });
  clock.resume();
  expect(clock.now()).toBe(noon + 1005);
});

test('time can be set forth and back; a frozen clock stays frozen, any other goes on', () => {
  const { clock, machine } = worldClock();
  clock.set(noon - day);
  machine.now += 10;
  expect(clock.now()).toBe(noon - day + 10);
  clock.set(machine.now);
  expect(clock.state().setting).toEqual({ mode: 'real' });
  clock.freeze();
  clock.set(noon + day);
  machine.now += 10;
  expect(clock.now()).toBe(noon + day);
});

test('an organisation sees its own skew, others do not', () => {
  const { clock } = worldClock({ skewMs: { other: 1000 } });
  clock.skew('acme', -600_000);
  expect([clock.now(), clock.now('acme'), clock.now('other'), clock.now('constructor')]).toEqual([noon, noon - 600_000, noon + 1000, noon]);
  clock.skew('acme', 0);
  expect(clock.state().skewMs).toEqual({ other: 1000 });
});

test('what leads out of range, or to an organisation that is not there, is refused and changes nothing', () => {
  const { clock } = worldClock();
  const before = clock.state();
  let changes = 0;
  clock.watch(() => {
    changes += 1;
  });
  const refused: [string, () => void][] = [
    ['UnknownOrganization', () => clock.skew('acne', 5)],
    ['UnknownOrganization', () => clock.skew('acne', 0)],
    ['UnknownOrganization', () => clock.restore({ setting: { mode: 'real' }, skewMs: { constructor: 1 } })],
    ['OutOfRange', () => clock.skew('acme', 101 * 365 * day)],
    ['OutOfRange', () => clock.skew('acme', 0.5)],
    ['OutOfRange', () => clock.set(Date.UTC(1600, 11, 31))],
    ['OutOfRange', () => clock.set(Number.NaN)],
    ['OutOfRange', () => clock.freeze(Date.UTC(10_000, 0, 1))],
    ['OutOfRange', () => clock.freeze(1.5)],
    ['OutOfRange', () => clock.restore({ setting: { mode: 'offset', offsetMs: Infinity }, skewMs: {} })],
  ];
  for (const [code, change] of refused) expect(change).toThrow(expect.objectContaining({ name: 'Refusal', code }));
  expect(clock.state()).toEqual(before);
  expect(changes).toBe(0);
  expect(() => worldClock({ skewMs: { nobody: 1 } })).toThrow('UnknownOrganization');
});

test('whoever watches hears of each change until it stops', () => {
  const { clock } = worldClock();
  let heard = 0;
  const stop = clock.watch(() => {
    heard += 1;
  });
  clock.freeze();
  clock.set(noon);
  clock.skew('acme', 1);
  clock.resume();
  stop();
  clock.freeze();
  expect(heard).toBe(4);
});

const settings: [text: string, setting: ReturnType<typeof parseClockSetting>, written?: string][] = [
  ['real', { mode: 'real' }],
  ['frozen@2026-11-01T09:00Z', { mode: 'frozen', at: Date.UTC(2026, 10, 1, 9) }, 'frozen@2026-11-01T09:00:00Z'],
  ['frozen@2026-11-01T09:00:00.250+02:00', { mode: 'frozen', at: Date.UTC(2026, 10, 1, 7, 0, 0, 250) }, 'frozen@2026-11-01T07:00:00.250Z'],
  ['offset:+30d', { mode: 'offset', offsetMs: 30 * day }],
  ['offset:30d', { mode: 'offset', offsetMs: 30 * day }, 'offset:+30d'],
  ['offset:-1h30m', { mode: 'offset', offsetMs: -5_400_000 }],
  ['offset:61m', { mode: 'offset', offsetMs: 3_660_000 }, 'offset:+1h1m'],
  ['offset:', undefined],
  ['offset:40000d', undefined],
  ['offset:1m1h', undefined],
  ['frozen@2026-11-01', undefined],
  ['frozen@2026-11-01T09:00', undefined],
  ['frozen@2026-02-30T09:00Z', undefined],
  ['frozen@1600-01-01T00:00Z', undefined],
  ['Real', undefined],
  ['', undefined],
];

test.each(settings)('%j is the setting %j', (text, setting, written = text) => {
  expect(parseClockSetting(text)).toEqual(setting);
  if (setting !== undefined) expect(formatClockSetting(setting)).toBe(written);
});

test('every setting is read as it was written', () => {
  const instant = fc.integer({ min: Date.UTC(1601, 0, 1), max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(instant, (at) => {
      expect(parseClockSetting(formatClockSetting({ mode: 'frozen', at }))).toEqual({ mode: 'frozen', at });
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -100 * 365 * day, max: 100 * 365 * day }), (offsetMs) => {
      expect(parseClockSetting(formatClockSetting({ mode: 'offset', offsetMs }))).toEqual({ mode: 'offset', offsetMs });
    }),
  );
});

const durations: [text: string, durationMs: number | undefined][] = [
  ['30s', 30_000],
  ['5m', 300_000],
  ['61m', 3_660_000],
  ['2h', 7_200_000],
  ['7d', 7 * day],
  ['250ms', 250],
  ['1h30m', 5_400_000],
  ['1d2h3m4s5ms', day + 7_384_005],
  ['+5s', 5_000],
  ['-5s', -5_000],
  [' 5s ', 5_000],
  ['0s', 0],
  ['', undefined],
  ['5', undefined],
  ['s', undefined],
  ['5 s', undefined],
  ['5s5s', undefined],
  ['5s1h', undefined],
  ['1.5h', undefined],
  ['9999999999d', undefined],
  ['+', undefined],
  ['5w', undefined],
];

test.each(durations)('the duration %j has %j ms', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
  if (durationMs !== undefined) expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
});

test('a time needs its zone and a day of the calendar', () => {
  expect(parseInstant('2026-11-01T09:00Z')).toBe(Date.UTC(2026, 10, 1, 9));
  for (const text of ['2026-11-01T09:00', '2026-02-29T09:00Z', '2026-11-01T25:00Z', '2026-11-01'])
    expect([text, parseInstant(text)]).toEqual([text, undefined]);
});

test('the state is kept in the store', async () => {
  const store = await openStore({ location: ':memory:' });
  expect(await loadClockState(store.read)).toBe(undefined);
  for (const setting of [{ mode: 'real' }, { mode: 'offset', offsetMs: -5 }, { mode: 'frozen', at: noon }] as const) {
    const state = { setting, skewMs: { acme: 60_000 } };
    await store.transaction((tx) => saveClockState(tx, state, noon));
    expect(await loadClockState(store.read)).toEqual(state);
  }
  await store.transaction((tx) => tx.updateTable('config_object').set({ value: '{"setting":{"mode":"frozen"},"skewMs":{}}' }).execute());
  await expect(loadClockState(store.read)).rejects.toThrow('defect');
  await store.close();
});

test('a clock that is held stands as it is, takes what is set, and goes on from there when the last lets go', () => {
  const { clock, machine } = worldClock({ setting: { mode: 'offset', offsetMs: day } });
  let changes = 0;
  clock.watch(() => {
    changes += 1;
  });
  const [first, second] = [clock.hold(), clock.hold()];
  machine.now += 60_000;
  expect(clock.now()).toBe(noon + day);
  expect(clock.runs()).toBe(false);
  expect(clock.state().setting).toEqual({ mode: 'offset', offsetMs: day });
  clock.set(noon + 2 * day);
  machine.now += 60_000;
  expect(clock.now()).toBe(noon + 2 * day);
  first();
  first();
  expect(clock.runs()).toBe(false);
  const before = changes;
  second();
  expect(changes).toBe(before + 1);
  expect(clock.now()).toBe(noon + 2 * day);
  machine.now += 5;
  expect(clock.now()).toBe(noon + 2 * day + 5);
  expect(clock.state().setting).toEqual({ mode: 'offset', offsetMs: 2 * day - 120_000 });
});

test('a clock that somebody freezes while it is held stays frozen, at that moment', () => {
  const { clock, machine } = worldClock();
  const letGo = clock.hold();
  machine.now += 60_000;
  clock.freeze();
  letGo();
  machine.now += 60_000;
  expect(clock.state().setting).toEqual({ mode: 'frozen', at: noon });
  clock.resume();
  expect(clock.now()).toBe(machine.now);
});

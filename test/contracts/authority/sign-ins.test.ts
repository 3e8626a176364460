import { expect, test } from 'vitest';
import { Handles } from '../../../services/azure-auth/handles.ts';
import { deviceCodeLifeMs, devicePollIntervalMs, PendingGrants } from '../../../services/azure-auth/pending.ts';
import { SecondFactor } from '../../../services/azure-auth/second-factor.ts';
import { shownAssertions } from '../../../services/azure-auth/shown-assertions.ts';
import { SignIns } from '../../../services/azure-auth/sign-ins.ts';
import { SmartLockout } from '../../../services/azure-auth/smart-lockout.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { awayAtFirst } from '../../support/database-away.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const at = Date.UTC(2026, 10, 21, 8, 0, 0);
const minuteMs = 60_000;
const clientId = namedGuid('client');
const user = namedGuid('user');
const grant = { tenant: 'cloud', clientId, user, redirectUri: 'http://localhost', scope: 'openid', amr: ['pwd'] };
const asked = { tenant: null, clientId, scope: 'openid' };
const approval = { tenant: 'cloud', user, amr: ['pwd'] };
const secret = async (): Promise<Buffer> => Buffer.alloc(32, 7);

// What one process keeps another one finds: wherever there are two of a thing below, each has its own connections.
describeOnEveryStore('what the authentication service keeps', (source) => {
  const two = async <T>(make: (store: Awaited<ReturnType<typeof source.open>>) => T): Promise<readonly [T, T]> => {
    const store = await source.open();
    return [make(store), make(await source.another())];
  };

  test('a code is good for ten minutes, and once', async () => {
    const [pending, other] = await two((store) => new PendingGrants(store));
    const code = await pending.addCode(grant, at);
    expect(await other.code(code, at + 600_000)).toEqual({ state: 'valid', grant });
    expect(await other.code(code, at + 600_001)).toEqual({ state: 'expired', grant });
    const redeemed = await Promise.all([pending, other, pending].map((one) => one.redeemCode(code, at)));
    expect(redeemed.filter((one) => one)).toHaveLength(1);
    expect((await pending.code(code, at))?.state).toBe('redeemed');
    expect(await pending.code('x', at)).toBeUndefined();
    expect(await pending.redeemCode('x', at)).toBe(false);
    expect(await pending.code('no handle\0', at)).toBeUndefined();
  });

  test('a device code is decided once, in time, by what the user types', async () => {
    const [pending, other] = await two((store) => new PendingGrants(store));
    const { deviceCode, userCode } = await pending.addDevice(asked, at);
    expect(userCode).toMatch(/^[A-HJ-NP-Z2-9]{9}$/);
    expect((await other.deviceByUserCode(` ${userCode.slice(0, 4).toLowerCase()}-${userCode.slice(4)}`, at))?.deviceCode).toBe(deviceCode);
    expect(await pending.redeemDevice(deviceCode, at)).toBe(false);
    expect(await other.approveDevice(deviceCode, approval, at + deviceCodeLifeMs + 1)).toBe(false);
    expect(await other.approveDevice(deviceCode, approval, at)).toBe(true);
    expect(await pending.declineDevice(deviceCode, at)).toBe(false);
    expect([await pending.redeemDevice(deviceCode, at), await other.redeemDevice(deviceCode, at)]).toEqual([true, false]);
    expect(await other.device(deviceCode, at)).toMatchObject({ state: 'redeemed', approval });
    expect(await pending.approveDevice('x', approval, at)).toBe(false);
  });

  test('a client that asks again at once is told so; a clock that went back forgives', async () => {
    const [pending, other] = await two((store) => new PendingGrants(store));
    const { deviceCode } = await pending.addDevice(asked, at);
    const polls = [];
    for (const [index, instant] of [at, at + 1, at + 1 + devicePollIntervalMs, at, at - 5].entries()) {
      polls.push(await (index % 2 === 0 ? pending : other).pollDevice(deviceCode, instant));
    }
    expect(polls).toEqual([false, true, false, false, false]);
    expect(await pending.pollDevice('x', at)).toBe(false);
  });

  test('a thing is taken once, as long as it lives; those whose life is over first give way', async () => {
    const [handles, other] = await two((store) => new Handles<{ number: number }>(store, 'thing', { most: 10, lifeMs: 1_000 }));
    const first = await handles.put({ number: 0 }, at);
    expect(await other.get(first, at + 1_000)).toEqual({ number: 0 });
    expect(await other.get(first, at + 1_001)).toBeUndefined();
    const taken = await Promise.all([handles, other].map((one) => one.take(first, at)));
    expect(taken.filter((one) => one !== undefined)).toEqual([{ number: 0 }]);
    const kept: string[] = [];
    for (let number = 1; number <= 128; number += 1) kept.push(await handles.put({ number }, at + number));
    const alive = await Promise.all(kept.map((handle) => other.get(handle, at + 128)));
    expect(alive.flatMap((one) => one?.number ?? [])).toEqual([119, 120, 121, 122, 123, 124, 125, 126, 127, 128]);
    // Whoever has just been started does so with the first thing that it keeps.
    await other.put({ number: 129 }, at + 129);
    expect(await handles.get(kept[118] ?? '', at + 129)).toBeUndefined();
  });

  test('a database that is away when the secret is first asked for is asked again', async () => {
    const store = await source.open();
    const transaction = awayAtFirst(store.transaction);
    const unasked = () => Promise.reject(new Error('nobody asks for that'));
    const signIns = new SignIns({ store: { ...store, transaction }, organizations: unasked, settings: unasked });
    await expect(signIns.secondFactor.code(user, at)).rejects.toMatchObject({ code: '57P03' });
    expect((await signIns.secondFactor.code(user, at)).code).toMatch(/^\d{6}$/);
  });

  test('an assertion is new once, whichever process it is shown to, until its life is over', async () => {
    const [memory, other] = await two(shownAssertions);
    const shown = await Promise.all([memory, other, memory].map((one) => one.remember('a', at + 100, at)));
    expect(shown.filter((isNew) => isNew)).toHaveLength(1);
    expect(await other.remember('a', at + 100, at + 100)).toBe(false);
    expect(await memory.remember('b', at + 100, at + 100)).toBe(true);
    expect(await memory.remember('a', at + 300, at + 101)).toBe(true);
    expect(await other.remember('a', at + 300, at + 200)).toBe(false);
  });

  test('a code of the authenticator is good once, for any process', async () => {
    const [factor, other] = await two((store) => new SecondFactor(store, secret));
    const { code, until } = await factor.code(user, at);
    expect(until).toBe(at + 30_000);
    expect((await other.code(user, at)).code).toBe(code);
    expect([await other.accept(user, code, at), await factor.accept(user, code, at)]).toEqual([true, false]);
    for (let wrong = 0; wrong < 10; wrong += 1) await factor.accept(user, 'x', at);
    expect(await other.accept(user, (await other.code(user, at)).code, at)).toBe(false);
    const later = at + 30_000;
    expect(await other.accept(user, (await factor.code(user, later)).code, later)).toBe(true);
  });

  const guess = async (lockout: SmartLockout, from: number, to: number, when = at, tenant = 'cloud'): Promise<void> => {
    for (let number = from; number <= to; number += 1) await lockout.failed(tenant, user, `guess ${number}`, when);
  };

  test('ten wrong passwords lock an account for a minute, each further one for longer, an hour at most', async () => {
    const [lockout, other] = await two((store) => new SmartLockout(store, secret));
    await guess(lockout, 1, 9);
    expect(await lockout.lockedUntil('cloud', user, at)).toBeUndefined();
    await guess(other, 10, 10);
    expect(await lockout.lockedUntil('cloud', user, at)).toBe(at + minuteMs);
    expect(await lockout.lockedUntil('cloud', user, at + minuteMs - 1)).toBe(at + minuteMs);
    expect(await lockout.lockedUntil('cloud', user, at + minuteMs)).toBeUndefined();
    // Somebody has set the clock back, or the world.
    expect(await lockout.lockedUntil('cloud', user, at - 1)).toBeUndefined();
    const later = at + minuteMs;
    const periods = [];
    for (const number of [11, 12, 13, 20, 21]) {
      await guess(lockout, number, number, later);
      periods.push((((await other.lockedUntil('cloud', user, later)) ?? 0) - later) / minuteMs);
    }
    expect(periods).toEqual([2, 4, 8, 16, 32]);
    await guess(other, 30, 60, later);
    expect(await lockout.lockedUntil('cloud', user, later)).toBe(later + 60 * minuteMs);
    expect(await lockout.lockedUntil('other', user, later)).toBeUndefined();
    expect(await lockout.lockedUntil('cloud', namedGuid('zoe'), later)).toBeUndefined();
  });

  test('the right password starts anew', async () => {
    const [lockout, other] = await two((store) => new SmartLockout(store, secret));
    await guess(lockout, 1, 9);
    await other.succeeded('cloud', user);
    await guess(lockout, 10, 18);
    expect(await lockout.lockedUntil('cloud', user, at)).toBeUndefined();
  });

  test('the last three wrong passwords count once', async () => {
    const [lockout, other] = await two((store) => new SmartLockout(store, secret));
    for (let round = 0; round < 10; round += 1) await guess(round % 2 === 0 ? lockout : other, 1, 3);
    expect(await lockout.lockedUntil('cloud', user, at)).toBeUndefined();
    // The fourth pushes the first out of memory, and so on.
    await guess(lockout, 4, 4);
    await guess(other, 1, 4);
    await guess(lockout, 1, 1);
    expect(await lockout.lockedUntil('cloud', user, at)).toBeUndefined();
    await guess(other, 2, 2);
    expect(await lockout.lockedUntil('cloud', user, at)).toBe(at + minuteMs);
  });
});

import { expect, test } from 'vitest';
import { deviceCodeLifeMs, devicePollIntervalMs, PendingGrants } from '../../../services/azure-auth/pending.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { at } from './ground.ts';

const clientId = namedGuid('client');
const user = namedGuid('user');
const grant = { tenant: 'cloud', clientId, user, redirectUri: 'http://localhost', scope: 'openid', amr: ['pwd'] };
const asked = { tenant: null, clientId, scope: 'openid' };
const approval = { tenant: 'cloud', user, amr: ['pwd'] };

test('a code is good for ten minutes, and once', () => {
  const pending = new PendingGrants();
  const code = pending.addCode(grant, at);
  expect(pending.code(code, at + 600_000)).toEqual({ state: 'valid', grant });
  expect(pending.code(code, at + 600_001)).toEqual({ state: 'expired', grant });
  expect([pending.redeemCode(code), pending.redeemCode(code)]).toEqual([true, false]);
  expect(pending.code(code, at)?.state).toBe('redeemed');
  expect(pending.code('x', at)).toBeUndefined();
  expect(pending.redeemCode('x')).toBe(false);
});

test('past ten thousand the oldest gives way', () => {
  const pending = new PendingGrants();
  const first = pending.addCode(grant, at);
  const device = pending.addDevice(asked, at);
  for (let index = 0; index < 9_999; index += 1) {
    pending.addCode(grant, at);
    pending.addDevice(asked, at);
  }
  expect(pending.code(first, at)).toBeDefined();
  expect(pending.deviceByUserCode(device.userCode)).toBeDefined();
  pending.addCode(grant, at);
  pending.addDevice(asked, at);
  expect(pending.code(first, at)).toBeUndefined();
  expect(pending.device(device.deviceCode)).toBeUndefined();
  expect(pending.deviceByUserCode(device.userCode)).toBeUndefined();
});

test('a device code is decided once, in time, by what the user types', () => {
  const pending = new PendingGrants();
  const { deviceCode, userCode } = pending.addDevice(asked, at);
  expect(userCode).toMatch(/^[A-HJ-NP-Z2-9]{9}$/);
  expect(pending.deviceByUserCode(` ${userCode.slice(0, 4).toLowerCase()}-${userCode.slice(4)}`)?.deviceCode).toBe(deviceCode);
  expect(pending.redeemDevice(deviceCode)).toBe(false);
  expect(pending.approveDevice(deviceCode, approval, at + deviceCodeLifeMs + 1)).toBe(false);
  expect(pending.approveDevice(deviceCode, approval, at)).toBe(true);
  expect(pending.declineDevice(deviceCode, at)).toBe(false);
  expect([pending.redeemDevice(deviceCode), pending.redeemDevice(deviceCode)]).toEqual([true, false]);
  expect(pending.device(deviceCode)).toMatchObject({ state: 'redeemed', approval });
  expect(pending.approveDevice('x', approval, at)).toBe(false);
});

test('a client that asks again at once is told so; a clock that went back forgives', () => {
  const pending = new PendingGrants();
  const { deviceCode } = pending.addDevice(asked, at);
  const polls = [at, at + 1, at + 1 + devicePollIntervalMs, at, at - 5].map((instant) => pending.pollDevice(deviceCode, instant));
  expect(polls).toEqual([false, true, false, false, false]);
  expect(pending.pollDevice('x', at)).toBe(false);
});

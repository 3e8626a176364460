import { afterAll, beforeAll, expect, test } from 'vitest';
import { byPassword, joe, labTime, openTokenLab, refusalOf, type TokenLab } from './token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

const locked = { status: 400, error: 'invalid_grant', codes: [50053], check: 'user.lockout' };
const wrong = { status: 400, error: 'invalid_grant', codes: [50126], check: 'user.password' };
const guess = (number: number) => lab.v2(byPassword(lab, { password: `guess ${number}` }));

test('A-11 of a locked user: ten wrong passwords, and the right one is refused for a minute, then the next one for two', async () => {
  for (let number = 1; number <= 10; number += 1) expect(await refusalOf(lab, await guess(number))).toEqual(wrong);
  const reply = await lab.v2(byPassword(lab));
  expect(await refusalOf(lab, reply)).toEqual(locked);
  expect(reply.body['error_description']).toMatch(/^AADSTS50053: You've tried to sign in too many times/);
  const { verdict } = await lab.exchangeOf(reply.answer);
  expect(verdict?.checks.at(-1)).toMatchObject({ actual: `locked until ${new Date(labTime + 60_000).toISOString()}` });
  // Locked is the user, not the client or the tenant.
  expect(await lab.v2(byPassword(lab, { username: 'zoe@contoso.test' }))).toMatchObject({ status: 200 });

  await lab.clock.advance(59_999);
  expect(await refusalOf(lab, await lab.v2(byPassword(lab)))).toEqual(locked);
  await lab.clock.advance(1);
  expect(await refusalOf(lab, await guess(11))).toEqual(wrong);
  await lab.clock.advance(119_999);
  expect(await refusalOf(lab, await lab.v2(byPassword(lab)))).toEqual(locked);
  await lab.clock.advance(1);
  expect(await lab.v2(byPassword(lab))).toMatchObject({ status: 200 });
});

test('the good twin: nine wrong ones do not lock, and the right one wipes them out', async () => {
  for (let round = 0; round < 2; round += 1) {
    for (let number = 1; number <= 9; number += 1) await guess(100 * round + number);
    expect(await lab.v2(byPassword(lab, { username: joe }))).toMatchObject({ status: 200 });
  }
});

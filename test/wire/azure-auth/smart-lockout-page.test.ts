import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorizePath, type Browser, type BrowserLab, expectPage, openBrowserLab } from './browser-lab.ts';

let lab: BrowserLab;
let browser: Browser;
beforeAll(async () => {
  lab = await openBrowserLab();
  browser = lab.browse();
});
afterAll(() => lab.close());

const joe = 'joe@contoso.test';

test('A-11 guessing ends, and the account is locked for a minute', async () => {
  let page = await browser.get(authorizePath({}));
  for (let attempt = 1; attempt < 10; attempt += 1) page = await browser.signIn(page, joe, `guess ${attempt}`);
  const last = await browser.signIn(page, joe, 'guess 10');
  expect(last.status).toBe(400);
  expect(last.body).not.toContain('<form');
  const locked = await browser.signIn(await browser.get(authorizePath({})), joe);
  expectPage(locked, /AADSTS50053: You(?:'|&#39;)ve tried to sign in too many times/);
  expect(await lab.failedChecks(locked)).toEqual(['user.lockout']);
  await lab.clock.advance(60_000);
  expect(await browser.signIn(locked, joe)).toMatchObject({ status: 302 });
});

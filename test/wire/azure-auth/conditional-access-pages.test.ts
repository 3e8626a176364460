import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { authorizePath, type Browser, type BrowserLab, expectPage, openBrowserLab } from './browser-lab.ts';

let lab: BrowserLab;
let browser: Browser;
let id: string;
beforeAll(async () => {
  lab = await openBrowserLab();
});
beforeEach(() => {
  browser = lab.browse();
});
afterEach(() => shell(`Remove-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId ${id}`));
afterAll(() => lab.close());

const joe = 'joe@contoso.test';
const shell = (line: string) => runCmdlet<{ Id: string }>(lab, 'contoso-cloud', line);
async function demand(control: 'block' | 'mfa'): Promise<void> {
  const about = `-IncludeUsers All -IncludeApplications ${exchangeAppId} -BuiltInControls ${control}`;
  const [made] = await shell(`New-MgIdentityConditionalAccessPolicy -DisplayName ${control} -State enabled ${about}`);
  id = String(made?.Id);
}
const codeOf = async () => String((await lab.control('GET', `/_coexist/v1/authentication-codes/${joe}`)).body['code']);
const graph = { scope: 'openid User.Read' };

test('A-11 blocked at the page: 53003 on it; silently it is told to the client; another resource is open', async () => {
  await demand('block');
  const blocked = await browser.signIn(await browser.get(authorizePath({})), joe);
  expect(blocked.status).toBe(400);
  expectPage(blocked, /AADSTS53003: Access has been blocked/);
  expect(await lab.failedChecks(blocked)).toEqual(['user.conditional-access']);
  const silent = await browser.get(authorizePath({ prompt: 'none' }));
  expect(Object.fromEntries(silent.location?.searchParams ?? [])).toMatchObject({
    error: 'interaction_required',
    error_description: expect.stringMatching(/^AADSTS53003: /),
    claims: `{"access_token":{"capolids":{"essential":true,"values":["${id}"]}}}`,
  });
  expect((await browser.get(authorizePath({ ...graph, prompt: 'none' }))).location?.searchParams.get('code')).toMatch(/\S/);
});

test('a policy that demands mfa asks for the second factor, of browsers that have signed in without one too', async () => {
  expect(await browser.signIn(await browser.get(authorizePath({})), joe)).toMatchObject({ status: 302 });
  await demand('mfa');
  expect((await browser.get(authorizePath({ ...graph, prompt: 'none' }))).location?.searchParams.get('code')).toMatch(/\S/);
  const page = await browser.get(authorizePath({}));
  expectPage(page, /Sign in/);
  const factor = await browser.signIn(page, joe);
  expectPage(factor, /Enter code/);
  const done = await browser.submit(factor, { code: await codeOf() });
  expect(done.location?.searchParams.get('code')).toMatch(/\S/);
  expect(await browser.get(authorizePath({ prompt: 'none' }))).toMatchObject({ status: 302 });
  const hinted = await lab.browse().get(authorizePath({ login_hint: joe, prompt: 'none' }));
  expect(hinted.location?.searchParams.get('error_description')).toMatch(/^AADSTS50076: /);
});

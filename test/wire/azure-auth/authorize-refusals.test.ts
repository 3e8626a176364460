import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { servicePrincipals } from '../../../shared/domain/trust/service-principals.ts';
import {
  authorizePath,
  type Browser,
  type BrowserLab,
  ewsScope,
  expectPage,
  now,
  openBrowserLab,
  publicClient,
  tenantId,
  webCallback,
  webClient,
} from './browser-lab.ts';

let lab: BrowserLab;
let browser: Browser;
beforeAll(async () => {
  lab = await openBrowserLab();
});
beforeEach(() => {
  browser = lab.browse();
});
afterAll(() => lab.close());

const challenge = 'a'.repeat(43);

describe('refusals on a page, never by redirection', () => {
  test.each<[string, Record<string, string | undefined>, number, string]>([
    ['no client', { client_id: undefined }, 900144, 'request.client_id'],
    ['another client', { client_id: '99999999-9999-4999-8999-999999999999' }, 700016, 'client.exists'],
    ['a client that is no id', { client_id: '<b>__proto__' }, 700016, 'client.exists'],
    ['an address elsewhere', { redirect_uri: 'https://evil.test/' }, 50011, 'redirect.registered'],
    ['a name that begins alike', { redirect_uri: 'http://localhost.evil.test:1/' }, 50011, 'redirect.registered'],
    ['a user name before the host', { redirect_uri: 'http://localhost:1@evil.test/' }, 50011, 'redirect.registered'],
    ['https on this machine', { redirect_uri: 'https://localhost:1/' }, 50011, 'redirect.registered'],
    ['a script', { redirect_uri: 'javascript:alert(1)' }, 50011, 'redirect.registered'],
    ['a fragment', { redirect_uri: 'http://localhost:1/#x' }, 50011, 'redirect.registered'],
    ['an address that fits no header', { redirect_uri: 'http://localhost:1/ü\r\nx: y' }, 50011, 'redirect.registered'],
    ['no address, and several are registered', { client_id: webClient, redirect_uri: undefined }, 900971, 'redirect.registered'],
    [
      'another path of a confidential client',
      { client_id: webClient, redirect_uri: 'http://localhost:1/elsewhere' },
      50011,
      'redirect.registered',
    ],
    ['other case', { client_id: webClient, redirect_uri: 'https://web.contoso.test/Callback?tenant=1' }, 50011, 'redirect.registered'],
    ['a parameter that is too long', { state: 'x'.repeat(8_193) }, 9002313, 'request.form'],
  ])('%s', async (_, parameters, code, check) => {
    const page = await browser.get(authorizePath(parameters));
    expect(page.status).toBe(400);
    expect(page.location).toBeUndefined();
    expectPage(page, new RegExp(`AADSTS${code}: `));
    expect(await lab.failedChecks(page)).toEqual([check]);
    expect(page.body).not.toContain('<b>');
  });

  test('an unknown tenant, a doubled parameter, a query that is none', async () => {
    expectPage(await browser.get(authorizePath({}, 'nowhere.test')), /AADSTS90002/);
    expectPage(await browser.get(authorizePath({}, '%3Cb%3E')), /AADSTS900023/);
    for (const more of [
      '&client_id=1',
      '&x=%',
      '&x=%ff',
      `&${'a&b'.repeat(300)}`,
      `${Array.from({ length: 300 }, (__, at) => `&p${at}=1`).join('')}`,
    ]) {
      expectPage(await browser.get(`${authorizePath({})}${more}`), /AADSTS9002313/);
    }
    expect(await browser.post(`/${tenantId}/oauth2/v2.0/authorize`, 'x'.repeat(1_048_577))).toMatchObject({ status: 413 });
  });

  test('a client that was switched off', async () => {
    const switchTo = (accountEnabled: boolean) =>
      lab.store.transaction(async (tx) => {
        const stored = await servicePrincipals.find(tx, 'contoso-cloud', publicClient);
        if (stored !== undefined) await servicePrincipals.replace(tx, stored, { ...stored.value, accountEnabled }, now);
      });
    await switchTo(false);
    const page = await browser.get(authorizePath({}));
    expectPage(page, /AADSTS7000112/);
    expect(await lab.failedChecks(page)).toEqual(['client.enabled']);
    await switchTo(true);
  });

  test('markup in the name of an application is text', async () => {
    const rename = (displayName: string) =>
      lab.store.transaction(async (tx) => {
        const stored = await servicePrincipals.find(tx, 'contoso-cloud', publicClient);
        if (stored !== undefined) await servicePrincipals.replace(tx, stored, { ...stored.value, displayName }, now);
      });
    await rename('<img src=x> & "co"');
    expect((await browser.get(authorizePath({}))).body).toContain('to &lt;img src=x&gt; &amp; "co"');
    await rename('public');
  });
});

describe('refusals told to the client', () => {
  test.each<[string, Record<string, string | undefined>, string, string]>([
    ['no response_type', { response_type: undefined }, 'invalid_request', 'request.response_type'],
    ['an unknown response_type', { response_type: 'codes' }, 'unsupported_response_type', 'request.response-type'],
    ['an unknown response_mode', { response_mode: 'jwt' }, 'invalid_request', 'request.response-mode'],
    ['no scope', { scope: undefined }, 'invalid_request', 'request.scope'],
    ['an unknown prompt', { prompt: 'ask' }, 'invalid_request', 'request.prompt'],
    [
      'an unknown challenge method',
      { code_challenge: challenge, code_challenge_method: 'S512' },
      'invalid_request',
      'request.code-challenge',
    ],
    ['a short challenge', { code_challenge: 'short' }, 'invalid_request', 'request.code-challenge'],
    ['a method without a challenge', { code_challenge_method: 'S256' }, 'invalid_request', 'request.code-challenge'],
    ['an unknown resource', { scope: 'https://nowhere.test/.default' }, 'invalid_resource', 'resource.exists'],
    ['two resources', { scope: `${ewsScope} https://graph.microsoft.com/User.Read` }, 'invalid_scope', 'request.scope'],
  ])('%s', async (_, parameters, error, check) => {
    const answer = await browser.get(authorizePath({ ...parameters, state: 'kept' }));
    expect(answer.status).toBe(302);
    expect(answer.location?.origin).toBe('http://localhost:8400');
    expect(Object.fromEntries(answer.location?.searchParams ?? [])).toMatchObject({
      error,
      state: 'kept',
      error_description: expect.stringMatching(/^AADSTS\d+: /),
    });
    expect(await lab.failedChecks(answer)).toEqual([check]);
    expect(await lab.record(answer)).toMatchObject({ operation: 'authorize', outcome: 'refused' });
  });

  test('an id_token without a nonce, or in the query', async () => {
    const asked = { client_id: webClient, redirect_uri: webCallback, response_type: 'id_token' };
    const bare = await browser.get(authorizePath(asked));
    expect(new URLSearchParams(bare.location?.hash.slice(1)).get('error_description')).toContain("'nonce'");
    const leaking = await browser.get(authorizePath({ ...asked, nonce: '1', response_mode: 'query' }));
    expect(leaking.location?.searchParams.get('error_description')).toMatch(/^AADSTS70007/);
  });
});

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  authorizePath,
  type Browser,
  type BrowserLab,
  expectPage,
  formOn,
  now,
  openBrowserLab,
  publicClient,
  type Shown,
  tenantId,
  textOn,
  webCallback,
  webClient,
} from './browser-lab.ts';

let lab: BrowserLab;
let browser: Browser;
beforeAll(async () => {
  lab = await openBrowserLab();
});
beforeEach(async () => {
  await lab.clock.freeze(now);
  browser = lab.browse();
});
afterAll(() => lab.close());

const verifier = 'a-verifier-that-has-at-least-forty-three-characters';
const challenge = createHash('sha256').update(verifier).digest('base64url');

async function redeem(shown: Shown, fields: Record<string, string> = {}, path = `/${tenantId}/oauth2/v2.0/token`) {
  const answer = await lab.browse().post(path, {
    grant_type: 'authorization_code',
    client_id: publicClient,
    redirect_uri: 'http://localhost:8400',
    code: shown.location?.searchParams.get('code') ?? '',
    ...fields,
  });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, string> };
}

function claims(token: string | null | undefined): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

async function authenticatorOf(user: string): Promise<string> {
  return String((await lab.control('GET', `/_coexist/v1/authentication-codes/${user}`)).body['code']);
}

describe('by the page', () => {
  test('user name, password, code, tokens', async () => {
    const page = await browser.get(authorizePath({ state: 'a&b=<c>', code_challenge: challenge, code_challenge_method: 'S256' }));
    expect(page.status).toBe(200);
    expectPage(page, /Sign in.*to public/);
    expect(page.headers['content-security-policy']).toContain("form-action 'self' http://localhost:8400;");
    const wrong = await browser.signIn(page, 'joe@contoso.test', 'wrong');
    expectPage(wrong, /AADSTS50126/);
    expect(await lab.record(wrong)).toMatchObject({
      operation: 'login',
      caller: 'joe@contoso.test',
      code: 'AADSTS50126',
      outcome: 'refused',
    });
    expect(await lab.failedChecks(wrong)).toEqual(['user.password']);
    expect(wrong.body).toContain('value="joe@contoso.test"');
    const done = await browser.signIn(wrong, 'JOE@contoso.test');
    expect(done.status).toBe(302);
    expect(done.location?.origin).toBe('http://localhost:8400');
    expect(done.location?.searchParams.get('state')).toBe('a&b=<c>');
    expect(await lab.record(done)).toMatchObject({
      operation: 'login',
      caller: 'joe@contoso.test',
      organization: 'contoso-cloud',
      outcome: 'answered',
    });
    const { status, body } = await redeem(done, { code_verifier: verifier });
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    expect(claims(body['access_token'])).toMatchObject({ upn: 'joe@contoso.test', amr: ['pwd'], scp: 'EWS.AccessAsUser.All' });
    expect(claims(body['id_token'])).toMatchObject({ aud: publicClient, preferred_username: 'joe@contoso.test' });
  });

  test('a second factor', async () => {
    const page = await browser.signIn(await browser.get(authorizePath({})), 'zoe@contoso.test');
    expectPage(page, /authentication-codes\/zoe@contoso\.test/);
    const wrong = await browser.submit(page, { code: '12345x' });
    expectPage(wrong, /AADSTS500121/);
    expect(await lab.failedChecks(wrong)).toEqual(['user.second-factor']);
    const code = await authenticatorOf('zoe@contoso.test');
    const done = await browser.submit(wrong, { code: ` ${code} ` });
    expect(done.status).toBe(302);
    expect(claims((await redeem(done)).body['access_token'])).toMatchObject({ upn: 'zoe@contoso.test', amr: ['pwd', 'mfa'] });
    // The code is used up, and the next one is there although the clock stands.
    const again = await lab.browse().signIn(await browser.get(authorizePath({ prompt: 'login' })), 'zoe@contoso.test');
    expect(await authenticatorOf('zoe@contoso.test')).not.toBe(code);
    expectPage(await browser.submit(again, { code }), /AADSTS500121/);
  });

  test('a code is taken for a minute and no longer', async () => {
    const early = await authenticatorOf('zoe@contoso.test');
    await lab.clock.advance(59_000);
    const inTime = await browser.signIn(await browser.get(authorizePath({ prompt: 'login' })), 'zoe@contoso.test');
    expect(await browser.submit(inTime, { code: early })).toMatchObject({ status: 302 });
    const late = await authenticatorOf('zoe@contoso.test');
    await lab.clock.advance(61_000);
    const tooLate = await browser.signIn(await browser.get(authorizePath({ prompt: 'login' })), 'zoe@contoso.test');
    expectPage(await browser.submit(tooLate, { code: late }), /AADSTS500121/);
  });

  test.each([
    ['nobody@contoso.test', 'AADSTS50034', 'user.exists'],
    ['gone@contoso.test', 'AADSTS50057', 'user.enabled'],
    ['pat@fabrikam.test', 'AADSTS50034', 'user.exists'],
    ['<script>"&', 'AADSTS50034', 'user.exists'],
    ['', 'AADSTS50034', 'user.exists'],
    ['\u0000@contoso.test', 'AADSTS50034', 'user.exists'],
  ])('%s', async (user, code, check) => {
    const page = await browser.signIn(await browser.get(authorizePath({})), user);
    expectPage(page, new RegExp(code));
    expect(await lab.failedChecks(page)).toEqual([check]);
    expect(page.body).not.toContain('<script');
  });

  test('a form from elsewhere, a used one and an invented one are refused', async () => {
    const page = await browser.get(authorizePath({}));
    const credentials = { login: 'joe@contoso.test', passwd: 'Pa55word!' };
    for (const header of [{ origin: 'https://evil.test' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      const foreign = await browser.submit(page, credentials, header);
      expect(foreign.status).toBe(400);
      expect(await lab.failedChecks(foreign)).toEqual(['sign-in.own-page']);
    }
    expect(await browser.submit(page, credentials)).toMatchObject({ status: 302 });
    const again = await browser.submit(page, credentials);
    expect(again.status).toBe(400);
    expect(await lab.failedChecks(again)).toEqual(['sign-in.flow']);
    for (const flow of ['', 'x', '__proto__'])
      expect(await browser.post('/common/login', { ...credentials, flow_token: flow })).toMatchObject({ status: 400 });
    const secondFactor = await browser.post('/common/login/second-factor', {
      ...formOn(await browser.get(authorizePath({ prompt: 'login' }))).fields,
      code: '1',
    });
    expect(await lab.failedChecks(secondFactor)).toEqual(['sign-in.flow']);
    const late = await browser.get(authorizePath({ prompt: 'login' }));
    await lab.clock.advance(601_000);
    expect(await lab.failedChecks(await browser.signIn(late, 'joe@contoso.test'))).toEqual(['sign-in.flow']);
  });
});

describe('by login_hint', () => {
  test('a known user is signed in at once, one with a second factor is asked for it', async () => {
    const done = await browser.get(authorizePath({ login_hint: 'joe@contoso.test' }));
    expect(done.status).toBe(302);
    expect(claims((await redeem(done)).body['access_token'])).toMatchObject({ upn: 'joe@contoso.test', amr: ['pwd'] });
    const page = await browser.get(authorizePath({ login_hint: 'zoe@contoso.test' }));
    expectPage(page, /Enter code/);
    expect(await browser.submit(page, { code: await authenticatorOf('zoe@contoso.test') })).toMatchObject({ status: 302 });
  });

  test.each([
    { prompt: 'login' },
    { prompt: 'select_account' },
    { login_hint: 'nobody@contoso.test' },
    { login_hint: 'gone@contoso.test' },
  ])('the page with %j', async (parameters) => {
    const page = await browser.get(authorizePath({ login_hint: 'joe@contoso.test', ...parameters }));
    expectPage(page, /Sign in/);
    expect(page.body).toContain(`value="${parameters.login_hint ?? 'joe@contoso.test'}"`);
  });
});

describe('by the session', () => {
  test('a browser that has signed in is not asked again', async () => {
    const first = await browser.signIn(await browser.get(authorizePath({})), 'joe@contoso.test');
    expect(String(first.headers['set-cookie'])).toMatch(/^coexist-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=None$/);
    for (const parameters of [{}, { prompt: 'none' }, { login_hint: 'JOE@contoso.test', prompt: 'none' }, { max_age: '60' }]) {
      expect(await browser.get(authorizePath(parameters))).toMatchObject({ status: 302 });
    }
    expectPage(await browser.get(authorizePath({ prompt: 'login' })), /Sign in/);
    await lab.clock.advance(61_000);
    expectPage(await browser.get(authorizePath({ max_age: '60' })), /Sign in/);
    await lab.clock.advance(25 * 3_600_000);
    expectPage(await browser.get(authorizePath({})), /Sign in/);
  });

  test('prompt=none tells the client what is missing', async () => {
    const nobody = await browser.get(authorizePath({ prompt: 'none', state: '1' }));
    expect(Object.fromEntries(nobody.location?.searchParams ?? [])).toMatchObject({
      error: 'login_required',
      error_description: expect.stringMatching(/^AADSTS50058: /),
      state: '1',
    });
    const factor = await browser.get(authorizePath({ prompt: 'none', login_hint: 'zoe@contoso.test' }));
    expect(factor.location?.searchParams.get('error')).toBe('interaction_required');
    browser.cookie = 'coexist-session=0123456789012345678901234567890123456789012; a=b; =; coexist-session=';
    expect((await browser.get(authorizePath({ prompt: 'none' }))).location?.searchParams.get('error')).toBe('login_required');
  });

  test('logout ends it', async () => {
    await browser.get(authorizePath({ login_hint: 'joe@contoso.test' }));
    const cookie = browser.cookie;
    const out = `/${tenantId}/oauth2/v2.0/logout`;
    const followed = await browser.get(`${out}?${new URLSearchParams({ post_logout_redirect_uri: webCallback, state: 's' }).toString()}`);
    expect(followed.location?.href).toBe(`${webCallback}&state=s`);
    expect(await lab.record(followed)).toMatchObject({ operation: 'logout', caller: 'joe@contoso.test' });
    expect(browser.cookie).toBe('');
    browser.cookie = cookie;
    expectPage(await browser.get(authorizePath({})), /Sign in/);
    for (const elsewhere of ['https://evil.test/', '//evil.test', 'javascript:alert(1)', '']) {
      expectPage(
        await browser.get(`/common/oauth2/logout?${new URLSearchParams({ post_logout_redirect_uri: elsewhere }).toString()}`),
        /signed out/,
      );
    }
  });
});

describe('answers', () => {
  test('code and id_token in a fragment or a form', async () => {
    const asked = {
      client_id: webClient,
      redirect_uri: webCallback,
      response_type: 'code id_token',
      nonce: 'n-1',
      login_hint: 'joe@contoso.test',
    };
    const fragment = await browser.get(authorizePath({ ...asked, client_info: '1' }));
    expect(fragment.location?.search).toBe('?tenant=1');
    const given = new URLSearchParams(fragment.location?.hash.slice(1));
    expect(claims(given.get('id_token'))).toMatchObject({
      nonce: 'n-1',
      aud: webClient,
      tid: tenantId,
      iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
    });
    expect(given.get('code')).toBeTruthy();
    expect(JSON.parse(Buffer.from(given.get('client_info') ?? '', 'base64url').toString())).toMatchObject({ utid: tenantId });

    const page = await browser.get(authorizePath({ ...asked, response_mode: 'form_post', state: '"><script>' }));
    expect(page.status).toBe(200);
    expect(formOn(page)).toMatchObject({
      action: webCallback,
      fields: { state: '"><script>', code: expect.any(String), id_token: expect.any(String) },
    });
    expect(page.body.match(/<script/g)).toHaveLength(1);
    expect(page.headers['content-security-policy']).toContain("form-action 'self' https://web.contoso.test;");

    const error = await browser.get(authorizePath({ ...asked, response_mode: 'form_post', response_type: 'token' }));
    expect(formOn(error).fields).toMatchObject({ error: 'unsupported_response_type' });
    const appended = await browser.get(authorizePath({ ...asked, response_type: 'code', nonce: undefined }));
    expect(appended.location?.href).toMatch(/^https:\/\/web\.contoso\.test\/callback\?tenant=1&code=/);
    const v1 = await browser.get(authorizePath({ ...asked, response_type: 'id_token' }, 'contoso.test', 1));
    expect(claims(new URLSearchParams(v1.location?.hash.slice(1)).get('id_token'))).toMatchObject({
      ver: '1.0',
      iss: `https://sts.windows.net/${tenantId}/`,
    });
  });

  test('nothing that opens a door stays in the journal', async () => {
    const asked = { client_id: webClient, redirect_uri: webCallback, login_hint: 'joe@contoso.test', response_mode: 'form_post' };
    const page = await browser.get(authorizePath(asked));
    const signIn = await browser.get(authorizePath({ prompt: 'login' }));
    const { traceId } = await lab.record(page);
    await lab.record(signIn);
    const text = JSON.stringify([await lab.journal.trace(traceId), await lab.journal.trace((await lab.record(signIn)).traceId)]);
    expect(text).toContain('name=\\"code\\"');
    expect(text).not.toContain(formOn(page).fields['code']);
    expect(text).not.toContain(formOn(signIn).fields['flow_token']);
  });

  test('v1 with a resource, and a POST', async () => {
    const path = authorizePath(
      { scope: undefined, resource: 'https://outlook.office365.com', login_hint: 'joe@contoso.test' },
      tenantId,
      1,
    );
    const posted = await browser.post(path.slice(0, path.indexOf('?')), path.slice(path.indexOf('?') + 1), {
      origin: 'https://client.test',
    });
    expect(posted.status).toBe(302);
    const { body } = await redeem(posted, {}, `/${tenantId}/oauth2/token`);
    expect(claims(body['access_token'])).toMatchObject({ aud: 'https://outlook.office365.com', scp: 'EWS.AccessAsUser.All' });
  });

  test('common takes users of the tenant that has the client', async () => {
    const done = await browser.signIn(await browser.get(authorizePath({}, 'common')), 'joe@contoso.test');
    expect(await redeem(done, {}, '/common/oauth2/v2.0/token')).toMatchObject({ status: 200 });
    const stranger = await lab.browse().signIn(await lab.browse().get(authorizePath({}, 'common')), 'pat@fabrikam.test');
    expect(textOn(stranger)).toMatch(/AADSTS700016/);
    expect(await lab.failedChecks(stranger)).toEqual(['client.in-tenant']);
  });
});

test.each(['http://localhost', 'http://localhost/', 'http://localhost:1/any/path?x=1', 'http://LOCALHOST:65535'])(
  '%s belongs to the public client',
  async (uri) => {
    const answer = await browser.get(authorizePath({ redirect_uri: uri, login_hint: 'joe@contoso.test' }));
    expect(answer.status).toBe(302);
    expect(await redeem(answer, { redirect_uri: uri })).toMatchObject({ status: 200 });
  },
);

test('the control port has no code for a user that there is not', async () => {
  expect(await lab.control('GET', '/_coexist/v1/authentication-codes/nobody@contoso.test')).toMatchObject({
    status: 422,
    body: { title: 'unknown-user' },
  });
  expect(await lab.control('GET', '/_coexist/v1/authentication-codes/zoe%40contoso.test')).toMatchObject({
    status: 200,
    body: { user: 'zoe@contoso.test', code: expect.stringMatching(/^\d{6}$/), until: '2026-11-20T12:00:30.000Z' },
  });
});

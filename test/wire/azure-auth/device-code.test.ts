import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, type BrowserLab, ewsScope, expectPage, now, openBrowserLab, publicClient, tenantId, textOn } from './browser-lab.ts';

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

type Body = Readonly<Record<string, unknown>>;

async function post(path: string, fields: Readonly<Record<string, string>> | string): Promise<{ status: number; body: Body }> {
  const answer = await lab.browse().post(path, fields);
  return { status: answer.status, body: JSON.parse(answer.body) as Body };
}

async function begin(segment = tenantId): Promise<{ readonly userCode: string; readonly deviceCode: string }> {
  const { status, body } = await post(`/${segment}/oauth2/v2.0/devicecode`, { client_id: publicClient, scope: ewsScope });
  expect(status).toBe(200);
  return { userCode: String(body['user_code']), deviceCode: String(body['device_code']) };
}

function poll(deviceCode: string, segment = tenantId): Promise<{ status: number; body: Body }> {
  return post(`/${segment}/oauth2/v2.0/token`, { grant_type: 'device_code', client_id: publicClient, device_code: deviceCode });
}

function claims(token: unknown): Body {
  return JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Body;
}

describe('the device', () => {
  test('is given codes, and told where the user types theirs', async () => {
    const { status, body } = await post(`/contoso.test/oauth2/v2.0/devicecode`, { client_id: publicClient, scope: ewsScope });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        user_code: expect.stringMatching(/^[A-Z2-9]{9}$/),
        device_code: expect.stringMatching(/^[\w-]{40,}$/),
        verification_uri: `${lab.origin}/devicelogin`,
        expires_in: 900,
        interval: 5,
        message: `To sign in, use a web browser to open the page ${lab.origin}/devicelogin and enter the code ${String(body['user_code'])} to authenticate.`,
      },
    });
    const older = await post(`/common/oauth2/devicecode`, { client_id: publicClient, resource: 'https://outlook.office365.com' });
    expect(older.body).toMatchObject({ verification_url: `${lab.origin}/devicelogin`, expires_in: '900', interval: '5' });
  });

  test.each<[string, string, Readonly<Record<string, string>> | string, number]>([
    ['no client', tenantId, { scope: ewsScope }, 900144],
    ['no scope', tenantId, { client_id: publicClient }, 900144],
    ['another client', tenantId, { client_id: '99999999-9999-4999-8999-999999999999', scope: ewsScope }, 700016],
    ['the client of another tenant', 'fabrikam.test', { client_id: publicClient, scope: ewsScope }, 700016],
    ['another tenant', 'nowhere.test', { client_id: publicClient, scope: ewsScope }, 90002],
    ['a doubled parameter', tenantId, `client_id=${publicClient}&scope=openid&scope=openid`, 9002313],
    ['no form', tenantId, '%', 9002313],
    ['nothing', tenantId, '', 900144],
  ])('%s', async (_, segment, fields, code) => {
    const { status, body } = await post(`/${segment}/oauth2/v2.0/devicecode`, fields);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error_codes: [code], error_description: expect.stringMatching(new RegExp(`^AADSTS${code}: `)) },
    });
  });
});

describe('the user', () => {
  test('types the code, signs in and says yes', async () => {
    const { userCode, deviceCode } = await begin();
    expect(await poll(deviceCode)).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
    const page = await browser.get('/common/oauth2/deviceauth');
    expectPage(page, /Enter code to allow access/);
    const typed = `${userCode.slice(0, 4).toLowerCase()} ${userCode.slice(4)}`;
    const signIn = await browser.submit(page, { otc: typed });
    expectPage(signIn, /Sign in.*to public/);
    const wrong = await browser.signIn(signIn, 'joe@contoso.test', 'wrong');
    expectPage(wrong, /AADSTS50126/);
    const approval = await browser.signIn(wrong, 'joe@contoso.test');
    expectPage(approval, /Are you trying to sign in to public\?.*joe@contoso\.test/);
    const done = await browser.submit(approval, { decision: 'approve' });
    expectPage(done, /You have signed in/);
    expect(await lab.record(done)).toMatchObject({
      operation: 'deviceauth',
      caller: 'joe@contoso.test',
      organization: 'contoso-cloud',
      outcome: 'answered',
    });
    await lab.clock.advance(6_000);
    const { status, body } = await poll(deviceCode);
    expect(status).toBe(200);
    expect(claims(body['access_token'])).toMatchObject({ upn: 'joe@contoso.test', amr: ['pwd'] });
    expect((await browser.submit(approval, { decision: 'approve' })).status).toBe(400);

    // Who has signed in already only says yes.
    const next = await begin('common');
    const filled = await browser.submit(await browser.get(`/devicelogin?otc=${next.userCode}`), {});
    expectPage(filled, /Are you trying/);
    const declined = await browser.submit(filled, { decision: 'decline' });
    expectPage(declined, /not signed in/);
    await lab.clock.advance(6_000);
    expect(await poll(next.deviceCode, 'common')).toMatchObject({ status: 400, body: { error: 'authorization_declined' } });
  });

  test('with a second factor', async () => {
    const { userCode, deviceCode } = await begin('organizations');
    const signIn = await browser.submit(await browser.get('/deviceauth'), { otc: userCode });
    const factor = await browser.signIn(signIn, 'zoe@contoso.test');
    const { body } = await lab.control('GET', '/_coexist/v1/authentication-codes/zoe@contoso.test');
    await browser.submit(await browser.submit(factor, { code: String(body['code']) }), { decision: 'approve' });
    expect(claims((await poll(deviceCode, 'organizations')).body['access_token'])).toMatchObject({ amr: ['pwd', 'mfa'] });
  });

  test.each([
    ['', 'AADSTS70018'],
    ['ABCDEFGHJ', 'AADSTS70018'],
    ['__proto__', 'AADSTS70018'],
  ])('an invented code: %j', async (otc, code) => {
    const answer = await browser.post('/devicelogin', { otc });
    expect(answer.status).toBe(400);
    expectPage(answer, new RegExp(code));
    expect(await lab.failedChecks(answer)).toEqual(['device.user-code']);
  });

  test('too late, decided, or from elsewhere', async () => {
    const decided = await begin();
    await lab.control('POST', `/_coexist/v1/device-codes/${decided.userCode}`, { user: 'joe@contoso.test', approve: true });
    expect(textOn(await browser.post('/devicelogin', { otc: decided.userCode }))).toMatch(/AADSTS90120/);
    const late = await begin();
    const approval = await browser.signIn(await browser.post('/devicelogin', { otc: late.userCode }), 'joe@contoso.test');
    expect(await browser.post('/devicelogin', { otc: late.userCode }, { origin: 'https://evil.test' })).toMatchObject({ status: 400 });
    await lab.clock.advance(901_000);
    expect(textOn(await browser.post('/devicelogin', { otc: late.userCode }))).toMatch(/AADSTS70019/);
    expect((await browser.submit(approval, { decision: 'approve' })).status).toBe(400);
  });

  test('of another tenant than the device asks for', async () => {
    const { userCode } = await begin();
    const signIn = await browser.post('/devicelogin', { otc: userCode });
    const page = await browser.signIn(signIn, 'pat@fabrikam.test');
    expectPage(page, /AADSTS50034/);
    expect(await lab.failedChecks(page)).toEqual(['user.exists']);
  });
});

describe('the control port', () => {
  test('approval by a user whose tenant does not know the client is worth nothing', async () => {
    const { userCode, deviceCode } = await begin('common');
    expect(await lab.control('POST', `/_coexist/v1/device-codes/${userCode}`, { user: 'pat@fabrikam.test' })).toMatchObject({
      status: 200,
    });
    expect(await poll(deviceCode, 'common')).toMatchObject({ status: 400, body: { error_codes: [700016] } });
  });

  test('approves in one call', async () => {
    const { userCode, deviceCode } = await begin();
    const decide = (code: string, body: object) => lab.control('POST', `/_coexist/v1/device-codes/${code}`, body);
    expect(await decide(userCode, { user: 'nobody@contoso.test' })).toMatchObject({ status: 422, body: { title: 'unknown-user' } });
    expect(await decide(userCode, { user: 'pat@fabrikam.test' })).toMatchObject({ status: 422, body: { title: 'unknown-user' } });
    expect(await decide('ABCDEFGHJ', { user: 'joe@contoso.test' })).toMatchObject({ status: 422, body: { title: 'unknown-user-code' } });
    expect(await decide(userCode, { user: 7 })).toMatchObject({ status: 400 });
    expect(await decide(userCode, { user: 'zoe@contoso.test', approve: true })).toMatchObject({ status: 200 });
    expect(await decide(userCode, { user: 'zoe@contoso.test' })).toMatchObject({ status: 422, body: { title: 'user-code-decided' } });
    expect(claims((await poll(deviceCode)).body['access_token'])).toMatchObject({ upn: 'zoe@contoso.test', amr: ['pwd', 'mfa'] });
  });
});

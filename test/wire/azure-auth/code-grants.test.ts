import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  claimsOf,
  exchangeScope,
  type Form,
  joe,
  labTime,
  openTokenLab,
  publicClient,
  refusalOf,
  type TokenLab,
  type TokenReply,
  usualScope,
  web,
  webSecret,
} from './token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());
beforeEach(() => lab.clock.freeze(labTime));

const minuteMs = 60_000;
const grantError = { status: 400, error: 'invalid_grant' };

const redirectUri = 'http://localhost:8004';
const verifier = 'a-verifier-of-at-least-forty-three-characters-0123456789';
const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Signs joe in as a browser would and answers the code. */
async function codeFor(more: Form = {}): Promise<string> {
  const asked = {
    client_id: publicClient,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: usualScope,
    login_hint: joe,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    nonce: 'n-0S6',
    ...more,
  };
  const query = new URLSearchParams(Object.entries(asked).filter((field): field is [string, string] => field[1] !== undefined));
  const answer = await lab.https(`https://login.microsoftonline.test/${lab.tenantId}/oauth2/v2.0/authorize?${query.toString()}`);
  const code = new URL(String(answer.headers['location'])).searchParams.get('code');
  expect(code).not.toBeNull();
  return String(code);
}

const byCode = (code: string, more: Form = {}): Form => ({
  grant_type: 'authorization_code',
  client_id: publicClient,
  code,
  redirect_uri: redirectUri,
  code_verifier: verifier,
  scope: usualScope,
  client_info: '1',
  ...more,
});

describe('authorization_code', () => {
  test('answers the tokens of the user who signed in, once', async () => {
    const code = await codeFor();
    const reply = await lab.v2(byCode(code));
    expect(reply.body).toMatchObject({ refresh_token: expect.any(String), client_info: expect.any(String) });
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ upn: joe, scp: 'EWS.AccessAsUser.All' });
    expect(claimsOf(reply.body['id_token'])).toMatchObject({ aud: publicClient, nonce: 'n-0S6' });
    expect(await refusalOf(lab, await lab.v2(byCode(code)))).toEqual({ ...grantError, codes: [54005], check: 'code.unused' });
  });

  test('two at once: one gets the tokens', async () => {
    const code = await codeFor();
    const replies = await Promise.all([1, 2, 3].map(() => lab.v2(byCode(code))));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('a plain challenge, no challenge, and a confidential client', async () => {
    const plain = await codeFor({ code_challenge: verifier, code_challenge_method: 'plain' });
    expect(await lab.v2(byCode(plain))).toMatchObject({ status: 200 });
    const open = await codeFor({ code_challenge: undefined, code_challenge_method: undefined });
    expect(await lab.v2(byCode(open, { code_verifier: undefined }))).toMatchObject({ status: 200 });
    const confidential = await codeFor({ client_id: web });
    expect(await lab.v2(byCode(confidential, { client_id: web, client_secret: webSecret }))).toMatchObject({ status: 200 });
  });

  test('without a scope the one of the sign-in counts; common knows the tenant', async () => {
    expect((await lab.v2(byCode(await codeFor(), { scope: undefined }))).body['scope']).toBe(`${exchangeScope} openid profile`);
    expect(await lab.post('/common/oauth2/v2.0/token', byCode(await codeFor()))).toMatchObject({ status: 200 });
  });

  const bad: readonly [title: string, more: Form, code: number, check: string, error?: string][] = [
    ['A-12 with another verifier', { code_verifier: `${verifier}x` }, 501481, 'code.verifier'],
    ['A-12 without a verifier', { code_verifier: undefined }, 501481, 'code.verifier'],
    ['A-12 with another redirect URI', { redirect_uri: 'http://localhost:8005' }, 50011, 'code.redirect-uri', 'invalid_request'],
    ['of another client', { client_id: web, client_secret: webSecret }, 70000, 'grant.client'],
    ['that was never given', { code: '0.AXYZ' }, 9002313, 'code.known', 'invalid_request'],
  ];
  test.each(bad)('%s is refused, and the code is not used up', async (_title, more, number, check, error = 'invalid_grant') => {
    const code = await codeFor();
    expect(await refusalOf(lab, await lab.v2(byCode(code, more)))).toEqual({ status: 400, error, codes: [number], check });
    expect(await lab.v2(byCode(code))).toMatchObject({ status: 200 });
  });

  test('A-12 a verifier for a code without a challenge is refused', async () => {
    const code = await codeFor({ code_challenge: undefined, code_challenge_method: undefined });
    expect(await refusalOf(lab, await lab.v2(byCode(code)))).toEqual({ ...grantError, codes: [501481], check: 'code.verifier' });
  });

  test('that is too old is refused', async () => {
    const [old, young] = [await codeFor(), await codeFor()];
    await lab.clock.advance(10 * minuteMs);
    expect(await lab.v2(byCode(young))).toMatchObject({ status: 200 });
    await lab.clock.advance(1_000);
    expect(await refusalOf(lab, await lab.v2(byCode(old)))).toEqual({ ...grantError, codes: [70008], check: 'code.lifetime' });
  });
});

interface Device {
  readonly device_code: string;
  readonly user_code: string;
}

async function beginDevice(segment = lab.tenantId): Promise<Device> {
  const { status, body } = await lab.post(`/${segment}/oauth2/v2.0/devicecode`, { client_id: publicClient, scope: usualScope });
  expect(status).toBe(200);
  return body as unknown as Device;
}

/** Types the code, the name and the password, and presses a button. */
async function decide({ user_code: otc }: Device, decision: 'approve' | 'decline'): Promise<void> {
  const flow = ({ text }: TokenReply): string =>
    /name="flow_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="flow_token"/.exec(text)?.[1] ?? '';
  const asked = await lab.post('/devicelogin', { otc });
  const signedIn = await lab.post('/common/login', { flow_token: flow(asked), login: joe, passwd: lab.password });
  expect(signedIn.status).toBe(200);
  expect(await lab.post('/common/oauth2/deviceauth/decision', { flow_token: flow(signedIn), decision })).toMatchObject({ status: 200 });
}

const byDevice = (device: Device, more: Form = {}): Form => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  client_id: publicClient,
  device_code: device.device_code,
  client_info: '1',
  ...more,
});

describe('device_code (A-13)', () => {
  test.each(['device_code', 'urn:ietf:params:oauth:grant-type:device_code'])('%s waits, then answers once', async (grant_type) => {
    const device = await beginDevice();
    expect(await refusalOf(lab, await lab.v2(byDevice(device, { grant_type })))).toEqual({
      status: 400,
      error: 'authorization_pending',
      codes: [70016],
      check: 'device-code.approval',
    });
    expect(await refusalOf(lab, await lab.v2(byDevice(device, { grant_type })))).toEqual({
      status: 400,
      error: 'slow_down',
      codes: [70016],
      check: 'device-code.interval',
    });
    await lab.clock.advance(5_000);
    expect(await lab.v2(byDevice(device, { grant_type }))).toMatchObject({ body: { error: 'authorization_pending' } });
    await decide(device, 'approve');
    const reply = await lab.v2(byDevice(device, { grant_type }));
    expect(reply.body).toMatchObject({ refresh_token: expect.any(String), id_token: expect.any(String) });
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ upn: joe });
    expect(await refusalOf(lab, await lab.v2(byDevice(device, { grant_type })))).toEqual({
      ...grantError,
      codes: [54005],
      check: 'device-code.unused',
    });
  });

  test('at common, before and after the user has told the tenant', async () => {
    const device = await beginDevice('common');
    expect(await lab.post('/common/oauth2/v2.0/token', byDevice(device))).toMatchObject({ body: { error: 'authorization_pending' } });
    await decide(device, 'approve');
    expect(await lab.post('/common/oauth2/v2.0/token', byDevice(device))).toMatchObject({ status: 200 });
  });

  test('declined', async () => {
    const device = await beginDevice();
    await decide(device, 'decline');
    const reply = await lab.v2(byDevice(device));
    expect(await refusalOf(lab, reply)).toEqual({
      status: 400,
      error: 'authorization_declined',
      codes: [90120],
      check: 'device-code.approval',
    });
  });

  test('expired', async () => {
    const device = await beginDevice();
    await lab.clock.advance(15 * minuteMs + 1_000);
    const reply = await lab.v2(byDevice(device));
    expect(await refusalOf(lab, reply)).toEqual({ status: 400, error: 'expired_token', codes: [70020], check: 'device-code.lifetime' });
  });

  test('unknown, absent, or of another client', async () => {
    const device = await beginDevice();
    const unknown = { ...grantError, codes: [7000014], check: 'device-code.known' };
    expect(await refusalOf(lab, await lab.v2(byDevice(device, { device_code: 'x' })))).toEqual(unknown);
    const absent = { status: 400, error: 'invalid_request', codes: [900144], check: 'request.parameters' };
    expect(await refusalOf(lab, await lab.v2(byDevice(device, { device_code: undefined })))).toEqual(absent);
    const foreign = { ...grantError, codes: [70000], check: 'grant.client' };
    expect(await refusalOf(lab, await lab.v2(byDevice(device, { client_id: web, client_secret: webSecret })))).toEqual(foreign);
  });
});

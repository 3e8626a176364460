import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ntHash } from '../../../shared/domain/identity/nt-hash.ts';
import { revokeSignInSessions } from '../../../shared/domain/trust/sign-in-sessions.ts';
import { graphAppId } from '../../../shared/domain/trust/well-known.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import {
  byPassword,
  changeUser,
  claimsOf,
  cloud,
  daemon,
  daemonSecret,
  exchangeScope,
  type Form,
  joe,
  labTime,
  openTokenLab,
  publicClient,
  refusalOf,
  type TokenLab,
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

const dayMs = 86_400_000;
const grantError = { status: 400, error: 'invalid_grant' };

describe('refresh_token', () => {
  let token: string;
  beforeEach(async () => {
    token = String((await lab.v2(byPassword(lab))).body['refresh_token']);
  });
  const refresh = (more: Form = {}): Form => ({ grant_type: 'refresh_token', client_id: publicClient, refresh_token: token, ...more });

  test('answers new tokens, and another refresh token; the old one stays good', async () => {
    await lab.clock.advance(dayMs);
    const reply = await lab.v2(refresh());
    expect(reply.body).toMatchObject({ scope: `${exchangeScope} openid profile`, id_token: expect.any(String) });
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ upn: joe, amr: ['pwd'], iat: labTime / 1_000 + 86_400 });
    expect(reply.body['refresh_token']).not.toBe(token);
    expect(await lab.v2(refresh())).toMatchObject({ status: 200 });
    expect(await lab.v2(refresh({ refresh_token: String(reply.body['refresh_token']) }))).toMatchObject({ status: 200 });
  });

  test('serves for another resource', async () => {
    const reply = await lab.v2(refresh({ scope: 'User.Read offline_access' }));
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ aud: graphAppId, scp: 'User.Read' });
  });

  test('serves at common, and at the other endpoint', async () => {
    expect(await lab.post('/common/oauth2/v2.0/token', refresh())).toMatchObject({ status: 200 });
    expect(await lab.v1(refresh({ resource: 'https://outlook.office365.com' }))).toMatchObject({ status: 200 });
  });

  test('A-14 of another client is refused', async () => {
    const reply = await lab.v2(refresh({ client_id: web, client_secret: webSecret }));
    expect(await refusalOf(lab, reply)).toEqual({ ...grantError, codes: [70000], check: 'grant.client' });
  });

  test('A-14 that is none of ours, or changed, is refused', async () => {
    const at = token.length - 3;
    const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
    for (const wrong of ['1.x.y', 'nonsense', changed, `${token}A`, '1'.repeat(100_000)]) {
      expect(await refusalOf(lab, await lab.v2(refresh({ refresh_token: wrong })))).toEqual({
        ...grantError,
        codes: [70000],
        check: 'refresh-token.form',
      });
    }
  });

  test('A-14 that is too old is refused', async () => {
    await lab.clock.set(labTime + 90 * dayMs);
    expect(await lab.v2(refresh())).toMatchObject({ status: 200 });
    await lab.clock.set(labTime + 90 * dayMs + 1_000);
    expect(await refusalOf(lab, await lab.v2(refresh()))).toEqual({ ...grantError, codes: [700082], check: 'refresh-token.lifetime' });
  });

  test('A-14 that was revoked is refused, a later one is not', async () => {
    const { oid } = claimsOf((await lab.v2(refresh())).body['access_token']);
    await lab.store.transaction((tx) => revokeSignInSessions(tx, cloud, oid as Guid, labTime + 1));
    await lab.store.transaction((tx) => revokeSignInSessions(tx, cloud, oid as Guid, labTime + 2));
    expect(await refusalOf(lab, await lab.v2(refresh()))).toEqual({ ...grantError, codes: [50173], check: 'refresh-token.revocation' });
    await lab.clock.advance(1_000);
    token = String((await lab.v2(byPassword(lab))).body['refresh_token']);
    expect(await lab.v2(refresh())).toMatchObject({ status: 200 });
    // The clock of the next test stands before the revocation.
    await lab.store.transaction((tx) => revokeSignInSessions(tx, cloud, oid as Guid, 0));
  });

  test('A-14 is refused after a change of the password', async () => {
    const user = await changeUser(lab, joe, (one) => ({ ...one, ntHash: ntHash('another') }));
    expect(await refusalOf(lab, await lab.v2(refresh()))).toEqual({ ...grantError, codes: [50173], check: 'refresh-token.revocation' });
    await changeUser(lab, joe, () => user);
    expect(await lab.v2(refresh())).toMatchObject({ status: 200 });
  });

  test('is refused when the user is disabled', async () => {
    const user = await changeUser(lab, joe, (one) => ({ ...one, enabled: false }));
    expect(await refusalOf(lab, await lab.v2(refresh()))).toEqual({ ...grantError, codes: [50057], check: 'user.enabled' });
    await changeUser(lab, joe, () => user);
  });
});

describe('on behalf of', () => {
  let assertion: string;
  beforeEach(async () => {
    const reply = await lab.v2(byPassword(lab, { scope: `api://${web}/access_as_user` }));
    assertion = String(reply.body['access_token']);
  });
  const onBehalf = (more: Form = {}): Form => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    requested_token_use: 'on_behalf_of',
    client_id: web,
    client_secret: webSecret,
    assertion,
    scope: usualScope,
    ...more,
  });

  test('the middle tier gets a token of the user', async () => {
    expect(claimsOf(assertion)).toMatchObject({ aud: `api://${web}`, scp: 'access_as_user' });
    const reply = await lab.v2(onBehalf());
    expect(claimsOf(reply.body['access_token'])).toMatchObject({
      aud: 'https://outlook.office365.com',
      appid: web,
      appidacr: '1',
      upn: joe,
      scp: 'EWS.AccessAsUser.All',
    });
    expect(await lab.exchangeOf(reply.answer)).toMatchObject({ operation: 'on_behalf_of', caller: joe });
    expect(await lab.post('/common/oauth2/v2.0/token', onBehalf())).toMatchObject({ status: 200 });
  });

  const bad: readonly [title: string, check: string, code: number, make: () => Promise<string> | string, error?: string][] = [
    ['a token for somebody else', 'assertion.audience', 50013, async () => String((await lab.v2(byPassword(lab))).body['access_token'])],
    [
      'a token of an application',
      'assertion.user',
      50013,
      async () => {
        const form = { grant_type: 'client_credentials', client_id: daemon, client_secret: daemonSecret, scope: `api://${web}/.default` };
        return String((await lab.v2(form)).body['access_token']);
      },
    ],
    [
      'a changed token',
      'assertion.signature',
      50013,
      () => `${assertion.slice(0, -10)}${assertion.at(-10) === 'A' ? 'B' : 'A'}${assertion.slice(-9)}`,
    ],
    ['no token', 'assertion.form', 50027, () => 'nonsense', 'invalid_request'],
    [
      'an unsigned token',
      'assertion.key',
      50013,
      () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${assertion.split('.')[1]}.`,
    ],
  ];
  test.each(bad)('%s is refused', async (_title, check, code, make, error = 'invalid_grant') => {
    expect(await refusalOf(lab, await lab.v2(onBehalf({ assertion: await make() })))).toEqual({ status: 400, error, codes: [code], check });
  });

  test('an old token is refused', async () => {
    await lab.clock.advance((3_599 + 300) * 1_000);
    expect(await lab.v2(onBehalf())).toMatchObject({ status: 200 });
    await lab.clock.advance(1_000);
    expect(await refusalOf(lab, await lab.v2(onBehalf()))).toEqual({ ...grantError, codes: [500133], check: 'assertion.lifetime' });
  });

  test('another use, and a public client, are refused', async () => {
    const use = { status: 400, error: 'invalid_request', codes: [90023], check: 'request.token-use' };
    expect(await refusalOf(lab, await lab.v2(onBehalf({ requested_token_use: 'magic' })))).toEqual(use);
    const open = { status: 401, error: 'invalid_client', codes: [7000218], check: 'client.confidential' };
    expect(await refusalOf(lab, await lab.v2(onBehalf({ client_id: publicClient, client_secret: undefined })))).toEqual(open);
  });
});

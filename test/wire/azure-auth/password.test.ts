import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { graphAppId } from '../../../shared/domain/trust/well-known.ts';
import {
  byPassword,
  changeUser,
  claimsOf,
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
  web,
  webSecret,
} from './token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());
beforeEach(() => lab.clock.freeze(labTime));

const grantError = { status: 400, error: 'invalid_grant' };

describe('password', () => {
  test('answers the tokens of the user', async () => {
    const reply = await lab.v2(byPassword(lab, { client_info: '1', response_type: 'id_token token' }));
    expect(reply.body).toEqual({
      token_type: 'Bearer',
      scope: `${exchangeScope} openid profile`,
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      id_token: expect.any(String),
      client_info: expect.any(String),
    });
    const claims = claimsOf(reply.body['access_token']);
    expect(claims).toMatchObject({
      aud: 'https://outlook.office365.com',
      iss: `https://sts.windows.net/${lab.tenantId}/`,
      amr: ['pwd'],
      appid: publicClient,
      appidacr: '0',
      scp: 'EWS.AccessAsUser.All',
      upn: joe,
      unique_name: joe,
      puid: expect.stringMatching(/^[0-9A-F]{16}$/),
      tid: lab.tenantId,
      ver: '1.0',
    });
    const { uid, utid } = JSON.parse(Buffer.from(String(reply.body['client_info']), 'base64url').toString()) as Record<string, unknown>;
    expect({ uid, utid }).toEqual({ uid: claims['oid'], utid: lab.tenantId });
    expect(claimsOf(reply.body['id_token'])).toMatchObject({
      aud: publicClient,
      iss: `https://login.microsoftonline.com/${lab.tenantId}/v2.0`,
      oid: uid,
      preferred_username: joe,
      ver: '2.0',
    });
    expect(await lab.exchangeOf(reply.answer)).toMatchObject({ operation: 'password', caller: joe, outcome: 'answered' });
  });

  test('v1 answers strings, a refresh token and an id token without being asked', async () => {
    const reply = await lab.v1(byPassword(lab, { scope: undefined, resource: 'https://outlook.office365.com/' }));
    expect(reply.body).toMatchObject({
      scope: 'EWS.AccessAsUser.All SMTP.Send',
      expires_in: '3599',
      resource: 'https://outlook.office365.com/',
      refresh_token: expect.any(String),
    });
    expect(claimsOf(reply.body['id_token'])).toMatchObject({ iss: `https://sts.windows.net/${lab.tenantId}/`, upn: joe, ver: '1.0' });
  });

  test.each(['common', 'organizations'])('at %s the domain of the user tells the tenant', async (segment) => {
    const reply = await lab.post(`/${segment}/oauth2/v2.0/token`, byPassword(lab));
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ tid: lab.tenantId });
  });

  test('a mail user of the directory is a user of the tenant', async () => {
    const reply = await lab.v2(byPassword(lab, { username: 'mary@contoso.test' }));
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ upn: 'mary@contoso.test' });
  });

  test('without a resource the token is for Graph', async () => {
    const reply = await lab.v2(byPassword(lab, { scope: 'openid profile' }));
    expect(claimsOf(reply.body['access_token'])).toMatchObject({ aud: graphAppId, scp: 'openid profile' });
    expect(reply.body).not.toHaveProperty('refresh_token');
    expect(claimsOf((await lab.v2(byPassword(lab, { scope: 'User.Read' }))).body['access_token'])).toMatchObject({ scp: 'User.Read' });
  });

  const bad: readonly [title: string, form: Form, code: number, check: string, error?: string][] = [
    ['A-11 of an unknown user', { username: 'eve@contoso.test' }, 50034, 'user.exists'],
    ['A-11 of nobody at all', { username: 'x'.repeat(3_000) }, 50034, 'user.exists'],
    ['A-11 with a wrong password', { password: 'guess' }, 50126, 'user.password'],
    ['A-10 for a permission without consent', { scope: 'https://outlook.office365.com/IMAP.AccessAsUser.All' }, 65001, 'client.consent'],
    [
      'A-10 for all permissions of a resource without any',
      { client_id: daemon, client_secret: daemonSecret, scope: 'https://outlook.office365.com/.default' },
      65001,
      'client.consent',
    ],
    [
      'for a permission that does not exist',
      { scope: 'https://outlook.office365.com/Magic.All' },
      70011,
      'resource.scopes',
      'invalid_scope',
    ],
    ['for two resources', { scope: `${exchangeScope} User.Read` }, 700022, 'request.scope', 'invalid_scope'],
    [
      'for one permission and all',
      { scope: `${exchangeScope} https://outlook.office365.com/.default` },
      70011,
      'request.scope',
      'invalid_scope',
    ],
    ['A-07 for an unknown resource', { scope: 'api://nobody/.default' }, 500011, 'resource.principal', 'invalid_resource'],
    ['without a password', { password: undefined }, 900144, 'request.parameters', 'invalid_request'],
    ['without a scope', { scope: undefined }, 900144, 'request.parameters', 'invalid_request'],
  ];
  test.each(bad)('%s is refused', async (_title, more, code, check, error = 'invalid_grant') => {
    expect(await refusalOf(lab, await lab.v2(byPassword(lab, more)))).toEqual({ status: 400, error, codes: [code], check });
  });

  test('A-11 of a disabled user is refused', async () => {
    const user = await changeUser(lab, 'rob@contoso.test', (one) => ({ ...one, enabled: false }));
    expect(await refusalOf(lab, await lab.v2(byPassword(lab, { username: 'rob@contoso.test' })))).toEqual({
      ...grantError,
      codes: [50057],
      check: 'user.enabled',
    });
    await changeUser(lab, 'rob@contoso.test', () => user);
    expect(await lab.v2(byPassword(lab, { username: 'rob@contoso.test' }))).toMatchObject({ status: 200 });
  });

  test('A-11 of a user with a second factor is refused, for there is nowhere to show it', async () => {
    const user = await changeUser(lab, 'adam@contoso.test', (one) => ({ ...one, mfa: true }));
    const reply = await lab.v2(byPassword(lab, { username: 'adam@contoso.test' }));
    expect(await refusalOf(lab, reply)).toEqual({ ...grantError, codes: [50076], check: 'user.second-factor' });
    expect(reply.body).toMatchObject({ suberror: 'basic_action' });
    await changeUser(lab, 'adam@contoso.test', () => user);
    expect(await lab.v2(byPassword(lab, { username: 'adam@contoso.test' }))).toMatchObject({ status: 200 });
  });

  test('a confidential client has to prove itself', async () => {
    const reply = await lab.v2(byPassword(lab, { client_id: web }));
    expect(await refusalOf(lab, reply)).toEqual({ status: 401, error: 'invalid_client', codes: [7000218], check: 'client.credentials' });
    expect(await lab.v2(byPassword(lab, { client_id: web, client_secret: webSecret }))).toMatchObject({ status: 200 });
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import {
  type IssuingGround,
  issueActorToken,
  issueAppToken,
  issueIdToken,
  issueUserToken,
  outerToken,
  selfIssuedAssertion,
} from '../../../shared/bridges/authority/issue.ts';
import { acsAppId, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { type Jwt, readJwt, verificationKey, verifySignature } from '../../../shared/protocols/oauth/jwt.ts';
import { at, principal, signingKey, tenant, user } from './ground.ts';

let ground: IssuingGround;
beforeAll(async () => {
  ground = { signer: await signingKey(), tenant, at };
});

const client = principal({ appId: namedGuid('client'), displayName: 'daemon' });
const seconds = Math.floor(at / 1_000);
const issuer = `https://sts.windows.net/${tenant.tenantId}/`;

function read(token: string): Jwt {
  const jwt = readJwt(token);
  if ('problem' in jwt) throw new Error(jwt.problem);
  return jwt;
}

/** The token after its signature was found good. */
async function signed(token: string): Promise<Jwt> {
  const jwt = read(token);
  expect(await verifySignature(jwt, verificationKey(ground.signer.certificate))).toBe(true);
  return jwt;
}

test('a token of an application', async () => {
  const asked = { client, clientAuthentication: '2', audience: 'https://outlook.office365.com', roles: ['full_access_as_app'] } as const;
  const { token, expiresIn } = await issueAppToken(ground, asked);
  const { header, claims } = await signed(token);
  expect(expiresIn).toBe(3_599);
  expect(header).toEqual({ typ: 'JWT', alg: 'RS256', x5t: ground.signer.x5t, kid: ground.signer.x5t });
  expect(claims).toEqual({
    aud: 'https://outlook.office365.com',
    iss: issuer,
    app_displayname: 'daemon',
    appid: client.appId,
    appidacr: '2',
    idp: issuer,
    idtyp: 'app',
    oid: client.objectId,
    roles: ['full_access_as_app'],
    sub: client.objectId,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3_599,
    tid: tenant.tenantId,
    uti: expect.stringMatching(/^[\w-]{22}$/),
    ver: '1.0',
  });
  expect(read((await issueAppToken(ground, { ...asked, roles: [] })).token).claims).not.toHaveProperty('roles');
});

test('two tokens differ by their id', async () => {
  const asked = { client, clientAuthentication: '1', audience: 'x', roles: [] } as const;
  const [one, other] = await Promise.all(['a', 'b'].map((tokenId) => issueAppToken({ ...ground, tokenId }, asked)));
  expect(one?.token).not.toBe(other?.token);
  expect(read(one?.token ?? '').claims['uti']).toBe('a');
});

test('a token of a user', async () => {
  const scopes = ['EWS.AccessAsUser.All', 'IMAP.AccessAsUser.All'];
  const { token } = await issueUserToken(ground, { client, user: user(), audience: exchangeAppId, scopes, amr: ['pwd', 'mfa'] });
  expect((await signed(token)).claims).toMatchObject({
    aud: exchangeAppId,
    iss: issuer,
    acct: 0,
    acr: '1',
    amr: ['pwd', 'mfa'],
    appid: client.appId,
    appidacr: '0',
    family_name: 'Young',
    given_name: 'Joe',
    name: 'Joe Young',
    idtyp: 'user',
    oid: user().guid,
    puid: '1003000000000001',
    scp: 'EWS.AccessAsUser.All IMAP.AccessAsUser.All',
    unique_name: 'joe@contoso.test',
    upn: 'joe@contoso.test',
    ver: '1.0',
  });
});

test('a user without a user principal name is known by the address', async () => {
  const nameless = user({ userPrincipalName: null, details: {} });
  const { token } = await issueUserToken(ground, { client, user: nameless, audience: exchangeAppId, scopes: [], amr: [] });
  const { claims } = read(token);
  expect(claims).toMatchObject({ upn: 'joe@contoso.test' });
  expect(claims).not.toHaveProperty('family_name');
});

describe('an id token', () => {
  test('of version 2', async () => {
    const { claims } = await signed(await issueIdToken(ground, { client, user: user(), version: 2, nonce: 'n', amr: ['pwd'] }));
    expect(claims).toMatchObject({
      aud: client.appId,
      iss: `https://login.microsoftonline.com/${tenant.tenantId}/v2.0`,
      nonce: 'n',
      preferred_username: 'joe@contoso.test',
      oid: user().guid,
      ver: '2.0',
    });
  });

  test('of version 1, with a subject of this client alone', async () => {
    const first = read(await issueIdToken(ground, { client, user: user(), version: 1, amr: ['pwd'] })).claims;
    expect(first).toMatchObject({ iss: issuer, upn: 'joe@contoso.test', ver: '1.0' });
    const other = read(await issueIdToken(ground, { client: principal(), user: user(), version: 1, amr: ['pwd'] })).claims;
    expect(other['sub']).not.toBe(first['sub']);
  });
});

test('an actor token tells its times in strings', async () => {
  const audience = `${exchangeAppId}/mail.contoso.test@${tenant.tenantId}`;
  const { token, expiresIn } = await issueActorToken(ground, { clientAppId: exchangeAppId, audience });
  const { header, claims } = await signed(token);
  expect(expiresIn).toBe(86_399);
  expect(header).toEqual({ typ: 'JWT', alg: 'RS256', x5t: ground.signer.x5t });
  expect(claims).toEqual({
    aud: audience,
    iss: `${acsAppId}@${tenant.tenantId}`,
    nbf: String(seconds),
    exp: String(seconds + 86_399),
    nameid: `${exchangeAppId}@${tenant.tenantId}`,
    identityprovider: `${acsAppId}@${tenant.tenantId}`,
  });
});

test('an assertion that an organisation signs itself lives ten minutes', async () => {
  const audience = `${acsAppId}/accounts.accesscontrol.windows.net@${tenant.tenantId}`;
  const { claims } = await signed(await selfIssuedAssertion({ realm: tenant.tenantId, certificate: ground.signer, audience, at }));
  const id = `${exchangeAppId}@${tenant.tenantId}`;
  const times = { iat: String(seconds), nbf: String(seconds), exp: String(seconds + 600) };
  expect(claims).toEqual({ iss: id, nameid: id, aud: audience, ...times });
});

test('the token that speaks for a user is unsigned, the actor token inside', () => {
  const speaks = { nameid: 'S-1-5-21-1', nii: 'urn:office:idp:activedirectory', smtp: 'joe@contoso.test' };
  const audience = `${exchangeAppId}/mail.contoso.test@${tenant.tenantId}`;
  const token = outerToken({ appId: exchangeAppId, realm: tenant.tenantId, audience, user: speaks, actorToken: 'a.b.c', at });
  expect(token.endsWith('.')).toBe(true);
  const { header, claims } = read(token);
  expect(header).toEqual({ typ: 'JWT', alg: 'none' });
  expect(claims).toEqual({
    iss: `${exchangeAppId}@${tenant.tenantId}`,
    aud: audience,
    nbf: String(seconds),
    exp: String(seconds + 28_800),
    ...speaks,
    actortoken: 'a.b.c',
  });
});

test('an organisation that is no tenant issues nothing', async () => {
  const { tenantId: _tenantId, ...organization } = tenant;
  await expect(issueActorToken({ ...ground, tenant: organization }, { clientAppId: exchangeAppId, audience: 'x' })).rejects.toThrow(
    /defect/,
  );
});

import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signingKeys } from '../../shared/domain/trust/signing-keys.ts';
import { uploadCertificate } from '../support/run-cmdlet.ts';
import { envelope } from '../support/soap.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { texts } from '../wire/ews/answers.ts';

type Members = Readonly<Record<string, unknown>>;

const tenantId = '11111111-1111-4111-8111-111111111111';
const daemon = '22222222-2222-4222-8222-222222222222';
const exchange = '00000002-0000-0ff1-ce00-000000000000';
const acs = '00000001-0000-0000-c000-000000000000';
const login = 'https://login.microsoftonline.com';
const accessControl = 'https://accounts.accesscontrol.windows.net';
const tokenPath = `${login}/${tenantId}/oauth2/v2.0/token`;

const folder = mkdtempSync(join(tmpdir(), 'coexist-openssl-'));
const path = (name: string): string => join(folder, name);
const openssl = (words: readonly string[], input?: string | Buffer): Buffer =>
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe', ...(input === undefined ? {} : { input }) });
const encoded = (value: Members | Buffer): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');
const pem = (certificate: string): string =>
  `-----BEGIN CERTIFICATE-----\n${(certificate.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;

/** Signs by openssl what was put together by hand. */
function signed(header: Members, claims: Members, keyFile = 'key.pem'): string {
  const pss = header['alg'] === 'PS256' ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'] : [];
  const input = `${encoded({ typ: 'JWT', ...header })}.${encoded(claims)}`;
  return `${input}.${encoded(openssl(['dgst', '-sha256', '-sign', keyFile, ...pss], input))}`;
}

/** What openssl says to the signature of a token under a certificate (DER, base64). */
function verdict(token: string, certificate: string): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  writeFileSync(path('signer.pem'), pem(certificate));
  writeFileSync(path('public.pem'), openssl(['x509', '-in', 'signer.pem', '-pubkey', '-noout']));
  writeFileSync(path('signature'), Buffer.from(signature, 'base64url'));
  const words = ['dgst', '-sha256', '-verify', 'public.pem', '-signature', 'signature'];
  return spawnSync('openssl', words, { cwd: folder, input: `${header}.${claims}`, encoding: 'utf8' }).stdout.trim();
}

/** `x5t` as openssl has it. */
function fingerprint(file: string, digest: 'sha1' | 'sha256'): string {
  const [, text = ''] = openssl(['x509', '-in', file, '-noout', '-fingerprint', `-${digest}`])
    .toString()
    .trim()
    .split('=');
  return Buffer.from(text.replaceAll(':', ''), 'hex').toString('base64url');
}

/** Another octet in one part of a token: one bit differs, and the claims are still JSON. */
function changed(token: string, part: 'claims' | 'signature'): string {
  const parts = token.split('.');
  const index = part === 'claims' ? 1 : 2;
  const octets = Buffer.from(parts[index] ?? '', 'base64url');
  const place = part === 'claims' ? octets.lastIndexOf('"') - 1 : 17;
  octets[place] = (octets[place] ?? 0) ^ 1;
  return parts.with(index, encoded(octets)).join('.');
}

describe.skipIf(!requireTool('openssl', 'openssl'))('openssl', () => {
  let lab: TestLab;
  let header: { readonly alg: 'RS256'; readonly x5t: string };
  beforeAll(async () => {
    lab = await openTestLab();
    const subject = ['-subj', '/CN=made by openssl', '-days', '2'];
    openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'certificate.pem', ...subject]);
    const certificate = openssl(['x509', '-in', 'certificate.pem', '-outform', 'DER']).toString('base64');
    for (const application of [daemon, exchange]) await uploadCertificate(lab, application, certificate);
    header = { alg: 'RS256', x5t: fingerprint('certificate.pem', 'sha1') };
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await lab.close();
  });

  const seconds = (): number => Math.floor(lab.clock.state().now / 1_000);
  const document = async (url: string): Promise<Members> => JSON.parse((await lab.https(url)).body) as Members;
  async function post(url: string, form: Readonly<Record<string, string>>): Promise<Members & { readonly status: number }> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await lab.https(url, { method: 'POST', headers, body: new URLSearchParams(form).toString() });
    return { status: answer.status, ...(JSON.parse(answer.body) as Members) };
  }
  const byAssertion = (assertion: string) =>
    post(tokenPath, {
      ...{
        grant_type: 'client_credentials',
        client_id: daemon,
        scope: 'https://outlook.office365.com/.default',
        client_assertion: assertion,
      },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  const clientAssertion = (more: Members = header): string => {
    const claims = { iss: daemon, sub: daemon, aud: tokenPath, nbf: seconds(), exp: seconds() + 600, jti: randomUUID() };
    return signed(more, claims);
  };
  const bySelfIssued = (assertion: string) =>
    post(`${accessControl}/${tenantId}/tokens/OAuth/2`, {
      ...{ grant_type: 'http://oauth.net/grant_type/jwt/1.0/bearer', assertion, realm: tenantId },
      resource: `${exchange}/mail.contoso.test@${tenantId}`,
    });
  const selfIssued = (): string => {
    const times = { nbf: String(seconds()), exp: String(seconds() + 600) };
    return signed(header, { iss: `${exchange}@${tenantId}`, aud: `${acs}/accounts.accesscontrol.windows.net@${tenantId}`, ...times });
  };
  async function inbox(url: string, token: string, soapHeader?: string): Promise<readonly unknown[]> {
    const body =
      '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>' +
      '<m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
    const headers = { 'content-type': 'text/xml; charset=utf-8', authorization: `Bearer ${token}` };
    const answer = await lab.https(url, { method: 'POST', headers, body: envelope(body, soapHeader) });
    const { caller, verdict: found } = await lab.exchangeOf(answer);
    const failed = found?.checks.find(({ outcome }) => outcome === 'failed')?.check;
    return answer.status === 200 ? [200, caller, ...texts(answer.body, 'DisplayName')] : [answer.status, failed];
  }

  const granted = async (form: Readonly<Record<string, string>>, name: string): Promise<string> =>
    String((await post(tokenPath, form))[name]);
  const app = {
    ...{ grant_type: 'client_credentials', client_id: daemon, client_secret: 'daemon-Pa55word!' },
    scope: 'https://outlook.office365.com/.default',
  };
  const user = {
    ...{ grant_type: 'password', client_id: '44444444-4444-4444-8444-444444444444', username: 'joe@contoso.test', password: 'Pa55word!' },
    scope: 'openid https://outlook.office365.com/.default',
  };

  describe('verifies what the service has signed', () => {
    const tokens: readonly [title: string, get: () => Promise<string>][] = [
      ['an application token', () => granted(app, 'access_token')],
      ['a user token', () => granted(user, 'access_token')],
      ['an identity token', () => granted(user, 'id_token')],
    ];
    test.each(tokens)('%s, under the certificate of the key set', async (_, get) => {
      const token = await get();
      const { jwks_uri } = await document(`${login}/${tenantId}/v2.0/.well-known/openid-configuration`);
      const { keys } = (await document(String(jwks_uri))) as unknown as {
        keys: readonly { kid: string; x5t: string; n: string; x5c: string[] }[];
      };
      const { kid, x5t } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string; x5t: string };
      const key = keys.find((one) => one.kid === kid);
      const [certificate = ''] = key?.x5c ?? [];
      expect(verdict(token, certificate)).toBe('Verified OK');
      expect(verdict(changed(token, 'claims'), certificate)).toBe('Verification failure');
      expect(verdict(changed(token, 'signature'), certificate)).toBe('Verification failure');
      expect([x5t, key?.x5t]).toEqual([fingerprint('signer.pem', 'sha1'), x5t]);
      const [, modulus = ''] = openssl(['x509', '-in', 'signer.pem', '-noout', '-modulus']).toString().trim().split('=');
      expect(
        Buffer.from(key?.n ?? '', 'base64url')
          .toString('hex')
          .toUpperCase(),
      ).toBe(modulus);
    });

    test.each(['', `/${tenantId}`])('an actor token, under the certificate of the metadata at %j', async (realm) => {
      const token = String((await bySelfIssued(selfIssued()))['access_token']);
      const { keys } = (await document(`${accessControl}${realm}/metadata/json/1`)) as unknown as {
        keys: readonly { keyValue: { value: string } }[];
      };
      expect(keys.map(({ keyValue }) => verdict(token, keyValue.value))).toContain('Verified OK');
      expect(keys.map(({ keyValue }) => verdict(changed(token, 'claims'), keyValue.value))).not.toContain('Verified OK');
    });

    test("an actor token, under the certificate of the tenant's federation metadata", async () => {
      const { body } = await lab.https(`${login}/${tenantId}/federationmetadata/2007-06/federationmetadata.xml`);
      const token = String((await bySelfIssued(selfIssued()))['access_token']);
      const certificates = texts(body, 'X509Certificate');
      expect(certificates.map((one) => verdict(token, one))).toContain('Verified OK');
    });
  });

  describe('signs assertions', () => {
    test.each([
      ['RS256 and x5t', () => header],
      ['PS256 and x5t#S256', () => ({ alg: 'PS256', 'x5t#S256': fingerprint('certificate.pem', 'sha256') })],
    ])('for the token endpoint, with %s; one bit more is too much', async (_, make) => {
      const assertion = clientAssertion(make());
      const granted = await byAssertion(assertion);
      expect(granted).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 3599 });
      const impersonated =
        '<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>joe@contoso.test</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>';
      const opened = await inbox('https://outlook.office365.com/EWS/Exchange.asmx', String(granted['access_token']), impersonated);
      expect(opened).toEqual([200, 'joe@contoso.test', 'Inbox']);
      for (const part of ['claims', 'signature'] as const) {
        const refused = await byAssertion(changed(assertion, part));
        expect(refused).toMatchObject({ status: 401, error: 'invalid_client', error_codes: [700027] });
      }
    });

    test('for the server-to-server side; one bit more is too much', async () => {
      const assertion = selfIssued();
      expect(await bySelfIssued(assertion)).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: '86399' });
      for (const part of ['claims', 'signature'] as const) {
        const refused = await bySelfIssued(changed(assertion, part));
        expect(refused).toMatchObject({ status: 401, error: 'invalid_client', error_codes: [70002, 50012] });
      }
    });
  });

  describe("signs tokens with the service's own key, and EWS judges them", () => {
    let issuer: { readonly alg: 'RS256'; readonly x5t: string };
    beforeAll(async () => {
      const stored = await signingKeys.list(lab.store.read, '');
      const active = stored.find(({ value }) => value.state === 'active')?.value;
      writeFileSync(path('issuer.pem'), active?.privateKey ?? '');
      issuer = { alg: 'RS256', x5t: active?.x5t ?? '' };
    });
    const cases: readonly [
      title: string,
      url: string,
      caller: string,
      make: (keyFile: string) => Promise<string>,
      wrap?: (token: string) => string,
    ][] = [
      [
        'the token of a user',
        'https://outlook.office365.com/EWS/Exchange.asmx',
        'joe@contoso.test',
        async (keyFile) => {
          const [, claims = ''] = (await granted(user, 'access_token')).split('.');
          return signed(issuer, { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as Members), made: 'by openssl' }, keyFile);
        },
      ],
      [
        'an actor token, inside the token of a user that nobody signs',
        'https://mail.contoso.test/EWS/Exchange.asmx',
        'mary@contoso.test',
        async (keyFile) => {
          const actor = { aud: `${exchange}/mail.contoso.test@${tenantId}`, iss: `${acs}@${tenantId}`, nameid: `${exchange}@${tenantId}` };
          const times = { nbf: String(seconds()), exp: String(seconds() + 600) };
          return signed(issuer, { ...actor, ...times, identityprovider: `${acs}@${tenantId}` }, keyFile);
        },
        (actortoken) => {
          const own = {
            iss: `${exchange}@${tenantId}`,
            aud: `${exchange}/mail.contoso.test@${tenantId}`,
            nbf: seconds(),
            exp: seconds() + 600,
          };
          const asserted = { nii: 'urn:federation:MicrosoftOnline', smtp: 'mary@contoso.test', upn: 'mary@contoso.test' };
          return `${encoded({ typ: 'JWT', alg: 'none' })}.${encoded({ ...own, ...asserted, actortoken })}.`;
        },
      ],
    ];
    test.each(cases)('%s', async (_, url, caller, make, wrap = (token: string) => token) => {
      const good = await make('issuer.pem');
      expect(await inbox(url, wrap(good))).toEqual([200, caller, 'Inbox']);
      for (const bad of [changed(good, 'claims'), changed(good, 'signature'), await make('key.pem')])
        expect(await inbox(url, wrap(bad))).toEqual([401, 'token.signature']);
    });
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeAppId } from '../../shared/domain/trust/well-known.ts';
import { type Control, controlOf } from '../support/control.ts';
import { frozenAt, openTestLab, type TestLab } from '../support/test-lab.ts';
import { askFor, cloudHost, ownHost } from './ews/asked.ts';

let lab: TestLab;
let control: Control;
let tenantId: string;
beforeAll(async () => {
  lab = await openTestLab(frozenAt('2026-11-20T12:00Z'));
  control = controlOf(lab);
  tenantId = String(lab.endpoints.organizations['contoso-cloud']?.tenantId);
});
afterAll(() => lab.close());

/** A call from the tenant in a user's name, signed with the active key or a certain one. */
async function call(host: string, key?: string) {
  const [organization, user] = host === ownHost ? ['contoso', 'mary@contoso.test'] : ['contoso-cloud', 'joe@contoso.test'];
  const minted = await control.mint({ kind: 's2s-act-as', organization, user, ...(key === undefined ? {} : { key }) });
  const { actor } = minted.decoded;
  const signedBy = actor?.format === 'jwt' ? actor.header['x5t'] : undefined;
  return { signedBy, answer: await askFor(lab, host, `Bearer ${minted.token}`) };
}

async function statusOf(host: string, key?: string): Promise<number> {
  return (await call(host, key)).answer.status;
}

const refresh = () => control.cmdlet('contoso', `Set-AuthServer "ACS - ${tenantId}" -RefreshAuthMetadata`);

async function publishedKeys(): Promise<readonly string[]> {
  const { body } = await lab.https(`https://accounts.accesscontrol.test/${tenantId}/metadata/json/1`);
  return (JSON.parse(body) as { keys: { keyInfo: { x5t: string } }[] }).keys.map(({ keyInfo }) => keyInfo.x5t);
}

test("the issuer's key rolls over: stage, publish, activate, retire; who does not refresh falls behind", async () => {
  const before = await call(ownHost);
  const old = String(before.signedBy);
  expect(before.answer.status).toBe(200);

  const staged = await control.call('POST', '/keys/stage');
  const next = String(staged['x5t']);
  expect(staged).toMatchObject({ state: 'staged', thumbprint: Buffer.from(next, 'base64url').toString('hex').toUpperCase() });
  expect(JSON.stringify(staged)).not.toContain('PRIVATE');
  expect(await publishedKeys()).toEqual([old]);
  await control.call('POST', '/keys/publish', { x5t: next });
  expect(await publishedKeys()).toEqual([old, next]);
  expect((await call(ownHost)).signedBy).toBe(old);

  await control.call('POST', '/keys/activate', { x5t: next });
  const { signedBy, answer } = await call(ownHost);
  expect([signedBy, answer.status]).toEqual([next, 401]);
  expect(answer.headers['x-ms-diagnostics']).toBe(
    '2000000;reason="The token has an invalid signature.";error_category="invalid_signature"',
  );
  const { verdict, traceId } = await lab.exchangeOf(answer);
  expect(verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check).toBe('token.key');
  expect(await control.call('GET', `/traces/${traceId}/explain`)).toMatchObject({
    remedy: expect.stringContaining('Set-AuthServer -RefreshAuthMetadata'),
  });
  // Exchange Online keeps up by itself.
  expect(await statusOf(cloudHost)).toBe(200);
  await refresh();
  expect([await statusOf(ownHost), await statusOf(ownHost, old)]).toEqual([200, 200]);

  await control.call('POST', '/keys/retire', { x5t: old });
  expect(await publishedKeys()).toEqual([next]);
  expect([await statusOf(ownHost, old), await statusOf(cloudHost, old)]).toEqual([200, 401]);
  await refresh();
  expect([await statusOf(ownHost, old), await statusOf(ownHost)]).toEqual([401, 200]);
  const { keys } = await control.call('GET', '/keys');
  expect(keys).toMatchObject([
    { x5t: old, state: 'retired' },
    { x5t: next, state: 'active' },
  ]);
});

test("an organisation's Auth certificate rolls over: ACS refuses it until the tenant knows it", async () => {
  const subject = '-SubjectName "CN=Microsoft Exchange Server Auth Certificate"';
  const [made] = await control.cmdlet('contoso', `New-ExchangeCertificate ${subject}`);
  const thumbprint = String(made?.['Thumbprint']);
  expect(await assert()).toMatchObject({ status: 200 });
  const due = new Date(lab.clock.state().now + 60_000).toISOString();
  await control.cmdlet('contoso', `Set-AuthConfig -NewCertificateThumbprint ${thumbprint} -NewCertificateEffectiveDate ${due} -Force`);
  await control.cmdlet('contoso', 'Set-AuthConfig -PublishCertificate');

  const refused = await assert();
  expect([refused.status, JSON.parse(refused.body)]).toEqual([401, expect.objectContaining({ error_codes: [70_002, 50_012] })]);
  expect(refused.body).toContain(`Thumbprint of key used by client: '${thumbprint}'`);
  const { traceId } = await lab.exchangeOf(refused);
  expect(await control.call('GET', `/traces/${traceId}/explain`)).toMatchObject({
    remedy: expect.stringContaining('New-MsolServicePrincipalCredential'),
  });

  const credential = `-AppPrincipalId ${exchangeAppId} -Type Asymmetric -Usage Verify -Value ${String(made?.['RawData'])}`;
  await control.cmdlet('contoso-cloud', `New-MsolServicePrincipalCredential ${credential}`);
  expect(await assert()).toMatchObject({ status: 200 });
});

/** Asks ACS for a token as the organisation's servers do. */
async function assert() {
  const { token } = await control.mint({ kind: 'assertion', organization: 'contoso-cloud', from: 'contoso' });
  const form = {
    grant_type: 'http://oauth.net/grant_type/jwt/1.0/bearer',
    assertion: token,
    resource: `${exchangeAppId}/outlook.office365.com@${tenantId}`,
  };
  return lab.https(`https://accounts.accesscontrol.test/${tenantId}/tokens/OAuth/2`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}

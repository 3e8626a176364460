import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authCertificateSubject, exchangeCertificates } from '../../../shared/domain/trust/exchange-certificates.ts';
import { acsAppId, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { type ClaimChanges, clientAssertion, cloud, daemon, labTime, openTokenLab, refusalOf, type TokenLab } from './token-lab.ts';

let lab: TokenLab;
let own: { readonly certificate: string; readonly privateKey: string; readonly thumbprint: string };
beforeAll(async () => {
  lab = await openTokenLab();
  const all = await exchangeCertificates.list(lab.store.read, cloud);
  const stored = all.find(({ value }) => value.Subject === authCertificateSubject);
  if (stored === undefined) throw new Error('the cloud has no certificate');
  own = { ...stored.value, thumbprint: stored.value.Thumbprint };
});
beforeEach(async () => {
  await lab.clock.freeze(labTime);
  await strict(true);
});
afterAll(() => lab.close());

const strict = (on: boolean) => runCmdlet(lab, cloud, `Set-OrganizationConfig -StrictTokenReplay $${on}`);
const seconds = labTime / 1_000;
const replayed = { status: 401, error: 'invalid_client', codes: [70002], check: 'client.assertion-replay' };

describe.each(['client assertion', 'self-issued assertion'] as const)('A-17 a %s', (kind) => {
  const isClient = kind === 'client assertion';
  const make = (claims: ClaimChanges): Promise<string> => {
    const life = { nbf: seconds, exp: seconds + 600, ...claims };
    if (isClient) return clientAssertion(lab.certificate, { iss: daemon, sub: daemon, aud: `${lab.authority}/oauth2/v2.0/token`, ...life });
    const aud = `${acsAppId}/accounts.accesscontrol.windows.net@${lab.tenantId}`;
    return clientAssertion(own, { iss: `${exchangeAppId}@${lab.tenantId}`, aud, ...life });
  };
  const show = (assertion: string) =>
    isClient
      ? lab.v2({
          ...{ grant_type: 'client_credentials', client_id: daemon, scope: 'https://outlook.office365.com/.default' },
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
        })
      : lab.post(`/${lab.tenantId}/tokens/OAuth/2`, {
          ...{ grant_type: 'http://oauth.net/grant_type/jwt/1.0/bearer', assertion, realm: lab.tenantId },
          resource: `${exchangeAppId}/outlook.office365.com@${lab.tenantId}`,
        });

  test('is taken again and again, as in life', async () => {
    await strict(false);
    const assertion = await make({ jti: `${kind} lax` });
    for (let round = 0; round < 2; round += 1) expect(await show(assertion)).toMatchObject({ status: 200 });
  });

  test('is taken once by a strict tenant, by its jti; the verdict tells that the real service would take it', async () => {
    expect(await show(await make({ jti: `${kind} a` }))).toMatchObject({ status: 200 });
    const reply = await show(await make({ jti: `${kind} a`, nbf: seconds - 1 }));
    expect(await refusalOf(lab, reply)).toEqual(replayed);
    const { verdict } = await lab.exchangeOf(reply.answer);
    expect(verdict?.checks.find(({ outcome }) => outcome === 'failed')?.actual).toMatch(/the real service .* would accept it/);
    expect(await show(await make({ jti: `${kind} b` }))).toMatchObject({ status: 200 });
  });

  test('without a jti is known again as a whole', async () => {
    const assertion = await make({ exp: seconds + 599 });
    expect(await show(assertion)).toMatchObject({ status: 200 });
    expect(await refusalOf(lab, await show(assertion))).toEqual(replayed);
    expect(await show(await make({ exp: seconds + 598 }))).toMatchObject({ status: 200 });
  });

  test('that is refused for another reason does not use up its jti', async () => {
    const late = await make({ jti: `${kind} c`, nbf: seconds - 1_000, exp: seconds - 301 });
    expect(await refusalOf(lab, await show(late))).toMatchObject({ check: 'assertion.lifetime' });
    expect(await show(await make({ jti: `${kind} c` }))).toMatchObject({ status: 200 });
  });
});

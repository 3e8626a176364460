import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TokenDefect } from '../../../shared/bridges/authority/defects/defect.ts';
import { tokenDefects } from '../../../shared/bridges/authority/defects/index.ts';
import { exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import { type Control, controlOf, type Minted } from '../../support/control.ts';
import { cloud, daemon, openTokenLab, refusalOf, type TokenLab, type TokenReply } from './token-lab.ts';

const kinds = ['assertion', 'client-assertion'] as const;
type AssertionKind = (typeof kinds)[number];

let lab: TokenLab;
let control: Control;
beforeAll(async () => {
  lab = await openTokenLab();
  control = controlOf(lab);
  // A dedicated hybrid application: the organisation's Auth certificate is the key of an application of its own.
  const [config] = await control.cmdlet('contoso', 'Get-AuthConfig');
  const [certificate] = await control.cmdlet('contoso', `Get-ExchangeCertificate ${String(config?.['CurrentCertificateThumbprint'])}`);
  const credential = `-AppPrincipalId ${daemon} -Type Asymmetric -Usage Verify -Value ${String(certificate?.['RawData'])}`;
  await control.cmdlet('contoso-cloud', `New-MsolServicePrincipalCredential ${credential}`);
});
afterAll(() => lab.close());

const rows = tokenDefects.flatMap((defect) =>
  kinds.filter((kind) => defect.kinds.includes(kind)).map((kind) => [defect.id, defect.slug, kind, defect] as const),
);

test.each(rows)('%s %s: %s', async (_, slug, kind) => {
  const { token, expected } = await mint(kind, { defect: slug });
  const reply = await send(kind, token);
  const { status, numbers, check } = { numbers: [], ...expected };
  expect(await refusalOf(lab, reply)).toEqual({ status, codes: numbers, check, error: expect.any(String) });
  const { traceId } = await lab.exchangeOf(reply.answer);
  expect(await control.call('GET', `/traces/${traceId}/explain`)).toMatchObject({ remedy: expect.stringMatching(/\S/) });
});

const twins = rows.filter(([, , , { twin }]) => twin !== undefined);

test.each([...kinds.map((kind) => ['', 'no defect', kind, undefined] as const), ...twins])('the good twin of %s %s: %s', async (...row) => {
  const [, , kind, defect] = row as readonly [string, string, AssertionKind, TokenDefect | undefined];
  const { token } = await mint(kind, defect === undefined ? {} : { defect: defect.slug, twin: true });
  expect(await send(kind, token)).toMatchObject({ status: 200, body: { access_token: expect.any(String) } });
});

function send(kind: AssertionKind, token: string): Promise<TokenReply> {
  if (kind === 'client-assertion') {
    return lab.v2({
      grant_type: 'client_credentials',
      client_id: daemon,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: token,
      scope: 'https://outlook.office365.com/.default',
    });
  }
  return lab.post(`/${lab.tenantId}/tokens/OAuth/2`, {
    grant_type: 'http://oauth.net/grant_type/jwt/1.0/bearer',
    assertion: token,
    resource: `${exchangeAppId}/outlook.office365.com@${lab.tenantId}`,
    realm: lab.tenantId,
  });
}

function mint(kind: AssertionKind, more: object): Promise<Minted> {
  return control.mint({ kind, organization: cloud, ...(kind === 'client-assertion' ? { application: 'daemon' } : {}), ...more });
}

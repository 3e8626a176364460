import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecodedToken } from '../../../shared/bridges/authority/decode.ts';
import type { ExpectedRefusal, TokenDefect } from '../../../shared/bridges/authority/defects/defect.ts';
import { type MintKind, mintKinds } from '../../../shared/bridges/authority/defects/draft.ts';
import { tokenDefects } from '../../../shared/bridges/authority/defects/index.ts';
import type { OrganizationKind } from '../../../shared/domain/world/vocabulary.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';
import { askFor, cloudHost, impersonating, ownHost } from './asked.ts';

/** What the control port answers to a mint. */
interface Minted {
  readonly token: string;
  readonly decoded: DecodedToken;
  readonly defect?: { readonly slug: string };
  readonly expected?: ExpectedRefusal & { readonly text?: string };
}

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  // Some defects are a matter of one second.
  await lab.clock.freeze(Date.parse('2026-11-20T12:00:00Z'));
  await cmdlet('contoso', 'Set-PartnerApplication "Exchange Online" -LinkedAccount administrator@contoso.test');
  await cmdlet('contoso', 'New-ManagementRoleAssignment -Role ApplicationImpersonation -User administrator@contoso.test');
});
afterAll(() => lab.close());

const places = {
  'on-premises': { organization: 'contoso', host: ownHost, user: 'mary@contoso.test' },
  cloud: { organization: 'contoso-cloud', host: cloudHost, user: 'joe@contoso.test' },
} as const;

const rows = tokenDefects.flatMap((defect) =>
  (['on-premises', 'cloud'] as const)
    .filter((place) => defect.place === undefined || defect.place === place)
    .flatMap((place) => defect.kinds.filter(isForMailboxes).map((kind) => [defect.id, defect.slug, kind, place, defect] as const)),
);

test.each(rows)('%s %s: %s, %s', async (_, __, kind, place, defect) => {
  const { token, expected, decoded } = await mint(kind, place, { defect: defect.slug });
  expect(expected).toBeDefined();
  const refused = await present(kind, place, token);
  expect([refused.status, refused.body]).toEqual([expected?.status, '']);
  expect(refused.headers['www-authenticate']).toMatch(
    expected?.code === 'empty-bearer' ? /^Bearer (?!.*error=)/ : /^Bearer .*, error="invalid_token"/,
  );
  expectDiagnostics(refused.headers['x-ms-diagnostics'], expected);
  const exchange = await lab.exchangeOf(refused);
  expect(exchange).toMatchObject({ outcome: 'refused', verdict: { accepted: false } });
  expect(exchange.verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check).toBe(expected?.check);
  const explained = await control('GET', `/traces/${exchange.traceId}/explain`);
  expect(explained).toMatchObject({ remedy: expect.stringMatching(/\S/), summary: expect.stringContaining(String(expected?.check)) });
  // The judge without a request says the same.
  const { organization } = places[place];
  const verified = await control('POST', '/tokens/explain', { token, organization });
  expect(verified).toMatchObject({ accepted: false, status: expected?.status, code: expected?.code, remedy: explained['remedy'], decoded });
  expect(verified['checks']).toEqual(exchange.verdict?.checks);
});

describe('the good twin', () => {
  const twins = rows.filter(([, , , , { twin }]) => twin !== undefined);
  const plain = (['on-premises', 'cloud'] as const).flatMap((place) =>
    mintKinds.filter(isForMailboxes).map((kind) => ['', 'no defect', kind, place, undefined] as const),
  );

  test.each([...plain, ...twins])('%s %s: %s, %s', async (_, __, kind, place, defect: TokenDefect | undefined) => {
    const { token } = await mint(kind, place, defect === undefined ? {} : { defect: defect.slug, twin: true });
    const answer = await present(kind, place, token);
    const { verdict } = await lab.exchangeOf(answer);
    expect(verdict?.checks.filter(({ outcome, check }) => outcome === 'failed' && check.startsWith('token.'))).toEqual([]);
    // The tenant's own partner application has no linked account: the token is good, and nothing may be done with it.
    expect(answer.status).toBe(kind === 's2s-app' && place === 'cloud' ? 500 : 200);
    expect(await control('POST', '/tokens/verify', { token, organization: places[place].organization })).toMatchObject({ accepted: true });
  });
});

function isForMailboxes(kind: MintKind): boolean {
  return kind !== 'assertion' && kind !== 'client-assertion';
}

async function mint(kind: MintKind, place: OrganizationKind, more: object): Promise<Minted> {
  const { organization, user } = places[place];
  const about = kind === 'user' || kind === 's2s-act-as' ? { user } : {};
  return (await control('POST', '/tokens/mint', { kind, organization, ...about, ...more })) as unknown as Minted;
}

function present(kind: MintKind, place: OrganizationKind, token: string) {
  const { host, user } = places[place];
  const header = kind === 'app' || kind === 's2s-app' ? impersonating(user) : '';
  return askFor(lab, host, token === '' ? 'Bearer' : `Bearer ${token}`, header);
}

function expectDiagnostics(header: unknown, expected: Minted['expected']): void {
  if (expected?.number === undefined) return expect(header).toBeUndefined();
  const [, number, text] = /^(\d+);reason="([^"]+)";error_category="[a-z_]+"$/.exec(String(header)) ?? [];
  expect(Number(number)).toBe(expected.number);
  if (expected.text !== undefined) expect(text).toBe(expected.text);
}

async function control(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await ask(lab.endpoints.adminUrl, method, `/_coexist/v1${path}`, body);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body as Record<string, unknown>;
}

function cmdlet(organization: string, line: string) {
  return control('POST', '/cmdlets', { organization, line });
}

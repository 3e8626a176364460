import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenDefect } from '../../../shared/bridges/authority/defects/defect.ts';
import { type MintKind, mintKinds } from '../../../shared/bridges/authority/defects/draft.ts';
import { tokenDefects } from '../../../shared/bridges/authority/defects/index.ts';
import { type Control, controlOf, type Minted } from '../../support/control.ts';
import { frozenAt, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askFor, cloudHost, impersonating, ownHost } from './asked.ts';

let lab: TestLab;
let control: Control;
beforeAll(async () => {
  // Some defects are a matter of one second.
  lab = await openTestLab(frozenAt('2026-11-20T12:00Z'));
  control = controlOf(lab);
  const partner = '-LinkedAccount administrator@contoso.test -AcceptSecurityIdentifierInformation $true';
  await control.cmdlet('contoso', `Set-PartnerApplication "Exchange Online" ${partner}`);
  await control.cmdlet('contoso', 'New-ManagementRoleAssignment -Role ApplicationImpersonation -User administrator@contoso.test');
});
afterAll(() => lab.close());

const places = {
  'on-premises': { organization: 'contoso', host: ownHost, user: 'mary@contoso.test' },
  cloud: { organization: 'contoso-cloud', host: cloudHost, user: 'joe@contoso.test' },
} as const;
type Place = keyof typeof places;
const bothPlaces: readonly Place[] = ['on-premises', 'cloud'];
const tokenKinds = mintKinds.filter((kind) => kind !== 'assertion' && kind !== 'client-assertion');

const rows = tokenDefects.flatMap((defect) =>
  bothPlaces
    .filter((place) => defect.place === undefined || defect.place === place)
    // The tenant of this world has no groups.
    .filter((place) => defect.needs !== 'group' || place !== 'cloud')
    .flatMap((place) =>
      tokenKinds.filter((kind) => defect.kinds.includes(kind)).map((kind) => [defect.id, defect.slug, kind, place, defect] as const),
    ),
);

test.each(rows)('%s %s: %s, %s', async (_, slug, kind, place) => {
  const { token, expected, decoded } = await mint(kind, place, { defect: slug });
  const refused = await present(kind, place, token);
  expect([refused.status, refused.body]).toEqual([expected?.status, '']);
  const challenge = expected?.code === 'empty-bearer' ? /^Bearer (?!.*error=)/ : /^Bearer .*, error="invalid_token"/;
  expect(refused.headers['www-authenticate']).toMatch(challenge);
  expectDiagnostics(refused.headers['x-ms-diagnostics'], expected);

  const { outcome, verdict, traceId } = await lab.exchangeOf(refused);
  const failed = verdict?.checks.filter((check) => check.outcome === 'failed').map(({ check }) => check);
  expect([outcome, failed]).toEqual(['refused', [expected?.check]]);
  const explained = await control.call('GET', `/traces/${traceId}/explain`);
  expect(explained).toMatchObject({ remedy: expect.stringMatching(/\S/), summary: expect.stringContaining(String(expected?.check)) });
  // The same judge, asked without a request, says the same.
  const { organization } = places[place];
  expect(await control.call('POST', '/tokens/explain', { token, organization })).toMatchObject({
    ...{ accepted: false, status: expected?.status, code: expected?.code, checks: verdict?.checks },
    ...{ remedy: explained['remedy'], decoded },
  });
});

describe('the good twin of', () => {
  const twins = rows.filter(([, , , , { twin }]) => twin !== undefined);
  const plain = bothPlaces.flatMap((place) => tokenKinds.map((kind) => ['', 'no defect', kind, place, undefined] as const));

  test.each([...plain, ...twins])('%s %s: %s, %s', async (_, __, kind, place, defect: TokenDefect | undefined) => {
    const { token } = await mint(kind, place, defect === undefined ? {} : { defect: defect.slug, twin: true });
    const answer = await present(kind, place, token);
    const { verdict } = await lab.exchangeOf(answer);
    expect(verdict?.checks.filter(({ outcome, check }) => outcome === 'failed' && check.startsWith('token.'))).toEqual([]);
    // The tenant's own partner application has no linked account: the token is good, and nothing may be done with it.
    expect(answer.status).toBe(kind === 's2s-app' && place === 'cloud' ? 500 : 200);
    const { organization } = places[place];
    expect(await control.call('POST', '/tokens/verify', { token, organization })).toMatchObject({ accepted: true, status: null });
  });
});

function mint(kind: MintKind, place: Place, more: object): Promise<Minted> {
  const { organization, user } = places[place];
  return control.mint({ kind, organization, ...(kind === 'user' || kind === 's2s-act-as' ? { user } : {}), ...more });
}

function present(kind: MintKind, place: Place, token: string) {
  const { host, user } = places[place];
  const header = kind === 'app' || kind === 's2s-app' ? impersonating(user) : '';
  return askFor(lab, host, token === '' ? 'Bearer' : `Bearer ${token}`, header);
}

function expectDiagnostics(header: unknown, expected: Minted['expected']): void {
  const [, number, text] = /^(\d+);reason="([^"]+)";error_category="[a-z_]+"$/.exec(String(header)) ?? [];
  expect(number).toBe(expected?.number?.toString());
  expect(text).toEqual(expected?.text ?? (number === undefined ? undefined : expect.any(String)));
}

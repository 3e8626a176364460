import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Control, controlOf } from '../../support/control.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askFor, impersonating, ownHost } from './asked.ts';

let lab: TestLab;
let control: Control;
let token: string;
beforeAll(async () => {
  lab = await openTestLab();
  control = controlOf(lab);
  ({ token } = await control.mint({ kind: 's2s-act-as', organization: 'contoso', user: 'mary@contoso.test' }));
});
afterAll(() => lab.close());

const tenantId = '11111111-1111-4111-8111-111111111111';
const partner = 'Set-PartnerApplication "Exchange Online"';

/** What is wrong with the organisation, not with the token. */
test.each([
  ['O-12', `Set-AuthServer "ACS - ${tenantId}" -Enabled`, 'token.issuer', '2000001;'],
  ['O-27', `${partner} -Enabled`, 'token.application', '2000006;'],
  ['O-27', `${partner} -UseAuthServer`, 'token.application', '2000006;'],
  ['O-35', 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -OAuthAuthentication', 'token.offered', undefined],
])('%s %s $false', async (_, cmdlet, check, diagnostics) => {
  const ask = () => askFor(lab, ownHost, `Bearer ${token}`);
  expect((await ask()).status).toBe(200);
  await control.cmdlet('contoso', `${cmdlet} $false`);
  const refused = await ask();
  expect(refused.status).toBe(401);
  expect(String(refused.headers['x-ms-diagnostics'] ?? '')).toContain(diagnostics ?? '');
  expect(String(refused.headers['www-authenticate']).includes('Bearer')).toBe(diagnostics !== undefined);
  const { traceId, verdict } = await lab.exchangeOf(refused);
  expect(verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check).toBe(check);
  expect(await control.call('GET', `/traces/${traceId}/explain`)).toMatchObject({ remedy: expect.stringMatching(/Set-/) });
  await control.cmdlet('contoso', `${cmdlet} $true`);
  expect((await ask()).status).toBe(200);
});

test('O-37 an application without a linked account may do nothing, however good its token is', async () => {
  const minted = await control.mint({ kind: 's2s-app', organization: 'contoso' });
  const ask = () => askFor(lab, ownHost, `Bearer ${minted.token}`, impersonating('mary@contoso.test'));
  const refused = await ask();
  expect([refused.status, refused.body]).toEqual([500, expect.stringContaining('missing a linked account for RBAC roles')]);
  const { traceId } = await lab.exchangeOf(refused);
  expect(await control.call('GET', `/traces/${traceId}/explain`)).toMatchObject({ remedy: expect.stringContaining('-LinkedAccount') });
  await control.cmdlet('contoso', `${partner} -LinkedAccount administrator@contoso.test`);
  await control.cmdlet('contoso', 'New-ManagementRoleAssignment -Role ApplicationImpersonation -User administrator@contoso.test');
  expect((await ask()).status).toBe(200);
});

test('O-39 a token is taken again and again, unless the organisation is stricter than Exchange', async () => {
  const ask = () => askFor(lab, ownHost, `Bearer ${token}`);
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
  await control.cmdlet('contoso', 'Set-OrganizationConfig -StrictTokenReplay $true');
  expect((await ask()).status).toBe(200);
  const refused = await ask();
  expect(refused.status).toBe(401);
  const { verdict } = await lab.exchangeOf(refused);
  expect(verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check).toBe('token.replay');
});

test('O-41 a token of one organisation is nothing to another one', async () => {
  const order = { kind: 's2s-act-as', organization: 'fabrikam', tenant: 'contoso-cloud', user: 'pat@fabrikam.test' } as const;
  const minted = await control.mint(order);
  const refused = await askFor(lab, 'mail.fabrikam.test', `Bearer ${minted.token}`);
  expect(refused.status).toBe(401);
  const { verdict } = await lab.exchangeOf(refused);
  expect(verdict?.checks.find(({ outcome }) => outcome === 'failed')).toMatchObject({
    ...{ check: 'token.issuer', expected: 'an enabled AuthServer of type MicrosoftACS; there is none' },
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type OrganizationConfig, setOrganizationConfig } from '../../../shared/domain/organization/organization-config.ts';
import { roleAssignments } from '../../../shared/domain/organization/role-assignments.ts';
import { type EraName, eraNames } from '../../../shared/domain/world/vocabulary.ts';
import { basic } from '../../support/soap.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { daemon, openTokenMint, publicClient, type TokenMint } from '../../support/tokens.ts';
import { type Answer, ask } from '../admin/ask.ts';
import { faultOf } from './answers.ts';
import { askFor, cloudHost, impersonating, ownHost } from './asked.ts';

let lab: TestLab;
let mint: TokenMint;
beforeAll(async () => {
  lab = await openTestLab();
  mint = await openTokenMint(lab.store, () => lab.clock.state().now);
});
afterAll(() => lab.close());
afterEach(async () => {
  await enter('2019');
  await configure({ EwsEnabled: null, EwsAllowedAppIDs: [] });
});

const control = (method: string, path: string, body?: object): Promise<Answer> => ask(lab.endpoints.adminUrl, method, path, body);
const enter = (era: EraName): Promise<Answer> => control('PUT', '/_coexist/v1/eras/contoso-cloud', { era });
const configure = (change: Partial<OrganizationConfig>): Promise<void> =>
  lab.store.transaction((tx) => setOrganizationConfig(tx, 'contoso-cloud', change, lab.clock.state().now));

const asUser = async (): Promise<HttpAnswer> => askFor(lab, cloudHost, await mint.user('joe@contoso.test'));
const asDaemon = async (): Promise<HttpAnswer> => askFor(lab, cloudHost, await mint.app(), impersonating('joe@contoso.test'));
const asHybrid = async (): Promise<HttpAnswer> => askFor(lab, cloudHost, await mint.actAs(cloudHost, 'joe@contoso.test'));
const byPassword = (): Promise<HttpAnswer> => askFor(lab, cloudHost, basic('joe@contoso.test', lab.password));
const tenantChecks = async (answer: HttpAnswer) =>
  (await lab.exchangeOf(answer)).verdict?.checks.filter(({ check }) => check.startsWith('tenant.')) ?? [];

async function expectRefused(answer: HttpAnswer, code: string, check: string): Promise<void> {
  expect([answer.status, answer.body]).toEqual([403, '']);
  expect(answer.headers['www-authenticate']).toBeUndefined();
  expect(await lab.exchangeOf(answer)).toMatchObject({ code, outcome: 'refused', verdict: { accepted: false } });
  expect((await tenantChecks(answer)).at(-1)).toMatchObject({
    check,
    outcome: 'failed',
    reference: expect.stringContaining('dedicated Exchange hybrid app'),
  });
}

describe('the era of a tenant', () => {
  test('is shown and set at the control port, and is seen at once', async () => {
    expect(await control('GET', '/_coexist/v1/eras')).toMatchObject({ status: 200, body: { eras: { 'contoso-cloud': { era: '2019' } } } });
    expect((await byPassword()).status).toBe(200);
    expect(await enter('2025-11')).toMatchObject({
      status: 200,
      body: { eras: { 'contoso-cloud': { era: '2025-11', title: 'the shared service principal is blocked' } } },
    });
    expect((await byPassword()).status).toBe(401);
    expect(await control('GET', '/_coexist/health')).toMatchObject({ body: { era: '2025-11' } });
    expect(await control('GET', '/_coexist/info')).toMatchObject({ body: { era: '2025-11' } });
    expect(await enter('2019')).toMatchObject({ status: 200 });
    expect((await byPassword()).status).toBe(200);
  });

  test.each([
    ['contoso-cloud', { era: '2017' }, 400],
    ['contoso-cloud', {}, 400],
    ['contoso', { era: '2019' }, 422],
    ['nobody', { era: '2019' }, 422],
  ])('of %s is not set by %j', async (organization, body, status) => {
    expect(await control('PUT', `/_coexist/v1/eras/${organization}`, body)).toMatchObject({ status });
  });

  test('goes back to that of the seed with the world', async () => {
    await enter('2027-04');
    await lab.reset();
    expect((await byPassword()).status).toBe(200);
  });

  test.each(eraNames)('%s changes nothing on-premises', async (era) => {
    await enter(era);
    expect((await askFor(lab, ownHost, basic('CONTOSO\\mary', lab.password))).status).toBe(200);
  });
});

describe('the shared service principal', () => {
  test.each(['2016', '2019'] as const)('is let in in %s', async (era) => {
    await enter(era);
    const answer = await asHybrid();
    expect(answer.status).toBe(200);
    expect(await tenantChecks(answer)).toMatchObject([
      { check: 'tenant.shared-principal', outcome: 'passed' },
      { check: 'tenant.ews-enabled', outcome: 'passed' },
    ]);
  });

  test.each(['2025-11', '2026-10', '2027-04'] as const)('is blocked in %s', async (era) => {
    await enter(era);
    const answer = await asHybrid();
    expect(answer.status).toBe(403);
    await expectRefused(answer, 'shared-principal-blocked', 'tenant.shared-principal');
  });

  test('is not meant when another application comes', async () => {
    await enter('2025-11');
    expect([(await asUser()).status, (await asDaemon()).status]).toEqual([200, 200]);
  });
});

describe('EwsEnabled', () => {
  test.each([
    ['2019', null, 200],
    ['2019', true, 200],
    ['2019', false, 403],
    ['2025-11', null, 200],
    ['2025-11', false, 403],
    ['2026-10', null, 403],
    ['2026-10', false, 403],
  ] as const)('in %s and %s', async (era, EwsEnabled, status) => {
    await enter(era);
    await configure({ EwsEnabled, EwsAllowedAppIDs: [publicClient] });
    const answer = await asUser();
    if (status === 403) await expectRefused(answer, 'ews-disabled', 'tenant.ews-enabled');
    else expect(answer.status).toBe(status);
  });
});

describe('EwsAllowedAppIDs', () => {
  test('lets in the applications that it names', async () => {
    await enter('2026-10');
    await configure({ EwsEnabled: true, EwsAllowedAppIDs: [daemon.toUpperCase()] });
    const answer = await asDaemon();
    expect(answer.status).toBe(200);
    expect((await tenantChecks(answer)).map(({ check }) => check)).toEqual(['tenant.ews-enabled', 'tenant.ews-allow-list']);
    await expectRefused(await asUser(), 'application-not-allowed', 'tenant.ews-allow-list');
    await configure({ EwsAllowedAppIDs: [] });
    await expectRefused(await asDaemon(), 'application-not-allowed', 'tenant.ews-allow-list');
  });

  test('is not asked before', async () => {
    await enter('2025-11');
    await configure({ EwsEnabled: true, EwsAllowedAppIDs: [daemon] });
    expect((await asUser()).status).toBe(200);
  });
});

test('EWS is gone in 2027-04, whatever is set', async () => {
  await enter('2027-04');
  await configure({ EwsEnabled: true, EwsAllowedAppIDs: [publicClient] });
  await expectRefused(await asUser(), 'ews-removed', 'tenant.ews-enabled');
  const description = await lab.https(`https://${cloudHost}/EWS/Services.wsdl`, {
    headers: { authorization: await mint.user('joe@contoso.test') },
  });
  expect(description.status).toBe(403);
  const strangers = await lab.https(`https://${cloudHost}/EWS/Exchange.asmx`, { method: 'POST' });
  expect(strangers.status).toBe(401);
});

test('the role ApplicationImpersonation exists in 2019 and no longer in 2025-11', async () => {
  const role = { Name: 'r', Role: 'ApplicationImpersonation', RoleAssignee: 'joe@contoso.test', RoleAssigneeType: 'User' } as const;
  const value = { ...role, CustomRecipientWriteScope: '' };
  await lab.store.transaction((tx) => roleAssignments.create(tx, 'contoso-cloud', 'r', value, lab.clock.state().now));
  const zoe = async () => askFor(lab, cloudHost, await mint.user('joe@contoso.test'), impersonating('zoe@contoso.test'));
  expect((await zoe()).status).toBe(200);
  await enter('2025-11');
  const answer = await zoe();
  expect(faultOf(answer.body).code).toBe('ErrorImpersonateUserDenied');
  const { verdict } = await lab.exchangeOf(answer);
  expect(verdict?.checks.at(-1)).toMatchObject({ check: 'impersonation.role', actual: 'the role does not exist in the era 2025-11' });
});

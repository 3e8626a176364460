import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Authentication, authenticateBasic } from '../../../shared/bridges/access/basic.ts';
import { challenges } from '../../../shared/bridges/access/schemes.ts';
import { runCmdlet } from '../../../shared/cmdlets/index.ts';
import { updateRecipient } from '../../../shared/domain/directory/recipients.ts';
import { ntHash, verifyPassword } from '../../../shared/domain/identity/nt-hash.ts';
import { eraNames } from '../../../shared/domain/world/vocabulary.ts';
import { recipient } from '../../contracts/directory/recipients.ts';
import { testScope } from '../../support/cmdlet-scope.ts';
import { acme, cloud, type Lab, openLab } from './lab.ts';

vi.mock('../../../shared/domain/identity/nt-hash.ts', { spy: true });

const hash = ntHash('Pä55word!');
const mary = recipient('mary', { ntHash: hash });
const joe = recipient('joe', { ntHash: hash, type: 'RemoteUserMailbox', targetAddress: 'joe@acme.mail.test' });
const off = recipient('off', { ntHash: hash, enabled: false });
const info = recipient('info', { type: 'SharedMailbox' });
const cloudJoe = recipient('joe', { organization: 'cloud', guid: recipient('cloud-joe').guid, ntHash: hash });

let lab: Lab;
beforeAll(async () => {
  lab = await openLab([acme, cloud], [mary, joe, off, info, cloudJoe]);
});
afterAll(() => lab.close());
beforeEach(() => {
  vi.mocked(verifyPassword).mockClear();
});

/** As long as no issuer is trusted: acme and cloud have none in this test. */
const bearer = 'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", token_types="app_asserted_user_v1 service_asserted_app_v1"';
const basic = (userName: string, password: string) => `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`;

async function signIn(header: string | undefined, organization = acme): Promise<Authentication> {
  const settings = await lab.registry.settings(organization.name);
  return authenticateBasic(
    header,
    { organization, settings, virtualDirectory: 'WebServicesVirtualDirectory' },
    lab.directory(organization.name),
    0,
  );
}

const outcomes = ({ verdict }: Authentication) => verdict.checks.map(({ check, outcome }) => `${check} ${outcome}`);

test.each(['ACME\\mary', 'acme\\MARY', 'mary@acme.test', 'MARY@ACME.TEST', 'mary'])('%s signs in on-premises', async (userName) => {
  const authentication = await signIn(basic(userName, 'Pä55word!'));
  expect(authentication.caller).toEqual({
    organization: 'acme',
    recipient: mary.guid,
    primarySmtpAddress: 'mary@acme.test',
    userPrincipalName: 'mary@acme.test',
    mailbox: mary.exchangeGuid,
  });
  expect(authentication.verdict.accepted).toBe(true);
  expect(outcomes(authentication)).toEqual([
    'basic.header passed',
    'basic.offered passed',
    'account.exists passed',
    'account.enabled passed',
    'account.password passed',
  ]);
});

test('in the cloud only the user principal name signs in', async () => {
  expect((await signIn(basic('joe@acme.test', 'Pä55word!'), cloud)).caller).toMatchObject({
    organization: 'cloud',
    mailbox: cloudJoe.exchangeGuid,
  });
  for (const userName of ['CLOUD\\joe', 'joe', 'ACME\\joe']) {
    expect((await signIn(basic(userName, 'Pä55word!'), cloud)).refusal?.code).toBe('invalid-credentials');
  }
});

test('an account whose mailbox lies elsewhere signs in and has no mailbox here', async () => {
  expect((await signIn(basic('joe', 'Pä55word!'))).caller).toMatchObject({ recipient: joe.guid, mailbox: null });
});

test('octets that are not UTF-8 are taken as ISO 8859-1', async () => {
  const header = `basic ${Buffer.from('mary:Pä55word!', 'latin1').toString('base64')}`;
  expect((await signIn(header)).caller?.recipient).toBe(mary.guid);
});

test.each([
  ['nobody', 'account.exists'],
  ['OTHER\\mary', 'account.exists'],
  ['A\\B\\c', 'account.exists'],
  ['off', 'account.enabled'],
  ['mary', 'account.password'],
  ['info', 'account.password'],
])('%s with a wrong password: one public answer, one comparison', async (userName, failed) => {
  const authentication = await signIn(basic(userName, userName === 'off' ? 'Pä55word!' : 'guess'));
  expect(authentication).toMatchObject({ userName, refusal: { code: 'invalid-credentials', values: {} }, verdict: { accepted: false } });
  expect(authentication.verdict.checks.find(({ outcome }) => outcome === 'failed')?.check).toBe(failed);
  expect(authentication.verdict.checks).toHaveLength(5);
  expect(verifyPassword).toHaveBeenCalledTimes(1);
  expect(JSON.stringify([authentication, authentication.refusal?.message])).not.toContain('guess');
});

test.each([
  [undefined, 'no-credentials', 'no Authorization header'],
  ['Bearer abc', 'scheme-not-offered', 'Bearer'],
  ['Negotiate', 'scheme-not-offered', 'Negotiate'],
  ['Basic', 'invalid-credentials', 'not the word Basic and base64'],
  ['Basic !!!!', 'invalid-credentials', 'not the word Basic and base64'],
  [`Basic ${Buffer.from('mary').toString('base64')}`, 'invalid-credentials', 'no user name and colon'],
  [`Basic ${Buffer.from(':x').toString('base64')}`, 'invalid-credentials', 'no user name and colon'],
  [`Basic ${Buffer.from('ma\0ry:x').toString('base64')}`, 'invalid-credentials', 'a control character'],
  [`Basic ${'A'.repeat(9_000)}`, 'invalid-credentials', 'longer than 8192 octets'],
])('header %j', async (header, code, actual) => {
  const authentication = await signIn(header);
  expect(authentication).toMatchObject({ userName: null, refusal: { code } });
  expect(authentication.verdict.checks[0]).toMatchObject({ check: 'basic.header', outcome: 'failed', actual });
  expect(authentication.verdict.checks.slice(1).every(({ outcome }) => outcome === 'skipped')).toBe(true);
});

test('a changed account is judged anew at once', async () => {
  await store(async (tx) => updateRecipient(tx, { ...mary, enabled: false }, 2_000));
  expect((await signIn(basic('mary', 'Pä55word!'))).refusal?.code).toBe('invalid-credentials');
  await store(async (tx) => updateRecipient(tx, { ...mary, ntHash: ntHash('new') }, 3_000));
  expect((await signIn(basic('mary', 'new'))).caller?.recipient).toBe(mary.guid);
  await store(async (tx) => updateRecipient(tx, mary, 4_000));
});

test('a virtual directory without Basic neither offers nor takes it', async () => {
  const line = (value: string) => `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication ${value}`;
  await runCmdlet(await testScope(lab, acme, 2_000), line('$false'));
  const settings = await lab.registry.settings('acme');
  const point = { organization: acme, settings, host: 'mail.acme.test' } as const;
  expect(challenges({ ...point, virtualDirectory: 'WebServicesVirtualDirectory' })).toEqual([bearer, 'Negotiate', 'NTLM']);
  expect(challenges({ ...point, virtualDirectory: 'AutodiscoverVirtualDirectory' })).toEqual([
    bearer,
    'Negotiate',
    'NTLM',
    'Basic realm="mail.acme.test"',
  ]);
  const refused = await signIn(basic('mary', 'Pä55word!'));
  expect(refused).toMatchObject({ userName: 'mary', refusal: { code: 'scheme-not-offered' } });
  expect(outcomes(refused)).toContain('basic.offered failed');
  await runCmdlet(await testScope(lab, acme, 3_000), line('$true'));
  expect((await signIn(basic('mary', 'Pä55word!'))).caller).toBeDefined();
});

test.each(eraNames)('Basic in the cloud of %s', async (era) => {
  const organization = { ...cloud, era };
  const works = era === '2016' || era === '2019';
  expect((await signIn(basic('joe@acme.test', 'Pä55word!'), organization)).verdict.accepted).toBe(works);
  const settings = await lab.registry.settings('cloud');
  const point = { organization, settings, virtualDirectory: 'WebServicesVirtualDirectory', host: 'outlook.office365.test' } as const;
  expect(challenges(point)).toEqual(works ? [bearer, 'Basic Realm=""'] : [bearer]);
});

test.each([
  ['mail.acme.test', 'WebServicesVirtualDirectory', 'mail.acme.test'],
  ['MAIL.acme.test', 'AutodiscoverVirtualDirectory', 'mail.acme.test'],
  ['localhost', 'WebServicesVirtualDirectory', 'mail.acme.test'],
  ['127.0.0.1', 'AutodiscoverVirtualDirectory', 'autodiscover.acme.test'],
  ['evil"\r\nx: y', 'WebServicesVirtualDirectory', 'mail.acme.test'],
] as const)('the realm asked for by %j', async (host, virtualDirectory, realm) => {
  const settings = await lab.registry.settings('acme');
  expect(challenges({ organization: acme, settings, virtualDirectory, host })).toEqual([
    bearer,
    'Negotiate',
    'NTLM',
    `Basic realm="${realm}"`,
  ]);
});

function store(work: Parameters<Lab['store']['transaction']>[0]): Promise<unknown> {
  return lab.store.transaction(work);
}

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DirectoryRow } from '../../../shared/protocols/rpch/directory.ts';
import { cloud, credential, refusal } from './migration-ground.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
  await run(
    `New-MigrationEndpoint -ExchangeOutlookAnywhere -Name Classic -ExchangeServer EX07-01 -RPCProxyServer mail.contoso.test -EmailAddress x@contoso.test -Credentials ${credential} -SkipVerification`,
  );
});
afterEach(() => lab.close());
const run = (line: string) => lab.run(line, cloud);

const row = (address: string, more: Partial<DirectoryRow> = {}): DirectoryRow => ({
  ...{ guid: address, type: 'UserMailbox', displayName: address, alias: address.split('@')[0] ?? '', legacyDn: `/o=Old/cn=${address}` },
  ...{ primaryAddress: address, addresses: [`SMTP:${address}`], targetAddress: null, members: [], details: {}, ...more },
});
/** The directory of the source, a few entries at a time. */
const directory = (rows: readonly DirectoryRow[], atOnce = 1_000) =>
  lab.answer(({ body }) => {
    const { after } = JSON.parse(String(body)) as { after: string | null };
    const behind = rows.slice(after === null ? 0 : rows.findIndex(({ guid }) => guid === after) + 1);
    const answer = { serverVersion: '8.3.83.6', rows: behind.slice(0, atOnce), isComplete: behind.length <= atOnce };
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(JSON.stringify(answer)) });
  });
const many = (count: number, more: Partial<DirectoryRow> = {}) =>
  Array.from({ length: count }, (_, index) => row(`u${index}@contoso.test`, more));
const make = 'New-MigrationBatch -Name All -SourceEndpoint Classic';

test('a cutover batch takes 2,000 mailboxes, and other entries besides', async () => {
  directory([...many(2_000), row('eva@fabrikam.test', { type: 'MailContact' }), row('docs@contoso.test', { type: 'PublicFolder' })], 700);
  expect(await run(make)).toMatchObject([{ TotalCount: 2_001 }]);
});

test.each<[string, () => void, RegExp]>([
  ['too many mailboxes', () => directory(many(2_001)), /has 2001 mailboxes; a cutover migration takes 2,000 at most/],
  ['nobody', () => directory([]), /There is no mailbox/],
  ['groups alone', () => directory([row('all@contoso.test', { type: 'MailUniversalDistributionGroup' })]), /There is no mailbox/],
  ['too many entries', () => directory(many(21_000, { type: 'MailContact' }), 5_000), /more than 20,000 entries/],
  [
    'an answer that cannot be read',
    () => lab.answer(() => Promise.resolve({ status: 200, headers: {}, body: Buffer.from('hello') })),
    /We weren't able to connect to the remote server/,
  ],
  [
    'an error of RPC',
    () => lab.answer(() => Promise.resolve({ status: 503, reason: 'RPC Error: 6ba', headers: {}, body: Buffer.alloc(0) })),
    /Error 0x6ba \(The RPC server is unavailable\) from cli_NspiBind/,
  ],
])('%s at the source is refused', async (_, answers, words) => {
  answers();
  expect(await refusal(lab, make)).toEqual(['operation-failed', expect.stringMatching(words)]);
  expect(await run('Get-MigrationBatch')).toEqual([]);
});

test('whom the tenant has otherwise, or cannot have, fails alone', async () => {
  await run('New-MailContact "Old Contact" -ExternalEmailAddress taken@contoso.test');
  directory([
    row('fresh@contoso.test', { addresses: ['SMTP:fresh@contoso.test', 'smtp:second@contoso.test', 'smtp:x@elsewhere.test'] }),
    row('taken@contoso.test'),
    row('stranger@nowhere.test'),
    row('/o=NT5/ou=x/cn=y'),
    row('group@contoso.test', { type: 'MailUniversalSecurityGroup', members: ['fresh@contoso.test', 'stranger@nowhere.test'] }),
  ]);
  await run(`${make} -AutoStart`);
  const of = async (address: string) => (await run(`Get-MigrationUser ${address}`))[0];
  expect(await of('taken@contoso.test')).toMatchObject({
    ErrorSummary:
      'A different type of Active Directory object already exists for "taken@contoso.test" in the target forest. Please verify that the SMTP address is correct.',
  });
  expect(await of('stranger@nowhere.test')).toMatchObject({ ErrorSummary: expect.stringContaining("it's not an accepted domain") });
  expect(await of('/o=NT5/ou=x/cn=y')).toMatchObject({ ErrorSummary: '"/o=NT5/ou=x/cn=y" is not a valid SMTP address' });
  expect(await of('fresh@contoso.test')).toMatchObject({ Status: 'Syncing', ErrorSummary: '' });
  const [made] = await run('Get-Mailbox fresh@contoso.test');
  expect(made).toMatchObject({ PrimarySmtpAddress: 'fresh@contoso.test' });
  const addresses = JSON.stringify(made?.['EmailAddresses']);
  for (const kept of ['second@contoso.test', 'X500:/o=Old/cn=fresh@contoso.test']) expect(addresses).toContain(kept);
  expect(addresses).not.toContain('elsewhere');
  expect(await run('Get-DistributionGroupMember group@contoso.test')).toHaveLength(1);
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MigrationBatch, migrationBatches } from '../../../shared/domain/migration/batches.ts';
import type { MoveRequest } from '../../../shared/domain/migration/move-request.ts';
import { completed, completing, failed, started, synced } from '../../../shared/domain/migration/move-transitions.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { cloud, credential, newMary, openMigrationLab, refusal, requestOf, start, work } from './migration-ground.ts';
import type { TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openMigrationLab();
  await lab.run(
    `New-MigrationEndpoint -ExchangeRemoteMove -Name Hybrid -RemoteServer mail.contoso.test -Credentials ${credential} -SkipVerification`,
    cloud,
  );
});
afterEach(() => lab.close());

const minute = 60_000;
const csv = (...lines: readonly string[]): string => Buffer.from(lines.join('\r\n')).toString('base64');
const two = csv('EmailAddress', 'mary@contoso.test', 'svc@contoso.test');
const newBatch = (data = two, more = '') =>
  `New-MigrationBatch -Name Wave1 -SourceEndpoint Hybrid -TargetDeliveryDomain contoso.mail.onmicrosoft.test -CSVData "${data}" ${more}`;
const run = (line: string, at = start) => lab.run(line, cloud, at);
const states = async (at = start): Promise<unknown[]> => {
  const [batch] = await run('Get-MigrationBatch Wave1', at);
  return [
    batch?.['Status'],
    ...(await run('Get-MigrationUser')).map(({ Identity, Status }) => `${Identity as string} ${Status as string}`),
  ];
};
const seededAs = (request: MoveRequest): Partial<MoveRequest> => synced({ ...request, ...started(request, start) }, start);
const mary = () => requestOf(lab, 'mary');
const svc = () => requestOf(lab, 'svc');

test('a batch is made, started, seeded and completed', async () => {
  expect(await run(newBatch())).toMatchObject([
    {
      Identity: 'Wave1',
      Status: 'Created',
      TotalCount: 2,
      PendingCount: 2,
      BadItemLimit: 10,
      LargeItemLimit: 0,
      SourceEndpoint: 'Hybrid',
      TargetEndpoint: null,
    },
  ]);
  expect(await states()).toEqual(['Created', 'mary@contoso.test Queued', 'svc@contoso.test Queued']);
  await run('Start-MigrationBatch Wave1', start + minute);
  expect(await states()).toEqual(['Syncing', 'mary@contoso.test Syncing', 'svc@contoso.test Syncing']);
  expect(await mary()).toMatchObject({
    ...{ status: 'Queued', due: start + minute, direction: 'Pull' },
    terms: {
      batch: 'MigrationService:Wave1',
      endpoint: 'Hybrid',
      remoteHost: 'mail.contoso.test',
      preventCompletion: true,
      badItemLimit: 10,
    },
  });
  await work(lab, await mary(), seededAs);
  expect(await mary()).toMatchObject({ status: 'Synced' });
  expect(await refusal(lab, 'Complete-MigrationBatch Wave1')).toEqual([
    'operation-failed',
    "The migration batch 'Wave1' is Syncing and cannot be completed now.",
  ]);
  await work(lab, await svc(), seededAs);
  expect(await states()).toEqual(['Synced', 'mary@contoso.test Synced', 'svc@contoso.test Synced']);
  await run('Complete-MigrationBatch Wave1', start + 5 * minute);
  expect(await mary()).toMatchObject({ due: start + 5 * minute, terms: { preventCompletion: false, completeAfter: start + 5 * minute } });
  expect((await states(start + 5 * minute))[0]).toBe('Completing');
  for (const request of [await mary(), await svc()]) {
    await work(lab, request, (one) => completing(one, start));
    await work(lab, request, (one) => completed(one, start, { warnings: one.alias === 'svc' }));
  }
  expect(await states()).toEqual(['Completed', 'mary@contoso.test Completed', 'svc@contoso.test CompletedWithWarnings']);
  // What is known of those whose requests are cleared away stays.
  await run('Get-MoveRequest | Remove-MoveRequest');
  expect(await states()).toEqual(['Completed', 'mary@contoso.test Completed', 'svc@contoso.test CompletedWithWarnings']);
  await run('Remove-MigrationBatch Wave1');
  expect(await run('Get-MigrationUser')).toEqual([]);
  expect(await run('Get-MigrationBatch')).toEqual([]);
});

test('a batch that completes by itself, or at its hour, tells its requests so', async () => {
  await run(newBatch(csv('EmailAddress', 'mary@contoso.test'), '-AutoStart -AutoComplete'));
  expect((await mary()).terms).toMatchObject({ preventCompletion: false, completeAfter: null });
  await run(newBatch(csv('EmailAddress', 'svc@contoso.test'), '-AutoStart -CompleteAfter 2026-11-20').replace('Wave1', 'Wave2'));
  expect((await svc()).terms).toMatchObject({ preventCompletion: false, completeAfter: Date.UTC(2026, 10, 20) });
  await run('Set-MigrationUser svc@contoso.test -CompleteAfter 2026-11-21');
  expect((await svc()).terms.completeAfter).toBe(Date.UTC(2026, 10, 21));
  await run('Set-MigrationBatch Wave2 -CompleteAfter 2026-11-22');
  expect((await svc()).terms.completeAfter).toBe(Date.UTC(2026, 10, 21));
});

test('what cannot be moved fails alone, says why, and is tried again', async () => {
  await run(newBatch(csv('EmailAddress,BadItemLimit', 'mary@contoso.test,3', 'joe@contoso.test,', 'nobody@contoso.test,'), '-AutoStart'));
  expect((await mary()).terms.badItemLimit).toBe(3);
  expect(await run('Get-MigrationUser -StatusSummary Failed')).toMatchObject([
    { Identity: 'joe@contoso.test', Status: 'Failed', ErrorSummary: "Target user 'Joe Jones' already has a primary mailbox." },
    {
      Identity: 'nobody@contoso.test',
      ErrorSummary: expect.stringMatching(/^A recipient wasn't found for "nobody@contoso\.test" on the target\./),
    },
  ]);
  const why = { type: 'x', code: 1, side: 'Source', message: 'gone', at: start } as const;
  await work(lab, await mary(), (request) => failed(request, why, start));
  expect(await states()).toEqual(['Failed', 'mary@contoso.test Failed', 'joe@contoso.test Failed', 'nobody@contoso.test Failed']);
  expect(await run('Get-MigrationUserStatistics mary@contoso.test')).toMatchObject([{ Error: 'gone', Status: 'Failed' }]);
  await run('Start-MigrationBatch Wave1', start + minute);
  expect(await mary()).toMatchObject({ status: 'Queued', due: start + minute });
});

test('somebody who is being moved already says so in the published words', async () => {
  await run(newMary);
  await run(newBatch(csv('EmailAddress', 'mary@contoso.test'), '-AutoStart'));
  expect(await run('Get-MigrationUser')).toMatchObject([
    {
      ErrorSummary: expect.stringMatching(
        /^The user 'mary@contoso\.test' already has a pending request\. Please remove the existing request and resume the current batch or start a new batch for this user\. --> Mailbox 'Mary Major' is already being moved to '.+'\.$/,
      ),
    },
  ]);
});

test('a stopped batch stops its requests, and goes on when it is started', async () => {
  await run(newBatch(two, '-AutoStart'));
  await work(lab, await mary(), seededAs);
  await run('Stop-MigrationBatch');
  expect(await states()).toEqual(['Stopped', 'mary@contoso.test IncrementalStopped', 'svc@contoso.test Stopped']);
  expect(await mary()).toMatchObject({ status: 'Suspended', due: null });
  await run('Start-MigrationBatch Wave1', start + minute);
  expect(await svc()).toMatchObject({ status: 'Queued', due: start + minute, terms: { suspend: false } });
});

test('a move that is completed behind the back of its batch has failed for the batch', async () => {
  await run(newBatch(csv('EmailAddress', 'mary@contoso.test'), '-AutoStart'));
  await run('Set-MoveRequest mary@contoso.test -PreventCompletion $false');
  await work(lab, await mary(), (request) => completing(request, start));
  await work(lab, await mary(), (request) => completed(request, start, { warnings: false }));
  expect(await states()).toEqual(['Failed', 'mary@contoso.test Failed']);
  await run('Complete-MigrationBatch Wave1');
  expect(await states()).toEqual(['Completed', 'mary@contoso.test Completed']);
});

test('a request that is removed behind the back of its batch is missed', async () => {
  await run(newBatch(csv('EmailAddress', 'mary@contoso.test'), '-AutoStart'));
  await run('Remove-MoveRequest mary@contoso.test');
  expect(await run('Get-MigrationUser')).toMatchObject([{ Status: 'Failed', ErrorSummary: "A subscription wasn't found for this user." }]);
});

test('people are added, synchronised and removed', async () => {
  await run(newBatch(csv('EmailAddress', 'mary@contoso.test'), '-AutoStart'));
  await work(lab, await mary(), seededAs);
  await run('Set-MigrationBatch Wave1 -SyncNow', start + minute);
  expect(await mary()).toMatchObject({ status: 'Synced', due: start + minute });
  await run(`Set-MigrationBatch Wave1 -AddUsers -CSVData "${two}"`);
  expect(await states()).toEqual(['Syncing', 'mary@contoso.test Synced', 'svc@contoso.test Syncing']);
  expect(await refusal(lab, 'Remove-MigrationBatch Wave1')).toEqual([
    'operation-failed',
    "The migration batch 'Wave1' is Syncing and cannot be removed now.",
  ]);
  await run('Remove-MigrationUser svc@contoso.test');
  expect(await run('Get-MoveRequest')).toHaveLength(1);
  expect(await states()).toEqual(['Synced', 'mary@contoso.test Synced']);
  expect(await run('Get-MigrationStatistics')).toMatchObject([{ TotalCount: 1, SyncedCount: 1, FailedCount: 0 }]);
  expect(await run('Get-MigrationConfig')).toMatchObject([{ MaxNumberOfBatches: 100 }]);
});

test('people leave by a batch with a target endpoint, spread over databases', async () => {
  const line = newBatch(
    csv('EmailAddress,TargetDatabase', 'joe@contoso.test,', 'zoe@contoso.test,Own'),
    '-AutoStart -TargetDatabases DB1,DB2',
  );
  await run(line.replace('-SourceEndpoint', '-TargetEndpoint'));
  expect(await requestOf(lab, 'joe')).toMatchObject({ direction: 'Push', targetDatabase: 'DB1' });
  expect(await requestOf(lab, 'zoe')).toMatchObject({ direction: 'Push', targetDatabase: 'Own' });
  expect(await run('Get-MigrationBatch')).toMatchObject([
    { BatchDirection: 'Offboarding', SourceEndpoint: null, TargetEndpoint: 'Hybrid' },
  ]);
});

test.each<[string, string, RegExp | string]>([
  [
    newBatch(csv('Name', 'mary')),
    'bad-parameter',
    'Column "EmailAddress" is missing from the CSV file. The import process can\'t continue because this column is required. Please edit the CSV file and re-submit it.',
  ],
  [newBatch(csv('EmailAddress,Nick', 'mary@contoso.test,M')), 'bad-parameter', /a column "Nick"/],
  [newBatch().replace(/-CSVData "[^"]*"/, ''), 'bad-parameter', "Upload file can't be empty"],
  [newBatch().replace('-TargetDeliveryDomain contoso.mail.onmicrosoft.test', ''), 'bad-parameter', /needs -TargetDeliveryDomain/],
  [newBatch().replace('-SourceEndpoint Hybrid', ''), 'bad-parameter', /needs -SourceEndpoint/],
  [newBatch().replace('Hybrid', 'Other'), 'object-not-found', /object 'Other' couldn't be found/],
  [newBatch(two, '-ArchiveOnly'), 'bad-parameter', 'You must specify the ArchiveDomain parameter'],
  [newBatch(two, '-Local'), 'operation-failed', /not supported by this simulation/],
  ['Stop-MigrationBatch', 'bad-parameter', /There are no migration batches/],
  ['Get-MigrationUser nobody@contoso.test', 'object-not-found', "No migration batch has the user 'nobody@contoso.test'."],
])('%.120s is refused', async (line, code, words) => {
  expect(await refusal(lab, line)).toEqual([code, typeof words === 'string' ? words : expect.stringMatching(words)]);
  expect(await run('Get-MigrationBatch')).toEqual([]);
});

test('a name is taken once, and a person is in one batch', async () => {
  await run(newBatch());
  expect(await refusal(lab, newBatch(csv('EmailAddress', 'joe@contoso.test')))).toEqual([
    'object-exists',
    'The migration batch already exists.',
  ]);
  expect(await refusal(lab, newBatch().replace('Wave1', 'Wave2'))).toEqual([
    'object-exists',
    'The user "mary@contoso.test" belongs to the migration batch "Wave1" already. Take the user out of that batch and try again.',
  ]);
  expect(await run('Get-MigrationBatch')).toHaveLength(1);
});

test('unknown columns are borne where that is said', async () => {
  expect(await run(newBatch(csv('EmailAddress,Nick', 'mary@contoso.test,M'), '-AllowUnknownColumnsInCsv $true'))).toMatchObject([
    { TotalCount: 1 },
  ]);
});

test('a tenant of today approves what was left out', async () => {
  await lab.close();
  lab = await openMigrationLab('2025-11');
  await run(
    `New-MigrationEndpoint -ExchangeRemoteMove -Name Hybrid -RemoteServer mail.contoso.test -Credentials ${credential} -SkipVerification`,
  );
  expect(await refusal(lab, newBatch(two, '-BadItemLimit 3'))).toEqual([
    'bad-parameter',
    expect.stringMatching(/parameter name 'BadItemLimit'/),
  ]);
  const [batch] = await run(newBatch(two, '-AutoStart'));
  expect(batch).toMatchObject({ DataConsistencyScore: 'Perfect' });
  await work(lab, await mary(), (request) => ({ progress: { ...request.progress, score: 'Investigate' } }));
  expect(await run('Get-MigrationBatch')).toMatchObject([{ DataConsistencyScore: 'Investigate' }]);
  expect(await run('Get-MigrationUser mary@contoso.test')).toMatchObject([{ DataConsistencyScore: 'Investigate' }]);
  await run('Set-MigrationUser mary@contoso.test -ApproveSkippedItems', start + minute);
  expect((await mary()).terms.skippedItemsApproved).toBe(start + minute);
  expect((await svc()).terms.skippedItemsApproved).toBeNull();
  await run('Set-MigrationBatch Wave1 -ApproveSkippedItems', start + 2 * minute);
  expect((await svc()).terms.skippedItemsApproved).toBe(start + 2 * minute);
});

test('people are copied into a new batch, with their requests, and leave the one before', async () => {
  await run(newBatch(two, '-AutoStart'));
  await work(lab, await mary(), seededAs);
  await work(lab, await svc(), (request) => ({
    ...failed({ ...request, ...started(request, start) }, { type: 'X', code: 1, side: 'None', message: 'no', at: start }, start),
  }));
  expect(await states()).toEqual(['SyncedWithErrors', 'mary@contoso.test Synced', 'svc@contoso.test Failed']);
  expect(await run('New-MigrationBatch -Name Again -Users (Get-MigrationUser -Status Failed) -DisableOnCopy')).toMatchObject([
    {
      ...{ Identity: 'Again', Status: 'Created', TotalCount: 1, SourceEndpoint: 'Hybrid', BadItemLimit: 10 },
      TargetDeliveryDomain: 'contoso.mail.onmicrosoft.test',
    },
  ]);
  expect(await run('Get-MigrationUser -BatchId Wave1')).toMatchObject([{ Identity: 'mary@contoso.test', Status: 'Synced' }]);
  expect(await svc()).toMatchObject({ status: 'Suspended', terms: { batch: 'MigrationService:Again' } });
  await run('Start-MigrationBatch Again');
  expect(await svc()).toMatchObject({ status: 'Queued', terms: { batch: 'MigrationService:Again', suspend: false } });
  // By GUID, all the way, and nobody twice.
  const [{ Guid }] = (await run('Get-MigrationUser mary@contoso.test')) as [{ Guid: string }];
  await run(`New-MigrationBatch -Name Third -UserIds ${Guid},mary@contoso.test -AutoStart -AutoComplete`);
  expect(await run('Get-MigrationBatch Third')).toMatchObject([{ TotalCount: 1, Status: 'Completing' }]);
  expect((await mary()).terms).toMatchObject({ batch: 'MigrationService:Third', preventCompletion: false });
});

test.each([
  ['nobody', '-Users nobody@contoso.test', "No migration batch has the user 'nobody@contoso.test'."],
  ['a list beside', `-Users svc@contoso.test -CSVData "${two}"`, 'CSVData'],
  ['an endpoint', '-UserIds svc@contoso.test -SourceEndpoint Hybrid', '-SourceEndpoint has no meaning with -Users and -UserIds'],
  ['a switch alone', '-DisableOnCopy', '-DisableOnCopy goes with -Users or -UserIds.'],
  [
    'too many',
    `-Users ${Array.from({ length: 1_001 }, (_, index) => `u${index}@contoso.test`).join(',')}`,
    'Name 1 to 1000 users, not 1001.',
  ],
  ['several batches', '-Users mary@contoso.test,svc@contoso.test', 'The users are in several batches (Wave1, Wave2)'],
  ['whoever is being completed', '-Users mary@contoso.test', "The user 'mary@contoso.test' is Completing and cannot be copied"],
  ['a batch that is there', '-Users svc@contoso.test -Name Wave1', 'The migration batch already exists.'],
])('people are not copied into a batch: %s', async (what, given, words) => {
  await run(newBatch(csv('EmailAddress', 'mary@contoso.test'), '-AutoStart'));
  await run(newBatch(csv('EmailAddress', 'svc@contoso.test')).replace('Wave1', 'Wave2'));
  if (what === 'whoever is being completed')
    await work(lab, await mary(), (request) => completing({ ...request, ...seededAs(request) }, start));
  const name = given.includes('-Name') ? '' : '-Name Again';
  expect((await refusal(lab, `New-MigrationBatch ${name} ${given}`))[1]).toContain(words);
  expect(await run('Get-MigrationBatch')).toHaveLength(2);
  expect((await run('Get-MigrationUser')).map(({ BatchId }) => BatchId)).toEqual(['Wave1', 'Wave2']);
});

test('people of batches that begin as a whole are not copied', async () => {
  await run(newBatch(csv('EmailAddress', 'mary@contoso.test')));
  await lab.store.transaction(async (tx) => {
    const stored = present(await migrationBatches.find(tx, cloud, 'Wave1'), 'the batch');
    await migrationBatches.replace(
      tx,
      stored,
      { ...stored.value, type: 'ExchangeOutlookAnywhere', way: 'Cutover' } as MigrationBatch,
      start,
    );
  });
  expect(await refusal(lab, 'New-MigrationBatch -Name Again -Users mary@contoso.test')).toEqual([
    'operation-failed',
    'Users of batches of the type ExchangeOutlookAnywhere are not copied by this simulation.',
  ]);
});

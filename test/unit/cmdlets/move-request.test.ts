import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimMoveRequest } from '../../../shared/domain/migration/move-hold.ts';
import { appendReport } from '../../../shared/domain/migration/move-report.ts';
import { getMoveRequest } from '../../../shared/domain/migration/move-requests.ts';
import { completed, completing, copied, failed, started, synced } from '../../../shared/domain/migration/move-transitions.ts';
import { openCredential } from '../../../shared/domain/migration/sealed-credential.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { readCliXml } from '../../../shared/protocols/clixml/read.ts';
import type { CliXmlValue } from '../../../shared/protocols/clixml/value.ts';
import { writeCliXml } from '../../../shared/protocols/clixml/write.ts';
import { cloud, credential, newMary, openMigrationLab, refusal, requestOf, start, work } from './migration-ground.ts';
import { type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openMigrationLab();
});
afterEach(() => lab.close());

const minute = 60_000;
const statistics = async (parameters = '') => (await lab.run(`Get-MoveRequestStatistics mary@contoso.test ${parameters}`, cloud))[0];

test('the account of a request is used, and read nowhere', async () => {
  const secret = 'Secret-4711';
  await lab.run(newMary, cloud);
  await lab.run(`Set-MoveRequest mary@contoso.test -RemoteCredential @{UserName='CONTOSO\\other'; Password='${secret}'}`, cloud);
  const { recipient, terms } = await requestOf(lab, 'mary');
  expect(await openCredential(lab.store.read, cloud, recipient, present(terms.credential, 'an account'))).toEqual({
    ...{ userName: 'CONTOSO\\other', password: secret },
  });
  await expect(openCredential(lab.store.read, cloud, 'another', present(terms.credential, 'an account'))).rejects.toThrow('password');
  const shown: unknown[] = [await lab.run('Get-MoveRequestStatistics mary@contoso.test -IncludeReport', cloud)];
  for (const table of ['move_request', 'move_report', 'config_object'] as const)
    shown.push(await lab.store.read.selectFrom(table).selectAll().execute());
  for (const word of [secret, 'Pa55word!']) expect(JSON.stringify(shown)).not.toContain(word);
});

test('a request is made, shown and reported', async () => {
  const [made] = await lab.run(`${newMary} -BadItemLimit 50 -LargeItemLimit 40 -BatchName Wave1`, cloud);
  expect(made).toMatchObject({
    ...{
      DisplayName: 'Mary Major',
      Status: 'Queued',
      Direction: 'Pull',
      Flags: 'CrossOrg, Pull, MoveOnlyPrimaryMailbox',
      BatchName: 'Wave1',
    },
    ...{ RemoteHostName: 'mail.contoso.test', TargetDeliveryDomain: 'contoso.mail.onmicrosoft.test', ArchiveGuid: null },
  });
  const [mary] = await lab.run('Get-Mailbox mary');
  expect(made?.['ExchangeGuid']).toBe(mary?.['ExchangeGuid']);
  expect(await lab.run('Get-MoveRequest', cloud)).toEqual([made]);
  for (const identity of ['mary@contoso.test', '"Mary Major"', textShown(made, 'RequestGuid')])
    expect(await lab.run(`Get-MoveRequest ${identity}`, cloud)).toEqual([made]);
  expect(await lab.run('Get-MoveRequest -BatchName wave1 -MoveStatus queued', cloud)).toEqual([made]);
  expect(await lab.run('Get-MoveRequest -MoveStatus Failed', cloud)).toEqual([]);
  expect(await statistics('-IncludeReport')).toMatchObject({
    ...{ Status: 'Queued', StatusDetail: 'Queued', SyncStage: 'None', PercentComplete: 0, BadItemLimit: 50, LargeItemLimit: 40 },
    ...{ QueuedTimestamp: new Date(start), RemoteCredentialUsername: 'CONTOSO\\svc', Message: '', SkippedItems: [] },
    Report: {
      Entries: [{ Message: "'contoso.test/Users/Administrator' created move request.", CreationTime: new Date(start) }],
      Failures: [],
    },
  });
  expect((await statistics())?.['Report']).toBeNull();
});

test('the report goes through Export-CliXml, and bad items are looked up in what comes back', async () => {
  await lab.run(newMary, cloud);
  const request = await requestOf(lab, 'mary');
  const item = {
    what: 'BadItem',
    entryId: 'AB',
    folderId: 'CD',
    folderName: 'Inbox',
    folderType: 'inbox',
    messageClass: 'IPM.Note',
    sender: 'a',
  } as const;
  const more = { recipient: 'b', size: 44_113_161, sent: start, received: null, failure: 'why', category: '' };
  const failure = {
    what: 'Failure',
    code: -2_146_233_088,
    mapiLowLevelError: 0,
    side: 'Source',
    exceptionTypes: [1, 12],
    dataContext: 'Folder: "x"',
    workItem: '',
    inner: null,
  } as const;
  await lab.store.transaction((tx) =>
    appendReport(
      tx,
      request,
      [
        { ...item, ...more, kind: 'LargeItem', subject: '4600562666' },
        { ...item, ...more, kind: 'TargetPrincipalMapping', subject: '' },
        { ...failure, type: 'TargetPrincipalMappingException', message: 'm' },
      ],
      { at: start, server: 'EXO' },
    ),
  );
  const shown = (await statistics('-IncludeReport -IncludeSkippedItems')) as unknown as CliXmlValue;
  const [back] = readCliXml(writeCliXml([shown])) as unknown as [Record<string, Record<string, unknown>>];
  expect(back['Report']).toMatchObject({
    BadItems: [{ Kind: 'TargetPrincipalSecurity', WKFType: 'inbox', Category: '' }],
    LargeItems: [{ Kind: 'LargeItem', Subject: '4600562666', MessageSize: 44_113_161 }],
    Failures: [
      {
        FailureType: 'TargetPrincipalMappingException',
        FailureSide: 'Source',
        ExceptionTypes: ['Exchange', 'MRSPermanent'],
        FailureCode: -2_146_233_088,
      },
    ],
  });
  expect(back['SkippedItems']).toMatchObject([{ Subject: '4600562666', Sender: 'a' }, { Kind: 'TargetPrincipalSecurity' }]);
});

test('a request that nobody works on is suspended and resumed at once', async () => {
  await lab.run(newMary, cloud);
  await lab.run('Suspend-MoveRequest mary@contoso.test -SuspendComment "not today"', cloud, start + minute);
  expect(await requestOf(lab, 'mary')).toMatchObject({
    status: 'Suspended',
    due: null,
    terms: { suspend: true, suspendComment: 'not today' },
  });
  await lab.run('Resume-MoveRequest mary@contoso.test', cloud, start + 2 * minute);
  expect(await requestOf(lab, 'mary')).toMatchObject({ status: 'Queued', due: start + 2 * minute, terms: { suspend: false } });
  expect(await statistics('-IncludeReport')).toMatchObject({
    TotalSuspendedDuration: '00:01:00',
    Report: {
      Entries: ['created', 'suspended', 'resumed'].map((done) => ({ Message: `'contoso.test/Users/Administrator' ${done} move request.` })),
    },
  });
});

test('whoever works on a request learns what was set, and its state stays his', async () => {
  await lab.run(newMary, cloud);
  const holder = { name: 'worker', now: 1, leaseMs: 1_000 };
  await lab.store.transaction((tx) => claimMoveRequest(tx, cloud, { until: start }, holder));
  await lab.run('Suspend-MoveRequest mary@contoso.test', cloud);
  expect(await requestOf(lab, 'mary')).toMatchObject({ status: 'Queued', owner: 'worker', terms: { suspend: true } });
  await lab.run('Remove-MoveRequest mary@contoso.test', cloud);
  expect(await requestOf(lab, 'mary')).toMatchObject({ owner: 'worker', terms: { canceled: true } });
  expect(await lab.run('Get-MoveRequest', cloud)).toEqual([]);
  expect(await refusal(lab, newMary)).toEqual(['object-exists', expect.stringContaining('is still being removed')]);
});

test('a request of which nothing stands is removed at once; another one is left to whoever undoes it', async () => {
  await lab.run(newMary, cloud);
  const first = await requestOf(lab, 'mary');
  await lab.run('Get-MoveRequest | Remove-MoveRequest -Confirm:$false', cloud);
  expect(await getMoveRequest(lab.store.read, first)).toBeUndefined();
  await lab.run(newMary, cloud);
  await work(lab, await requestOf(lab, 'mary'), (request) => ({ ...started(request, start), due: null }));
  await lab.run('Remove-MoveRequest mary@contoso.test', cloud, start + minute);
  expect(await requestOf(lab, 'mary')).toMatchObject({ due: start + minute, terms: { canceled: true } });
});

test('what is being completed can be neither suspended, changed, resumed nor removed', async () => {
  await lab.run(newMary, cloud);
  await work(lab, await requestOf(lab, 'mary'), (request) => completing(request, start));
  for (const line of ['Suspend-MoveRequest', 'Resume-MoveRequest', 'Remove-MoveRequest', 'Set-MoveRequest -BadItemLimit 3'])
    expect([
      line,
      ...(await refusal(
        lab,
        `${line} mary@contoso.test`.replace(
          'Set-MoveRequest -BadItemLimit 3 mary@contoso.test',
          'Set-MoveRequest mary@contoso.test -BadItemLimit 3',
        ),
      )),
    ]).toEqual([line, 'operation-failed', "The move request of 'Mary Major' is CompletionInProgress: that cannot be done to it any more."]);
  await work(lab, await requestOf(lab, 'mary'), (request) => completed(request, start, { warnings: true }));
  expect(await statistics()).toMatchObject({ Status: 'CompletedWithWarning', StatusDetail: 'CompletedWithWarnings', PercentComplete: 100 });
  expect(await refusal(lab, newMary)).toEqual([
    'object-exists',
    "'Mary Major' has a move request that is CompletedWithWarning. Run Remove-MoveRequest before a new one is made.",
  ]);
  await lab.run('Remove-MoveRequest mary@contoso.test', cloud);
  expect(await lab.run('Get-MoveRequest', cloud)).toEqual([]);
});

test('a request that failed is given more room and resumed', async () => {
  await lab.run(newMary, cloud);
  const why = { type: 'TooManyBadItemsPermanentException', code: -2_146_233_088, side: 'None', message: 'too many', at: start } as const;
  await work(lab, await requestOf(lab, 'mary'), (request) =>
    failed({ ...request, ...started(request, start) }, why, start, 'FailedBadItemLimit'),
  );
  expect(await statistics()).toMatchObject({
    ...{ Status: 'Failed', StatusDetail: 'FailedBadItemLimit', FailureType: why.type, FailureSide: null, Message: 'Error: too many' },
    LastFailure: { FailureType: why.type },
  });
  await lab.run('Set-MoveRequest mary@contoso.test -BadItemLimit 20', cloud);
  expect(await requestOf(lab, 'mary')).toMatchObject({ status: 'Failed', terms: { badItemLimit: 20 } });
  await lab.run('Resume-MoveRequest mary@contoso.test', cloud);
  expect(await requestOf(lab, 'mary')).toMatchObject({ status: 'Queued', due: start, progress: { failure: null } });
});

test('a request that waits for its hour is given another one', async () => {
  await lab.run(`${newMary} -CompleteAfter 2026-11-17T20:00:00Z -StartAfter 2026-11-16T01:00:00Z -IncrementalSyncInterval 02:00:00`, cloud);
  expect(await requestOf(lab, 'mary')).toMatchObject({ due: Date.UTC(2026, 10, 16, 1), terms: { incrementalSyncMs: 120 * minute } });
  await work(lab, await requestOf(lab, 'mary'), (request) => {
    const moving = { ...request, ...started(request, start) };
    return synced({ ...moving, ...copied(moving, { count: 3, bytes: 10 }, 10, start) }, start);
  });
  expect(await requestOf(lab, 'mary')).toMatchObject({ status: 'Synced', due: start + 120 * minute });
  expect(await statistics()).toMatchObject({ PercentComplete: 95, ItemsTransferred: 3, EffectiveIncrementalSyncInterval: '02:00:00' });
  await lab.run('Set-MoveRequest mary@contoso.test -CompleteAfter 2026-11-16T00:10:00Z', cloud, start + minute);
  expect(await requestOf(lab, 'mary')).toMatchObject({ due: start + 10 * minute });
  await lab.run('Set-MoveRequest mary@contoso.test -CompleteAfter 2026-11-15', cloud, start + 2 * minute);
  expect(await requestOf(lab, 'mary')).toMatchObject({ due: start + 2 * minute });
});

const other = (line: string) => newMary.replace('mary@contoso.test', line);
test.each<[string, string, string, RegExp | string]>([
  [
    'nobody',
    other('nobody@contoso.test'),
    'object-not-found',
    "The operation couldn't be performed because object 'nobody@contoso.test' couldn't be found on 'contoso.test'.",
  ],
  ['a mailbox', other('joe@contoso.test'), 'operation-failed', "Target user 'Joe Jones' already has a primary mailbox."],
  ['no archive', `${newMary} -ArchiveOnly -ArchiveDomain contoso.test`, 'operation-failed', "'mary' has no archive that could be moved."],
  ['ArchiveDomain', `${newMary} -ArchiveOnly`, 'bad-parameter', 'You must specify the ArchiveDomain parameter'],
  [
    'routing proxy',
    newMary.replace('contoso.mail.onmicrosoft.test', 'other.mail.onmicrosoft.test'),
    'operation-failed',
    "The target mailbox doesn't have an smtp proxy matching 'other.mail.onmicrosoft.test'.",
  ],
  [
    'out without a mailbox',
    newMary.replace('-Remote ', '-Outbound '),
    'operation-failed',
    "'mary' has no mailbox in this organization that could be moved.",
  ],
  ['51 bad items', `${newMary} -BadItemLimit 51`, 'bad-parameter', /-AcceptLargeDataLoss/],
  ['51 large items', `${newMary} -LargeItemLimit unlimited`, 'bad-parameter', /-AcceptLargeDataLoss/],
  ['a limit', `${newMary} -BadItemLimit few`, 'bad-parameter', /takes a number from 0 or Unlimited/],
  ['an interval', `${newMary} -IncrementalSyncInterval 120.00:00:01`, 'bad-parameter', /from 00:00:00 to 120\.00:00:00/],
  ['local', 'New-MoveRequest joe@contoso.test -TargetDatabase DB2', 'operation-failed', /not supported by this simulation/],
  ['both directions', `${newMary} -Outbound`, 'bad-parameter', /Parameter set cannot be resolved/],
  ['both parts', `${newMary} -PrimaryOnly -ArchiveOnly`, 'bad-parameter', /Parameter set cannot be resolved/],
  ['no host', newMary.replace('-RemoteHostName mail.contoso.test', ''), 'bad-parameter', 'A remote move needs -RemoteHostName.'],
  ['no account', newMary.replace(`-RemoteCredential ${credential}`, ''), 'bad-parameter', /needs -RemoteCredential or -SourceEndpoint/],
  ['no request', 'Resume-MoveRequest mary@contoso.test', 'object-not-found', "There is no move request for 'mary@contoso.test'."],
])('a request is refused for want of what it needs: %s', async (_what, line, code, words) => {
  expect(await refusal(lab, line)).toEqual([code, typeof words === 'string' ? words : expect.stringMatching(words)]);
});

test('50 items may be lost without a word, 51 with one', async () => {
  await lab.run(`${newMary} -BadItemLimit 50`, cloud);
  await lab.run('Set-MoveRequest mary@contoso.test -BadItemLimit 51 -AcceptLargeDataLoss', cloud);
  expect(await requestOf(lab, 'mary')).toMatchObject({ terms: { badItemLimit: 51, acceptLargeDataLoss: true } });
});

test('mailboxes leave by the same cmdlet', async () => {
  const out = `New-MoveRequest joe@contoso.test -Outbound -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain contoso.test -RemoteTargetDatabase DB1`;
  expect(await lab.run(out, cloud)).toMatchObject([{ Direction: 'Push', TargetDatabase: 'DB1' }]);
  expect(await refusal(lab, out)).toEqual(['object-exists', "Mailbox 'Joe Jones' is already being moved to 'DB1'."]);
});

test('a person with an address in a foreign domain does not move in', async () => {
  await lab.run("Set-Mailbox svc -EmailAddresses @{Add='smtp:svc@elsewhere.test'}");
  await lab.run('Start-ADSyncSyncCycle');
  expect(await refusal(lab, other('svc@contoso.test'))).toEqual([
    'operation-failed',
    "You can't use the domain because it's not an accepted domain for your organization.",
  ]);
});

test('a remote mailbox comes back as it left', async () => {
  const remote =
    'New-RemoteMailbox "Ray Roe" -UserPrincipalName ray@contoso.test -Password Pa55word! -RemoteRoutingAddress ray@contoso.mail.onmicrosoft.test';
  await lab.run(remote);
  const back = newMary
    .replace('mary@', 'ray@')
    .replace('-TargetDeliveryDomain contoso.mail.onmicrosoft.test', '-TargetDeliveryDomain contoso.test');
  // Its ExchangeGuid comes with the mailbox: without one there is nothing to ask the other side for.
  expect(await refusal(lab, back, 'contoso')).toEqual([
    'operation-failed',
    expect.stringMatching(/^The mail user 'ray' has no ExchangeGuid/),
  ]);
  await lab.run(`Set-RemoteMailbox ray -ExchangeGuid 99999999-9999-4999-8999-999999999999`);
  expect(await lab.run(back)).toMatchObject([{ Direction: 'Pull', ExchangeGuid: '99999999-9999-4999-8999-999999999999' }]);
  await lab.run('New-DistributionGroup -Name Crew');
  expect(await refusal(lab, newMary.replace('mary@contoso.test', 'crew'), 'contoso')).toEqual([
    'operation-failed',
    "A primary mailbox moves in for a mail user; 'Crew' is a MailUniversalDistributionGroup here.",
  ]);
});

test('a tenant of today goes by the score and has no limits', async () => {
  await lab.close();
  lab = await openMigrationLab('2025-11');
  for (const name of ['BadItemLimit', 'LargeItemLimit'])
    expect(await refusal(lab, `${newMary} -${name} 5`)).toEqual([
      'bad-parameter',
      expect.stringContaining(`A parameter cannot be found that matches parameter name '${name}'.`),
    ]);
  await lab.run(newMary, cloud);
  const shown = await statistics();
  expect(shown).toMatchObject({ DataConsistencyScore: 'Perfect' });
  expect(shown).not.toHaveProperty('BadItemLimit');
  await lab.run('Set-MoveRequest mary@contoso.test -SkippedItemApprovalTime 2026-11-16T00:00:00Z', cloud);
  expect(await requestOf(lab, 'mary')).toMatchObject({ terms: { scored: true, skippedItemsApproved: start } });
});

import { expect } from 'vitest';
import { getMailboxesOf } from '../../../../shared/domain/mailbox/mailboxes.ts';
import { writeMoveState } from '../../../../shared/domain/mailbox/move-state.ts';
import type { Guid } from '../../../../shared/kernel/ids.ts';
import { responses } from '../../ews/answers.ts';
import { cloud, deliveryDomain, type Home, type MovingLab, onPremises, write } from '../moving-lab.ts';
import { hours, minutes, passing, type Scenario, seconds } from './scenario.ts';

/** `New-MoveRequest` of Joe's mailbox, which is in the cloud, to Contoso's own server. */
const pushJoe = ({ run, credential }: MovingLab, more = '-SuspendWhenReadyToComplete'): Promise<unknown> =>
  run(
    `New-MoveRequest joe -Outbound -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain contoso.test ` +
      `-RemoteTargetDatabase "Mailbox Database 4077619517" ${more}`,
  );
const withdrawJoe = async ({ lab, run }: MovingLab): Promise<void> => {
  await run('Remove-MoveRequest joe -Confirm:$false');
  await lab.moved();
};
const stall =
  (cause: string) =>
  ({ lab }: MovingLab): void => {
    lab.faults.add({ match: { svc: 'migration', op: 'write' }, effect: { kind: 'stall', cause } });
  };

/** What mailboxes hold, and what the servers at both ends make of it. */
export const contents: readonly Scenario[] = [
  {
    id: 'large-items',
    what: 'messages that the target does not take',
    async play(moving) {
      const { lab, run, statistics } = moving;
      await run('Set-TransportConfig -MaxReceiveSize 512KB', onPremises);
      const body = 'large '.repeat(200_000);
      const message = `<t:Message><t:Subject>4600562666</t:Subject><t:Body BodyType="Text">${body}</t:Body></t:Message>`;
      const { body: answer } = await lab.ews(
        'joe@contoso.test',
        `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="inbox"/></m:SavedItemFolderId><m:Items>${message}</m:Items></m:CreateItem>`,
        { organization: cloud },
      );
      expect(responses(answer)).toMatchObject([{ class: 'Success' }]);
      await pushJoe(moving);
      await lab.moved();
      const told = await statistics('joe');
      expect(told).toMatchObject({
        Status: 'Failed',
        StatusDetail: 'FailedBadItemLimit',
        FailureType: 'TooManyLargeItemsPermanentException',
        LargeItemsEncountered: 1,
      });
      expect(told.Message).toContain(
        'This mailbox exceeded the maximum number of large items that were specified for this request. --> MapiExceptionMaxSubmissionExceeded: IExchangeFastTransferEx.TransferBuffer failed (hr=0x80004005, ec=1242)',
      );
      expect(told.lines.join('\n')).toMatch(
        /A large item was encountered: Item \(IPM\.Note\) Subject:"4600562666", Size: \d\.\d+ MB \([\d,]+ bytes\), Folder:"Inbox"/,
      );
      await run('Set-MoveRequest joe -LargeItemLimit 1');
      await run('Resume-MoveRequest joe -SuspendWhenReadyToComplete');
      await lab.moved();
      expect(await statistics('joe')).toMatchObject({ Status: 'AutoSuspended' });
      await run('Set-TransportConfig -MaxReceiveSize 10MB', onPremises);
      await withdrawJoe(moving);
    },
  },
  {
    id: 'quota',
    what: 'a mailbox larger than its database lets it be',
    async play(moving) {
      const { lab, run, statistics } = moving;
      const [database] = await run('Get-MailboxDatabase', onPremises);
      const quotas = (size: string): Promise<unknown> =>
        run(
          `Set-MailboxDatabase "${String(database?.['Name'])}" -IssueWarningQuota ${size} -ProhibitSendQuota ${size} -ProhibitSendReceiveQuota ${size}`,
          onPremises,
        );
      await quotas('1KB');
      await pushJoe(moving);
      await lab.moved();
      const told = await statistics('joe');
      expect(told).toMatchObject({ Status: 'Failed', StatusDetail: 'FailedOther', FailureType: 'MailboxSizeExceedsTargetQuotaException' });
      expect(told.Message).toMatch(/holds .+ bytes\) at the source; the quota of the target is 1 KB \(1,024 bytes\)\.$/);
      expect(told.lines.join('\n')).toContain('Error MailboxSizeExceedsTargetQuotaException ends the request.');
      await quotas('2GB');
      await run('Resume-MoveRequest joe -SuspendWhenReadyToComplete');
      await lab.moved();
      // What the first attempt has made goes first.
      await lab.clock.advance(30 * seconds);
      await lab.moved();
      expect(await statistics('joe')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
      await withdrawJoe(moving);
    },
  },
  {
    id: 'quota',
    what: 'a folder with more messages than its database lets it have',
    async play(moving) {
      const { lab, statistics } = moving;
      const message =
        'Cannot save changes made to an item to store. --> MapiExceptionMessagePerFolderCountQuotaExceeded: Unable to save changes. (hr=0x80004005, ec=1252)';
      lab.faults.add({
        seam: 'mrs.store',
        match: { op: 'write' },
        effect: { kind: 'exception', type: 'StoragePermanentException', message },
        after: 2,
      });
      await moving.move('adam', '-SuspendWhenReadyToComplete');
      await lab.moved();
      const told = await statistics('adam');
      expect(told).toMatchObject({
        Status: 'Failed',
        StatusDetail: 'FailedOther',
        FailureType: 'StoragePermanentException',
        Message: expect.stringContaining(message),
      });
      lab.faults.clear();
      await moving.run('Resume-MoveRequest adam -SuspendWhenReadyToComplete');
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
    },
  },
  ...['DiskLatency', 'Processor', 'MdbReplication', 'MdbAvailability'].map((cause) =>
    passing({
      ...{ id: 'target-stalls', what: `the databases of the cloud are behind: ${cause}`, cause: stall(cause) },
      shows: { Status: 'InProgress', StatusDetail: `StalledDueToTarget_${cause}`, FailureType: null },
      says: '',
      line: `Relinquishing job because of large delays due to unfavorable server health or budget limitations with a request throttling state 'StalledDueToTarget_${cause}'.`,
      mend: ({ lab }) => lab.faults.clear(),
      againAfterMs: 10 * minutes,
      lastly: 'Request is no longer stalled and will continue.',
    }),
  ),
  passing({
    id: 'target-stalls',
    what: 'a portion is not taken in time',
    cause: ({ lab }) =>
      lab.faults.add({
        match: { svc: 'mrsproxy', op: 'ISourceMailbox_ExportMessages' },
        effect: {
          kind: 'exception',
          type: 'DataExportTransientException',
          message: "MapiFxProxyTransientException: The data export was canceled due to a timeout. The destination didn't respond in time.",
        },
      }),
    shows: { Status: 'InProgress', StatusDetail: 'TransientFailure', FailureType: 'DataExportTransientException' },
    says: "MapiFxProxyTransientException: The data export was canceled due to a timeout. The destination didn't respond in time.",
    line: 'Transient error DataExportTransientException has occurred. The system will retry (1/60).',
    mend: ({ lab }) => lab.faults.clear(),
    againAfterMs: 30 * seconds,
  }),
  {
    id: 'corrupt-source',
    what: 'what the move keeps with its target is lost',
    async play(moving) {
      const { lab, run, statistics } = moving;
      await moving.move('adam', '-SuspendWhenReadyToComplete');
      await lab.moved();
      const [{ Guid: guid } = {}] = await run('Get-MailUser adam');
      // No cmdlet loses it: in life a database comes back from an older copy.
      const own = await getMailboxesOf(lab.store.read, String(guid) as Guid);
      for (const mailbox of own) await lab.store.transaction((tx) => writeMoveState(tx, mailbox.guid, null));
      await run('Resume-MoveRequest adam -SuspendWhenReadyToComplete');
      await lab.moved();
      const told = await statistics('adam');
      const type = 'RestartMoveCorruptSyncStateTransientException';
      expect(told).toMatchObject({ Status: 'InProgress', StatusDetail: 'TransientFailureTarget', FailureType: type });
      expect(told.lines.join('\n')).toMatch(
        /Restarting the move because checkpoint data doesn't exist or is invalid in '.+ \(Primary\)'\./,
      );
      // The old copy goes, then everything is copied anew.
      await lab.clock.advance(90 * seconds);
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
      expect(
        (await statistics('adam')).lines.filter((line) => line === 'Stage: CreatingFolderHierarchy. Percent complete: 10.').length,
      ).toBe(2);
    },
  },
  {
    id: 'corrupt-source',
    what: 'a mailbox that its server cannot describe',
    async play(moving) {
      const { lab, run, statistics } = moving;
      const message = 'MapiExceptionCorruptData: Unable to write mailbox info.';
      lab.faults.add({
        match: { svc: 'mrsproxy', op: 'IMailbox_GetMailboxInformation' },
        effect: { kind: 'exception', type: 'MailboxReplicationPermanentException', message },
      });
      await moving.move('adam', '-SuspendWhenReadyToComplete');
      await lab.moved();
      const told = await statistics('adam');
      expect(told).toMatchObject({ Status: 'Failed', StatusDetail: 'FailedOther' });
      expect(told.Message).toContain(message);
      lab.faults.clear();
      await run('Resume-MoveRequest adam -SuspendWhenReadyToComplete');
      await lab.moved();
      expect(await statistics('adam')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
    },
  },
  {
    id: 'stuck-at-95',
    what: 'a batch that nobody completes',
    async play({ lab, run, statistics, credential }) {
      const csv = Buffer.from('EmailAddress\nrob@contoso.test\n').toString('base64');
      await run(`New-MigrationEndpoint -Name hybrid -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${credential}`);
      await run(
        `New-MigrationBatch -Name wave -SourceEndpoint hybrid -TargetDeliveryDomain ${deliveryDomain} -CSVData "${csv}" -AutoStart`,
      );
      await lab.moved();
      // It is synced again each day.
      for (let day = 1; day <= 2; day += 1) {
        await lab.clock.advance(24 * hours + minutes);
        await lab.moved();
      }
      expect((await run('Get-MigrationUser rob@contoso.test'))[0]).toMatchObject({ Status: 'Synced' });
      const told = await statistics('rob');
      expect(told).toMatchObject({ Status: 'Synced', StatusDetail: 'Idle', PercentComplete: 95, FailureType: null });
      expect(told.lines.at(-1)).toMatch(/^The mailbox is synced\. The next sync is due at /);
      await run('Complete-MigrationBatch wave');
      await lab.moved();
      expect(await statistics('rob')).toMatchObject({ Status: 'Completed', PercentComplete: 100 });
    },
  },
  {
    id: 'stuck-at-95',
    what: 'rules that the server of the target does not take (HTTP 400)',
    async play(moving) {
      const { lab, statistics } = moving;
      await write(lab, 'joe@contoso.test', cloud, 'written before');
      const op = 'IDestinationFolder_SetRules';
      lab.faults.add({ seam: 'http.response', match: { svc: 'mrsproxy', op }, effect: { kind: 'status', status: 400 }, after: 1 });
      await pushJoe(moving, '');
      await lab.moved();
      const told = await statistics('joe');
      expect(told).toMatchObject({ Status: 'CompletionInProgress', StatusDetail: 'NetworkFailure', PercentComplete: 95 });
      expect(told.failures.at(-1)?.Message).toContain('The remote server returned an error: (400) Bad Request.');
      lab.faults.clear();
      await lab.clock.advance(30 * seconds);
      await lab.moved();
      expect(await statistics('joe')).toMatchObject({ Status: 'Completed' });
    },
  },
  {
    id: 'completed-with-warning',
    what: 'the source cannot be converted: the person has a mailbox on both sides',
    async play(moving) {
      const { lab, run, statistics } = moving;
      await run("New-Mailbox -Name Nora -UserPrincipalName nora@contoso.test -Password 'Pa55word!'", onPremises);
      await run('Start-ADSyncSyncCycle', onPremises);
      const effect = { kind: 'exception', type: 'ADObjectNotWritablePermanentException', message: 'The directory took no change.' };
      lab.faults.add({ match: { svc: 'mrsproxy', op: 'IMailbox_UpdateMovedMailbox4' }, effect });
      await moving.move('nora');
      await lab.moved();
      expect(await statistics('nora')).toMatchObject({ Status: 'CompletionInProgress', FailureType: null });
      // 480 attempts, one each 30 seconds.
      await lab.clock.advance(5 * hours);
      await lab.moved();
      const told = await statistics('nora');
      expect(told).toMatchObject({ Status: 'CompletedWithWarning', StatusDetail: 'CompletedWithWarnings', PercentComplete: 100 });
      const failed =
        /^Failed to convert the source mailbox '.+ \(Primary\)' to mail-enabled user after the move\. Attempt (\d+)\/480\. Error: /;
      const attempts = told.lines.flatMap((line) => failed.exec(line)?.[1] ?? []);
      expect([attempts.length, attempts.at(-1)]).toEqual([480, '480']);
      const details = async (where: Home): Promise<unknown> =>
        (await run('Get-Recipient nora@contoso.test', where))[0]?.['RecipientTypeDetails'];
      expect([await details(cloud), await details(onPremises)]).toEqual(['UserMailbox', 'UserMailbox']);
      // What is left to do is done by hand; a mailbox that is locked is not in the way of it.
      lab.faults.clear();
      await run('Disable-Mailbox nora -Confirm:$false', onPremises);
      await run(`Enable-RemoteMailbox nora -RemoteRoutingAddress nora@${deliveryDomain}`, onPremises);
      expect(await details(onPremises)).toBe('RemoteUserMailbox');
    },
  },
];

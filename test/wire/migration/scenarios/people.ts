import { expect } from 'vitest';
import { deliveryDomain, onPremises } from '../moving-lab.ts';
import type { Scenario } from './scenario.ts';

const csv = (...people: readonly string[]): string =>
  Buffer.from(`EmailAddress\n${people.map((name) => `${name}@contoso.test`).join('\n')}\n`).toString('base64');

/** What the directories say of somebody. */
export const people: readonly Scenario[] = [
  {
    id: 'exchange-guid',
    what: 'another mailbox GUID on the two sides',
    async play(moving) {
      const { lab, run, statistics } = moving;
      const [rob] = await run('Get-MailUser rob');
      const other = '11111111-2222-4333-8444-555555555555';
      await run(`Set-MailUser rob -ExchangeGuid ${other}`);
      await moving.move('rob', '-SuspendWhenReadyToComplete');
      await lab.moved();
      const told = await statistics('rob');
      expect(told).toMatchObject({ Status: 'Failed', StatusDetail: 'FailedOther', FailureType: 'RecipientNotFoundPermanentException' });
      expect(told.failures.at(-1)?.Message).toContain(`Cannot find a recipient that has mailbox GUID '${other}'.`);
      expect(told.lines.join('\n')).toContain('Error RecipientNotFoundPermanentException ends the request.');
      await run(`Set-MailUser rob -ExchangeGuid ${String(rob?.['ExchangeGuid'])}`);
      await run('Resume-MoveRequest rob -SuspendWhenReadyToComplete');
      await lab.moved();
      expect(await statistics('rob')).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
    },
  },
  {
    id: 'exchange-guid',
    what: 'a mail user that was made by hand has none',
    async play({ run, credential }) {
      await run(
        "New-MailUser -Name Nomad -MicrosoftOnlineServicesID nomad@contoso.test -Password 'Pa55word!' -ExternalEmailAddress nomad@contoso.test",
      );
      const move = `New-MoveRequest nomad -Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain ${deliveryDomain}`;
      await expect(run(move)).rejects.toThrow(/has no ExchangeGuid/);
      await run('Remove-MailUser nomad -Confirm:$false');
    },
  },
  {
    id: 'routing-proxy',
    what: 'a person whose mail cannot be routed to the cloud',
    async play(moving) {
      const { run } = moving;
      const address = `smtp:mary@${deliveryDomain}`;
      await run(`Set-Mailbox mary -EmailAddressPolicyEnabled $false -EmailAddresses @{Remove='${address}'}`, onPremises);
      await run('Start-ADSyncSyncCycle', onPremises);
      await expect(moving.move('mary')).rejects.toThrow(
        "The target mailbox doesn't have an smtp proxy matching 'contoso.mail.onmicrosoft.test'.",
      );
      await run(`Set-Mailbox mary -EmailAddresses @{Add='${address}'}`, onPremises);
      await run('Start-ADSyncSyncCycle', onPremises);
      await moving.move('mary', '-Suspend');
    },
  },
  {
    id: 'unaccepted-domain',
    what: 'an address of a domain that the tenant has not verified',
    async play(moving) {
      const { run } = moving;
      await run('New-AcceptedDomain -Name old -DomainName old-name.test', onPremises);
      await run("Set-Mailbox mary -EmailAddresses @{Add='smtp:mary@old-name.test'}", onPremises);
      await run('Start-ADSyncSyncCycle', onPremises);
      await expect(moving.move('mary')).rejects.toThrow(
        "You can't use the domain because it's not an accepted domain for your organization.",
      );
      await run("Set-Mailbox mary -EmailAddresses @{Remove='smtp:mary@old-name.test'}", onPremises);
      await run('Start-ADSyncSyncCycle', onPremises);
      await moving.move('mary', '-Suspend');
    },
  },
  {
    id: 'already-mailbox',
    what: 'a person who has a mailbox there',
    async play(moving) {
      await expect(moving.move('joe')).rejects.toThrow("Target user 'Joe' already has a primary mailbox.");
    },
  },
  {
    id: 'already-moving',
    what: 'a person whom another request moves, and whom a batch is to move',
    async play(moving) {
      const { lab, run, credential, statistics } = moving;
      await moving.move('adam', '-SuspendWhenReadyToComplete');
      await lab.moved();
      await expect(moving.move('adam')).rejects.toThrow("Mailbox 'Adam' is already being moved to");
      await run(`New-MigrationEndpoint -Name twice -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${credential}`);
      await run(
        `New-MigrationBatch -Name twice -SourceEndpoint twice -TargetDeliveryDomain ${deliveryDomain} -CSVData "${csv('adam')}" -AutoStart`,
      );
      await lab.moved();
      const [user] = await run('Get-MigrationUser adam@contoso.test');
      expect(user).toMatchObject({
        Status: 'Failed',
        ErrorSummary: expect.stringMatching(
          /^The user 'adam@contoso\.test' already has a pending request\. Please remove the existing request and resume the current batch or start a new batch for this user\. --> Mailbox 'Adam' is already being moved to '.+'\.$/,
        ),
      });
      await run('Remove-MoveRequest adam -Confirm:$false');
      await lab.moved();
      await run('Start-MigrationBatch twice');
      await lab.moved();
      expect((await run('Get-MigrationUser adam@contoso.test'))[0]).toMatchObject({ Status: 'Synced' });
      expect(await statistics('adam')).toMatchObject({ Status: 'Synced' });
      await run('Remove-MigrationBatch twice -Confirm:$false');
    },
  },
  {
    id: 'unknown-principals',
    what: 'a permission whose holder the cloud does not know',
    async play(moving) {
      const { lab, run, statistics } = moving;
      await run("New-Mailbox -Name Unsynced -UserPrincipalName unsynced@contoso.test -Password 'Pa55word!'", onPremises);
      await run('Add-MailboxPermission rob -User unsynced -AccessRights FullAccess', onPremises);
      await moving.move('rob', '-SuspendWhenReadyToComplete');
      await lab.moved();
      const told = await statistics('rob');
      expect(told).toMatchObject({
        Status: 'Failed',
        StatusDetail: 'FailedBadItemLimit',
        FailureType: 'TooManyBadItemsPermanentException',
        BadItemsEncountered: 1,
      });
      expect(told.failures.map(({ FailureType }) => FailureType)).toContain('TargetPrincipalMappingException');
      expect(told.lines.join('\n')).toContain(
        'A corrupted item was encountered: Unable to translate principals to the target mailbox: Failed to find a principal in the target forest that corresponds to the following source forest principal values: Alias: unsynced; DisplayName: Unsynced;',
      );
      // Mending the permission is not looked at any more; a higher limit is.
      await run('Remove-MailboxPermission rob -User unsynced -AccessRights FullAccess -Confirm:$false', onPremises);
      await run('Resume-MoveRequest rob -SuspendWhenReadyToComplete');
      await lab.moved();
      expect(await statistics('rob')).toMatchObject({ Status: 'Failed', FailureType: 'TooManyBadItemsPermanentException' });
      await run('Set-MoveRequest rob -BadItemLimit 5');
      await run('Resume-MoveRequest rob -SuspendWhenReadyToComplete');
      await lab.moved();
      expect(await statistics('rob')).toMatchObject({ Status: 'AutoSuspended' });
    },
  },
];

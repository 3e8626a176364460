import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunDovecot, dovecotProgram } from '../../support/dovecot.ts';
import { requireTool } from '../../support/tools.ts';
import { day, type ImapLab, message, openImapLab, sourceHoldings, targetHoldings } from './imap-lab.ts';

describe.skipIf(!requireTool(dovecotProgram, 'dovecot-imapd (and be root)', canRunDovecot()))('a batch of IMAP accounts', () => {
  let imap: ImapLab;
  beforeAll(async () => {
    imap = await openImapLab();
  }, 60_000);
  afterAll(() => imap?.close());

  const status = async (name: string) => (await imap.run(`Get-MigrationBatch ${name}`))[0];

  test('fills mailboxes that are there, again each day, until it is removed; who cannot be reached fails alone', {
    timeout: 60_000,
  }, async () => {
    const { dovecot, run, user } = imap;
    const eight = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].join('/');
    await dovecot.as('ida-old', async (client) => {
      await client.append('INBOX', message('one'), ['\\Flagged', '\\Seen'], new Date(Date.UTC(2019, 2, 4, 5, 6, 7)));
      await client.append('INBOX', message('deleted'), ['\\Deleted']);
      for (const folder of ['Projects/Löwe & Söhne/請求書', eight, 'Spam']) {
        await client.mailboxCreate(folder);
        await client.append(folder, message(`in ${folder}`), [], new Date(Date.UTC(2020, 0, 1)));
      }
      await client.append('Sent', message('sent'), ['\\Seen']);
      await client.append('Drafts', message('unsent'), ['\\Draft']);
      await client.append('Trash', message('thrown away'));
    });
    const [ida, jan] = [await imap.person('ida'), await imap.person('jan')];
    await imap.batch('first', [
      { address: ida, userName: 'ida-old' },
      { address: jan, userName: 'jan-old', password: 'wrong' },
      { address: 'nobody@contoso.onmicrosoft.test', userName: 'nobody' },
      // A mail user: his mailbox is elsewhere.
      { address: 'mary@contoso.test', userName: 'mary' },
    ]);
    expect(await user('ida')).toMatchObject({ Status: 'Synced', SyncedItemCount: 7, SkippedItemCount: 0, ErrorSummary: '' });
    expect(await targetHoldings(imap, ida)).toEqual(await sourceHoldings(imap, 'ida-old'));
    const signIn = "We had trouble signing in to this account. Please confirm that you're using the correct user name and password.";
    expect(await user('jan')).toMatchObject({ Status: 'Failed', SyncedItemCount: 0, ErrorSummary: expect.stringContaining(signIn) });
    const absent = `A recipient wasn't found for "nobody@contoso.onmicrosoft.test" on the target.`;
    expect((await user('nobody')).ErrorSummary).toContain(absent);
    expect(await run('Get-MigrationUser mary@contoso.test')).toMatchObject([{ Status: 'Failed' }]);
    expect(await status('first')).toMatchObject({
      Status: 'SyncedWithErrors',
      Type: 'IMAP',
      SyncedCount: 1,
      FailedCount: 3,
      TotalCount: 4,
    });
    const [statistics] = await run(`Get-MigrationUserStatistics ${ida}`);
    expect(statistics).toMatchObject({ MigrationType: 'IMAP', TotalItemsInSourceMailboxCount: 7, PercentageComplete: 95 });
    // No cmdlet of moves knows it.
    expect(await run('Get-MoveRequest')).toEqual([]);
    await expect(run(`Get-MoveRequest ${ida}`)).rejects.toThrow('There is no move request');
    await expect(run(`Remove-MoveRequest ${ida}`)).rejects.toThrow('There is no move request');

    await dovecot.as('ida-old', (client) => client.append('INBOX', message('two')));
    await imap.advance(day - 60_000);
    expect((await user('ida')).SyncedItemCount).toBe(7);
    await imap.advance(60_000);
    expect(await user('ida')).toMatchObject({ Status: 'Synced', SyncedItemCount: 8 });
    expect(await targetHoldings(imap, ida)).toEqual(await sourceHoldings(imap, 'ida-old'));

    await run('Remove-MigrationBatch first');
    await imap.lab.moved();
    await dovecot.as('ida-old', (client) => client.append('INBOX', message('three')));
    await imap.advance(2 * day);
    expect(await run('Get-MigrationUser')).toEqual([]);
    expect(await targetHoldings(imap, ida)).toHaveLength(8);
    // Another batch of the same account goes on where that one was.
    await imap.batch('again', [{ address: ida, userName: 'ida-old' }]);
    expect(await targetHoldings(imap, ida)).toEqual(await sourceHoldings(imap, 'ida-old'));
    await run('Complete-MigrationBatch again');
    await imap.lab.moved();
    expect(await status('again')).toMatchObject({ Status: 'Completed' });
    await dovecot.as('ida-old', (client) => client.append('INBOX', message('four')));
    await imap.advance(2 * day);
    expect(await targetHoldings(imap, ida)).toHaveLength(9);
    await run('Remove-MigrationBatch again');
  });
});

import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../services/cli/program.ts';
import { canRunDovecot, dovecotProgram } from '../../support/dovecot.ts';
import { startScriptedImap } from '../../support/scripted-imap.ts';
import type { TestLab } from '../../support/test-lab.ts';
import { requireTool } from '../../support/tools.ts';
import { csvOf, day, type ImapLab, message, openImapLab, sourceHoldings, targetHoldings } from './imap-lab.ts';

/** What `coexist move watch --batch` prints where nobody looks. */
async function watched(lab: TestLab, batch: string): Promise<string> {
  let out = '';
  await runCli(['move', 'watch', '--batch', batch, '--org', 'contoso-cloud'], {
    ...{ workingDir: lab.dataDir, terminal: false, mainModule: '', environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl } },
    print: (text) => {
      out += text;
    },
    ...{ complain: () => {}, readInput: () => Promise.resolve(''), start: () => Promise.reject(new Error('a lab runs already')) },
  });
  return out;
}

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
    expect(await watched(imap.lab, 'first')).toContain(`${ida}  95 %  Synced  7/7 items  `);
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

  test('a password that a list brought stands nowhere to be read', { timeout: 60_000 }, async () => {
    const { lab, run } = imap;
    const kim = await imap.person('kim');
    const password = 'Kept-For-Itself-77';
    await imap.batch('secret', [{ address: kim, userName: 'kim-old', password }]);
    expect((await imap.user('kim')).Status).toBe('Failed');
    const shown = [
      await run('Get-MigrationBatch secret -IncludeReport'),
      await run(`Get-MigrationUser ${kim}`),
      await run(`Get-MigrationUserStatistics ${kim} -IncludeReport -IncludeSkippedItems`),
      await run('Get-MigrationEndpoint'),
      await lab.exchanges({}),
    ];
    const rows: unknown[] = [];
    for (const { name } of await lab.store.read.introspection.getTables())
      rows.push(
        await lab.store.read
          .selectFrom(name as 'migration_user')
          .selectAll()
          .execute(),
      );
    const all = JSON.stringify([shown, rows], (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(all).toContain('kim-old');
    const encoded = Buffer.from(password).toString('base64').slice(4, -4);
    for (const secret of [password, encoded, csvOf([{ address: kim, userName: 'kim-old', password }]).slice(0, 200)])
      expect(all).not.toContain(secret);
    await run('Remove-MigrationBatch secret');
    await lab.moved();
  });

  test('large messages are left out and told of; excluded folders and the rest of a UserRoot stay behind', {
    timeout: 60_000,
  }, async () => {
    const { dovecot, run } = imap;
    await dovecot.as('lea-old', async (client) => {
      await client.mailboxCreate('Home/[Gmail]/All Mail');
      await client.mailboxCreate('Home/Work');
      await client.append('Home/Work', message('small'));
      await client.append('Home/Work', message('huge', 'x'.repeat(76).concat('\r\n').repeat(480_000)));
      await client.append('Home/[Gmail]/All Mail', message('small'));
      await client.append('INBOX', message('not hers'));
    });
    const lea = await imap.person('lea');
    const rows = [{ address: lea, userName: 'lea-old', root: 'Home' }];
    await imap.batch('picked', rows, '-ExcludeFolders "Home/[Gmail]/All Mail"');
    for (let round = 0; round < 2; round += 1) {
      expect(await imap.user('lea')).toMatchObject({ Status: 'Synced', SyncedItemCount: 1, SkippedItemCount: 1 });
      await imap.advance(day);
    }
    expect((await targetHoldings(imap, lea)).map((line) => line.split(':')[0])).toEqual(['Work']);
    const [told] = await run<{ SkippedItems: readonly object[] }>(`Get-MigrationUserStatistics ${lea} -IncludeSkippedItems`);
    expect(told?.SkippedItems).toMatchObject([{ Kind: 'LargeItem', Subject: 'huge', FolderName: 'Work' }]);
    expect(await imap.lines('lea')).toContainEqual(
      expect.stringMatching(/^A large item was encountered: Item \(IPM\.Note\) Subject:"huge", Size: .*, Folder:"Work"$/),
    );
    await run('Remove-MigrationBatch picked');
    await imap.lab.moved();
  });

  test('a batch that is stopped syncs no more until it is started; a mended password takes up where it failed', {
    timeout: 60_000,
  }, async () => {
    const { dovecot, run } = imap;
    await dovecot.as('max-old', (client) => client.append('INBOX', message('one')));
    const max = await imap.person('max');
    await imap.batch('paused', [{ address: max, userName: 'max-old' }]);
    await run('Stop-MigrationBatch paused');
    await imap.lab.moved();
    expect(await status('paused')).toMatchObject({ Status: 'Stopped' });
    expect((await imap.user('max')).Status).toBe('IncrementalStopped');
    await dovecot.as('max-old', (client) => client.append('INBOX', message('two')));
    await imap.advance(3 * day);
    expect(await targetHoldings(imap, max)).toHaveLength(1);
    await run('Start-MigrationBatch paused');
    await imap.lab.moved();
    expect(await targetHoldings(imap, max)).toHaveLength(2);
    await run(`Remove-MigrationUser ${max}`);
    await imap.lab.moved();
    const again = (password?: string) => csvOf([{ address: max, userName: 'max-old', ...(password === undefined ? {} : { password }) }]);
    await run(`Set-MigrationBatch paused -AddUsers -CSVData "${again('wrong')}"`);
    await imap.lab.moved();
    expect((await imap.user('max')).Status).toBe('Failed');
    await run(`Remove-MigrationUser ${max}`);
    await imap.lab.moved();
    await run(`Set-MigrationBatch paused -AddUsers -CSVData "${again()}"`);
    await imap.lab.moved();
    expect(await imap.user('max')).toMatchObject({ Status: 'Synced', SyncedItemCount: 2 });
    expect(await targetHoldings(imap, max)).toEqual(await sourceHoldings(imap, 'max-old'));
    // Nobody moves whose mailbox is being filled.
    await expect(
      run(
        `New-MoveRequest ${max} -Outbound -RemoteHostName mail.contoso.test -RemoteCredential @{UserName='CONTOSO\\administrator'; Password='x'} -TargetDeliveryDomain contoso.test`,
      ),
    ).rejects.toThrow("belongs to the migration batch 'paused', which carries data of the type IMAP");
    await dovecot.as('max-old', (client) => client.append('INBOX', message('three')));
    await run(`New-MigrationBatch -Name resumed -UserIds ${max} -AutoStart`);
    await imap.lab.moved();
    expect(await imap.user('max')).toMatchObject({ Status: 'Synced', SyncedItemCount: 3 });
    await run('Remove-MigrationBatch paused');
    await run('Remove-MigrationBatch resumed');
    await imap.lab.moved();
  });

  test('a source that has no room is asked again; one that says for how long is left alone that long', { timeout: 60_000 }, async () => {
    const { run } = imap;
    const ready = '* OK [CAPABILITY IMAP4rev1] ready\r\n';
    let said = 'NO [LIMIT] Too many sessions';
    const server = await startScriptedImap(ready, (tag, command) => {
      if (command === 'LOGIN' && said !== '') return `${tag} ${said}\r\n`;
      if (command === 'LIST') return `* LIST (\\NoInferiors) "/" INBOX\r\n${tag} OK done\r\n`;
      if (command === 'EXAMINE') return `* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ids\r\n${tag} OK done\r\n`;
      return `${tag} OK done\r\n`;
    });
    const nia = await imap.person('nia');
    await run(`New-MigrationEndpoint -IMAP -Name Busy -RemoteServer localhost -Port ${server.port} -Security None`);
    const before = server.connections();
    await imap.batch('busy', [{ address: nia, userName: 'nia-old' }], '-SourceEndpoint Busy');
    expect((await imap.user('nia')).Status).toBe('Syncing');
    expect(server.connections()).toBe(before + 1);
    said = 'NO Request is throttled. Suggested Backoff Time: 299961 milliseconds';
    await imap.advance(30_000);
    expect(server.connections()).toBe(before + 2);
    await imap.advance(299_000);
    expect(server.connections()).toBe(before + 2);
    said = '';
    await imap.advance(1_000);
    expect(await imap.user('nia')).toMatchObject({ Status: 'Synced', SyncedItemCount: 0, ErrorSummary: '' });
    expect((await imap.lines('nia')).join('\n')).toContain(
      "with a request throttling state 'StalledDueToSource_EndpointCapacityExceeded'.",
    );
    // Again and again without an end: then it is given up.
    said = 'NO [LIMIT] Too many sessions';
    await imap.advance(day);
    for (let attempt = 0; attempt < 61; attempt += 1) await imap.advance(30_000);
    expect(await imap.user('nia')).toMatchObject({
      Status: 'IncrementalFailed',
      ErrorSummary: expect.stringContaining('The job encountered too many transient failures (61) and is quitting.'),
    });
    await run('Remove-MigrationBatch busy');
    await imap.lab.moved();
    await run('Remove-MigrationEndpoint Busy');
    server.close();
  });

  test('an endpoint has no more connections than it is said to have', { timeout: 60_000 }, async () => {
    const { run } = imap;
    const signedIn = new Set<Socket>();
    let most = 0;
    const server = await startScriptedImap('* OK [CAPABILITY IMAP4rev1] ready\r\n', (tag, command, socket) => {
      if (command === 'LOGIN') signedIn.add(socket);
      most = Math.max(most, [...signedIn].filter(({ destroyed }) => !destroyed).length);
      const said = command === 'LIST' ? `* LIST () "/" INBOX\r\n${tag} OK done\r\n` : `${tag} OK [UIDVALIDITY 7] done\r\n`;
      // After others have had the time to come.
      setImmediate(() => socket.write(command === 'EXAMINE' ? `* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ids\r\n${said}` : said));
      return '';
    });
    const one = '-MaxConcurrentMigrations 1 -MaxConcurrentIncrementalSyncs 1';
    await run(`New-MigrationEndpoint -IMAP -Name Narrow -RemoteServer localhost -Port ${server.port} -Security None ${one}`);
    const rows = [];
    for (const alias of ['ola', 'pia', 'quin']) rows.push({ address: await imap.person(alias), userName: alias });
    await imap.batch('narrow', rows, '-SourceEndpoint Narrow');
    expect(await status('narrow')).toMatchObject({ Status: 'Synced', SyncedCount: 3 });
    expect([server.connections(), signedIn.size, most]).toEqual([4, 3, 1]);
    await run('Remove-MigrationBatch narrow');
    await imap.lab.moved();
    await run('Remove-MigrationEndpoint Narrow');
    server.close();
  });

  test.each<[string, string, string, string]>([
    ['a line that is not secured', 'plain', 'Ssl', 'TlsFailed'],
    ['no STARTTLS', 'plain', 'Tls', 'NoTls'],
    ['no sign-in by password', 'disabled', 'None', 'Login is disabled'],
    ['a password for applications', 'gmail', 'None', "with the following alert: 'Application-specific password required: see help'"],
  ])('%s fails its user', { timeout: 60_000 }, async (_what, kind, security, words) => {
    const { run } = imap;
    const abilities = kind === 'disabled' ? 'IMAP4rev1 LOGINDISABLED' : 'IMAP4rev1';
    const server = await startScriptedImap(`* OK [CAPABILITY ${abilities}] ready\r\n`, (tag, command) => {
      if (command === 'CAPABILITY') return `* CAPABILITY ${abilities}\r\n${tag} OK done\r\n`;
      if (command === 'LOGIN') return `${tag} NO [ALERT] Application-specific password required: see help\r\n`;
      return `${tag} OK done\r\n`;
    });
    const name = `u${kind}${security}`.toLowerCase();
    const address = await imap.person(name);
    await run(`New-MigrationEndpoint -IMAP -Name Odd -RemoteServer localhost -Port ${server.port} -Security ${security} -SkipVerification`);
    await imap.batch('odd', [{ address, userName: 'odd' }], '-SourceEndpoint Odd');
    expect(await imap.user(name)).toMatchObject({ Status: 'Failed', ErrorSummary: expect.stringContaining(words) });
    await run('Remove-MigrationBatch odd');
    await imap.lab.moved();
    await run('Remove-MigrationEndpoint Odd');
    server.close();
  });
});

describe.skipIf(!requireTool(dovecotProgram, 'dovecot-imapd (and be root)', canRunDovecot()))(
  'a Dovecot with one connection for each',
  () => {
    test('whoever holds it lets the batch wait, and nobody fails', { timeout: 90_000 }, async () => {
      const imap = await openImapLab({ connections: 1 });
      try {
        const ned = await imap.person('ned');
        await imap.dovecot.as('ned-old', async (client) => {
          await client.append('INBOX', message('one'));
          await imap.batch('waits', [{ address: ned, userName: 'ned-old' }]);
          expect((await imap.user('ned')).Status).toBe('Syncing');
        });
        await imap.advance(30_000);
        expect(await imap.user('ned')).toMatchObject({ Status: 'Synced', SyncedItemCount: 1 });
      } finally {
        await imap.close();
      }
    });
  },
);

import { hash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createCertificateStore } from '../../../shared/net/certificates.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { type Dovecot, dovecotPassword, startDovecot } from '../../support/dovecot.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { cloud } from './moving-lab.ts';

/** A tenant, and a Dovecot whose certificate it trusts. */
export interface ImapLab {
  readonly lab: TestLab;
  readonly dovecot: Dovecot;
  run<Shown = Readonly<Record<string, unknown>>>(line: string): Promise<readonly Shown[]>;
  /** A new mailbox in the cloud, by its alias. */
  person(alias: string): Promise<string>;
  /** `New-MigrationBatch -AutoStart` of rows `EmailAddress,UserName,Password,UserRoot`; what it waits for is done afterwards. */
  batch(name: string, rows: readonly ImapRow[], more?: string): Promise<void>;
  user(alias: string): Promise<UserShown>;
  lines(alias: string): Promise<readonly string[]>;
  advance(durationMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface ImapRow {
  readonly address: string;
  readonly userName: string;
  readonly password?: string;
  readonly root?: string;
}

export interface UserShown {
  readonly Status: string;
  readonly ErrorSummary: string;
  readonly SyncedItemCount: number;
  readonly SkippedItemCount: number;
}

export const day = 86_400_000;

export async function openImapLab(options: { readonly connections?: number } = {}): Promise<ImapLab> {
  const lab = await openTestLab();
  const store = await createCertificateStore({ folder: join(lab.dataDir, 'certificates'), realNow: () => Date.now() });
  const { certPem, chain, keyPem } = await store.leafFor(['localhost']);
  const dovecot = await startDovecot({ cert: [certPem, ...chain].join(''), key: keyPem }, options);
  const run: ImapLab['run'] = (line) => runCmdlet(lab, cloud, line);
  await run(`New-MigrationEndpoint -IMAP -Name Dovecot -RemoteServer localhost -Port ${dovecot.imaps} -Security Ssl`);
  return {
    ...{ lab, dovecot, run },
    async person(alias) {
      const address = `${alias}@contoso.onmicrosoft.test`;
      await run(`New-Mailbox ${alias} -MicrosoftOnlineServicesID ${address} -Password Pa55word!`);
      return address;
    },
    async batch(name, rows, more = '') {
      const endpoint = more.includes('-SourceEndpoint') ? '' : '-SourceEndpoint Dovecot';
      await run(`New-MigrationBatch -Name ${name} ${endpoint} -CSVData "${csvOf(rows)}" -AutoStart ${more}`);
      await lab.moved();
    },
    async user(alias) {
      const [shown] = await run<UserShown>(`Get-MigrationUser ${alias}@contoso.onmicrosoft.test`);
      if (shown === undefined) throw new Error(`${alias} is in no batch`);
      return shown;
    },
    async lines(alias) {
      const [told] = await run<{ Report: { Entries: { Message: string }[] } }>(
        `Get-MigrationUserStatistics ${alias}@contoso.onmicrosoft.test -IncludeReport`,
      );
      return told?.Report.Entries.map(({ Message }) => Message) ?? [];
    },
    async advance(durationMs) {
      await lab.clock.advance(durationMs);
      await lab.moved();
    },
    async close() {
      await dovecot.stop();
      await lab.close();
    },
  };
}

/** The list of a batch, base64. */
export function csvOf(rows: readonly ImapRow[]): string {
  const lines = rows.map(({ address, userName, password = dovecotPassword, root = '' }) => [address, userName, password, root].join(','));
  return Buffer.from(['EmailAddress,UserName,Password,UserRoot', ...lines, ''].join('\n')).toString('base64');
}

export function message(subject: string, body = `about ${subject}`): string {
  return `From: Ann <ann@source.test>\r\nTo: Bob <bob@source.test>\r\nSubject: ${subject}\r\nMessage-ID: <${hash('sha1', subject)}@source.test>\r\n\r\n${body}\r\n`;
}

const standard: Readonly<Record<string, string>> = {
  ...{ INBOX: 'Inbox', Sent: 'Sent Items', Trash: 'Deleted Items', Drafts: 'Drafts', Spam: 'Junk Email' },
};

/** What an account holds: `Inbox/Old: digest moment read`, sorted, with the folders called as the mailbox calls them. */
export async function sourceHoldings({ dovecot }: Pick<ImapLab, 'dovecot'>, userName: string): Promise<readonly string[]> {
  return dovecot.as(userName, async (client) => {
    const found: string[] = [];
    for (const { path, flags } of await client.list()) {
      if (flags.has('\\Noselect')) continue;
      const [top = '', ...below] = path.split('/');
      const folder = [standard[top] ?? top, ...below].join('/');
      const { exists } = await client.mailboxOpen(path, { readOnly: true });
      if (exists === 0) continue;
      for await (const one of client.fetch('1:*', { source: true, flags: true, internalDate: true })) {
        if (one.flags?.has('\\Deleted') === true) continue;
        found.push(
          lineOf(folder, one.source ?? Buffer.alloc(0), new Date(one.internalDate ?? 0).getTime(), one.flags?.has('\\Seen') === true),
        );
      }
    }
    return found.toSorted();
  });
}

/** The same of the mailbox that it came to, read from the store: octets as they are kept. */
export async function targetHoldings({ lab }: Pick<ImapLab, 'lab'>, address: string): Promise<readonly string[]> {
  const [shown] = await runCmdlet<{ ExchangeGuid: string }>(lab, cloud, `Get-Mailbox ${address}`);
  const mailbox = shown?.ExchangeGuid ?? '';
  const { read } = lab.store;
  const folders = await read
    .selectFrom('folder')
    .select(['counter', 'parent', 'role', 'display_name'])
    .where('mailbox', '=', mailbox)
    .execute();
  const pathOf = (counter: number | null): string => {
    const folder = folders.find((one) => one.counter === counter);
    if (folder === undefined || folder.role === 'msgfolderroot') return '';
    const above = pathOf(folder.parent);
    return above === '' ? folder.display_name : `${above}/${folder.display_name}`;
  };
  const items = await read.selectFrom('item').select(['folder', 'received', 'is_read', 'mime']).where('mailbox', '=', mailbox).execute();
  const found: string[] = [];
  for (const { folder, received, is_read, mime } of items) {
    const octets = mime === null ? undefined : await readBlob(read, mime);
    expect(octets).toBeDefined();
    found.push(lineOf(pathOf(folder), octets ?? Buffer.alloc(0), received ?? 0, Boolean(is_read)));
  }
  return found.toSorted();
}

function lineOf(folder: string, octets: Uint8Array, received: number, isRead: boolean): string {
  return `${folder}: ${hash('sha256', octets).slice(0, 16)} ${new Date(received).toISOString()} ${isRead ? 'read' : 'unread'}`;
}

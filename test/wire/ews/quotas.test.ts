import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
beforeEach(() => lab.reset());
afterAll(() => lab.close());

type Shown = Readonly<Record<string, unknown>>;
const run = (line: string, organization = 'contoso') => runCmdlet<Shown>(lab, organization, line);
const statistics = async (line: string, organization = 'contoso') =>
  present((await run(`Get-MailboxStatistics ${line}`, organization))[0], 'statistics');
const own = (quotas: string, who = 'mary') => run(`Set-Mailbox ${who} -UseDatabaseQuotaDefaults $false ${quotas}`);
const codes = async (body: string, as = mary): Promise<readonly string[]> =>
  responses((await lab.ews(as, body)).body).map(({ code }) => code);
const folder = (id: string): string => `<t:DistinguishedFolderId Id="${id}"/>`;
const message = (text: string, to?: string): string =>
  `<t:Message><t:Subject>${text.slice(0, 20)}</t:Subject><t:Body BodyType="Text">${text}</t:Body>${to === undefined ? '' : `<t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients>`}</t:Message>`;
const create = (disposition: string, text: string, to?: string): string =>
  `<m:CreateItem MessageDisposition="${disposition}"><m:Items>${message(text, to)}</m:Items></m:CreateItem>`;
const save = (text = 'a draft', as = mary) => codes(create('SaveOnly', text), as);
const send = (to: string, as = mary) => codes(create('SendOnly', 'news', to), as);
const octets = (shown: unknown): number => Number(/\(([\d,]+) bytes\)/.exec(String(shown))?.[1]?.replaceAll(',', ''));

describe('what a mailbox holds', () => {
  test('is told by Get-MailboxStatistics, with how near that is to the quotas of the database', async () => {
    const before = await statistics('mary');
    expect(before).toMatchObject({
      StorageLimitStatus: 'BelowLimit',
      DatabaseIssueWarningQuota: '1.899 GB (2,039,480,320 bytes)',
      DatabaseProhibitSendQuota: '2 GB (2,147,483,648 bytes)',
      DatabaseProhibitSendReceiveQuota: '2.3 GB (2,469,396,480 bytes)',
      Database: expect.stringMatching(/^Mailbox Database \d{10}$/),
      IsArchiveMailbox: false,
    });
    expect(await save('x'.repeat(10_000))).toEqual(['NoError']);
    const after = await statistics('mary');
    expect(after['ItemCount']).toBe(Number(before['ItemCount']) + 1);
    const grown = octets(after['TotalItemSize']) - octets(before['TotalItemSize']);
    expect(grown).toBeGreaterThan(10_000);
    await codes(
      `<m:EmptyFolder DeleteType="SoftDelete" DeleteSubFolders="false"><m:FolderIds>${folder('drafts')}</m:FolderIds></m:EmptyFolder>`,
    );
    const emptied = await statistics('mary');
    expect(octets(emptied['TotalDeletedItemSize'])).toBeGreaterThanOrEqual(grown);
    expect(octets(emptied['TotalItemSize']) + octets(emptied['TotalDeletedItemSize'])).toBe(octets(after['TotalItemSize']));
    expect((await run(`Get-MailboxStatistics -Database "${String(after['Database'])}"`)).map(({ DisplayName }) => DisplayName)).toContain(
      after['DisplayName'],
    );
  });

  test('an archive is measured by itself', async () => {
    await expect(run('Get-MailboxStatistics mary -Archive')).rejects.toThrow(/archive/);
    await run('Enable-Mailbox mary -Archive');
    expect(await statistics('mary -Archive')).toMatchObject({ ItemCount: 0, TotalItemSize: '0 B (0 bytes)', IsArchiveMailbox: true });
  });
});

describe('quotas as they are set', () => {
  test('those of a mailbox are unlimited and hold when they are to; they may not contradict each other', async () => {
    expect(await run('Get-Mailbox mary')).toMatchObject([
      {
        UseDatabaseQuotaDefaults: true,
        IssueWarningQuota: 'Unlimited',
        ProhibitSendQuota: 'Unlimited',
        RecoverableItemsQuota: '30 GB (32,212,254,720 bytes)',
      },
    ]);
    await run('Set-Mailbox mary -ProhibitSendReceiveQuota 1KB');
    expect(await save()).toEqual(['NoError']);
    await run('Set-Mailbox mary -UseDatabaseQuotaDefaults $false');
    expect(await save()).toEqual(['ErrorQuotaExceeded']);
    await expect(run('Set-Mailbox mary -ProhibitSendQuota 2KB')).rejects.toThrow(/less than or equal/);
    await expect(run('Set-Mailbox mary -IssueWarningQuota much')).rejects.toThrow(/IssueWarningQuota/);
    await run('Set-Mailbox mary -UseDatabaseQuotaDefaults $true');
    expect(await save()).toEqual(['NoError']);
  });

  test('those of a database hold for whoever lies in it and has none of his own', async () => {
    const [{ Name, ProhibitSendQuota } = {}] = await run('Get-MailboxDatabase');
    expect(ProhibitSendQuota).toBe('2 GB (2,147,483,648 bytes)');
    await run(`Set-MailboxDatabase "${String(Name)}" -ProhibitSendQuota 1KB -IssueWarningQuota 1KB`);
    expect(await statistics('rob')).toMatchObject({ StorageLimitStatus: 'ProhibitSend' });
    await own('');
    expect(await statistics('mary')).toMatchObject({ StorageLimitStatus: 'NoChecking' });
    await expect(run('Set-MailboxDatabase nowhere -ProhibitSendQuota 1KB')).rejects.toThrow(/nowhere/);
  });

  test('in the cloud a mailbox has those of its licence, which may be lowered', async () => {
    expect(await run('Get-Mailbox joe', 'contoso-cloud')).toMatchObject([
      {
        UseDatabaseQuotaDefaults: false,
        IssueWarningQuota: '49 GB (52,613,349,376 bytes)',
        ProhibitSendQuota: '49.5 GB (53,150,220,288 bytes)',
        ProhibitSendReceiveQuota: '50 GB (53,687,091,200 bytes)',
      },
    ]);
    await expect(run('Set-Mailbox joe -ProhibitSendReceiveQuota 60GB', 'contoso-cloud')).rejects.toThrow(/licence/);
    await run('Set-Mailbox joe -IssueWarningQuota 1KB -ProhibitSendQuota 1KB', 'contoso-cloud');
    expect(await statistics('joe', 'contoso-cloud')).toMatchObject({ StorageLimitStatus: 'ProhibitSend' });
    await expect(run('Get-MailboxDatabase', 'contoso-cloud')).rejects.toThrow(/Get-MailboxDatabase/);
  });
});

describe('a mailbox that is full', () => {
  test('beyond ProhibitSendQuota it sends nothing and still saves and receives', async () => {
    await own('-ProhibitSendQuota 1KB -IssueWarningQuota 1KB');
    const refused = responses((await lab.ews(mary, create('SendOnly', 'news', rob))).body);
    expect(refused).toMatchObject([{ code: 'ErrorQuotaExceeded', text: 'Mailbox has exceeded maximum mailbox size.' }]);
    expect(await codes(create('SendAndSaveCopy', 'news', rob))).toEqual(['ErrorQuotaExceeded']);
    const draft = present(ids((await lab.ews(mary, create('SaveOnly', 'news', rob))).body)[0], 'a draft');
    expect(
      await codes(
        `<m:SendItem SaveItemToFolder="false"><m:ItemIds><t:ItemId Id="${draft.id}" ChangeKey="${draft.changeKey}"/></m:ItemIds></m:SendItem>`,
      ),
    ).toEqual(['ErrorQuotaExceeded']);
    expect(await send(mary, rob)).toEqual(['NoError']);
  });

  test('beyond ProhibitSendReceiveQuota nothing is added, what is there can be read, moved and deleted', async () => {
    const { body } = await lab.ews(mary, create('SaveOnly', 'kept'));
    const { id } = present(ids(body)[0], body);
    await own('-ProhibitSendReceiveQuota 1KB');
    expect(await statistics('mary')).toMatchObject({ StorageLimitStatus: 'MailboxDisabled' });
    expect(await save()).toEqual(['ErrorQuotaExceeded']);
    const item = `<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds>`;
    expect(await codes(`<m:CopyItem><m:ToFolderId>${folder('inbox')}</m:ToFolderId>${item}</m:CopyItem>`)).toEqual(['ErrorQuotaExceeded']);
    const attachment = '<t:FileAttachment><t:Name>a</t:Name><t:Content>QQ==</t:Content></t:FileAttachment>';
    expect(
      await codes(`<m:CreateAttachment><m:ParentItemId Id="${id}"/><m:Attachments>${attachment}</m:Attachments></m:CreateAttachment>`),
    ).toEqual(['ErrorQuotaExceeded']);
    expect(await codes(`<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>${item}</m:GetItem>`)).toEqual(['NoError']);
    expect(await codes(`<m:DeleteItem DeleteType="HardDelete">${item}</m:DeleteItem>`)).toEqual(['NoError']);
  });

  test('mail to it comes back to its sender, whoever sent it on', async () => {
    await own('-ProhibitSendReceiveQuota 1KB', 'rob');
    expect(await send(rob)).toEqual(['NoError']);
    const found = await lab.ews(
      mary,
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:Restriction><t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="Undeliverable"/></t:Contains></m:Restriction><m:ParentFolderIds>${folder('inbox')}</m:ParentFolderIds></m:FindItem>`,
    );
    const report = present(ids(found.body)[0], found.body);
    const { body } = await lab.ews(
      mary,
      `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds><t:ItemId Id="${report.id}"/></m:ItemIds></m:GetItem>`,
    );
    expect(Buffer.from(texts(body, 'MimeContent')[0] ?? '', 'base64').toString()).toMatch(/5\.2\.2 mailbox full/);
    await run(`New-InboxRule -Mailbox mary -Name on -RedirectTo ${rob}`);
    expect(await send(mary)).toEqual(['NoError']);
    expect(await statistics('rob')).toMatchObject({ StorageLimitStatus: 'MailboxDisabled' });
  });

  test('a folder has as many items as it may', async () => {
    const before = Number((await statistics('mary'))['ItemCount']);
    expect(before).toBeGreaterThan(0);
    await run('Set-Mailbox mary -MailboxMessagesPerFolderCountReceiveQuota 1');
    expect(await save()).toEqual(['NoError']);
    expect(await save()).toEqual(['ErrorMessagePerFolderCountReceiveQuotaExceeded']);
  });

  test('what is recoverable has a quota of its own: nothing more is deleted for recovery, and for good it is', async () => {
    const items: string[] = [];
    for (const text of ['one', 'two']) items.push(present(ids((await lab.ews(mary, create('SaveOnly', text))).body)[0], text).id);
    await own('-RecoverableItemsWarningQuota 1B -RecoverableItemsQuota 1B');
    const remove = (id: string | undefined, how: string) =>
      codes(`<m:DeleteItem DeleteType="${how}"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`);
    expect(await remove(items[0], 'SoftDelete')).toEqual(['NoError']);
    expect(await remove(items[1], 'SoftDelete')).toEqual(['ErrorQuotaExceeded']);
    expect(await remove(items[1], 'HardDelete')).toEqual(['NoError']);
  });
});

describe('who has too much', () => {
  const dayMs = 86_400_000;
  const told = async (): Promise<readonly (readonly string[])[]> => {
    const { body } = await lab.ews(
      mary,
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${['item:Subject', 'item:ItemClass', 'item:Importance', 'item:DateTimeReceived', 'message:From'].map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('')}</t:AdditionalProperties></m:ItemShape><m:Restriction><t:Contains ContainmentMode="Prefixed" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="item:ItemClass"/><t:Constant Value="IPM.Note.StorageQuotaWarning"/></t:Contains></m:Restriction><m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:DateTimeReceived"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds>${folder('inbox')}</m:ParentFolderIds></m:FindItem>`,
    );
    return all(body, 'Message').map((one) =>
      ['ItemClass', 'Subject', 'Importance', 'DateTimeReceived', 'Name'].map((name) => texts(one, name)[0] ?? ''),
    );
  };
  const mail = (end: string, subject: string, day: string) => [
    `IPM.Note.StorageQuotaWarning.${end}`,
    subject,
    'High',
    `2026-11-${day}T01:00:00Z`,
    'Microsoft Outlook',
  ];

  test("is told at one o'clock which limit he has passed, and again when something has been added", async () => {
    await own('-IssueWarningQuota 1KB');
    await lab.clock.advance(dayMs);
    expect(await told()).toEqual([]);
    expect(await save()).toEqual(['NoError']);
    await lab.clock.advance(dayMs);
    const warned = mail('Warning', 'Your mailbox is almost full', '06');
    expect(await told()).toEqual([warned]);
    await lab.clock.advance(3 * dayMs);
    expect(await told()).toEqual([warned]);
    expect(await send(mary, rob)).toEqual(['NoError']);
    await own('-ProhibitSendQuota 1KB');
    await lab.clock.advance(dayMs);
    const stopped = mail('Send', 'Your mailbox is full', '10');
    expect(await told()).toEqual([warned, stopped]);
    expect(await save()).toEqual(['NoError']);
    await own('-ProhibitSendReceiveQuota 1KB');
    await lab.clock.advance(dayMs);
    expect(await told()).toEqual([warned, stopped, mail('SendReceive', 'Your mailbox is full', '11')]);
  });

  test('is not told where there is room again, nor of a warning far below the limit for sending', async () => {
    await own('-IssueWarningQuota 1KB');
    await save();
    await own('-IssueWarningQuota 1GB');
    await lab.clock.advance(dayMs);
    await own('-IssueWarningQuota 1KB -ProhibitSendQuota 1GB');
    await save();
    await lab.clock.advance(dayMs);
    expect(await told()).toEqual([]);
  });
});

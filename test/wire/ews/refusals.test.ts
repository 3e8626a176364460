import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDirectory } from '../../../shared/domain/directory/directory.ts';
import { mostFolderMembers } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { mostJunkEntries } from '../../../shared/domain/mailbox/junk-email.ts';
import { mostRules } from '../../../shared/domain/mailbox/rules/rule.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, faultOf, ids, responses, texts } from './answers.ts';
import { openEventStream } from './event-stream.ts';
import { createMessage, subscribe } from './subscriptions.ts';

const [mary, rob, adam] = ['mary@contoso.test', 'rob@contoso.test', 'adam@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

const ask = async (body: string, user = mary): Promise<string> => (await lab.ews(user, body)).body;
const codes = async (body: string, user = mary): Promise<readonly string[]> => responses(await ask(body, user)).map(({ code }) => code);
const run = (line: string) => runCmdlet(lab, 'contoso', line);
const role = (id: string, mail?: string): string =>
  `<t:DistinguishedFolderId Id="${id}">${mail === undefined ? '' : `<t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox>`}</t:DistinguishedFolderId>`;
const itemIds = (id: string): string => `<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds>`;
const createItem = (item: string, given = ' MessageDisposition="SaveOnly"'): string =>
  `<m:CreateItem${given}><m:Items>${item}</m:Items></m:CreateItem>`;

async function saved(item: string): Promise<{ readonly id: string; readonly changeKey: string }> {
  const answer = await ask(createItem(item));
  return present(ids(answer)[0], answer);
}

async function mailboxGuid(mail: string): Promise<Guid> {
  const directory = openDirectory(lab.store, 'contoso');
  const recipient = present(await directory.byAddress(mail), mail);
  directory.close();
  return present(recipient.exchangeGuid, mail);
}

async function subfolder(parent: string): Promise<string> {
  const answer = await ask(
    `<m:CreateFolder><m:ParentFolderId>${role(parent)}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>Below ${parent}</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
  );
  return present(attributes(answer, 'FolderId', 'Id')[0], answer);
}

describe('what a request must say for some items', () => {
  const message = '<t:Message><t:Subject>s</t:Subject></t:Message>';

  test('what becomes of a message that is created or changed', async () => {
    const created = await lab.ews(mary, createItem(message, ''));
    expect([created.status, faultOf(created.body).code]).toEqual([500, 'ErrorMessageDispositionRequired']);
    const update = ({ id, changeKey }: { id: string; changeKey: string }, element: string, given = '') =>
      codes(
        `<m:UpdateItem ConflictResolution="AutoResolve"${given}><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}" ChangeKey="${changeKey}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:${element}><t:Subject>t</t:Subject></t:${element}></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      );
    expect(await update(await saved(message), 'Message')).toEqual(['ErrorMessageDispositionRequired']);
    expect(await update(await saved('<t:Task><t:Subject>s</t:Subject></t:Task>'), 'Task')).toEqual(['NoError']);
  });

  test('which occurrences of a task go, and who hears that a meeting is off', async () => {
    const remove = (id: string, given = '') => codes(`<m:DeleteItem DeleteType="HardDelete"${given}>${itemIds(id)}</m:DeleteItem>`);
    const { id } = await saved('<t:Task><t:Subject>s</t:Subject></t:Task>');
    expect(await remove(id)).toEqual(['ErrorAffectedTaskOccurrencesRequired']);
    expect(await remove(id, ' AffectedTaskOccurrences="AllOccurrences"')).toEqual(['NoError']);
    await enterAppointments(lab, 'contoso', mary, [{ start: '2026-11-05T09:00Z', end: '2026-11-05T10:00Z' }]);
    const found = await ask(
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>${role('calendar')}</m:ParentFolderIds></m:FindItem>`,
    );
    const meeting = present(ids(found)[0], found).id;
    expect(await remove(meeting)).toEqual(['ErrorSendMeetingCancellationsRequired']);
    expect(await remove(meeting, ' SendMeetingCancellations="SendToNone"')).toEqual(['NoError']);
  });
});

describe('what cannot be done with what is there', () => {
  test('only messages are sent', async () => {
    const { id, changeKey } = await saved('<t:Contact><t:GivenName>C</t:GivenName></t:Contact>');
    expect(
      await codes(
        `<m:SendItem SaveItemToFolder="false"><m:ItemIds><t:ItemId Id="${id}" ChangeKey="${changeKey}"/></m:ItemIds></m:SendItem>`,
      ),
    ).toEqual(['ErrorInvalidItemForOperationSendItem']);
  });

  test.each(['MoveItem', 'CopyItem'])('%s of an occurrence', async (operation) => {
    const { id } = await saved('<t:Message><t:Subject>s</t:Subject></t:Message>');
    const ofSeries = `<m:ItemIds><t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="1"/></m:ItemIds>`;
    expect(await codes(`<m:${operation}><m:ToFolderId>${role('inbox')}</m:ToFolderId>${ofSeries}</m:${operation}>`)).toEqual([
      'ErrorCalendarCannotMoveOrCopyOccurrence',
    ]);
  });

  test.each(['MoveFolder', 'CopyFolder'])('%s to the mailbox of somebody else', async (operation) => {
    await run('Add-MailboxPermission rob -User mary -AccessRights FullAccess');
    const folder = await subfolder(operation === 'MoveFolder' ? 'inbox' : 'drafts');
    const request = `<m:${operation}><m:ToFolderId>${role('inbox', rob)}</m:ToFolderId><m:FolderIds><t:FolderId Id="${folder}"/></m:FolderIds></m:${operation}>`;
    expect(await codes(request)).toEqual(['ErrorCrossMailboxMoveCopy']);
  });

  test('a folder below one that has gone', async () => {
    const folder = await subfolder('sentitems');
    await ask(`<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds><t:FolderId Id="${folder}"/></m:FolderIds></m:DeleteFolder>`);
    const child = '<t:Folder><t:DisplayName>x</t:DisplayName></t:Folder>';
    const request = `<m:CreateFolder><m:ParentFolderId><t:FolderId Id="${folder}"/></m:ParentFolderId><m:Folders>${child}</m:Folders></m:CreateFolder>`;
    expect(await codes(request)).toEqual(['ErrorParentFolderNotFound']);
  });

  test('an attachment is no item on its own', async () => {
    const file = '<t:FileAttachment><t:Name>a</t:Name><t:Content>YQ==</t:Content></t:FileAttachment>';
    const answer = await ask(createItem(`<t:Message><t:Attachments>${file}</t:Attachments></t:Message>`));
    const attachment = present(attributes(answer, 'AttachmentId', 'Id')[0], answer);
    const get = `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>${itemIds(attachment)}</m:GetItem>`;
    expect(await codes(get)).toEqual(['ErrorInvalidId']);
  });

  test('a culture that nobody has', async () => {
    expect(await codes(createItem('<t:Message><t:Culture>tlh-KX</t:Culture></t:Message>'))).toEqual(['ErrorUnsupportedCulture']);
    expect(await codes(createItem('<t:Message><t:Culture>de-CH</t:Culture></t:Message>'))).toEqual(['NoError']);
  });

  test('a name that many have is told with all of them, as a warning', async () => {
    const answer = await ask('<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>ad</m:UnresolvedEntry></m:ResolveNames>');
    expect(responses(answer)).toMatchObject([{ class: 'Warning', code: 'ErrorNameResolutionMultipleResults' }]);
    expect(texts(answer, 'EmailAddress').length).toBeGreaterThan(1);
  });

  test('a photograph of a size that EWS does not have, without a door for SOAP', async () => {
    const url = `https://mail.contoso.test/EWS/Exchange.asmx/s/GetUserPhoto?email=${mary}&size=HR97x97`;
    const answer = await lab.https(url, { headers: { authorization: basic('CONTOSO\\mary', lab.password) } });
    expect([answer.status, await lab.exchangeOf(answer)]).toMatchObject([400, { outcome: 'refused', code: 'ErrorInvalidPhotoSize' }]);
  });
});

describe('restrictions that mean nothing', () => {
  const subject = '<t:FieldURI FieldURI="item:Subject"/>';
  const exists = (uri: string): string => `<t:Exists><t:FieldURI FieldURI="${uri}"/></t:Exists>`;
  const excludes = (mask: string): string => `<t:Excludes><t:FieldURI FieldURI="item:Size"/><t:Bitmask Value="${mask}"/></t:Excludes>`;
  const contains = (uri: string): string =>
    `<t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="${uri}"/><t:Constant Value="1"/></t:Contains>`;

  test.each([
    ['a text in a number', contains('item:Size'), 'ErrorContainsFilterWrongType'],
    ['a text in a date', contains('item:DateTimeReceived'), 'ErrorContainsFilterWrongType'],
    ['a text in one of several', contains('item:Categories'), 'NoError'],
    ['no mask', excludes(''), 'ErrorInvalidExcludesRestriction'],
    ['no digits', excludes('0x'), 'ErrorInvalidExcludesRestriction'],
    ['more than 32 bits', excludes('0x1ffffffff'), 'ErrorInvalidExcludesRestriction'],
    ['32 bits', excludes('0xFFFFFFFF'), 'NoError'],
    ['whether there is a flag', exists('message:IsRead'), 'ErrorInvalidPropertyForExists'],
    ['whether there is another flag', exists('item:IsFromMe'), 'ErrorInvalidPropertyForExists'],
    ['254 in one', `<t:Or>${exists('item:Subject').repeat(254)}</t:Or>`, 'NoError'],
    ['255 in one', `<t:Or>${exists('item:Subject').repeat(255)}</t:Or>`, 'ErrorRestrictionTooLong'],
  ])('%s', async (_what, restriction, code) => {
    const { body } = await lab.ews(
      mary,
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${subject}</t:AdditionalProperties></m:ItemShape><m:Restriction>${restriction}</m:Restriction><m:ParentFolderIds>${role('inbox')}</m:ParentFolderIds></m:FindItem>`,
    );
    expect(texts(body, 'ResponseCode')).toEqual([code]);
  });
});

describe('names', () => {
  const resolve = (entry: string, folders = ''): Promise<readonly string[]> =>
    codes(
      `<m:ResolveNames ReturnFullContactData="false" SearchScope="ActiveDirectoryContacts">${folders === '' ? '' : `<m:ParentFolderIds>${folders}</m:ParentFolderIds>`}<m:UnresolvedEntry>${entry}</m:UnresolvedEntry></m:ResolveNames>`,
    );

  test.each([' ', ',', '-'])('%j is none', async (entry) => {
    expect(await resolve(entry)).toEqual(['ErrorInvalidNameForNameResolution']);
  });

  test('are looked for in one folder of contacts', async () => {
    expect(await resolve('mary', role('contacts'))).toEqual(['NoError']);
    expect(await resolve('mary', role('inbox'))).toEqual(['ErrorResolveNamesInvalidFolderType']);
    expect(await resolve('mary', role('contacts').repeat(2))).toEqual(['ErrorResolveNamesOnlyOneContactsFolderAllowed']);
  });
});

describe('what nobody creates', () => {
  test.each(['MeetingMessage', 'MeetingRequest', 'MeetingResponse', 'MeetingCancellation'])('%s', async (element) => {
    expect(await codes(createItem(`<t:${element}/>`))).toEqual(['ErrorInvalidItemForOperationCreateItem']);
  });

  test('a message about a meeting, as an attachment', async () => {
    const { id } = await saved('<t:Message><t:Subject>s</t:Subject></t:Message>');
    const attach = (element: string) =>
      codes(
        `<m:CreateAttachment><m:ParentItemId Id="${id}"/><m:Attachments><t:ItemAttachment><t:Name>a</t:Name><t:${element}/></t:ItemAttachment></m:Attachments></m:CreateAttachment>`,
      );
    expect(await attach('MeetingMessage')).toEqual(['ErrorInvalidItemForOperationCreateItemAttachment']);
    expect(await attach('MeetingRequest')).toEqual(['NoError']);
  });

  test('a request as two people', async () => {
    const header =
      '<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>rob@contoso.test</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>' +
      '<t:SerializedSecurityContext><t:UserSid>S-1-5-21-1</t:UserSid><t:PrimarySmtpAddress>rob@contoso.test</t:PrimarySmtpAddress></t:SerializedSecurityContext>';
    const get = `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${role('inbox')}</m:FolderIds></m:GetFolder>`;
    const answer = await lab.ews(mary, get, { header });
    expect([answer.status, faultOf(answer.body).code]).toEqual([500, 'ErrorMoreThanOneAccessModeSpecified']);
  });
});

describe('more than is kept', () => {
  test('permissions of a folder', async () => {
    const entry =
      '<t:Permission><t:UserId><t:DistinguishedUser>Default</t:DistinguishedUser></t:UserId><t:PermissionLevel>None</t:PermissionLevel></t:Permission>';
    const update = (count: number) =>
      codes(
        `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${role('inbox')}<t:Updates><t:SetFolderField><t:FieldURI FieldURI="folder:PermissionSet"/><t:Folder><t:PermissionSet><t:Permissions>${entry.repeat(count)}</t:Permissions></t:PermissionSet></t:Folder></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
      );
    expect(await update(mostFolderMembers + 1)).toEqual(['ErrorInvalidPermissionSettings']);
    expect(await update(mostFolderMembers)).toEqual(['ErrorDuplicateUserIdsSpecified']);
  });

  test('an attachment of 100 MB: the door takes no such request, and works on', async () => {
    const { id } = await saved('<t:Message><t:Subject>big</t:Subject></t:Message>');
    const attach = (content: string) =>
      lab.ews(
        mary,
        `<m:CreateAttachment><m:ParentItemId Id="${id}"/><m:Attachments><t:FileAttachment><t:Name>a</t:Name><t:Content>${content}</t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>`,
      );
    const answer = await attach('YWFh'.repeat(100_000_000 / 3));
    expect([answer.status, answer.body]).toEqual([413, '']);
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'refused', status: 413 });
    expect(responses((await attach('YWFh'.repeat(1_000_000))).body)).toMatchObject([{ code: 'NoError' }]);
  });

  test('senders that are blocked', async () => {
    const blocked = Array.from({ length: mostJunkEntries }, (_, index) => `'spam${index}@example.test'`).join();
    await run(`Set-MailboxJunkEmailConfiguration mary -BlockedSendersAndDomains ${blocked}`);
    const from = '<t:From><t:Mailbox><t:EmailAddress>other@example.test</t:EmailAddress></t:Mailbox></t:From>';
    const { id } = await saved(`<t:Message><t:Subject>junk</t:Subject>${from}</t:Message>`);
    const mark = `<m:MarkAsJunk IsJunk="true" MoveItem="false">${itemIds(id)}</m:MarkAsJunk>`;
    expect(await codes(mark)).toEqual(['ErrorQuotaExceeded']);
    await run('Set-MailboxJunkEmailConfiguration mary -BlockedSendersAndDomains $null');
    expect(await codes(mark)).toEqual(['NoError']);
  });

  test('rules, and those that only Outlook runs', async () => {
    const create = (index: number): string =>
      `<t:CreateRuleOperation><t:Rule><t:DisplayName>r${index}</t:DisplayName><t:Priority>${index + 1}</t:Priority><t:IsEnabled>true</t:IsEnabled><t:Actions><t:Delete>true</t:Delete></t:Actions></t:Rule></t:CreateRuleOperation>`;
    const update = async (count: number, removes: boolean) =>
      texts(
        await ask(
          `<m:UpdateInboxRules><m:RemoveOutlookRuleBlob>${removes}</m:RemoveOutlookRuleBlob><m:Operations>${Array.from({ length: count }, (_, index) => create(index)).join('')}</m:Operations></m:UpdateInboxRules>`,
          adam,
        ),
        'ResponseCode',
      );
    expect(await update(mostRules + 1, false)).toEqual(['ErrorRulesOverQuota']);
    const mailbox = await mailboxGuid(adam);
    await lab.store.transaction(async (tx) => {
      const { counter } = await requireFolder(tx, mailbox, 'inbox');
      const blob = { class: 'IPM.RuleOrganizer', associated: true, properties: {}, recipients: [], attachments: [] };
      await createItems(tx, mailbox, counter, [blob], 0);
    });
    expect(await update(1, false)).toEqual(['ErrorOutlookRuleBlobExists']);
    expect(await update(1, true)).toEqual(['NoError']);
    expect(await update(1, false)).toEqual(['NoError']);
  });

  test('mailboxes of one search, and of one hold', async () => {
    await run(`Add-RoleGroupMember "Discovery Management" -Member ${mary}`);
    const scope = `<t:MailboxSearchScope><t:Mailbox>${mary}</t:Mailbox><t:SearchScope>PrimaryOnly</t:SearchScope></t:MailboxSearchScope>`;
    const search = `<m:SearchMailboxes><m:SearchQueries><t:MailboxQuery><t:Query>quince</t:Query><t:MailboxSearchScopes>${scope.repeat(5_001)}</t:MailboxSearchScopes></t:MailboxQuery></m:SearchQueries><m:ResultType>StatisticsOnly</m:ResultType></m:SearchMailboxes>`;
    expect(await codes(search)).toEqual(['ErrorSearchTooManyMailboxes']);
    const hold = `<m:SetHoldOnMailboxes><m:ActionType>Create</m:ActionType><m:HoldId>h</m:HoldId><m:Query/><m:Mailboxes>${`<t:String>${mary}</t:String>`.repeat(10_001)}</m:Mailboxes></m:SetHoldOnMailboxes>`;
    expect(texts(await ask(hold), 'ResponseCode')).toEqual(['ErrorSearchTooManyMailboxes']);
  });
});

describe('mailboxes that are not what they were', () => {
  test('a subscription that has been told more than has happened: what lay between is missed, then it goes on', async () => {
    const { id } = await subscribe(lab, rob, 'Streaming', { folders: ['drafts'], events: ['Created'] });
    const mailbox = await mailboxGuid(rob);
    await lab.store.transaction((tx) =>
      tx.updateTable('subscription').set({ position: 1_000_000 }).where('mailbox', '=', mailbox).execute(),
    );
    const stream = await openEventStream(lab, rob, [id]);
    const [missed = ''] = (await stream.until((document) => texts(document, 'ResponseCode').some((code) => code !== 'NoError'))).slice(-1);
    expect([texts(missed, 'ResponseCode'), texts(missed, 'SubscriptionId')]).toEqual([['ErrorMissedNotificationEvents'], [id]]);
    await createMessage(lab, rob, 'afterwards');
    await stream.until((document) => texts(document, 'CreatedEvent').length > 0);
    stream.destroy();
  });
});

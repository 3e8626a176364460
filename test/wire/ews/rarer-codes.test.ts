import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { hasOperation } from '../../../shared/protocols/ews/first-versions.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic, envelope } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { faultOf, ids, responses, texts } from './answers.ts';

const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  await run('New-Mailbox -PublicFolder -Name pf');
});
afterAll(() => lab.close());

const run = (line: string) => runCmdlet(lab, 'contoso', line);
const ask = async (body: string, as = mary, header?: string) => (await lab.ews(as, body, header === undefined ? {} : { header })).body;
const codes = async (body: string, as = mary) => responses(await ask(body, as)).map(({ code }) => code);
const post = (body: string, headers: Readonly<Record<string, string>> = {}, user = 'CONTOSO\\mary') =>
  lab.https('https://mail.contoso.test/EWS/Exchange.asmx', {
    method: 'POST',
    headers: { 'content-type': 'text/xml', authorization: basic(user, lab.password), ...headers },
    body,
  });
const folder = (id: string, owner?: string): string =>
  `<t:DistinguishedFolderId Id="${id}">${owner === undefined ? '' : `<t:Mailbox><t:EmailAddress>${owner}</t:EmailAddress></t:Mailbox>`}</t:DistinguishedFolderId>`;
const create = (items: string, where?: string, options = 'MessageDisposition="SaveOnly"'): string =>
  `<m:CreateItem ${options}>${where === undefined ? '' : `<m:SavedItemFolderId>${where}</m:SavedItemFolderId>`}<m:Items>${items}</m:Items></m:CreateItem>`;
const getFolder = (id: string): string =>
  `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>${id}</m:FolderIds></m:GetFolder>`;
const message = '<t:Message><t:Subject>s</t:Subject></t:Message>';
const saved = async (items = message, where?: string, options?: string) =>
  present(ids(await ask(create(items, where, options)))[0], 'an item');

describe('folders of others', () => {
  test('whoever sees one and may not create in it hears that; whoever does not see it, no more than that', async () => {
    await run('Add-MailboxFolderPermission mary:\\Inbox -User rob -AccessRights Reviewer');
    expect(await codes(create(message, folder('inbox', mary)), rob)).toEqual(['ErrorCreateItemAccessDenied']);
    expect(await codes(create(message, folder('drafts', mary)), rob)).toEqual(['ErrorAccessDenied']);
  });

  test('nothing is put beside all public folders', async () => {
    expect(await codes(create(message, folder('publicfoldersroot')))).toEqual(['ErrorOperationNotAllowedWithPublicFolderRoot']);
  });

  test('what lies in a public folder is not archived', async () => {
    await run('Enable-Mailbox mary -Archive');
    const { id } = await saved();
    const archive = `<m:ArchiveItem><m:ArchiveSourceFolderId>${folder('publicfoldersroot')}</m:ArchiveSourceFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:ArchiveItem>`;
    expect(await codes(archive)).toEqual(['ErrorCannotArchiveItemsInPublicFolders']);
    const occurrence = archive.replace(/<t:ItemId .*?>/, `<t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="1"/>`);
    expect(await codes(occurrence)).toEqual(['ErrorInvalidItemForOperationArchiveItem']);
  });
});

describe('who has no mailbox here', () => {
  const nobody = 'CONTOSO\\joe';
  const first = async (body: string) => responses((await post(envelope(body), {}, nobody)).body)[0];
  test('says whose folder he means, and resolves no names', async () => {
    expect(await first(getFolder(folder('inbox')))).toMatchObject({
      code: 'ErrorMissingEmailAddress',
      text: expect.stringMatching(/does not have a mailbox/),
    });
    expect(
      await first('<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>rob</m:UnresolvedEntry></m:ResolveNames>'),
    ).toMatchObject({ code: 'ErrorNameResolutionNoMailbox' });
    expect(
      await first('<m:ExpandDL><m:Mailbox><t:EmailAddress>all-staff@contoso.test</t:EmailAddress></m:Mailbox></m:ExpandDL>'),
    ).toMatchObject({
      code: 'ErrorNameResolutionNoMailbox',
    });
    expect(
      await first('<m:CreateManagedFolder><m:FolderNames><t:FolderName>a</t:FolderName></m:FolderNames></m:CreateManagedFolder>'),
    ).toMatchObject({ code: 'ErrorMissingEmailAddressForManagedFolder' });
  });
});

describe('addresses', () => {
  const recipient = (type: string): string =>
    `<t:Message><t:ToRecipients><t:Mailbox><t:EmailAddress>a@b.test</t:EmailAddress><t:RoutingType>${type}</t:RoutingType></t:Mailbox></t:ToRecipients></t:Message>`;
  test.each([
    ['SMTP', 'NoError'],
    ['X400', 'NoError'],
    ['smtp:', 'ErrorInvalidRoutingType'],
    ['no type', 'ErrorInvalidRoutingType'],
    ['TooManyLetters', 'ErrorInvalidRoutingType'],
  ])('of the type %s: %s', async (type, code) => {
    expect(await codes(create(recipient(type)))).toEqual([code]);
  });

  test('of contacts and members of lists have types, too', async () => {
    const contact =
      '<t:Contact><t:EmailAddresses><t:Entry Key="EmailAddress1" RoutingType="a:b">a@b.test</t:Entry></t:EmailAddresses></t:Contact>';
    const list =
      '<t:DistributionList><t:Members><t:Member><t:Mailbox><t:Name>a</t:Name><t:EmailAddress>a@b.test</t:EmailAddress><t:RoutingType>a:b</t:RoutingType></t:Mailbox></t:Member></t:Members></t:DistributionList>';
    for (const one of [contact, list]) expect(await codes(create(one))).toEqual(['ErrorInvalidRoutingType']);
  });

  test('a contact is a member by an address that he has', async () => {
    const contact =
      '<t:Contact><t:FileAs>a</t:FileAs><t:EmailAddresses><t:Entry Key="EmailAddress1">a@b.test</t:Entry></t:EmailAddresses></t:Contact>';
    const { id } = await saved(contact);
    const list = (address: string): string =>
      `<t:DistributionList><t:Members><t:Member><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress><t:MailboxType>Contact</t:MailboxType><t:ItemId Id="${id}"/></t:Mailbox></t:Member></t:Members></t:DistributionList>`;
    expect(await codes(create(list('a@b.test')))).toEqual(['NoError']);
    expect(await codes(create(list('other@b.test')))).toEqual(['ErrorInvalidContactEmailAddress']);
  });
});

describe('ids and change keys', () => {
  test('an update says which version it is of', async () => {
    const { id } = await saved();
    const update = `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AutoResolve"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:Message><t:Subject>t</t:Subject></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
    expect(responses(await ask(update))).toMatchObject([
      { code: 'ErrorChangeKeyRequiredForWriteOperations', text: 'ChangeKey is required for this operation.' },
    ]);
    expect(await codes(update.replace('AutoResolve', 'AlwaysOverwrite'))).toEqual(['NoError']);
  });

  test('the id of an item is none of an attachment', async () => {
    const { id } = await saved();
    const get = (one: string) =>
      codes(`<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id="${one}"/></m:AttachmentIds></m:GetAttachment>`);
    expect(await get(id)).toEqual(['ErrorInvalidIdNotAnItemAttachmentId']);
  });

  test('ids of Exchange 2007 are converted before they are used', async () => {
    const { id } = await saved();
    const convert = `<m:ConvertId DestinationFormat="EwsLegacyId"><m:SourceIds><t:AlternateId Format="EwsId" Id="${id}" Mailbox="${mary}"/></m:SourceIds></m:ConvertId>`;
    const legacy = present(/AlternateId [^>]*\bId="([^"]+)"/.exec(await ask(convert))?.[1], 'the converted id');
    const get = (one: string) =>
      codes(
        `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${one}"/></m:ItemIds></m:GetItem>`,
      );
    expect(await get(legacy)).toEqual(['ErrorInvalidIdMalformedEwsLegacyIdFormat']);
    expect(await get('AAAA')).toEqual(['ErrorInvalidIdMalformed']);
  });
});

describe('meetings and conversations', () => {
  test('nobody is told of a change to what is in Deleted Items', async () => {
    const meeting = `<t:CalendarItem><t:Subject>m</t:Subject><t:Start>2026-11-05T09:00:00Z</t:Start><t:End>2026-11-05T10:00:00Z</t:End><t:RequiredAttendees><t:Attendee><t:Mailbox><t:EmailAddress>${rob}</t:EmailAddress></t:Mailbox></t:Attendee></t:RequiredAttendees></t:CalendarItem>`;
    const { id } = await saved(meeting, undefined, 'SendMeetingInvitations="SendToAllAndSaveCopy"');
    const moved = await ask(
      `<m:MoveItem><m:ToFolderId>${folder('deleteditems')}</m:ToFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:MoveItem>`,
    );
    const there = present(ids(moved)[0], moved);
    const update = (telling: string) =>
      codes(
        `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="${telling}"><m:ItemChanges><t:ItemChange><t:ItemId Id="${there.id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:CalendarItem><t:Subject>n</t:Subject></t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      );
    expect(await update('SendToAllAndSaveCopy')).toEqual(['ErrorCalendarCannotUpdateDeletedItem']);
    expect(await update('SendToNone')).toEqual(['NoError']);
  });

  test('a scope of mailboxes goes with a query', async () => {
    const find = (more: string) =>
      ask(
        `<m:FindConversation><m:IndexedPageItemView MaxEntriesReturned="1" Offset="0" BasePoint="Beginning"/><m:ParentFolderId>${folder('inbox')}</m:ParentFolderId><m:MailboxScope>PrimaryOnly</m:MailboxScope>${more}</m:FindConversation>`,
      );
    expect(texts(await find(''), 'ResponseCode')).toEqual(['ErrorMailboxScopeNotAllowedWithoutQueryString']);
    expect(texts(await find('<m:QueryString>a</m:QueryString>'), 'ResponseCode')).toEqual(['NoError']);
  });
});

describe('the request as a whole', () => {
  test.each([
    ['Exchange2007', 'ErrorIncorrectSchemaVersion'],
    ['Exchange2010', undefined],
    ['Exchange2013_SP1', undefined],
  ])('the operation has to be in the schema that is named: rooms in %s', async (version, code) => {
    const body = await ask('<m:GetRoomLists/>', mary, `<t:RequestServerVersion Version="${version}"/>`);
    if (code === undefined) expect(texts(body, 'ResponseCode')).toEqual(['NoError']);
    else
      expect(faultOf(body)).toMatchObject({
        code,
        reason: expect.stringMatching(/^The request is valid but does not specify the correct server version/),
      });
    expect([hasOperation('Exchange2007', 'GetItem'), hasOperation(undefined, 'GetPersona')]).toEqual([true, true]);
  });

  test('a SOAPAction with nothing in the body is no request', async () => {
    const [action, none] = [await post(envelope(''), { soapaction: '"http://schemas.microsoft.com/GetFolder"' }), await post(envelope(''))];
    expect([faultOf(action.body).code, faultOf(none.body).code]).toEqual(['ErrorInvalidRequest', 'ErrorSchemaValidation']);
  });
});

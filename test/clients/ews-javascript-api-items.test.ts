import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { mappedAgents } from '../support/mapped-agents.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { texts } from '../wire/ews/answers.ts';

const {
  BasePropertySet,
  BodyType,
  ConflictResolutionMode,
  DeleteMode,
  EmailMessage,
  EmailMessageSchema,
  ExchangeService,
  ExchangeVersion,
  FolderId,
  Item,
  ItemSchema,
  ItemView,
  Mailbox,
  MessageBody,
  PropertySet,
  SearchFilter,
  ServiceResult,
  WebCredentials,
  WellKnownFolderName,
} = ews;
type Service = InstanceType<typeof ExchangeService>;
type Message = InstanceType<typeof EmailMessage>;

const [maryMail, robMail, adamMail] = ['mary@contoso.test', 'rob@contoso.test', 'adam@contoso.test'];
let lab: TestLab;
let mary: Service;
let rob: Service;
let adam: Service;
beforeAll(async () => {
  lab = await openTestLab();
  [mary, rob, adam] = [serviceOf('CONTOSO\\mary'), serviceOf('CONTOSO\\rob'), serviceOf('CONTOSO\\adam')];
});
afterAll(() => lab.close());

function serviceOf(userName: string): Service {
  const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1);
  service.XHRApi = new XhrApi({ ...mappedAgents(lab.names) } as object);
  service.Credentials = new WebCredentials(userName, lab.password);
  service.Url = new ews.Uri('https://mail.contoso.test/EWS/Exchange.asmx');
  return service;
}

const whole = new PropertySet(BasePropertySet.FirstClassProperties, [
  ItemSchema.Attachments,
  EmailMessageSchema.References,
  EmailMessageSchema.ConversationIndex,
]);

async function named(service: Service, folder: ews.WellKnownFolderName, subject: string): Promise<Message[]> {
  const found = await service.FindItems(folder, new SearchFilter.IsEqualTo(ItemSchema.Subject, subject), new ItemView(20));
  return Promise.all(found.Items.map(({ Id }) => EmailMessage.Bind(service, Id, whole)));
}

async function only(service: Service, folder: ews.WellKnownFolderName, subject: string): Promise<Message> {
  const found = await named(service, folder, subject);
  expect(found.map((one) => one.Subject)).toEqual([subject]);
  return present(found[0], subject);
}

/** rob writes to mary and adam, with a picture in the text and a file, in one request as the library does not write it. */
async function writeToMary(subject: string): Promise<Message> {
  const file = (name: string, content: string, facts: string): string =>
    `<t:FileAttachment><t:Name>${name}</t:Name>${facts}<t:Content>${Buffer.from(content).toString('base64')}</t:Content></t:FileAttachment>`;
  const to = (element: string, mail: string): string =>
    `<t:${element}><t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox></t:${element}>`;
  const picture = file('one.png', 'picture', '<t:ContentId>one</t:ContentId><t:IsInline>true</t:IsInline>');
  const body = '&lt;html&gt;&lt;body&gt;&lt;p&gt;Look: &lt;img src="cid:one"&gt;&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;';
  await lab.ews(
    robMail,
    `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="HTML">${body}</t:Body>` +
      `<t:Attachments>${picture}${file('plan.txt', 'the plan', '')}</t:Attachments>${to('ToRecipients', maryMail)}${to('CcRecipients', adamMail)}</t:Message></m:Items></m:CreateItem>`,
  );
  return only(mary, WellKnownFolderName.Inbox, subject);
}

/** PidTagLastVerbExecuted and PidTagIconIndex of an item of mary's: the library cannot ask for them on this Node. */
async function marksOn({ Id }: Message): Promise<readonly string[]> {
  const tag = (id: string): string => `<t:ExtendedFieldURI PropertyTag="${id}" PropertyType="Integer"/>`;
  const shape = `<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${tag('0x1081')}${tag('0x1080')}</t:AdditionalProperties></m:ItemShape>`;
  return texts(
    (await lab.ews(maryMail, `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${Id.UniqueId}"/></m:ItemIds></m:GetItem>`)).body,
    'Value',
  );
}

const addresses = (list: ews.EmailAddressCollection): string[] => list.GetEnumerator().map(({ Address }) => Address);
const filesOf = (message: Message): string[] =>
  message.Attachments.GetEnumerator()
    .map(({ Name }) => Name)
    .sort();

test('mary answers rob: subject, text, conversation, and a mark on what was answered', async () => {
  const original = await writeToMary('Plans');
  await original.Reply(new MessageBody(BodyType.HTML, '&lt;p&gt;I see.&lt;/p&gt;'), false);
  const answer = await only(rob, WellKnownFolderName.Inbox, 'RE: Plans');
  expect(addresses(answer.ToRecipients)).toEqual([robMail]);
  expect(addresses(answer.CcRecipients)).toEqual([]);
  expect(answer.Body.Text).toMatch(
    /<p>I see\.<\/p>[\s\S]*<b>From:<\/b> Rob &lt;rob@contoso\.test&gt;[\s\S]*<p>Look: <img src="cid:one"><\/p>/,
  );
  expect(answer.InReplyTo).toBe(original.InternetMessageId);
  expect(answer.References).toContain(original.InternetMessageId);
  expect(answer.ConversationTopic).toBe('Plans');
  const copy = await only(mary, WellKnownFolderName.SentItems, 'RE: Plans');
  expect(copy.ConversationId.UniqueId).toBe(original.ConversationId.UniqueId);
  expect(filesOf(answer)).toEqual(['one.png']);
  expect(await named(adam, WellKnownFolderName.Inbox, 'RE: Plans')).toEqual([]);

  expect(await marksOn(original)).toEqual(['102', String(0x105)]);
});

test('mary answers all, and not herself', async () => {
  const original = await writeToMary('For all');
  const response = original.CreateReply(true);
  response.BodyPrefix = new MessageBody(BodyType.Text, 'Fine.');
  await response.SendAndSaveCopy();
  for (const service of [rob, adam]) {
    const answer = await only(service, WellKnownFolderName.Inbox, 'RE: For all');
    expect([addresses(answer.ToRecipients), addresses(answer.CcRecipients)]).toEqual([[robMail], [adamMail]]);
    expect(answer.Body.BodyType).toBe(BodyType.Text);
    expect(answer.Body.Text).toMatch(/^Fine\.\s+_{32}\s+From: Rob <rob@contoso\.test>[\s\S]*Subject: For all[\s\S]*Look:/);
    expect(filesOf(answer)).toEqual([]);
  }
  expect(await named(mary, WellKnownFolderName.SentItems, 'RE: For all')).toHaveLength(1);
  expect(await named(mary, WellKnownFolderName.Inbox, 'RE: For all')).toEqual([]);
});

test('mary forwards with everything that was attached', async () => {
  const original = await writeToMary('Forward this');
  await original.Forward(new MessageBody(BodyType.HTML, 'See below'), [new ews.EmailAddress(adamMail)]);
  const forwarded = await only(adam, WellKnownFolderName.Inbox, 'FW: Forward this');
  expect(addresses(forwarded.ToRecipients)).toEqual([adamMail]);
  expect(filesOf(forwarded)).toEqual(['one.png', 'plan.txt']);
  const file = present(
    forwarded.Attachments.GetEnumerator().find(({ Name }) => Name === 'plan.txt'),
    'plan.txt',
  );
  expect(file.Size).toBe('the plan'.length);
});

test('an answer is kept as a draft, changed, and sent: only then the original is marked', async () => {
  const original = await writeToMary('Later');
  const response = original.CreateReply(false);
  response.BodyPrefix = new MessageBody(BodyType.Text, 'Soon.');
  const draft = await response.Save();
  expect(await marksOn(original)).toEqual([]);
  const stored = await EmailMessage.Bind(mary, draft.Id, whole);
  expect([stored.IsDraft, stored.Subject]).toEqual([true, 'RE: Later']);
  stored.Subject = 'RE: Later, after all';
  await stored.Update(ConflictResolutionMode.AutoResolve);
  await stored.SendAndSaveCopy();
  expect(await marksOn(original)).toEqual(['102', String(0x105)]);
  expect(await named(mary, WellKnownFolderName.Drafts, 'RE: Later, after all')).toEqual([]);
  const copy = await only(mary, WellKnownFolderName.SentItems, 'RE: Later, after all');
  expect([copy.IsDraft, copy.IsRead]).toEqual([false, true]);
  await only(rob, WellKnownFolderName.Inbox, 'RE: Later, after all');
});

test('a draft is sent without a copy, and is gone; sent again it is not found', async () => {
  const draft = new EmailMessage(mary);
  draft.Subject = 'No copy';
  draft.ToRecipients.Add(robMail);
  await draft.Save(WellKnownFolderName.Inbox);
  await draft.Send();
  expect(await named(mary, WellKnownFolderName.Inbox, 'No copy')).toEqual([]);
  expect(await named(mary, WellKnownFolderName.SentItems, 'No copy')).toEqual([]);
  await only(rob, WellKnownFolderName.Inbox, 'No copy');
});

test('items are moved and copied, one by one and in numbers', async () => {
  const first = await writeToMary('Moved');
  const copy = await first.Copy(WellKnownFolderName.Drafts);
  const moved = await first.Move(WellKnownFolderName.DeletedItems);
  expect((await only(mary, WellKnownFolderName.Drafts, 'Moved')).Id.UniqueId).toBe(copy.Id.UniqueId);
  expect((await only(mary, WellKnownFolderName.DeletedItems, 'Moved')).Id.UniqueId).toBe(moved.Id.UniqueId);
  await expect(Item.Bind(mary, first.Id)).rejects.toThrow(/not found in the store/);
  const all = await mary.FindItems(WellKnownFolderName.Inbox, new ItemView(7));
  const ids = all.Items.map(({ Id }) => Id);
  const copies = await mary.CopyItems(ids, new FolderId(WellKnownFolderName.Drafts), true);
  expect(copies.OverallResult).toBe(ServiceResult.Success);
  const moves = await mary.MoveItems([...ids, present(ids[0], 'an id')], new FolderId(WellKnownFolderName.DeletedItems), true);
  expect(moves.Responses.map(({ ErrorCode }) => ErrorCode)).toEqual([
    ...ids.map(() => ews.ServiceError.NoError),
    ews.ServiceError.ErrorItemNotFound,
  ]);
  expect(moves.Responses.slice(0, -1).every((one) => (one as ews.MoveCopyItemResponse).Item.Id.UniqueId !== '')).toBe(true);
  const sameFile = await only(mary, WellKnownFolderName.Drafts, 'Moved');
  expect(filesOf(sameFile)).toEqual(['one.png', 'plan.txt']);
});

test('a read receipt comes when the message is read, and once', async () => {
  for (const [subject, isSuppressed] of [
    ['Tell me', false],
    ['Do not tell', true],
  ] as const) {
    const message = new EmailMessage(rob);
    message.Subject = subject;
    message.IsReadReceiptRequested = true;
    message.ToRecipients.Add(maryMail);
    await message.Send();
    const received = await only(mary, WellKnownFolderName.Inbox, subject);
    if (isSuppressed) await received.SuppressReadReceipt();
    for (const isRead of [true, false, true]) {
      const current = await EmailMessage.Bind(mary, received.Id);
      current.IsRead = isRead;
      await current.Update(ConflictResolutionMode.AlwaysOverwrite);
    }
    const reports = await named(rob, WellKnownFolderName.Inbox, `Read: ${subject}`);
    expect(reports.map(({ ItemClass }) => ItemClass)).toEqual(isSuppressed ? [] : ['REPORT.IPM.Note.IPNRN']);
    expect(reports.map(({ From }) => From.Address)).toEqual(isSuppressed ? [] : [maryMail]);
  }
});

test('whoever is marked as junk is delivered to Junk Email, until he is not', async () => {
  const junk = await writeToMary('Buy this');
  const [response] = (await mary.MarkAsJunk([junk.Id], true, true)).Responses;
  expect(present(response, 'an answer').Result).toBe(ServiceResult.Success);
  const moved = await only(mary, WellKnownFolderName.JunkEmail, 'Buy this');
  const send = async (subject: string) => {
    const message = new EmailMessage(rob);
    message.Subject = subject;
    message.ToRecipients.Add(maryMail);
    await message.Send();
  };
  await send('And this');
  await only(mary, WellKnownFolderName.JunkEmail, 'And this');
  await mary.MarkAsJunk([moved.Id], false, true);
  await only(mary, WellKnownFolderName.Inbox, 'Buy this');
  await send('Something else');
  await only(mary, WellKnownFolderName.Inbox, 'Something else');
});

test('a shared mailbox keeps what is moved to it; its ids are told only when they are asked for', async () => {
  const info = new FolderId(WellKnownFolderName.Inbox, new Mailbox('info@contoso.test'));
  const item = await writeToMary('For info');
  const [unasked] = (await mary.CopyItems([item.Id], info)).Responses;
  expect((unasked as ews.MoveCopyItemResponse).Item).toBeFalsy();
  const [asked] = (await mary.MoveItems([item.Id], info, true)).Responses;
  const moved = await EmailMessage.Bind(mary, (asked as ews.MoveCopyItemResponse).Item.Id, whole);
  expect([moved.Subject, filesOf(moved)]).toEqual(['For info', ['one.png', 'plan.txt']]);
  expect(await named(mary, WellKnownFolderName.Inbox, 'For info')).toEqual([]);
  const robs = new FolderId(WellKnownFolderName.Inbox, new Mailbox(robMail));
  const [denied] = (await mary.MoveItems([moved.Id], robs, true)).Responses;
  expect(present(denied, 'an answer').ErrorCode).toBe(ews.ServiceError.ErrorAccessDenied);
  await moved.Delete(DeleteMode.HardDelete);
});

import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mappedAgents } from '../support/mapped-agents.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const {
  BasePropertySet,
  ConflictResolutionMode,
  Contact,
  DateTime,
  EmailAddress,
  EmailAddressKey,
  EmailMessage,
  ExchangeService,
  ExchangeVersion,
  FolderId,
  ItemSchema,
  PhoneNumberKey,
  PhysicalAddressEntry,
  PhysicalAddressKey,
  PropertySet,
  Task,
  TaskStatus,
  Uri,
  WebCredentials,
  WellKnownFolderName,
} = ews;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(async () => {
  await lab.close();
});

function marysService(version = ExchangeVersion.Exchange2013_SP1): InstanceType<typeof ExchangeService> {
  const service = new ExchangeService(version);
  service.XHRApi = new XhrApi({ ...mappedAgents(lab.names) } as object);
  service.Credentials = new WebCredentials('mary@contoso.test', lab.password);
  service.Url = new Uri('https://mail.contoso.test/EWS/Exchange.asmx');
  return service;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('attachments', () => {
  test.each([
    ['inside CreateItem', ExchangeVersion.Exchange2013_SP1],
    ['by CreateAttachment', ExchangeVersion.Exchange2010_SP1],
  ])('of a draft, saved %s, listed, loaded and taken away', async (_, version) => {
    const service = marysService(version);
    const message = new EmailMessage(service);
    message.Subject = 'With files';
    message.Attachments.AddFileAttachment('note.txt', base64('A note.'));
    const inner = message.Attachments.AddItemAttachment(EmailMessage as never, 'Message');
    inner.Name = 'Earlier';
    inner.Item.Subject = 'Earlier letter';
    await message.Save(new FolderId(WellKnownFolderName.Drafts));
    const bound = await EmailMessage.Bind(
      service,
      message.Id,
      new PropertySet(BasePropertySet.IdOnly, [ItemSchema.Attachments, ItemSchema.Subject]),
    );
    const [note, earlier] = bound.Attachments.GetEnumerator();
    if (note === undefined || earlier === undefined) throw new Error('an attachment is missing');
    expect([note.Name, earlier.Name, bound.Attachments.Count]).toEqual(['note.txt', 'Earlier', 2]);
    // Load() of a file attachment asks for its content before it has any: the library's other way.
    const loaded = await service.GetAttachments([note.Id, earlier.Id], null as never, null as never);
    const [file, item] = loaded.Responses.map(({ Attachment }) => Attachment);
    expect((file as InstanceType<typeof ews.FileAttachment>).Base64Content).toBe(base64('A note.'));
    expect((item as InstanceType<typeof ews.ItemAttachment>).Item.Subject).toBe('Earlier letter');
    bound.Attachments.Remove(note);
    await bound.Update(ConflictResolutionMode.AlwaysOverwrite);
    const after = await EmailMessage.Bind(service, message.Id, new PropertySet(BasePropertySet.IdOnly, [ItemSchema.Attachments]));
    expect(after.Attachments.GetEnumerator().map(({ Name }) => Name)).toEqual(['Earlier']);
  });
});

describe('contacts and tasks', () => {
  test('a contact is saved, read and changed entry by entry', async () => {
    const service = marysService();
    const contact = new Contact(service);
    contact.GivenName = 'Ann';
    contact.Surname = 'Lee';
    contact.FileAsMapping = ews.FileAsMapping.SurnameCommaGivenName;
    contact.EmailAddresses._setItem(EmailAddressKey.EmailAddress1, new EmailAddress('ann@fabrikam.test'));
    contact.PhoneNumbers._setItem(PhoneNumberKey.MobilePhone, '123');
    const home = new PhysicalAddressEntry();
    home.Street = '1 Road';
    home.City = 'Town';
    contact.PhysicalAddresses._setItem(PhysicalAddressKey.Home, home);
    await contact.Save();
    const bound = await Contact.Bind(service, contact.Id);
    expect([bound.FileAs, bound.EmailAddresses._getItem(EmailAddressKey.EmailAddress1).Address]).toEqual(['Lee, Ann', 'ann@fabrikam.test']);
    expect([
      bound.PhoneNumbers._getItem(PhoneNumberKey.MobilePhone),
      bound.PhysicalAddresses._getItem(PhysicalAddressKey.Home).City,
    ]).toEqual(['123', 'Town']);
    bound.PhoneNumbers._setItem(PhoneNumberKey.Pager, '456');
    bound.Surname = 'Day';
    await bound.Update(ConflictResolutionMode.AutoResolve);
    const again = await Contact.Bind(service, contact.Id);
    expect([
      again.FileAs,
      again.PhoneNumbers._getItem(PhoneNumberKey.Pager),
      again.PhoneNumbers._getItem(PhoneNumberKey.MobilePhone),
    ]).toEqual(['Day, Ann', '456', '123']);
  });

  test('a task is done when its status says so', async () => {
    const service = marysService();
    const task = new Task(service);
    task.Subject = 'Call Ann';
    task.DueDate = new DateTime('2026-12-01T00:00:00Z');
    await task.Save();
    const bound = await Task.Bind(service, task.Id);
    expect([TaskStatus[bound.Status], bound.PercentComplete, bound.IsComplete]).toEqual(['NotStarted', 0, false]);
    bound.Status = TaskStatus.Completed;
    await bound.Update(ConflictResolutionMode.AutoResolve);
    const done = await Task.Bind(service, task.Id);
    expect([TaskStatus[done.Status], done.PercentComplete, done.IsComplete]).toEqual(['Completed', 100, true]);
  });
});

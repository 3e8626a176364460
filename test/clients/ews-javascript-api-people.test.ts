import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const {
  Contact,
  ContactGroup,
  EmailAddress,
  EmailAddressKey,
  GroupMember,
  MailboxType,
  PropertySet,
  ResolveNameSearchLocation,
  WellKnownFolderName,
} = ews;
const { BasePropertySet } = ews;
type Service = ReturnType<typeof javascriptService>;
/** Its declarations leave out what the constructor takes. */
const Member = GroupMember as unknown as new (...of: readonly unknown[]) => ews.GroupMember;

let lab: TestLab;
let mary: Service;
let ann: ews.Contact;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  mary = javascriptService(lab, 'mary');
  ann = new Contact(mary);
  ann.GivenName = 'Ann';
  ann.Surname = 'Robin';
  ann.DisplayName = 'Ann Robin';
  ann.EmailAddresses._setItem(EmailAddressKey.EmailAddress1, new EmailAddress('ann@acme.test'));
  ann.EmailAddresses._setItem(EmailAddressKey.EmailAddress2, new EmailAddress('robin@acme.test'));
  await ann.Save(WellKnownFolderName.Contacts);
});
afterAll(() => lab.close());

test('a name is resolved in the directory and in contacts, in the order asked for', async () => {
  const both = await mary.ResolveName('rob', ResolveNameSearchLocation.ContactsThenDirectory, true);
  const shown = Array.from({ length: both.Count }, (_, index) => both._getItem(index).Mailbox);
  expect(shown.map(({ Address, MailboxType: kind }) => [Address, kind])).toEqual([
    ['ann@acme.test', MailboxType.Contact],
    ['robin@acme.test', MailboxType.Contact],
    ['rob@contoso.test', MailboxType.Mailbox],
  ]);
  expect(shown[0]?.Id.UniqueId).toBe(ann.Id.UniqueId);
});

test('a contact group has members of every kind, and is expanded', async () => {
  const inner = new ContactGroup(mary);
  inner.DisplayName = 'Inner';
  inner.Members.Add(new Member('x@y.test'));
  await inner.Save(WellKnownFolderName.Contacts);
  const outer = new ContactGroup(mary);
  outer.DisplayName = 'Outer';
  outer.Members.Add(new Member(ann.Id, 'robin@acme.test'));
  outer.Members.Add(new Member(inner.Id));
  outer.Members.Add(new Member('rob@contoso.test', MailboxType.Mailbox));
  await outer.Save(WellKnownFolderName.Contacts);
  const { Members } = await mary.ExpandGroup(outer.Id);
  expect(Members.map(({ Address, MailboxType: kind }) => [Address, kind])).toEqual([
    ['robin@acme.test', MailboxType.Contact],
    [null, MailboxType.ContactGroup],
    ['rob@contoso.test', MailboxType.Mailbox],
  ]);
  const read = await ContactGroup.Bind(mary, outer.Id, new PropertySet(BasePropertySet.FirstClassProperties));
  expect([read.DisplayName, read.Members.Count]).toEqual(['Outer', 3]);
});

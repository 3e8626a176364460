import { attr, many, maybe, maybeAttr, one, sequence, simple, some, textContent } from '../../../xml/codec.ts';
import { enumeration, string } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';
import { emailAddress, mailboxKind } from './mailbox.ts';
import { longInteger, octets, text, truth } from './simple.ts';

// Parts of contacts, distribution lists, tasks and the items of the Windows Live address book.

export const fileAsMapping = enumeration('FileAsMappingType', [
  'None',
  'LastCommaFirst',
  'FirstSpaceLast',
  'Company',
  'LastCommaFirstCompany',
  'CompanyLastFirst',
  'LastFirst',
  'LastFirstCompany',
  'CompanyLastCommaFirst',
  'LastFirstSuffix',
  'LastSpaceFirstCompany',
  'CompanyLastSpaceFirst',
  'LastSpaceFirst',
  'DisplayName',
  'FirstName',
  'LastFirstMiddleSuffix',
  'LastName',
  'Empty',
]);

export const contactSource = enumeration('ContactSourceType', ['ActiveDirectory', 'Store']);

export const physicalAddressIndex = enumeration('PhysicalAddressIndexType', ['None', 'Home', 'Business', 'Other']);

export const completeName = sequence(
  {
    Title: maybe(types, text),
    FirstName: maybe(types, text),
    MiddleName: maybe(types, text),
    LastName: maybe(types, text),
    Suffix: maybe(types, text),
    Initials: maybe(types, text),
    FullName: maybe(types, text),
    Nickname: maybe(types, text),
    YomiFirstName: maybe(types, text),
    YomiLastName: maybe(types, text),
  },
  'CompleteNameType',
);

const emailAddressKey = enumeration('EmailAddressKeyType', ['EmailAddress1', 'EmailAddress2', 'EmailAddress3']);

const emailAddressDictionaryEntry = sequence(
  {
    text: textContent(string),
    Key: attr(emailAddressKey),
    Name: maybeAttr(string),
    RoutingType: maybeAttr(string),
    MailboxType: maybeAttr(mailboxKind),
  },
  'EmailAddressDictionaryEntryType',
);

export const emailAddressDictionary = sequence(
  {
    Entry: some(types, emailAddressDictionaryEntry),
  },
  'EmailAddressDictionaryType',
);

const abchEmailAddressKind = enumeration('AbchEmailAddressTypeType', ['Personal', 'Business', 'Other', 'Passport']);

const abchEmailAddressDictionaryEntry = sequence(
  {
    Type: one(types, simple(abchEmailAddressKind)),
    Address: one(types, text),
    IsMessengerEnabled: maybe(types, truth),
    Capabilities: maybe(types, longInteger),
  },
  'AbchEmailAddressDictionaryEntryType',
);

export const abchEmailAddressDictionary = sequence(
  {
    Email: some(types, abchEmailAddressDictionaryEntry),
  },
  'AbchEmailAddressDictionaryType',
);

const physicalAddressKey = enumeration('PhysicalAddressKeyType', ['Home', 'Business', 'Other']);

const physicalAddressDictionaryEntry = sequence(
  {
    Street: maybe(types, text),
    City: maybe(types, text),
    State: maybe(types, text),
    CountryOrRegion: maybe(types, text),
    PostalCode: maybe(types, text),
    Key: attr(physicalAddressKey),
  },
  'PhysicalAddressDictionaryEntryType',
);

export const physicalAddressDictionary = sequence(
  {
    Entry: some(types, physicalAddressDictionaryEntry),
  },
  'PhysicalAddressDictionaryType',
);

const phoneNumberKey = enumeration('PhoneNumberKeyType', [
  'AssistantPhone',
  'BusinessFax',
  'BusinessPhone',
  'BusinessPhone2',
  'Callback',
  'CarPhone',
  'CompanyMainPhone',
  'HomeFax',
  'HomePhone',
  'HomePhone2',
  'Isdn',
  'MobilePhone',
  'OtherFax',
  'OtherTelephone',
  'Pager',
  'PrimaryPhone',
  'RadioPhone',
  'Telex',
  'TtyTddPhone',
  'BusinessMobile',
  'IPPhone',
  'Mms',
  'Msn',
]);

const phoneNumberDictionaryEntry = sequence(
  {
    text: textContent(string),
    Key: attr(phoneNumberKey),
  },
  'PhoneNumberDictionaryEntryType',
);

export const phoneNumberDictionary = sequence(
  {
    Entry: some(types, phoneNumberDictionaryEntry),
  },
  'PhoneNumberDictionaryType',
);

const imAddressKey = enumeration('ImAddressKeyType', ['ImAddress1', 'ImAddress2', 'ImAddress3']);

const imAddressDictionaryEntry = sequence(
  {
    text: textContent(string),
    Key: attr(imAddressKey),
  },
  'ImAddressDictionaryEntryType',
);

export const imAddressDictionary = sequence(
  {
    Entry: some(types, imAddressDictionaryEntry),
  },
  'ImAddressDictionaryType',
);

const contactUrlKey = enumeration('ContactUrlKeyType', [
  'Personal',
  'Business',
  'Attachment',
  'EbcDisplayDefinition',
  'EbcFinalImage',
  'EbcLogo',
  'Feed',
  'Image',
  'InternalMarker',
  'Other',
]);

const contactUrlDictionaryEntry = sequence(
  {
    Type: one(types, simple(contactUrlKey)),
    Name: maybe(types, text),
    Address: maybe(types, text),
  },
  'ContactUrlDictionaryEntryType',
);

export const contactUrlDictionary = sequence(
  {
    Url: some(types, contactUrlDictionaryEntry),
  },
  'ContactUrlDictionaryType',
);

export const binaries = sequence(
  {
    Base64Binary: many(types, octets),
  },
  'ArrayOfBinaryType',
);

const memberStatus = enumeration('MemberStatusType', ['Unrecognized', 'Normal', 'Demoted']);

const member = sequence(
  {
    Mailbox: maybe(types, emailAddress),
    Status: maybe(types, simple(memberStatus)),
    Key: maybeAttr(string),
  },
  'MemberType',
);

export const membersList = sequence(
  {
    Member: many(types, member),
  },
  'MembersListType',
);

export const roleMemberKind = enumeration('RoleMemberTypeType', [
  'None',
  'Passport',
  'Everyone',
  'Email',
  'Phone',
  'SkypeId',
  'ExternalId',
  'Group',
  'Guid',
  'Role',
  'Service',
  'Circle',
  'Domain',
  'Partner',
]);

const contactHandle = sequence(
  {
    SourceId: one(types, text),
    ObjectId: one(types, text),
    AccountName: maybe(types, text),
  },
  'AbchPersonContactHandle',
);

export const contactHandles = sequence(
  {
    ContactHandle: many(types, contactHandle),
  },
  'ArrayOfAbchPersonContactHandlesType',
);

export const taskStatus = enumeration('TaskStatusType', ['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred']);

export const taskDelegateState = enumeration('TaskDelegateStateType', ['NoMatch', 'OwnNew', 'Owned', 'Accepted', 'Declined', 'Max']);

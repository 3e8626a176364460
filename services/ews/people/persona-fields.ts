import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { named, namedProperty, type PropertyKey, propertySets, propertyTag, tags } from '../../../shared/kernel/mapi.ts';
import { emailAddresses, imAddresses, phoneNumbers, physicalAddresses } from '../../../shared/protocols/ews/fields/dictionaries.ts';

/** A text of a persona: the field with the first value, the one with all of them, and where contacts and the directory keep it. */
export interface PersonaText {
  readonly first?: string;
  readonly all?: string;
  readonly key: PropertyKey;
  directory?(recipient: Recipient): string | undefined;
}

const detail =
  (name: string) =>
  (recipient: Recipient): string | undefined =>
    recipient.details[name];
const tag = (id: number): PropertyKey => propertyTag(id, 'String');
const entry = <T>(of: ReadonlyMap<string, T>, key: string): T => {
  const found = of.get(key);
  if (found === undefined) throw new Error(`defect: no entry ${key}`);
  return found;
};
const im = (number: 1 | 2 | 3): PropertyKey => entry(imAddresses, `ImAddress${number}`);

/** The texts that are shown as they are kept. PidLidYomiCompanyName, PidTagPersonalHomePage and PidTagHobbies are named here alone. */
export const personaTexts: readonly PersonaText[] = [
  { first: 'DisplayName', all: 'DisplayNames', key: tags.displayName, directory: ({ displayName }) => displayName },
  { first: 'FileAs', all: 'FileAses', key: named.fileUnder },
  { first: 'DisplayNamePrefix', all: 'DisplayNamePrefixes', key: tags.displayNamePrefix },
  { first: 'GivenName', all: 'GivenNames', key: tags.givenName, directory: detail('givenName') },
  { first: 'MiddleName', all: 'MiddleNames', key: tags.middleName },
  { first: 'Surname', all: 'Surnames', key: tags.surname, directory: detail('surname') },
  { first: 'Generation', all: 'Generations', key: tags.generation },
  { first: 'Nickname', all: 'Nicknames', key: tags.nickname },
  { all: 'Initials', key: tags.initials },
  { first: 'YomiCompanyName', all: 'YomiCompanyNames', key: namedProperty(propertySets.Address, 0x802e, 'String') },
  { first: 'YomiFirstName', all: 'YomiFirstNames', key: named.phoneticGivenName },
  { first: 'YomiLastName', all: 'YomiLastNames', key: named.phoneticSurname },
  { first: 'Title', all: 'Titles', key: tags.title, directory: detail('title') },
  { first: 'Department', all: 'Departments', key: tags.departmentName, directory: detail('department') },
  { first: 'CompanyName', all: 'CompanyNames', key: tags.companyName, directory: detail('company') },
  { first: 'Location', all: 'OfficeLocations', key: tags.officeLocation, directory: detail('office') },
  { first: 'ImAddress', all: 'ImAddresses', key: im(1) },
  { all: 'ImAddresses2', key: im(2) },
  { all: 'ImAddresses3', key: im(3) },
  { first: 'HomeCity', key: entry(physicalAddresses, 'Home').City },
  { first: 'WorkCity', key: entry(physicalAddresses, 'Business').City },
  { all: 'BusinessHomePages', key: tags.businessHomePage },
  { all: 'PersonalHomePages', key: tag(0x3a50) },
  { all: 'Managers', key: tags.managerName },
  { all: 'AssistantNames', key: tags.assistant },
  { all: 'Professions', key: tags.profession },
  { all: 'SpouseNames', key: tags.spouseName },
  { all: 'Hobbies', key: tag(0x3a43) },
];

/** Dates, which a persona has as texts. */
export const personaDates: Readonly<Record<string, PropertyKey>> = {
  WeddingAnniversaries: tags.weddingAnniversary,
  Birthdays: tags.birthday,
};

/** Phone numbers: the entry of a contact's dictionary, and the word in Type, of which `Mobile` alone is published. */
export const personaPhones: Readonly<Record<string, readonly [key: PropertyKey, type: string]>> = {
  BusinessPhoneNumbers: [entry(phoneNumbers, 'BusinessPhone'), 'Business'],
  BusinessPhoneNumbers2: [entry(phoneNumbers, 'BusinessPhone2'), 'Business2'],
  HomePhones: [entry(phoneNumbers, 'HomePhone'), 'Home'],
  HomePhones2: [entry(phoneNumbers, 'HomePhone2'), 'Home2'],
  MobilePhones: [entry(phoneNumbers, 'MobilePhone'), 'Mobile'],
  AssistantPhoneNumbers: [entry(phoneNumbers, 'AssistantPhone'), 'Assistant'],
  CallbackPhones: [entry(phoneNumbers, 'Callback'), 'Callback'],
  CarPhones: [entry(phoneNumbers, 'CarPhone'), 'Car'],
  HomeFaxes: [entry(phoneNumbers, 'HomeFax'), 'HomeFax'],
  OrganizationMainPhones: [entry(phoneNumbers, 'CompanyMainPhone'), 'OrganizationMain'],
  OtherFaxes: [entry(phoneNumbers, 'OtherFax'), 'OtherFax'],
  OtherTelephones: [entry(phoneNumbers, 'OtherTelephone'), 'Other'],
  Pagers: [entry(phoneNumbers, 'Pager'), 'Pager'],
  RadioPhones: [entry(phoneNumbers, 'RadioPhone'), 'Radio'],
  TelexNumbers: [entry(phoneNumbers, 'Telex'), 'Telex'],
  TTYTDDPhoneNumbers: [entry(phoneNumbers, 'TtyTddPhone'), 'TtyTdd'],
  WorkFaxes: [entry(phoneNumbers, 'BusinessFax'), 'BusinessFax'],
};

/** E-mail and postal addresses by the keys of a contact's dictionaries. */
export const personaEmails = { Emails1: 'EmailAddress1', Emails2: 'EmailAddress2', Emails3: 'EmailAddress3' } as const;
export const personaPostals = { BusinessAddresses: 'Business', HomeAddresses: 'Home', OtherAddresses: 'Other' } as const;

/** The fields with one value, which the shape Default has (inferred from the answer on the page "FindPeople operation"). */
export const singleFields: readonly string[] = [
  ...['PersonaId', 'PersonaType', 'CreationTime', 'DisplayNameFirstLast', 'DisplayNameLastFirst', 'FileAsId', 'EmailAddress'],
  ...['EmailAddresses', 'PhoneNumber', 'RelevanceScore', ...personaTexts.flatMap(({ first }) => first ?? [])],
];
/** The others: what each source says. */
export const attributedFields: readonly string[] = [
  ...['FolderIds', 'Attributions', 'FileAsIds', 'Children', 'Bodies', ...personaTexts.flatMap(({ all }) => all ?? [])],
  ...[personaDates, personaPhones, personaEmails, personaPostals].flatMap((of) => Object.keys(of)),
];

/** The properties of contacts that a persona is made of, but for notes. */
export const personaKeys: readonly PropertyKey[] = [
  ...[tags.messageClass, tags.creationTime, named.fileUnderId, tags.childrensNames],
  ...personaTexts.map(({ key }) => key),
  ...Object.values(personaDates),
  ...Object.values(personaPhones).map(([key]) => key),
  ...[...emailAddresses.values()].flatMap(({ address, displayName, routingType }) => [address, displayName, routingType]),
  ...[...physicalAddresses.values()].flatMap((parts) => Object.values(parts)),
];

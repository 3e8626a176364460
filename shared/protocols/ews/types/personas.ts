import { type Content, converted, many, maybe, one, sequence, simple, some, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { extendedPropertyContent } from '../extended-property.ts';
import { types } from '../namespaces.ts';
import { folderId } from './folder-ids.ts';
import { itemId } from './item-ids.ts';
import { emailAddress } from './mailbox.ts';
import { personaPostalAddress } from './persona-postal-address.ts';
import { instant, integer, text, truth } from './simple.ts';

// People, as FindPeople and GetPersona tell of them. A value stands beside the sources that have it, by their numbers in
// Attributions.

const attributions = unwrapped('Attribution', sequence({ Attribution: some(types, text) }, 'ArrayOfValueAttributionsType'));

function attributed<T>(name: string, value: Content<T>, plural = `ArrayOf${name}AttributedValuesType`) {
  const member = sequence({ Value: one(types, value), Attributions: one(types, attributions) }, `${name}AttributedValueType`);
  return listOf(`${name}AttributedValue`, member, plural);
}

function listOf<T>(name: string, member: Content<T>, typeName: string): Content<readonly T[]> {
  const list = sequence({ [name]: many(types, member) }, typeName) as unknown as Content<Readonly<Record<string, readonly T[]>>>;
  return converted(
    list,
    (value) => value[name] ?? [],
    (values) => ({ [name]: values }),
  );
}

const phoneNumber = sequence({ Number: one(types, text), Type: one(types, text) }, 'PersonaPhoneNumberType');
const bodyContent = sequence(
  { Value: one(types, text), BodyType: one(types, simple(enumeration('BodyTypeType', ['HTML', 'Text']))) },
  'BodyContentType',
);
const texts = attributed('String', text);
const textLists = listOf(
  'StringArrayAttributedValue',
  converted(
    sequence(
      {
        Values: one(types, unwrapped('Value', sequence({ Value: some(types, text) }, 'ArrayOfStringValueType'))),
        Attributions: one(types, attributions),
      },
      'StringArrayAttributedValueType',
    ),
    ({ Values, Attributions }) => ({ Value: Values, Attributions }),
    ({ Value, Attributions }) => ({ Values: Value, Attributions }),
  ),
  'ArrayOfStringArrayAttributedValuesType',
);
const phones = attributed('PhoneNumber', phoneNumber);
const emails = attributed('EmailAddress', emailAddress);
const postals = attributed('PostalAddress', personaPostalAddress);
const attribution = sequence(
  {
    Id: one(types, text),
    SourceId: one(types, itemId),
    DisplayName: one(types, text),
    IsWritable: maybe(types, truth),
    IsQuickContact: maybe(types, truth),
    IsHidden: maybe(types, truth),
    FolderId: maybe(types, folderId),
  },
  'PersonaAttributionType',
);

/** PersonaType. */
export const persona = sequence(
  {
    PersonaId: one(types, itemId),
    PersonaType: maybe(types, text),
    PersonaObjectStatus: maybe(types, text),
    CreationTime: maybe(types, instant),
    Bodies: maybe(types, attributed('BodyContent', bodyContent)),
    DisplayNameFirstLastSortKey: maybe(types, text),
    DisplayNameLastFirstSortKey: maybe(types, text),
    CompanyNameSortKey: maybe(types, text),
    HomeCitySortKey: maybe(types, text),
    WorkCitySortKey: maybe(types, text),
    DisplayNameFirstLastHeader: maybe(types, text),
    DisplayNameLastFirstHeader: maybe(types, text),
    DisplayName: maybe(types, text),
    DisplayNameFirstLast: maybe(types, text),
    DisplayNameLastFirst: maybe(types, text),
    FileAs: maybe(types, text),
    FileAsId: maybe(types, text),
    DisplayNamePrefix: maybe(types, text),
    GivenName: maybe(types, text),
    MiddleName: maybe(types, text),
    Surname: maybe(types, text),
    Generation: maybe(types, text),
    Nickname: maybe(types, text),
    YomiCompanyName: maybe(types, text),
    YomiFirstName: maybe(types, text),
    YomiLastName: maybe(types, text),
    Title: maybe(types, text),
    Department: maybe(types, text),
    CompanyName: maybe(types, text),
    Location: maybe(types, text),
    EmailAddress: maybe(types, emailAddress),
    EmailAddresses: maybe(types, unwrapped('Address', sequence({ Address: many(types, emailAddress) }, 'ArrayOfEmailAddressesType'))),
    PhoneNumber: maybe(types, phoneNumber),
    ImAddress: maybe(types, text),
    HomeCity: maybe(types, text),
    WorkCity: maybe(types, text),
    RelevanceScore: maybe(types, integer),
    FolderIds: maybe(types, unwrapped('FolderId', sequence({ FolderId: many(types, folderId) }, 'ArrayOfFolderIdType'))),
    Attributions: maybe(
      types,
      unwrapped('Attribution', sequence({ Attribution: some(types, attribution) }, 'ArrayOfPersonaAttributionsType')),
    ),
    DisplayNames: maybe(types, texts),
    FileAses: maybe(types, texts),
    FileAsIds: maybe(types, texts),
    DisplayNamePrefixes: maybe(types, texts),
    GivenNames: maybe(types, texts),
    MiddleNames: maybe(types, texts),
    Surnames: maybe(types, texts),
    Generations: maybe(types, texts),
    Nicknames: maybe(types, texts),
    Initials: maybe(types, texts),
    YomiCompanyNames: maybe(types, texts),
    YomiFirstNames: maybe(types, texts),
    YomiLastNames: maybe(types, texts),
    BusinessPhoneNumbers: maybe(types, phones),
    BusinessPhoneNumbers2: maybe(types, phones),
    HomePhones: maybe(types, phones),
    HomePhones2: maybe(types, phones),
    MobilePhones: maybe(types, phones),
    MobilePhones2: maybe(types, phones),
    AssistantPhoneNumbers: maybe(types, phones),
    CallbackPhones: maybe(types, phones),
    CarPhones: maybe(types, phones),
    HomeFaxes: maybe(types, phones),
    OrganizationMainPhones: maybe(types, phones),
    OtherFaxes: maybe(types, phones),
    OtherTelephones: maybe(types, phones),
    OtherPhones2: maybe(types, phones),
    Pagers: maybe(types, phones),
    RadioPhones: maybe(types, phones),
    TelexNumbers: maybe(types, phones),
    TTYTDDPhoneNumbers: maybe(types, phones),
    WorkFaxes: maybe(types, phones),
    Emails1: maybe(types, emails),
    Emails2: maybe(types, emails),
    Emails3: maybe(types, emails),
    BusinessHomePages: maybe(types, texts),
    PersonalHomePages: maybe(types, texts),
    OfficeLocations: maybe(types, texts),
    ImAddresses: maybe(types, texts),
    ImAddresses2: maybe(types, texts),
    ImAddresses3: maybe(types, texts),
    BusinessAddresses: maybe(types, postals),
    HomeAddresses: maybe(types, postals),
    OtherAddresses: maybe(types, postals),
    Titles: maybe(types, texts),
    Departments: maybe(types, texts),
    CompanyNames: maybe(types, texts),
    Managers: maybe(types, texts),
    AssistantNames: maybe(types, texts),
    Professions: maybe(types, texts),
    SpouseNames: maybe(types, texts),
    Children: maybe(types, textLists),
    Schools: maybe(types, texts),
    Hobbies: maybe(types, texts),
    WeddingAnniversaries: maybe(types, texts),
    Birthdays: maybe(types, texts),
    Locations: maybe(types, texts),
    InlineLinks: maybe(types, texts),
    ItemLinkIds: maybe(types, textLists),
    HasActiveDeals: maybe(types, text),
    IsBusinessContact: maybe(types, text),
    AttributedHasActiveDeals: maybe(types, texts),
    AttributedIsBusinessContact: maybe(types, texts),
    SourceMailboxGuids: maybe(types, texts),
    LastContactedDate: maybe(types, instant),
    ExtendedProperties: maybe(types, attributed('ExtendedProperty', extendedPropertyContent, 'ArrayOfExtendedPropertyAttributedValueType')),
    ExternalDirectoryObjectId: maybe(types, text),
    MapiEntryId: maybe(types, text),
    MapiEmailAddress: maybe(types, text),
    MapiAddressType: maybe(types, text),
    MapiSearchKey: maybe(types, text),
    MapiTransmittableDisplayName: maybe(types, text),
    MapiSendRichInfo: maybe(types, truth),
  },
  'PersonaType',
);

import { namedProperty, type PropertyKey, type PropertyType, propertySets, propertyTag } from '../../../kernel/mapi.ts';

// The properties behind the entries of a contact's dictionaries (MS-OXOCNTC 2.2.1).

const address = (id: number, type: PropertyType = 'String'): PropertyKey => namedProperty(propertySets.Address, id, type);
const tag = (id: number): PropertyKey => propertyTag(id, 'String');

/** What is kept of an e-mail address. */
export interface EmailProperties {
  readonly address: PropertyKey;
  readonly routingType: PropertyKey;
  readonly displayName: PropertyKey;
  readonly originalDisplayName: PropertyKey;
}

function email(first: number): EmailProperties {
  return {
    displayName: address(first),
    routingType: address(first + 2),
    address: address(first + 3),
    originalDisplayName: address(first + 4),
  };
}

/** MS-OXOCNTC 2.2.1.2. */
export const emailAddresses: ReadonlyMap<string, EmailProperties> = new Map([
  ['EmailAddress1', email(0x8080)],
  ['EmailAddress2', email(0x8090)],
  ['EmailAddress3', email(0x80a0)],
]);

/** MS-OXOCNTC 2.2.1.4; of the last four no property is published, their names are ours. */
export const phoneNumbers: ReadonlyMap<string, PropertyKey> = new Map<string, PropertyKey>([
  ['AssistantPhone', tag(0x3a2e)],
  ['BusinessFax', tag(0x3a24)],
  ['BusinessPhone', tag(0x3a08)],
  ['BusinessPhone2', tag(0x3a1b)],
  ['Callback', tag(0x3a02)],
  ['CarPhone', tag(0x3a1e)],
  ['CompanyMainPhone', tag(0x3a57)],
  ['HomeFax', tag(0x3a25)],
  ['HomePhone', tag(0x3a09)],
  ['HomePhone2', tag(0x3a2f)],
  ['Isdn', tag(0x3a2d)],
  ['MobilePhone', tag(0x3a1c)],
  ['OtherFax', tag(0x3a23)],
  ['OtherTelephone', tag(0x3a1f)],
  ['Pager', tag(0x3a21)],
  ['PrimaryPhone', tag(0x3a1a)],
  ['RadioPhone', tag(0x3a1d)],
  ['Telex', tag(0x3a2c)],
  ['TtyTddPhone', tag(0x3a4b)],
  ...['BusinessMobile', 'IPPhone', 'Mms', 'Msn'].map(
    (name) => [name, namedProperty(propertySets.PublicStrings, `Phone${name}`, 'String')] as const,
  ),
]);

/** PidLidInstantMessagingAddress; of the second and third no property is published, these names are ours. */
export const imAddresses: ReadonlyMap<string, PropertyKey> = new Map([
  ['ImAddress1', address(0x8062)],
  ['ImAddress2', namedProperty(propertySets.PublicStrings, 'ImAddress2', 'String')],
  ['ImAddress3', namedProperty(propertySets.PublicStrings, 'ImAddress3', 'String')],
]);

export const addressParts = ['Street', 'City', 'State', 'CountryOrRegion', 'PostalCode'] as const;
export type AddressPart = (typeof addressParts)[number];

/** MS-OXOCNTC 2.2.1.3. */
export const physicalAddresses: ReadonlyMap<string, Readonly<Record<AddressPart, PropertyKey>>> = new Map([
  ['Home', { Street: tag(0x3a5d), City: tag(0x3a59), State: tag(0x3a5c), CountryOrRegion: tag(0x3a5a), PostalCode: tag(0x3a5b) }],
  [
    'Business',
    {
      Street: address(0x8045),
      City: address(0x8046),
      State: address(0x8047),
      CountryOrRegion: address(0x8049),
      PostalCode: address(0x8048),
    },
  ],
  ['Other', { Street: tag(0x3a63), City: tag(0x3a5f), State: tag(0x3a62), CountryOrRegion: tag(0x3a60), PostalCode: tag(0x3a61) }],
]);

const partPrefix = 'contacts:PhysicalAddress:';

/** The part of an address that a dictionary's URI names: `contacts:PhysicalAddress:City`. */
export function addressPartOf(uri: string): AddressPart | undefined {
  return uri.startsWith(partPrefix) ? addressParts.find((part) => uri === `${partPrefix}${part}`) : undefined;
}

/** The property that an IndexedFieldURI names; undefined when it names none, or more than a property. */
export function dictionaryProperty(uri: string, index: string): PropertyKey | undefined {
  const part = addressPartOf(uri);
  if (part !== undefined) return physicalAddresses.get(index)?.[part];
  switch (uri) {
    case 'contacts:EmailAddress':
      return emailAddresses.get(index)?.address;
    case 'contacts:PhoneNumber':
      return phoneNumbers.get(index);
    case 'contacts:ImAddress':
      return imAddresses.get(index);
    default:
      return undefined;
  }
}

/** The element that a dictionary's URI is about, and the FieldURI of its row. */
export const dictionaryFields: Readonly<Record<string, string>> = {
  'item:InternetMessageHeader': 'item:InternetMessageHeaders',
  'contacts:EmailAddress': 'contacts:EmailAddresses',
  'contacts:PhoneNumber': 'contacts:PhoneNumbers',
  'contacts:ImAddress': 'contacts:ImAddresses',
  'distributionlist:Members:Member': 'distributionlist:Members',
  ...Object.fromEntries(addressParts.map((part) => [`${partPrefix}${part}`, 'contacts:PhysicalAddresses'])),
};

import { present } from '../../kernel/assert.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { putBlob, readBlob } from '../../store/blob.ts';
import type { Executor } from '../../store/database.ts';
import { configKind } from './config-kind.ts';
import type { Organization } from './organization.ts';

/** A book as it was made: what clients download until it is made again. */
export interface GeneratedBook {
  readonly sequence: number;
  /** World time. */
  readonly at: number;
  readonly records: number;
  /** The hash under which the file is kept. */
  readonly blob: string;
  readonly octets: number;
  readonly uncompressedOctets: number;
  /** SHA-1 of the file, hexadecimal. */
  readonly sha1: string;
}

/** An offline address book, as `Get-OfflineAddressBook` shows it. */
export interface OfflineAddressBook {
  readonly Name: string;
  /** `thumbnailPhoto,Indicator`: a property of recipients, and whether it is searched by (ANR), told (Value), or told of (Indicator). */
  readonly ConfiguredAttributes: readonly string[];
  readonly generated?: GeneratedBook;
}

/** By name. */
export const offlineAddressBooks = configKind<OfflineAddressBook>('OfflineAddressBook');

/** The GUID of an organisation's one book, by which its directory on the web is called. */
export function offlineAddressBookId(organization: Pick<Organization, 'name'>): Guid {
  return namedGuid('offline address book', organization.name);
}

/** The properties of recipients that a book may have, by the names that ConfiguredAttributes gives them. */
export const bookAttributes = [
  ...(['DisplayName', 'Account', 'GivenName', 'Surname', 'OfficeLocation', 'ProxyAddresses'] as const),
  ...(['Title', 'CompanyName', 'DepartmentName', 'BusinessTelephoneNumber', 'thumbnailPhoto'] as const),
];
export type BookAttribute = (typeof bookAttributes)[number];

/** How a property stands in a book. */
export const attributeKinds = ['ANR', 'Value', 'Indicator'] as const;
export type AttributeKind = (typeof attributeKinds)[number];

/** The book that Setup makes. That `thumbnailPhoto` is an Indicator is published ("GAL Photos", Exchange Team Blog); of the others, those that are known here. */
export const setupBook: OfflineAddressBook = {
  Name: 'Default Offline Address Book',
  ConfiguredAttributes: [
    ...['OfficeLocation,ANR', 'ProxyAddresses,ANR', 'Account,ANR', 'DisplayName,ANR', 'Surname,ANR', 'GivenName,Value', 'Title,Value'],
    ...['CompanyName,Value', 'DepartmentName,Value', 'BusinessTelephoneNumber,Value', 'thumbnailPhoto,Indicator'],
  ],
};

/** The attributes of a book; undefined for a text that names no attribute or kind. Letter case does not count. */
export function attributeOf(text: string): { readonly name: BookAttribute; readonly kind: AttributeKind } | undefined {
  const [name = '', kind = ''] = text.split(',').map((part) => part.trim().toLowerCase());
  const known = bookAttributes.find((one) => one.toLowerCase() === name);
  const as = attributeKinds.find((one) => one.toLowerCase() === kind);
  return known === undefined || as === undefined ? undefined : { name: known, kind: as };
}

/** Keeps the file of a book; answers the hash under which it is. */
export function keepBookFile(tx: Executor, octets: Uint8Array): Promise<string> {
  return putBlob(tx, octets);
}

/** The file of a book as it was made. */
export async function readBookFile(executor: Executor, { blob }: GeneratedBook): Promise<Buffer> {
  return present(await readBlob(executor, blob), `the address book ${blob}`);
}

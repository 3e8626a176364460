import { isGroup, type Recipient } from '../../domain/directory/recipient.ts';
import {
  type AttributeKind,
  attributeOf,
  type BookAttribute,
  type OfflineAddressBook,
} from '../../domain/organization/offline-address-books.ts';
import type { OabProperty, OabRecord, OabValue } from '../../protocols/oab/details.ts';

/** A recipient and, where it has one, its picture in the directory. */
export interface BookEntry {
  readonly recipient: Recipient;
  readonly picture: Uint8Array | undefined;
}

interface Attribute {
  readonly tag: number;
  read(entry: BookEntry): OabValue | undefined;
}

const detail =
  (name: string) =>
  ({ recipient }: BookEntry): string | undefined =>
    filled(recipient.details[name]);
const filled = (text: string | null | undefined): string | undefined => (text === null || text === '' ? undefined : text);

const attributes: Readonly<Record<BookAttribute, Attribute>> = {
  DisplayName: { tag: 0x3001001f, read: ({ recipient }) => filled(recipient.displayName) },
  Account: { tag: 0x3a00001f, read: ({ recipient }) => filled(recipient.alias) },
  GivenName: { tag: 0x3a06001f, read: detail('givenName') },
  Surname: { tag: 0x3a11001f, read: detail('surname') },
  OfficeLocation: { tag: 0x3a19001f, read: detail('office') },
  ProxyAddresses: { tag: 0x800f101f, read: ({ recipient }) => recipient.addresses },
  Title: { tag: 0x3a17001f, read: detail('title') },
  CompanyName: { tag: 0x3a16001f, read: detail('company') },
  DepartmentName: { tag: 0x3a18001f, read: detail('department') },
  BusinessTelephoneNumber: { tag: 0x3a08001f, read: detail('phone') },
  thumbnailPhoto: { tag: 0x8c9e0102, read: ({ picture }) => picture },
};

/** What every record has: legacy DN, SMTP address, display type, object type (MS-OXOAB 2.9). */
const always: readonly (Attribute & Pick<OabProperty, 'flags'>)[] = [
  { tag: 0x3003001e, flags: { key: true }, read: ({ recipient }) => filled(recipient.legacyDn) },
  { tag: 0x39fe001f, flags: { key: true, anr: true }, read: ({ recipient }) => filled(recipient.primaryAddress) },
  { tag: 0x39000003, flags: {}, read: ({ recipient }) => (isGroup(recipient) ? displayTypes.group : displayTypes.user) },
  { tag: 0x0ffe0003, flags: {}, read: ({ recipient }) => (isGroup(recipient) ? objectTypes.group : objectTypes.user) },
];
const displayTypes = { user: 0, group: 1 } as const;
const objectTypes = { user: 6, group: 8 } as const;
/** PidTagOfflineAddressBookTruncatedProperties: tags of what the recipient has and the record has not. */
const truncated: OabProperty = { tag: 0x68051003, flags: {} };

export interface BookTable {
  readonly properties: readonly OabProperty[];
  record(entry: BookEntry): OabRecord;
  /** Whether pictures must be read: they are told, or told of. */
  readonly needs: { readonly pictures: boolean };
}

/** The records of a book. An attribute that is an Indicator is not told: a record says that the server has it. */
export function bookTable({ ConfiguredAttributes }: Pick<OfflineAddressBook, 'ConfiguredAttributes'>): BookTable {
  const configured = ConfiguredAttributes.flatMap((text) => attributeOf(text) ?? []);
  const of = (...kinds: readonly AttributeKind[]) => configured.filter(({ kind }) => kinds.includes(kind));
  const told = of('ANR', 'Value').map(({ name, kind }) => ({ ...attributes[name], flags: kind === 'ANR' ? { anr: true } : {} }));
  const toldOf = of('Indicator').map(({ name }) => attributes[name]);
  const rows = [...always, ...told];
  return {
    properties: [...rows.map(({ tag, flags }) => ({ tag, flags })), truncated],
    record(entry) {
      const values = rows.flatMap(({ tag, read }): [number, OabValue][] => {
        const value = read(entry);
        return value === undefined ? [] : [[tag, value]];
      });
      const elsewhere = toldOf.filter(({ read }) => read(entry) !== undefined).map(({ tag }) => tag);
      return new Map([...values, ...(elsewhere.length === 0 ? [] : [[truncated.tag, elsewhere] as const])]);
    },
    needs: { pictures: configured.some(({ name }) => name === 'thumbnailPhoto') },
  };
}

import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { readEntryId } from '../../../shared/protocols/ews/entry-id.ts';
import { emailAddresses, imAddresses, phoneNumbers, physicalAddresses } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { decodeOneOff } from '../../../shared/protocols/ews/one-off-entry-id.ts';
import { decodeWrapped, type WrappedEntryId } from '../../../shared/protocols/ews/wrapped-entry-id.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import type { ItemSource, SpecialField } from './item-source.ts';

/** What the members of a distribution list are read from. */
export const listMemberKeys: readonly PropertyKey[] = [named.distributionListMembers, named.distributionListOneOffMembers];

/** The parts of a contact's name, as CompleteName has them. */
const nameParts = {
  Title: tags.displayNamePrefix,
  FirstName: tags.givenName,
  MiddleName: tags.middleName,
  LastName: tags.surname,
  Suffix: tags.generation,
  Initials: tags.initials,
  FullName: tags.displayName,
  Nickname: tags.nickname,
  YomiFirstName: named.phoneticGivenName,
  YomiLastName: named.phoneticSurname,
} as const;

/** The special fields of contacts and distribution lists. */
export const contactSpecials: Readonly<Partial<Record<SpecialView, SpecialField>>> = {
  CompleteName: { needs: Object.values(nameParts), read: (source) => texts(source, nameParts) },
  ContactSource: { read: () => 'Store' },
  EmailAddresses: {
    needs: [...emailAddresses.values()].flatMap((keys) => Object.values(keys)),
    read: (source) =>
      entries([...emailAddresses], ([Key, keys]) => {
        const found = texts(source, { text: keys.address, Name: keys.displayName, RoutingType: keys.routingType });
        return found?.['text'] === undefined ? undefined : { Key, ...found, MailboxType: 'Contact' };
      }),
  },
  PhysicalAddresses: {
    needs: [...physicalAddresses.values()].flatMap((keys) => Object.values(keys)),
    read: (source) =>
      entries([...physicalAddresses], ([Key, keys]) => {
        const found = texts(source, keys);
        return found === undefined ? undefined : { Key, ...found };
      }),
  },
  PhoneNumbers: dictionary(phoneNumbers),
  ImAddresses: dictionary(imAddresses),
  Members: {
    needs: listMemberKeys,
    read: ({ mailbox, row }) =>
      itemProperty(row, named.distributionListMembers) === undefined ? undefined : { Member: listMembers(mailbox, row) },
  },
};

function dictionary(of: ReadonlyMap<string, PropertyKey>): SpecialField {
  return {
    needs: [...of.values()],
    read: (source) =>
      entries([...of], ([Key, key]) => {
        const text = itemProperty(source.row, key);
        return typeof text === 'string' ? { Key, text } : undefined;
      }),
  };
}

function entries<Source, Entry>(
  of: readonly Source[],
  make: (source: Source) => Entry | undefined,
): { Entry: readonly Entry[] } | undefined {
  const made = of.flatMap((one) => make(one) ?? []);
  return made.length === 0 ? undefined : { Entry: made };
}

/** Those of some properties that are there, under their names; undefined when there is none. */
function texts({ row }: ItemSource, keys: Readonly<Record<string, PropertyKey>>): Readonly<Record<string, string | undefined>> | undefined {
  const found = Object.entries(keys).flatMap(([name, key]) => {
    const value = itemProperty(row, key);
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** One of the members of a distribution list. */
interface ListMember {
  readonly Key: string;
  readonly Mailbox: {
    readonly Name: string;
    readonly EmailAddress?: string;
    readonly RoutingType?: string;
    readonly MailboxType: 'OneOff' | 'Contact' | 'PrivateDL' | 'Mailbox' | 'PublicDL';
    readonly ItemId?: { readonly Id: string };
  };
  readonly Status: 'Normal';
}

const memberTypes = { contact: 'Contact', list: 'PrivateDL', user: 'Mailbox', group: 'PublicDL' } as const;

/** The members of a list, by the names and addresses that were theirs when they became members. What cannot be read is left out. */
export function listMembers(mailbox: OpenMailbox, row: ItemRow): readonly ListMember[] {
  const [members, oneOffs] = [named.distributionListMembers, named.distributionListOneOffMembers].map((key) => {
    const stored = itemProperty(row, key);
    return Array.isArray(stored) ? (stored as readonly string[]) : [];
  });
  return (members ?? []).flatMap((Key, index) => {
    const octets = Buffer.from(Key, 'base64');
    const wrapped = decodeWrapped(octets);
    const shown = decodeOneOff(wrapped === undefined ? octets : Buffer.from(oneOffs?.[index] ?? '', 'base64'));
    if (shown === undefined) return [];
    const { name, routingType, address } = shown;
    const ways = address === '' ? {} : { EmailAddress: address };
    const Mailbox = {
      Name: name === '' ? address : name,
      ...ways,
      ...(address === '' && wrapped === undefined ? {} : { RoutingType: routingType }),
    };
    const MailboxType = wrapped === undefined ? 'OneOff' : memberTypes[wrapped.is];
    return [{ Key, Mailbox: { ...Mailbox, MailboxType, ...itemIdIn(mailbox, wrapped) }, Status: 'Normal' }];
  });
}

/** The item that a member is; an entry of the address book is none. */
function itemIdIn(mailbox: OpenMailbox, wrapped: WrappedEntryId | undefined): { readonly ItemId?: { readonly Id: string } } {
  const key = wrapped === undefined ? undefined : readEntryId(mailbox.guid, wrapped.entryId);
  return key === undefined || !('item' in key) ? {} : { ItemId: { Id: mailbox.ids.itemId(key.folder, key.item as number) } };
}

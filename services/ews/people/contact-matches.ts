import { findItems } from '../../../shared/domain/mailbox/find-items.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { withoutPrivateItems, withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import type { ContainsRestriction, Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { emailAddresses } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import { fold } from '../../../shared/store/fold.ts';
import type { EwsCall } from '../context.ts';
import type { OpenFolder } from '../mailboxes.ts';

/** The properties that hold a contact's names. */
const names: readonly PropertyKey[] = [tags.displayName, named.fileUnder, tags.givenName, tags.surname, tags.nickname];
const emails = [...emailAddresses.values()];
const addressKeys = emails.flatMap(({ address, displayName }) => [address, displayName]);

/** What the test of a contact, and an address of it as an answer has it, are made of. */
export const contactNameKeys: readonly PropertyKey[] = [...names, ...addressKeys, ...emails.map(({ routingType }) => routingType)];

/** Words of a name that are looked at; the others narrow nothing. Nobody has a longer name than this. */
const mostWords = 8;
const longestText = 255;

/**
 * What the contacts and distribution lists have in common that a text may mean: every word of it begins a word of a name or
 * of an address (inferred; that whole words need not be given is on the page "ResolveNames operation").
 */
function contactsNamed(text: string): Restriction {
  const words = text.split(/\s+/).slice(0, mostWords);
  return { kind: 'and', of: [people, ...words.map((word) => anyName(word, 'prefix-on-words'))] };
}

function anyName(text: string, mode: ContainsRestriction['mode']): Restriction {
  const of = [...names, ...addressKeys].map(
    (property): Restriction => ({ kind: 'contains', property, text, mode, ignoreCase: true, ignoreNonSpacing: false }),
  );
  return { kind: 'or', of };
}

/** What a query string means of people: words that may stand anywhere are looked for in their names and addresses, too. */
export function personaWords(searched: Restriction): Restriction {
  switch (searched.kind) {
    case 'and':
    case 'or':
      return { kind: searched.kind, of: searched.of.map(personaWords) };
    case 'not':
      return { kind: 'not', of: personaWords(searched.of) };
    case 'words':
      if (searched.part !== 'any') return searched;
      return { kind: 'or', of: [searched, anyName(searched.text, searched.isPrefix ? 'prefix-on-words' : 'exact-phrase')] };
    default:
      return searched;
  }
}

const ofClass = (text: string): Restriction => {
  return { kind: 'contains', property: tags.messageClass, text, mode: 'prefix', ignoreCase: true, ignoreNonSpacing: false };
};
/** Contacts and distribution lists. */
export const people: Restriction = { kind: 'or', of: [ofClass('IPM.Contact'), ofClass('IPM.DistList')] };

/** The contacts of a folder that a text may mean, by name; at most `limit`. */
export async function contactsOf(
  call: EwsCall,
  { mailbox, folder }: OpenFolder,
  text: string,
  { limit, properties }: { readonly limit: number; readonly properties: readonly PropertyKey[] | 'all' },
): Promise<readonly ItemRow[]> {
  if (text.length > longestText) return [];
  const need = { properties: properties === 'all' ? properties : [...contactNameKeys, ...properties] };
  const restriction = contactsNamed(text);
  const found = await findItems(call.context.store.read, {
    mailbox: mailbox.guid,
    folder,
    restriction: mailbox.isShared ? withoutPrivateItems(restriction) : restriction,
    sort: [{ property: tags.displayName, direction: 'ascending' }],
    page: { offset: 0, count: limit, from: 'beginning' },
    need: mailbox.isShared ? withSharedFacts(need) : need,
  });
  return found.items;
}

/** A text of a contact; '' where it has none. */
export function textOf(row: ItemRow, key: PropertyKey): string {
  const value = itemProperty(row, key);
  return typeof value === 'string' ? value : '';
}

/** An e-mail address of a contact, and its key in the contact's dictionary. */
export interface ContactAddress {
  readonly Key: string;
  readonly Name: string;
  readonly EmailAddress: string;
  readonly RoutingType: string;
}

/** The addresses of a contact, in their order. */
export function addressesOf(row: ItemRow): readonly ContactAddress[] {
  return [...emailAddresses].flatMap(([Key, { address, displayName, routingType }]) => {
    const EmailAddress = textOf(row, address);
    if (EmailAddress === '') return [];
    const Name = textOf(row, displayName) || textOf(row, tags.displayName) || EmailAddress;
    return [{ Key, Name, EmailAddress, RoutingType: textOf(row, routingType) || 'SMTP' }];
  });
}

/** Those of a contact's addresses that a text means: all of them where the contact has that name, else those that begin so. */
export function addressesMeant(row: ItemRow, text: string): readonly ContactAddress[] {
  const all = addressesOf(row);
  const wanted = fold(text);
  const meant = all.filter((one) => [one.Name, one.EmailAddress].some((part) => fold(part).startsWith(wanted)));
  const isNamed = names.some((key) => fold(textOf(row, key)).includes(wanted));
  return isNamed || meant.length === 0 ? all : meant;
}

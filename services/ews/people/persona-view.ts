import { isGroup, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { wireExtendedProperty } from '../../../shared/protocols/ews/extended-property.ts';
import { contactFields } from '../../../shared/protocols/ews/fields/contact.ts';
import { physicalAddresses } from '../../../shared/protocols/ews/fields/dictionaries.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { findPeople } from '../../../shared/protocols/ews/operations/find-people.ts';
import { contactPersonaId, directoryPersonaId } from '../../../shared/protocols/ews/persona-id.ts';
import { fold } from '../../../shared/store/fold.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { directoryEntry } from '../views/directory-entry.ts';
import { itemId } from '../views/item-specials.ts';
import { addressesOf, textOf } from './contact-matches.ts';
import { personaDates, personaEmails, personaPhones, personaPostals, personaTexts } from './persona-fields.ts';
import type { PersonaPlan } from './persona-plan.ts';

export type WirePersona = NonNullable<Extract<ResponseOf<typeof findPeople>, { class: 'Success' }>['People']>[number];

/** What is known of one person: contacts, oldest first, and his entry in the directory. One of them at least. */
export interface PersonaSources {
  readonly contacts: readonly { readonly mailbox: OpenMailbox; readonly row: ItemRow }[];
  readonly recipient?: Recipient | undefined;
}

/** A person as the plan wants him. Values of contacts come before those of the directory. */
export function viewPersona(sources: PersonaSources, { fields, extended }: PersonaPlan): WirePersona {
  const values: Readonly<Record<string, unknown>> = { ...names(sources, fields), ...ways(sources, fields), ...rest(sources, fields) };
  const shown = Object.entries(values).filter(([name, value]) => value !== undefined && fields.has(name));
  const ExtendedProperties = attributed(sources, ({ row }) =>
    extended.flatMap(({ uri, key }) => {
      const stored = itemProperty(row, key);
      return stored === undefined ? [] : [wireExtendedProperty(uri, stored)];
    }),
  );
  return { ...Object.fromEntries(shown), ...(ExtendedProperties === undefined ? {} : { ExtendedProperties }) } as unknown as WirePersona;
}

type ContactSource = PersonaSources['contacts'][number];
type Attributed = { readonly Value: unknown; readonly Attributions: readonly string[] };

/** The values that the sources have, each once, with the numbers of the sources that have it; undefined where none has any. */
function attributed(
  { contacts, recipient }: PersonaSources,
  ofContact: (source: ContactSource) => readonly unknown[],
  ofDirectory: (recipient: Recipient) => readonly unknown[] = () => [],
): readonly Attributed[] | undefined {
  const found = new Map<string, { readonly Value: unknown; readonly Attributions: string[] }>();
  const add = (values: readonly unknown[], number: number): void => {
    for (const Value of values) {
      const key = JSON.stringify(Value);
      const known = found.get(key);
      if (known === undefined) found.set(key, { Value, Attributions: [String(number)] });
      else known.Attributions.push(String(number));
    }
  };
  for (const [number, contact] of contacts.entries()) add(ofContact(contact), number);
  if (recipient !== undefined) add(ofDirectory(recipient), contacts.length);
  return found.size === 0 ? undefined : [...found.values()];
}

const filled = (text: string | undefined): readonly string[] => (text === undefined || text === '' ? [] : [text]);

type Fields = PersonaPlan['fields'];
/** What the names that are put together are made of. */
const alwaysRead: ReadonlySet<string | undefined> = new Set(['DisplayName', 'GivenName', 'Surname']);

function names(sources: PersonaSources, fields: Fields): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { first, all, key, directory } of personaTexts) {
    if (!alwaysRead.has(first) && !fields.has(first ?? '') && !fields.has(all ?? '')) continue;
    const list = attributed(
      sources,
      ({ row }) => filled(textOf(row, key)),
      (recipient) => filled(directory?.(recipient)),
    );
    if (first !== undefined) values[first] = list?.[0]?.Value;
    if (all !== undefined) values[all] = list;
  }
  for (const [name, key] of Object.entries(personaDates)) {
    values[name] = attributed(sources, ({ row }) => {
      const at = itemProperty(row, key);
      return typeof at === 'number' ? [new Date(at).toISOString()] : [];
    });
  }
  const FileAsIds = attributed(sources, ({ row }) => {
    const stored = itemProperty(row, named.fileUnderId);
    return filled(stored === undefined ? undefined : (contactFields.FileAsMapping.toWire?.(stored) as string | undefined));
  });
  const { GivenName, Surname, DisplayName } = values;
  const joined = (...parts: readonly unknown[]): unknown => parts.filter((part) => typeof part === 'string').join(' ') || DisplayName;
  return {
    ...values,
    FileAsId: FileAsIds?.[0]?.Value,
    FileAsIds,
    DisplayNameFirstLast: joined(GivenName, Surname),
    DisplayNameLastFirst: joined(Surname, GivenName),
    Children: attributed(sources, ({ row }) => {
      const list = itemProperty(row, tags.childrensNames);
      return Array.isArray(list) && list.length > 0 ? [list] : [];
    }),
  };
}

interface Address {
  readonly Name: string;
  readonly EmailAddress: string;
  readonly RoutingType: string;
}

/** How a person is reached. */
function ways(sources: PersonaSources, fields: Fields): Record<string, unknown> {
  const { contacts, recipient } = sources;
  const values: Record<string, unknown> = {};
  const inDirectory = recipient === undefined ? [] : [addressIn(recipient)];
  const known = new Map<string, Address>();
  for (const { Name, EmailAddress, RoutingType } of [...contacts.flatMap(({ row }) => addressesOf(row)), ...inDirectory]) {
    const folded = fold(EmailAddress);
    if (!known.has(folded)) known.set(folded, { Name, EmailAddress, RoutingType });
  }
  const EmailAddresses = [...known.values()];
  for (const [name, key] of Object.entries(personaEmails)) {
    if (!fields.has(name)) continue;
    const ofDirectory = (): readonly unknown[] => (name === 'Emails1' ? inDirectory : []);
    values[name] = attributed(
      sources,
      ({ row }) => addressesOf(row).flatMap(({ Key, ...address }) => (Key === key ? [address] : [])),
      ofDirectory,
    );
  }
  for (const [name, [key, Type]] of Object.entries(personaPhones)) {
    if (!fields.has(name) && !fields.has('PhoneNumber')) continue;
    const phone = (number: string | undefined) => filled(number).map((text) => ({ Number: text, Type }));
    values[name] = attributed(
      sources,
      ({ row }) => phone(textOf(row, key)),
      ({ details }) => (name === 'BusinessPhoneNumbers' ? phone(details['phone']) : []),
    );
  }
  for (const [name, key] of Object.entries(personaPostals))
    if (fields.has(name)) values[name] = attributed(sources, ({ row }) => postal(row, key));
  const numbers = Object.keys(personaPhones).flatMap((name) => (values[name] as readonly Attributed[] | undefined) ?? []);
  return {
    ...values,
    EmailAddress: EmailAddresses[0],
    EmailAddresses: EmailAddresses.length === 0 ? undefined : EmailAddresses,
    PhoneNumber: numbers[0]?.Value,
  };
}

function addressIn(recipient: Recipient): Address {
  const { Name, EmailAddress, RoutingType } = directoryEntry(recipient);
  return { Name, EmailAddress, RoutingType };
}

function postal(row: ItemRow, key: string): readonly unknown[] {
  const parts = physicalAddresses.get(key);
  if (parts === undefined) return [];
  const read = (part: PropertyKey): string | undefined => textOf(row, part) || undefined;
  const { Street, City, State, CountryOrRegion, PostalCode } = parts;
  const address = {
    Street: read(Street),
    City: read(City),
    State: read(State),
    Country: read(CountryOrRegion),
    PostalCode: read(PostalCode),
  };
  return Object.values(address).every((part) => part === undefined) ? [] : [{ ...address, Type: key }];
}

/** Every score is this in the published answers. */
const relevance = 2_147_483_647;

function rest(sources: PersonaSources, fields: Fields): Record<string, unknown> {
  const { contacts } = sources;
  const [oldest] = contacts;
  const created = oldest === undefined ? undefined : itemProperty(oldest.row, tags.creationTime);
  const folders = new Set(contacts.map(({ mailbox, row }) => mailbox.ids.folderId(row.folder)));
  return {
    PersonaId: { Id: personaIdOf(sources) },
    PersonaType: personaTypeOf(sources),
    CreationTime: created,
    RelevanceScore: relevance,
    FolderIds: folders.size === 0 ? undefined : [...folders].map((Id) => ({ Id, ChangeKey: shortKey })),
    Attributions: fields.has('Attributions') ? attributions(sources) : undefined,
    Bodies: attributed(sources, ({ row }) => {
      const [html, plain] = [textOf(row, tags.bodyHtml), textOf(row, tags.body)];
      if (html === '' && plain === '') return [];
      return [html === '' ? { Value: plain, BodyType: 'Text' } : { Value: html, BodyType: 'HTML' }];
    }),
  };
}

function attributions({ contacts, recipient }: PersonaSources): readonly object[] {
  return [
    ...contacts.map((contact, number) => contactAttribution(contact, String(number))),
    ...(recipient === undefined ? [] : [directoryAttribution(recipient, String(contacts.length))]),
  ];
}

/** Of a folder beside something else: real servers give its kind and nothing more. */
const shortKey = 'AQAAAA==';

function contactAttribution({ mailbox, row }: ContactSource, Id: string): object {
  const SourceId = itemId({ mailbox, row, element: itemElementOf(row.class) });
  const FolderId = { Id: mailbox.ids.folderId(row.folder), ChangeKey: shortKey };
  // Published: the name of the source that is the mailbox.
  return { Id, SourceId, DisplayName: 'Outlook', IsWritable: !mailbox.isShared, IsQuickContact: false, IsHidden: false, FolderId };
}

function directoryAttribution({ guid }: Recipient, Id: string): object {
  return { Id, SourceId: { Id: directoryPersonaId(guid) }, DisplayName: 'GAL', IsWritable: false, IsQuickContact: false, IsHidden: false };
}

/** A person is called by his oldest contact, else by his entry in the directory. */
function personaIdOf({ contacts: [oldest], recipient }: PersonaSources): string {
  if (oldest !== undefined) return contactPersonaId(oldest.mailbox.ids, oldest.row.counter);
  if (recipient === undefined) throw new Error('defect: a persona without sources');
  return directoryPersonaId(recipient.guid);
}

/** `Person` and `DistributionList` stand on Microsoft's pages; `Room` is inferred. */
function personaTypeOf({ contacts: [oldest], recipient }: PersonaSources): string {
  if (oldest !== undefined) return itemElementOf(oldest.row.class) === 'DistributionList' ? 'DistributionList' : 'Person';
  if (recipient === undefined) return 'Unknown';
  return isGroup(recipient) ? 'DistributionList' : recipient.type === 'RoomMailbox' ? 'Room' : 'Person';
}

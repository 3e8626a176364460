import { named, type PropertyKey } from '../../../shared/kernel/mapi.ts';
import {
  type AddressPart,
  addressParts,
  emailAddresses,
  imAddresses,
  phoneNumbers,
  physicalAddresses,
} from '../../../shared/protocols/ews/fields/dictionaries.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import type { Draft } from './draft.ts';
import { routingTypeOf } from './routing-type.ts';
import type { SpecialWriter } from './special-writer.ts';

interface TextEntry {
  readonly Key: string;
  readonly text: string;
}
interface EmailEntry extends TextEntry {
  readonly Name?: string;
  readonly RoutingType?: string;
}
type AddressEntry = { readonly Key: string } & { readonly [Part in AddressPart]?: string };
/** A member of a distribution list as two lists of the item have it: by his entry id, and by name and address. Both base64. */
export interface ListMember {
  readonly member: string;
  readonly oneOff: string;
}

/** How the special fields of contacts and distribution lists are written. To set a dictionary replaces all of its entries. */
export const contactWriters: Readonly<Partial<Record<SpecialView, SpecialWriter>>> = {
  EmailAddresses: dictionaryWriter<EmailEntry>(
    [...emailAddresses.values()].flatMap((keys) => Object.values(keys)),
    (draft, { Key, text, Name, RoutingType }) => {
      const keys = entryOf(emailAddresses, Key);
      draft.set(keys.address, text);
      draft.set(keys.routingType, routingTypeOf(RoutingType));
      draft.set(keys.displayName, Name ?? text);
      draft.set(keys.originalDisplayName, text);
    },
  ),
  PhoneNumbers: textsWriter(phoneNumbers),
  ImAddresses: textsWriter(imAddresses),
  PhysicalAddresses: dictionaryWriter<AddressEntry>(
    [...physicalAddresses.values()].flatMap((keys) => Object.values(keys)),
    (draft, entry) => {
      const keys = entryOf(physicalAddresses, entry.Key);
      for (const part of addressParts) if (entry[part] !== undefined) draft.set(keys[part], entry[part]);
    },
  ),
  Members: {
    // `withMembers` has looked them up.
    set: (draft, members: readonly ListMember[]) => setMembers(draft, members),
    append: (draft, members: readonly ListMember[]) => setMembers(draft, [...membersOf(draft), ...members]),
    remove: (draft) => setMembers(draft, []),
  },
};

/** Takes the members of these keys from a distribution list; that one is not there is no error. */
export function removeMember(draft: Draft, key: string): void {
  setMembers(
    draft,
    membersOf(draft).filter(({ member }) => member !== key),
  );
}

function dictionaryWriter<Entry>(all: readonly PropertyKey[], write: (draft: Draft, entry: Entry) => void): SpecialWriter {
  const remove = (draft: Draft): void => {
    for (const key of all) draft.remove(key);
  };
  return {
    set(draft, { Entry }: { readonly Entry: readonly Entry[] }) {
      remove(draft);
      for (const entry of Entry) write(draft, entry);
    },
    setEntry: (draft, { Entry }: { readonly Entry: readonly Entry[] }) => {
      for (const entry of Entry) write(draft, entry);
    },
    remove,
  };
}

function textsWriter(of: ReadonlyMap<string, PropertyKey>): SpecialWriter {
  return dictionaryWriter<TextEntry>([...of.values()], (draft, { Key, text }) => draft.set(entryOf(of, Key), text));
}

function entryOf<Entry>(of: ReadonlyMap<string, Entry>, key: string): Entry {
  const entry = of.get(key);
  if (entry === undefined) throw notSupported(`Writing the entry ${key}`);
  return entry;
}

function membersOf(draft: Draft): readonly ListMember[] {
  const [members, oneOffs] = [named.distributionListMembers, named.distributionListOneOffMembers].map((key) => {
    const stored = draft.current(key);
    return Array.isArray(stored) ? (stored as readonly string[]) : [];
  });
  return (members ?? []).map((member, index) => ({ member, oneOff: oneOffs?.[index] ?? member }));
}

/** Members beyond this are refused: a bound of ours. */
const mostMembers = 5_000;

/** Writes the members, each of them once. */
function setMembers(draft: Draft, members: readonly ListMember[]): void {
  if (members.length > mostMembers) throw ewsRefusal('ErrorInvalidOperation', { detail: `${members.length} members` });
  const once = [...new Map(members.map((one) => [one.member, one])).values()];
  draft.set(
    named.distributionListMembers,
    once.map(({ member }) => member),
  );
  draft.set(
    named.distributionListOneOffMembers,
    once.map(({ oneOff }) => oneOff),
  );
}

import { withPeople } from '../../domain/calendar/calendar-processing.ts';
import { keepPicture, photoProperty } from '../../domain/mailbox/photos.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty } from '../../kernel/mapi.ts';
import type { FolderRecord } from './ports.ts';
import type { MoveGround } from './store-end.ts';

// What folders keep that means something on one side only: people by their object GUIDs, pictures by their hash.

/** The octets of a picture on its way. */
const photoOctets = namedProperty(namedGuid('coexist', 'move'), 'UserPhoto', 'Binary');

/** The record with legacyExchangeDNs in place of GUIDs, and octets in place of a hash. */
export async function portable({ directory, blobs }: MoveGround, record: FolderRecord): Promise<FolderRecord> {
  const people = new Map<string, string>();
  for (const person of peopleIn(record)) {
    const legacyDn = (await directory.byGuid(person as Guid))?.legacyDn ?? '';
    if (legacyDn !== '') people.set(person, legacyDn);
  }
  const { [photoProperty]: hash, ...rest } = withPeople(record.properties, (person) => people.get(person)) ?? record.properties;
  if (hash === undefined) return { ...record, properties: rest };
  const octets = typeof hash !== 'string' || hash === '' ? undefined : await blobs(hash);
  const photo = octets === undefined ? { [photoProperty]: '' } : { [photoOctets]: octets.toString('base64') };
  return { ...record, properties: { ...rest, ...photo } };
}

/** The record with the people of this side. */
export async function withPeopleHere({ directory }: MoveGround, record: FolderRecord): Promise<FolderRecord> {
  const people = new Map<string, string>();
  for (const legacyDn of peopleIn(record)) {
    const found = await directory.byLegacyDn(legacyDn);
    if (found !== undefined) people.set(legacyDn, found.guid);
  }
  const properties = withPeople(record.properties, (person) => people.get(person));
  return properties === undefined ? record : { ...record, properties };
}

/** The record with the hash of a picture that is kept here. */
export async function withPhotoHere(tx: Transaction, record: FolderRecord): Promise<FolderRecord> {
  const { [photoOctets]: octets, ...rest } = record.properties;
  if (typeof octets !== 'string') return record;
  return { ...record, properties: { ...rest, [photoProperty]: await keepPicture(tx, Buffer.from(octets, 'base64')) } };
}

function peopleIn({ properties }: FolderRecord): readonly string[] {
  const people: string[] = [];
  withPeople(properties, (person) => {
    people.push(person);
    return person;
  });
  return people;
}

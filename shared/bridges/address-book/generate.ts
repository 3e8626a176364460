import { createHash } from 'node:crypto';
import type { Directory } from '../../domain/directory/directory.ts';
import { isListed } from '../../domain/directory/recipient.ts';
import { readPicture, thumbnailOf } from '../../domain/mailbox/photos.ts';
import {
  type GeneratedBook,
  keepBookFile,
  type OfflineAddressBook,
  offlineAddressBookId,
  offlineAddressBooks,
  setupBook,
} from '../../domain/organization/offline-address-books.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import { packFile } from '../../protocols/oab/container.ts';
import { encodeDetails } from '../../protocols/oab/details.ts';
import { type BookEntry, bookTable } from './records.ts';

/** Where a book is made. */
export interface BookGround {
  readonly organization: Organization;
  readonly directory: Directory;
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** Recipients that are looked at before others run. */
const entriesATime = 200;

/** The organisation's book as it is kept; as Setup made it, where nothing was changed. */
export async function readBook(tx: Transaction, { name }: Pick<Organization, 'name'>): Promise<OfflineAddressBook> {
  return (await offlineAddressBooks.find(tx, name, setupBook.Name))?.value ?? setupBook;
}

/** Keeps the book. */
export async function writeBook(
  tx: Transaction,
  { name }: Pick<Organization, 'name'>,
  book: OfflineAddressBook,
  at: Instant,
): Promise<void> {
  const stored = await offlineAddressBooks.find(tx, name, setupBook.Name);
  if (stored === undefined) await offlineAddressBooks.create(tx, name, setupBook.Name, book, at);
  else await offlineAddressBooks.replace(tx, stored, book, at);
}

/**
 * Makes the book anew of everybody whom the address lists show, by name, and keeps it. Of two who make it at a time one is told
 * what the other made.
 */
export async function generateBook({ organization, directory, transaction }: BookGround, at: Instant): Promise<GeneratedBook> {
  const book = await transaction((tx) => readBook(tx, organization));
  const table = bookTable(book);
  const listed = (await directory.all()).filter(isListed).sort((left, right) => compare(left.displayName, right.displayName));
  const records = [];
  for (const [index, recipient] of listed.entries()) {
    if (index % entriesATime === entriesATime - 1) await new Promise((resolve) => setImmediate(resolve));
    const hash = table.needs.pictures ? thumbnailOf(recipient) : undefined;
    const entry: BookEntry = {
      recipient,
      picture: hash === undefined ? undefined : (await transaction((tx) => readPicture(tx, hash))).octets,
    };
    records.push(table.record(entry));
  }
  const sequence = (book.generated?.sequence ?? 0) + 1;
  const details = encodeDetails({ ...headerOf(organization, book, sequence), properties: table.properties, records });
  const file = packFile(details);
  const sha1 = createHash('sha1').update(file).digest('hex');
  return transaction(async (tx) => {
    const now = await readBook(tx, organization);
    if (now.generated !== undefined && now.generated.sequence !== book.generated?.sequence) return now.generated;
    const blob = await keepBookFile(tx, file);
    const generated = { sequence, at, records: records.length, blob, octets: file.length, uncompressedOctets: details.length, sha1 };
    await writeBook(tx, organization, { ...now, generated }, at);
    return generated;
  });
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** PidTagOfflineAddressBookName, Sequence, ContainerGuid and DistinguishedName. */
function headerOf(organization: Organization, { Name }: OfflineAddressBook, sequence: number) {
  const values = new Map<number, string | number>([
    [0x6800001f, `\\${Name}`],
    [0x6804001e, '/'],
    [0x68010003, sequence],
    [0x6802001e, offlineAddressBookId(organization)],
  ]);
  return { headerProperties: [...values.keys()].map((tag) => ({ tag, flags: {} })), header: values };
}

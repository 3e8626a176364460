import { createHash } from 'node:crypto';
import { forgetMoved, movedUnder, rememberMoved } from '../../domain/mailbox/moved-entries.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Guid } from '../../kernel/ids.ts';

// What a message of an IMAP account is known by in the mailbox that it was copied to: two rows of moved_entry, written with the item. One
// is its place (account, folder, UIDVALIDITY, UID: RFC 9051 2.3.1.1), the other its octets at that place. By the first it is known again at
// once; by the second when the server has given it another place: a folder that was renamed, or one with a new UIDVALIDITY.

/** Whose messages they are. */
export interface ImapOwner {
  readonly host: string;
  readonly userName: string;
}

/** A message's place in the account, without the account. */
export interface ImapPlace {
  readonly folder: string;
  readonly uidValidity: string;
  readonly uid: number;
}

/** Digits of a digest that tell folders of one account, and accounts, from each other. */
const shortDigits = 16;
/** The same of messages. */
const longDigits = 32;
/** Copies of the same octets in one account that are looked through. */
const mostCopies = 10_000;

/** The beginning of the keys of an account. */
export function accountPrefix({ host, userName }: ImapOwner): string {
  return `imap:${digest(JSON.stringify([host.toLowerCase(), userName]), shortDigits)}:`;
}

/** What a folder is called in keys. */
export function folderMark(path: string): string {
  return digest(path, shortDigits);
}

/** The key of a place. */
export function placeKey(account: string, { folder, uidValidity, uid }: ImapPlace): string {
  return `${account}${folder}:${uidValidity}:${uid}`;
}

/** What tells octets from others. */
export function octetsMark(octets: Uint8Array): string {
  return digest(octets, longDigits);
}

/** Notes a message that has been copied. Calls of the store only. */
export async function rememberMessage(
  tx: Transaction,
  mailbox: Guid,
  account: string,
  { place, octets, counter }: { readonly place: ImapPlace; readonly octets: string; readonly counter: number },
): Promise<void> {
  await rememberMoved(tx, mailbox, placeKey(account, place), counter);
  await rememberMoved(tx, mailbox, octetsKey(account, octets, place), counter);
}

/**
 * Takes a message that has the same octets and whose place is no more for this one; false: there is none, it is another message. A place that
 * is still there keeps its message: two copies at the source are two in the mailbox.
 *
 * @param isGone whether nothing is at that place of the source any more, as far as its folder tells
 */
export async function takeOver(
  tx: Transaction,
  mailbox: Guid,
  account: string,
  { place, octets }: { readonly place: ImapPlace; readonly octets: string },
  isGone: (place: Omit<ImapPlace, 'uid'>) => boolean,
): Promise<boolean> {
  const prefix = octetsKey(account, octets);
  for (const { source, counter } of await movedUnder(tx, mailbox, prefix, mostCopies)) {
    const [folder = '', uidValidity = '', uid = ''] = source.slice(prefix.length).split(':');
    if (!isGone({ folder, uidValidity })) continue;
    await forgetMoved(tx, mailbox, source);
    await forgetMoved(tx, mailbox, placeKey(account, { folder, uidValidity, uid: Number(uid) }));
    await rememberMessage(tx, mailbox, account, { place, octets, counter });
    return true;
  }
  return false;
}

function octetsKey(account: string, octets: string, place?: ImapPlace): string {
  const prefix = `${account.replace('imap:', 'imap-octets:')}${octets}:`;
  return place === undefined ? prefix : placeKey(prefix, place);
}

function digest(value: string | Uint8Array, digits: number): string {
  return createHash('sha256').update(value).digest('hex').slice(0, digits);
}

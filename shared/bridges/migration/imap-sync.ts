import { createHash } from 'node:crypto';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { mfUnsent } from '../../domain/mailbox/item-columns.ts';
import { createItems } from '../../domain/mailbox/item-writes.ts';
import { movedCounters, rememberMoved } from '../../domain/mailbox/moved-entries.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyBag, tags } from '../../kernel/mapi.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ImapLink, ImapMessage } from '../../net/imap-dial.ts';
import { MimeError } from '../../protocols/mime/errors.ts';
import { draftFromMime } from '../message/draft-from-mime.ts';
import { folderFor, type PlacedFolder, placeFolders } from './imap-folders.ts';

/** A mailbox that an account of an IMAP server is copied into. */
export interface ImapSync {
  readonly store: Store;
  readonly mailbox: Guid;
  /** Whose messages they are: with folder, UIDVALIDITY and UID it tells one message from all others. */
  readonly account: { readonly host: string; readonly userName: string };
  /** UserRoot; null: the top. */
  readonly root: string | null;
  /** World time. */
  now(): Instant;
  /** Heard between two portions: refuses with `interrupted`. */
  readonly signal: AbortSignal;
}

/** What one synchronisation has done. */
export interface ImapSynced {
  readonly folders: number;
  /** Messages that are there at the source, those marked as deleted left out. */
  readonly found: number;
  readonly copied: number;
  readonly bytes: number;
  /** Not copied: longer than may be, or no message that can be read. */
  readonly large: number;
  readonly bad: number;
}

/** 35 MB: Microsoft, "What you need to know about migrating your IMAP mailboxes". */
const mostBytes = 35 * 1_048_576;
/** Of one transaction. */
const portionBytes = 8 * 1_048_576;
const portionMessages = 50;
const mostFolders = 10_000;

/**
 * Copies what the mailbox does not have yet: the first time everything, later what is new. Each message is noted in the transaction that
 * writes it, by UIDVALIDITY and UID, so that none is lost or doubled however often this is broken off. What its owner has done to a
 * copied message stays. Refuses as the link does, with `quota-exceeded` and with `interrupted`.
 */
export async function syncImap(link: ImapLink, sync: ImapSync): Promise<ImapSynced> {
  const folders = placeFolders(await link.folders(), sync.root);
  if (folders.length > mostFolders)
    throw new Refusal('too-many-folders', { detail: `the account has ${folders.length} folders; ${mostFolders} are copied at most` });
  let done: ImapSynced = { folders: 0, found: 0, copied: 0, bytes: 0, large: 0, bad: 0 };
  for (const folder of folders) done = add(done, await syncFolder(link, sync, folder));
  return done;
}

async function syncFolder(link: ImapLink, sync: ImapSync, folder: PlacedFolder): Promise<ImapSynced> {
  const { store, mailbox, signal } = sync;
  stopIf(signal);
  await store.transaction((tx) => folderFor(tx, mailbox, folder, sync.now()));
  const { uidValidity, exists } = await link.select(folder.path);
  const listed = exists === 0 ? [] : await link.messages();
  const messages = listed
    .filter(({ flags }) => !flags.includes('\\Deleted'))
    .map((message) => ({ ...message, key: keyOf(sync, folder.path, uidValidity, message.uid) }));
  const known = await movedCounters(
    store.read,
    mailbox,
    messages.map(({ key }) => key),
  );
  let done: ImapSynced = { folders: 1, found: messages.length, copied: 0, bytes: 0, large: 0, bad: 0 };
  let portion: Fetched[] = [];
  let size = 0;
  for (const message of messages) {
    if (known.has(message.key)) continue;
    const fetched = message.size > mostBytes ? 'large' : await fetchMessage(link, message, sync.now());
    if (fetched === 'gone') continue;
    if (fetched === 'large' || fetched === 'bad') {
      done = { ...done, [fetched]: done[fetched] + 1 };
      continue;
    }
    portion.push(fetched);
    size += fetched.bytes;
    if (portion.length < portionMessages && size < portionBytes) continue;
    done = add(done, await writePortion(sync, folder, portion));
    [portion, size] = [[], 0];
  }
  return add(done, await writePortion(sync, folder, portion));
}

/** A message that is to be written. */
interface Fetched {
  readonly key: string;
  readonly draft: ItemDraft;
  readonly bytes: number;
}

async function fetchMessage(
  link: ImapLink,
  { uid, key, flags, received }: ImapMessage & { readonly key: string },
  instant: Instant,
): Promise<Fetched | 'gone' | 'bad'> {
  const octets = await link.message(uid);
  if (octets === undefined) return 'gone';
  try {
    const draft = await draftFromMime(octets, instant);
    return { key, bytes: octets.length, draft: { ...draft, properties: { ...draft.properties, ...marks(flags, received ?? instant) } } };
  } catch (error) {
    if (error instanceof MimeError) return 'bad';
    throw error;
  }
}

/** Flags of RFC 9051 2.3.2 as MS-OXCMSG has them: followup, verb 102 (reply to sender) with its icon 261, unsent. */
function marks(flags: readonly string[], received: Instant): PropertyBag {
  const has = new Set(flags);
  return {
    [tags.messageDeliveryTime]: received,
    [tags.messageFlags]: has.has('\\Draft') ? mfUnsent : 0,
    [tags.read]: has.has('\\Seen'),
    ...(has.has('\\Flagged') ? { [tags.flagStatus]: 2 } : {}),
    ...(has.has('\\Answered') ? { [tags.lastVerbExecuted]: 102, [tags.iconIndex]: 261 } : {}),
  };
}

/** Writes messages that are not there yet: another process may have been quicker. */
async function writePortion(
  { store, mailbox, signal, now }: ImapSync,
  place: PlacedFolder,
  portion: readonly Fetched[],
): Promise<ImapSynced> {
  const nothing = { folders: 0, found: 0, copied: 0, bytes: 0, large: 0, bad: 0 };
  if (portion.length === 0) return nothing;
  stopIf(signal);
  return store.transaction(async (tx) => {
    const instant = now();
    const folder = await folderFor(tx, mailbox, place, instant);
    let [copied, bytes] = [0, 0];
    for (const message of portion) {
      // One after the other: the mailbox may be full after any of them.
      const [item] = (await movedCounters(tx, mailbox, [message.key])).has(message.key)
        ? []
        : await createItems(tx, mailbox, folder.counter, [message.draft], instant);
      if (item === undefined) continue;
      await rememberMoved(tx, mailbox, message.key, item.counter);
      copied += 1;
      bytes += message.bytes;
    }
    return { ...nothing, copied, bytes };
  });
}

/** What a message is known by in the mailbox that it was copied to. */
function keyOf({ account }: ImapSync, path: string, uidValidity: string, uid: number): string {
  const folder = createHash('sha256')
    .update(JSON.stringify([account.host.toLowerCase(), account.userName, path]))
    .digest('hex');
  return `imap:${folder}:${uidValidity}:${uid}`;
}

function add(one: ImapSynced, other: ImapSynced): ImapSynced {
  return {
    folders: one.folders + other.folders,
    found: one.found + other.found,
    copied: one.copied + other.copied,
    bytes: one.bytes + other.bytes,
    large: one.large + other.large,
    bad: one.bad + other.bad,
  };
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new Refusal('interrupted', { detail: 'the synchronisation was broken off' });
}

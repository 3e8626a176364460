import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { mfUnsent } from '../../domain/mailbox/item-columns.ts';
import { createItems } from '../../domain/mailbox/item-writes.ts';
import { movedCounters } from '../../domain/mailbox/moved-entries.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyBag, tags } from '../../kernel/mapi.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ImapLink, ImapMessage } from '../../net/imap-dial.ts';
import { MimeError } from '../../protocols/mime/errors.ts';
import { draftFromMime } from '../message/draft-from-mime.ts';
import type { ExcludedFolder } from './imap-exclude.ts';
import { folderFor } from './imap-folders.ts';
import { accountPrefix, type ImapOwner, type ImapPlace, octetsMark, placeKey, rememberMessage, takeOver } from './imap-keys.ts';
import { isRefused, type Survey, type SurveyedFolder, surveyAccount } from './imap-survey.ts';

/** A mailbox that an account of an IMAP server is copied into. */
export interface ImapSync {
  readonly store: Store;
  readonly mailbox: Guid;
  /** Whose messages they are: with folder, UIDVALIDITY and UID it tells one message from all others. */
  readonly account: ImapOwner;
  /** UserRoot; null: the top. */
  readonly root: string | null;
  readonly excluded: readonly ExcludedFolder[];
  readonly limits: ImapLimits;
  /** Keys of messages that were left out earlier, and told of. */
  readonly left: ReadonlySet<string>;
  /** Everything is looked at before anything is copied: for the first time, and as long as that is not through. */
  readonly isFirst: boolean;
  /** World time. */
  now(): Instant;
  /** Heard between two messages: refuses with `interrupted`. */
  readonly signal: AbortSignal;
  /** What has been done is told as soon as it is done; what this throws ends the synchronisation. */
  tell(event: ImapEvent): Promise<void>;
}

/** What is copied at most: "What you need to know about migrating your IMAP mailboxes to Microsoft 365", OfficeDocs-Exchange. */
export interface ImapLimits {
  /** Octets of a message. */
  readonly bytes: number;
  /** Messages of an account, from newest to oldest. */
  readonly items: number;
}

export const imapLimits: ImapLimits = { bytes: 35 * 1_048_576, items: 500_000 };

/** So many messages, and their octets. */
export interface ImapAmount {
  readonly count: number;
  readonly bytes: number;
}

export type ImapEvent =
  /** All that is there, what of it is in the mailbox already, and what is left behind because it is too old to be among the items allowed. */
  | { readonly what: 'listed'; readonly folders: number; readonly total: ImapAmount; readonly done: ImapAmount; readonly beyond: number }
  | { readonly what: 'folder-refused'; readonly path: string; readonly reason: string }
  | { readonly what: 'written'; readonly amount: ImapAmount }
  | ({ readonly what: 'left' } & LeftMessage);

/** A message that is not copied: longer than may be, or none that can be read. */
export interface LeftMessage {
  readonly key: string;
  readonly kind: 'LargeItem' | 'CorruptItem';
  readonly folder: string;
  readonly subject: string;
  readonly size: number;
  readonly failure: string;
}

/** Of one transaction. */
const portionBytes = 8 * 1_048_576;
const portionMessages = 50;

/**
 * Copies what the mailbox does not have yet: the first time everything, later what is new, from newest to oldest. Each message is noted in the
 * transaction that writes it, so that none is lost or doubled however often this is broken off. What its owner has done to a copied message
 * stays. Refuses as the link does, with `quota-exceeded` and with `interrupted`.
 */
export async function syncImap(link: ImapLink, sync: ImapSync): Promise<void> {
  const survey = await surveyAccount(link, sync);
  for (const folder of survey.folders) await syncFolder(link, sync, survey, folder);
}

/** A message of the folder that is being copied. */
type Listed = ImapMessage & { readonly place: ImapPlace; readonly key: string };

async function syncFolder(
  link: ImapLink,
  sync: ImapSync,
  survey: Survey,
  { place: at, mark, uidValidity, exists }: SurveyedFolder,
): Promise<void> {
  if (exists === 0) return;
  stopIf(sync.signal);
  const account = accountPrefix(sync.account);
  // Opened anew it may be another folder than it was a moment ago: then it is looked at next time.
  if ((await link.select(at.path)).uidValidity !== uidValidity) return;
  const messages = (await link.messages())
    .filter(({ flags }) => !flags.includes('\\Deleted'))
    .map((message): Listed => {
      const place = { folder: mark, uidValidity, uid: message.uid };
      return { ...message, place, key: placeKey(account, place) };
    })
    .filter(({ key }) => !sync.left.has(key))
    .reverse();
  const known = await movedCounters(
    sync.store.read,
    sync.mailbox,
    messages.map(({ key }) => key),
  );
  const writer = portionWriter(sync, survey, at);
  for (const message of messages) {
    if (known.has(message.key) || !survey.admits(message.received)) continue;
    stopIf(sync.signal);
    const fetched = await fetchMessage(link, sync, message, at.names.at(-1) ?? 'Inbox').catch(async (error: unknown) => {
      // What has come is kept: a source that breaks off again and again is copied all the same.
      await writer.flush();
      throw error;
    });
    if (fetched !== undefined) await writer.add(fetched);
  }
  await writer.flush();
}

/** A message that is to be written. */
interface Fetched {
  readonly place: ImapPlace;
  readonly key: string;
  readonly octets: string;
  readonly draft: ItemDraft;
  readonly bytes: number;
}

/** Undefined: it has gone, or it was left out. */
async function fetchMessage(link: ImapLink, sync: ImapSync, message: Listed, folder: string): Promise<Fetched | undefined> {
  const { uid, place, key, flags, received, size } = message;
  const leave = async (kind: LeftMessage['kind'], failure: string): Promise<undefined> => {
    await sync.tell({ what: 'left', key, kind, folder, subject: await subjectOf(link, uid), size, failure });
  };
  const tooLarge = `It is longer than ${sync.limits.bytes} octets.`;
  if (size > sync.limits.bytes) return leave('LargeItem', tooLarge);
  let octets: Buffer | undefined;
  try {
    octets = await link.message(uid);
  } catch (error) {
    if (isRefused(error)) return leave('CorruptItem', error.detail ?? error.code);
    throw error;
  }
  if (octets === undefined) return undefined;
  // A server may have told another size.
  if (octets.length > sync.limits.bytes) return leave('LargeItem', tooLarge);
  try {
    const draft = await draftFromMime(octets, sync.now());
    const properties = { ...draft.properties, ...marks(flags, received ?? sync.now()) };
    return { place, key, octets: octetsMark(octets), bytes: octets.length, draft: { ...draft, properties } };
  } catch (error) {
    if (error instanceof MimeError) return leave('CorruptItem', error.message);
    throw error;
  }
}

async function subjectOf(link: ImapLink, uid: number): Promise<string> {
  try {
    return await link.subject(uid);
  } catch (error) {
    if (isRefused(error)) return '';
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

/** Writes messages in portions, each in a transaction of its own. */
function portionWriter(
  sync: ImapSync,
  survey: Survey,
  at: SurveyedFolder['place'],
): { add(message: Fetched): Promise<void>; flush(): Promise<void> } {
  let portion: Fetched[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (portion.length === 0) return;
    stopIf(sync.signal);
    const amount = await writePortion(sync, survey, at, portion);
    [portion, bytes] = [[], 0];
    await sync.tell({ what: 'written', amount });
  };
  return {
    async add(message) {
      portion.push(message);
      bytes += message.bytes;
      if (portion.length >= portionMessages || bytes >= portionBytes) await flush();
    },
    flush,
  };
}

/** Writes messages that are not there yet: another process may have been quicker, or they may have been there under another name. */
async function writePortion(
  { store, mailbox, account, now }: ImapSync,
  { isGone, hadMessages }: Survey,
  at: SurveyedFolder['place'],
  portion: readonly Fetched[],
): Promise<ImapAmount> {
  const prefix = accountPrefix(account);
  return store.transaction(async (tx) => {
    const instant = now();
    const folder = await folderFor(tx, mailbox, at, instant);
    let [count, bytes] = [0, 0];
    for (const message of portion) {
      if ((await movedCounters(tx, mailbox, [message.key])).has(message.key)) continue;
      if (hadMessages && (await takeOver(tx, mailbox, prefix, message, isGone))) continue;
      // One after the other: the mailbox may be full after any of them.
      const [item] = await createItems(tx, mailbox, folder.counter, [message.draft], instant);
      if (item === undefined) continue;
      await rememberMessage(tx, mailbox, prefix, { ...message, counter: item.counter });
      count += 1;
      bytes += message.bytes;
    }
    return { count, bytes };
  });
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new Refusal('interrupted', { detail: 'the synchronisation was broken off' });
}

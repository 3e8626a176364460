import { countMoved, movedCounters } from '../../domain/mailbox/moved-entries.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ImapLink } from '../../net/imap-dial.ts';
import { folderFor, type PlacedFolder, placeFolders } from './imap-folders.ts';
import { accountPrefix, folderMark, type ImapPlace, placeKey } from './imap-keys.ts';
import type { ImapSync } from './imap-sync.ts';

/** A folder of an account as it was found. */
export interface SurveyedFolder {
  readonly place: PlacedFolder;
  /** What it is called in keys. */
  readonly mark: string;
  readonly uidValidity: string;
  readonly exists: number;
}

/** An account as it was found. */
export interface Survey {
  readonly folders: readonly SurveyedFolder[];
  /** Whether the mailbox has messages of the account already. */
  readonly hadMessages: boolean;
  /** Whether a folder with that UIDVALIDITY is there no more. */
  isGone(place: Omit<ImapPlace, 'uid'>): boolean;
  /** Whether a message that is not copied yet is new enough to be among those that may be; asked once for each. */
  admits(received: number | null): boolean;
}

const mostFolders = 10_000;

/**
 * Looks through an account: makes the folders, hears what is in them, and tells it. An account with more messages than may be copied, and one that
 * is new, is listed as a whole. Refuses with `too-many-folders`.
 */
export async function surveyAccount(link: ImapLink, sync: ImapSync): Promise<Survey> {
  const { store, mailbox } = sync;
  const listed = await link.folders();
  const placed = placeFolders(listed, sync.root, sync.excluded);
  if (listed.length > mostFolders)
    throw new Refusal('too-many-folders', { detail: `the account has ${listed.length} folders; ${mostFolders} are copied at most` });
  const folders: SurveyedFolder[] = [];
  for (const place of placed) {
    await store.transaction((tx) => folderFor(tx, mailbox, place, sync.now()));
    try {
      folders.push({ place, mark: folderMark(place.path), ...(await link.select(place.path)) });
    } catch (error) {
      if (!isRefused(error)) throw error;
      await sync.tell({ what: 'folder-refused', path: place.path, reason: error.detail ?? error.code });
    }
  }
  const copied = await countMoved(store.read, mailbox, accountPrefix(sync.account));
  const there = folders.reduce((sum, { exists }) => sum + exists, 0);
  const needsAll = sync.isFirst || copied + there > sync.limits.items;
  const opened = new Map(folders.map(({ mark, uidValidity }) => [mark, uidValidity]));
  const marks = new Set(listed.map(({ path }) => folderMark(path)));
  return {
    folders,
    hadMessages: copied > 0,
    // Of a folder that is there and could not be opened, or is excluded, nobody knows.
    isGone: ({ folder, uidValidity }) => !marks.has(folder) || (opened.has(folder) && opened.get(folder) !== uidValidity),
    admits: needsAll ? await listAll(link, sync, folders, copied) : () => true,
  };
}

/** Hears of every message, tells the sums, and gives what tells those that may be copied from the others. */
async function listAll(link: ImapLink, sync: ImapSync, folders: readonly SurveyedFolder[], copied: number): Promise<Survey['admits']> {
  const account = accountPrefix(sync.account);
  const total = { count: 0, bytes: 0 };
  const done = { count: 0, bytes: 0 };
  // Moments alone: an account may have many messages.
  const moments: number[] = [];
  for (const { place, mark, uidValidity, exists } of folders) {
    if (exists === 0 || (await link.select(place.path)).uidValidity !== uidValidity) continue;
    const messages = (await link.messages()).filter(({ flags }) => !flags.includes('\\Deleted'));
    const keys = messages.map(({ uid }) => placeKey(account, { folder: mark, uidValidity, uid }));
    const known = await movedCounters(sync.store.read, sync.mailbox, keys);
    for (const [index, { size, received }] of messages.entries()) {
      const key = keys[index] ?? '';
      total.count += 1;
      total.bytes += size;
      if (known.has(key)) {
        done.count += 1;
        done.bytes += size;
      } else if (!sync.left.has(key)) moments.push(received ?? 0);
    }
  }
  const most = Math.max(0, sync.limits.items - copied);
  await sync.tell({ what: 'listed', folders: folders.length, total, done, beyond: Math.max(0, moments.length - most) });
  return moments.length <= most ? () => true : newest(moments, most);
}

/** Admits the newest of them; of those with the same moment at the edge the first that ask. */
function newest(moments: readonly number[], most: number): Survey['admits'] {
  if (most === 0) return () => false;
  const edge = Float64Array.from(moments).toSorted()[moments.length - most] ?? 0;
  let atEdge = most - moments.reduce((count, moment) => (moment > edge ? count + 1 : count), 0);
  return (received) => {
    const moment = received ?? 0;
    if (moment !== edge) return moment > edge;
    atEdge -= 1;
    return atEdge >= 0;
  };
}

/** The server has answered and said no: the session goes on. */
export function isRefused(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'CommandRefused';
}

import type { Guid } from '../../kernel/ids.ts';
import { type PropertyKey, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemRow } from './item-columns.ts';
import { type Page, type Paged, pageBounds, paged, pageSought, type SeekView } from './page.ts';
import type { Restriction } from './restriction.ts';
import { type FolderScan, scanEach } from './scan-items.ts';
import { type ScannedRow, type ScannedRows, scannedRows } from './scanned-rows.ts';
import { compareSorted, type SortKey, type SortValues, sortInTurns } from './sort.ts';
import { nextTurn, pacer } from './turns.ts';

/** Folders of a mailbox, by their counters. */
export interface ConversationFolders {
  readonly mailbox: Guid;
  readonly folders: readonly number[];
}

export interface ConversationQuery {
  /** Where to look; a conversation that lies in several mailboxes is one. */
  readonly places: readonly ConversationFolders[];
  /** A conversation fits when one of its items there does. */
  readonly restriction?: Restriction | undefined;
  /** By the delivery of the latest item there. */
  readonly direction: SortKey['direction'];
  /** One that is sought begins with a conversation of which an item there meets the condition (inferred). */
  readonly page: Page | SeekView;
}

/**
 * The conversations that have items in some folders, one page of them, by the 32 hexadecimal digits of the column. Items
 * that belong to none are passed over. Refuses with `query-too-large`.
 */
export async function findConversations(
  executor: Executor,
  { places, restriction, direction, page: view }: ConversationQuery,
): Promise<Paged<string>> {
  const fitting = new Set<string>();
  const latest = new Map<string, number>();
  for (const place of scansOf(places)) {
    await scanEach(executor, { ...place, restriction: undefined }, [tags.conversationId, tags.messageDeliveryTime], (_, read) => {
      const id = read(tags.conversationId);
      const delivered = read(tags.messageDeliveryTime);
      if (typeof id === 'string') latest.set(id, Math.max(latest.get(id) ?? 0, typeof delivered === 'number' ? delivered : 0));
    });
    if (restriction !== undefined) await noteFitting(executor, { ...place, restriction }, fitting);
  }
  const shown = [...latest].filter(([id]) => restriction === undefined || fitting.has(id));
  const order = compareSorted([{ property: tags.messageDeliveryTime, direction }]);
  const ids = shown.map(([id]) => id);
  const values = shown.map(([, delivered], counter): SortValues => ({ counter, values: [delivered] }));
  const sorted = (await sortInTurns(values, order)).map(({ counter }) => hex(ids[counter] ?? ''));
  const page = 'condition' in view ? await soughtPage(executor, places, sorted, view) : view;
  const { start, end } = pageBounds(page, sorted.length);
  return paged(page, sorted.length, sorted.slice(start, end));
}

function scansOf(places: readonly ConversationFolders[]): readonly Pick<FolderScan, 'mailbox' | 'folder' | 'associated'>[] {
  return places.flatMap(({ mailbox, folders }) => folders.map((folder) => ({ mailbox, folder, associated: false })));
}

/** Notes the conversations, in base64, of which an item in a folder fits. */
async function noteFitting(executor: Executor, scan: FolderScan, fitting: Set<string>): Promise<void> {
  await scanEach(executor, scan, [tags.conversationId], (_, read) => {
    const id = read(tags.conversationId);
    if (typeof id === 'string') fitting.add(id);
  });
}

async function soughtPage(
  executor: Executor,
  places: readonly ConversationFolders[],
  sorted: readonly string[],
  view: SeekView,
): Promise<Page> {
  const meeting = new Set<string>();
  for (const place of scansOf(places)) await noteFitting(executor, { ...place, restriction: view.condition }, meeting);
  const inHex = new Set([...meeting].map(hex));
  return pageSought(sorted, (id) => inHex.has(id), view);
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

/** An item of a conversation, with what was asked for. */
export interface ConversationItem {
  readonly row: ItemRow;
  read(key: PropertyKey): ReturnType<ReturnType<typeof scannedRows>['read']>;
}

/** Conversations that are looked up in one statement, and rows that one answers at most. */
const idsAtOnce = 20;
const rowsAtOnce = 200;

/**
 * Visits the items of conversations wherever they lie in the mailbox, in the order in which they are read, with the digits of
 * the conversation; those that lie in one of `except` are left out, and so is folder associated information. Read in slices,
 * and others run in between: whoever keeps what he is shown of many items makes everybody wait for the garbage collector.
 */
export async function visitConversations(
  executor: Executor,
  { mailbox, conversations, except }: ConversationPlace,
  properties: readonly PropertyKey[],
  visit: (conversation: string, item: ConversationItem) => void,
): Promise<void> {
  const rows = scannedRows([...properties, tags.conversationId, tags.messageDeliveryTime]);
  for await (const read of slices(executor, mailbox, conversations, rows)) {
    const pace = pacer();
    for (const row of read) {
      if (row.conversation == null || except.has(row.folder)) continue;
      visit(row.conversation, { row, read: (key) => rows.read(row, key) });
      await pace();
    }
  }
}

/** Which conversations, by their digits, and the folders where none of their items is looked for. */
export interface ConversationPlace {
  readonly mailbox: Guid;
  readonly conversations: readonly string[];
  readonly except: ReadonlySet<number>;
}

/** The items of a conversation, oldest first. As {@link visitConversations}. */
export async function conversationItems(
  executor: Executor,
  { mailbox, conversation, except }: Omit<ConversationPlace, 'conversations'> & { readonly conversation: string },
  properties: readonly PropertyKey[],
): Promise<readonly ConversationItem[]> {
  const items: ConversationItem[] = [];
  await visitConversations(executor, { mailbox, conversations: [conversation], except }, properties, (_, item) => items.push(item));
  return sortInTurns(items, byDelivery);
}

/** The order of the items of a conversation. */
function byDelivery({ row: one }: ConversationItem, { row: other }: ConversationItem): number {
  return (one.received ?? 0) - (other.received ?? 0) || one.counter - other.counter;
}

/** Most conversations are small: several are read at a time. Where that is too much, each is read by itself, in slices by counter. */
async function* slices(
  executor: Executor,
  mailbox: Guid,
  conversations: readonly string[],
  { columns, values }: ScannedRows,
): AsyncGenerator<readonly ScannedRow[]> {
  const items = executor.selectFrom('item').select(columns).select(values).where('mailbox', '=', mailbox).where('associated', '=', 0);
  for (let start = 0; start < conversations.length; start += idsAtOnce) {
    if (start > 0) await nextTurn();
    const ids = conversations.slice(start, start + idsAtOnce);
    const some = (await items.where('conversation', 'in', ids).limit(rowsAtOnce).execute()) as object[] as ScannedRow[];
    if (some.length < rowsAtOnce) {
      yield some;
      continue;
    }
    for (const id of ids) {
      const ofOne = items.where('conversation', '=', id).orderBy('counter').limit(rowsAtOnce);
      let after = 0;
      for (let isMore = true; isMore; ) {
        await nextTurn();
        const slice = (await ofOne.where('counter', '>', after).execute()) as object[] as ScannedRow[];
        yield slice;
        after = slice.at(-1)?.counter ?? after;
        isMore = slice.length === rowsAtOnce;
      }
    }
  }
}

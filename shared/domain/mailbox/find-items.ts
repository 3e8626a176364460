import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyKey, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { type PreparedQuery, prepared } from '../../store/prepared.ts';
import type { FolderRow } from './folder-columns.ts';
import { requireFolder } from './folders.ts';
import type { ItemRow } from './item-columns.ts';
import { getItems } from './items.ts';
import { type Page, type Paged, pageBounds, paged, pageSought, type SeekView } from './page.ts';
import { type ItemColumnName, type ItemNeed, itemColumnsFor } from './property-reader.ts';
import type { Restriction } from './restriction.ts';
import { type Scan, scanItems, scanValues } from './scan-items.ts';
import { isSearchFolder } from './search-criteria.ts';
import { placeOfItems } from './search-folders.ts';
import { compareSorted, type SortKey, sortInTurns } from './sort.ts';

export interface ItemQuery {
  readonly mailbox: Guid;
  /** Its counter, or the folder itself where it has just been read. */
  readonly folder: number | FolderRow;
  /** Folder associated information instead of ordinary items. */
  readonly associated?: boolean;
  readonly restriction?: Restriction | undefined;
  /** Newest received first when it is absent or empty. Items that are equal in all keys stand in the order of the last key's direction by age. */
  readonly sort?: readonly SortKey[] | undefined;
  /** Only so many of those that fit, the newest received: more are as if they were not there. */
  readonly atMost?: number | undefined;
  readonly page: Page;
  readonly need: ItemNeed;
}

const newestFirst: SortKey = { property: tags.messageDeliveryTime, direction: 'descending' };

/**
 * The items of a folder that fit, sorted, one page of them; of a search folder, those that it finds. Without a restriction,
 * and with one sort key that has an index, the cost depends on the page and not on the folder; every other query looks at all
 * items of the folder, or of those that are searched, in slices. Refuses with `folder-not-found` and `query-too-large`.
 */
export async function findItems(executor: Executor, query: ItemQuery): Promise<Paged<ItemRow>> {
  const { mailbox, page, need } = query;
  const folder = typeof query.folder === 'number' ? await requireFolder(executor, mailbox, query.folder) : query.folder;
  const walk = indexWalk(query, folder);
  if (walk !== undefined) return paged(page, walk.total, await readPage<ItemRow>(executor, walk, page, itemColumnsFor(need)));
  const sort = sortOf(query);
  const scan = { ...(await placeOfItems(executor, query, folder)), sort };
  const found = query.atMost === undefined ? await scanItems(executor, scan) : await newestOf(executor, scan, query.atMost);
  const { start, end } = pageBounds(page, found.length);
  const counters = found.slice(start, end);
  const rows = await getItems(executor, mailbox, counters, need);
  return paged(
    page,
    found.length,
    counters.flatMap((counter) => rows.get(counter) ?? []),
  );
}

async function newestOf(executor: Executor, scan: Scan, atMost: number): Promise<number[]> {
  const all = await scanValues(executor, { ...scan, sort: [newestFirst, ...scan.sort] });
  const newest = (await sortInTurns(all, compareSorted([newestFirst]))).slice(0, atMost);
  const rest = newest.map(({ counter, values }) => ({ counter, values: values.slice(1) }));
  return rest.sort(compareSorted(scan.sort)).map(({ counter }) => counter);
}

/**
 * The page that begins with the first item of a result that meets a condition or, going backwards, ends with the last one
 * that does. When none does, it is empty and lies behind all. Refuses as {@link findItems}.
 */
export async function seekPage(
  executor: Executor,
  query: Omit<ItemQuery, 'page' | 'need' | 'folder'> & { readonly folder: FolderRow },
  view: SeekView,
): Promise<Page> {
  const scan = { ...(await placeOfItems(executor, query, query.folder)), sort: sortOf(query) };
  const all = await scanItems(executor, scan);
  const { condition } = view;
  const both: Restriction = scan.restriction === undefined ? condition : { kind: 'and', of: [scan.restriction, condition] };
  const meeting = new Set(await scanItems(executor, { ...scan, restriction: both }));
  return pageSought(all, (counter) => meeting.has(counter), view);
}

/** Which item, and which state of it: a change of any column gives it another change number. */
export type ItemKey = Pick<ItemRow, 'counter' | 'change_number'>;

/**
 * The same page, told by keys alone, for whoever remembers the rest: a fifth of the cost, or less where the index has them.
 * Undefined for a query that no index answers. Refuses as {@link findItems}.
 */
export async function findItemKeys(executor: Executor, query: Omit<ItemQuery, 'need'>): Promise<Paged<ItemKey> | undefined> {
  const { mailbox, page } = query;
  const folder = typeof query.folder === 'number' ? await requireFolder(executor, mailbox, query.folder) : query.folder;
  const walk = indexWalk(query, folder);
  return walk && paged(page, walk.total, await readPage<ItemKey>(executor, walk, page, keyColumns));
}

/** A name for a page that {@link findItemKeys} tells: pages of a mailbox in one state that have the same name are the same. */
export function pageName(query: Omit<ItemQuery, 'need'>): string | undefined {
  const walk = typeof query.folder === 'number' ? undefined : indexWalk(query, query.folder);
  if (walk === undefined) return undefined;
  const { offset, count, from } = query.page;
  return `${walk.folder} ${walk.associated} ${walk.column} ${walk.descending} ${walk.total} ${offset} ${count} ${from}`;
}

const keyColumns: readonly ItemColumnName[] = ['counter', 'change_number'];

/** The sort keys of a query. */
export function sortOf({ sort }: Pick<ItemQuery, 'sort'>): readonly [SortKey, ...SortKey[]] {
  const [first = newestFirst, ...others] = sort ?? [];
  return [first, ...others];
}

/** A way along an index: the items of a folder in the order of a column. */
interface IndexWalk {
  readonly mailbox: Guid;
  readonly folder: number;
  readonly associated: boolean;
  readonly column: IndexedColumn;
  readonly descending: boolean;
  /** How many items it passes. */
  readonly total: number;
}

function indexWalk(query: Omit<ItemQuery, 'need' | 'folder'>, folder: FolderRow): IndexWalk | undefined {
  const [{ property, direction }, another] = sortOf(query);
  const column =
    another === undefined && query.restriction === undefined && query.atMost === undefined ? indexedColumns.get(property) : undefined;
  const associated = query.associated === true;
  if (column === undefined || (!associated && isSearchFolder(folder))) return undefined;
  const total = associated ? folder.associated_count : folder.item_count;
  return { mailbox: query.mailbox, folder: folder.counter, associated, column, descending: direction === 'descending', total };
}

/** Properties with an index of the form (mailbox, folder, associated, column, counter). */
const indexedColumns: ReadonlyMap<PropertyKey, 'received' | 'subject_fold' | 'from_fold' | 'starts' | 'article_number'> = new Map([
  [tags.messageDeliveryTime, 'received'],
  [tags.subject, 'subject_fold'],
  [tags.sentRepresentingName, 'from_fold'],
  [named.appointmentStartWhole, 'starts'],
  [tags.internetArticleNumber, 'article_number'],
] as const);
type IndexedColumn = typeof indexedColumns extends ReadonlyMap<PropertyKey, infer Column> ? Column : never;

interface PageParameters {
  readonly mailbox: string;
  readonly folder: number;
  readonly associated: number;
  readonly offset: number;
  readonly limit: number;
}

/** A page behind the middle is read from the other end, so that at most half of the index is passed over. */
async function readPage<Row extends ItemKey>(
  executor: Executor,
  { mailbox, folder, associated, column, descending, total }: IndexWalk,
  page: Page,
  columns: readonly ItemColumnName[] | 'all',
): Promise<Row[]> {
  const { start, end } = pageBounds(page, total);
  if (start === end) return [];
  const backwards = start > total / 2;
  const query = pageQuery(columns, column, descending !== backwards);
  const part = { mailbox, folder, associated: associated ? 1 : 0 };
  const rows = await query.all(executor, { ...part, offset: backwards ? total - end : start, limit: end - start });
  // The columns that were selected.
  return (backwards ? rows.reverse() : rows) as readonly ItemKey[] as Row[];
}

const pageQueries = new Map<string, PreparedQuery<PageParameters, ItemRow>>();
/** Clients ask for few different sets of properties; a hostile one that asks for many makes its queries anew. */
const keptQueries = 200;

function pageQuery(
  columns: readonly ItemColumnName[] | 'all',
  column: IndexedColumn,
  descending: boolean,
): PreparedQuery<PageParameters, ItemRow> {
  const key = `${column} ${descending} ${String(columns)}`;
  const known = pageQueries.get(key);
  if (known !== undefined) return known;
  const direction = descending ? 'desc' : 'asc';
  const made = prepared((db, p: PageParameters) => {
    const selecting = db.selectFrom('item');
    const items = (columns === 'all' ? selecting.selectAll() : selecting.select(columns))
      .where('mailbox', '=', p.mailbox)
      .where('folder', '=', p.folder)
      .where('associated', '=', p.associated)
      .limit(p.limit)
      .offset(p.offset) as ReturnType<typeof selecting.selectAll>;
    // In the words of the index, else PostgreSQL does not use it: article numbers are never null and unique in a folder.
    if (column === 'article_number') return items.orderBy(column, direction);
    return items
      .orderBy(column, (order) => (descending ? order.desc().nullsLast() : order.asc().nullsFirst()))
      .orderBy('counter', direction);
  });
  if (pageQueries.size >= keptQueries) pageQueries.clear();
  pageQueries.set(key, made);
  return made;
}

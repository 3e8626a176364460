import type { Guid } from '../../kernel/ids.ts';
import { type PropertyValue, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { getFolder, getFolderByRole, subtreeBelow } from './folders.ts';
import { folderProperty } from './property-reader.ts';
import { type Scan, scanFolders } from './scan-items.ts';
import { isSearchFolder, type SearchCriteria, searchCriteriaKey } from './search-criteria.ts';

/** What a search folder looks for; undefined for any other folder. */
export function searchCriteriaOf(folder: FolderRow): SearchCriteria | undefined {
  const stored: PropertyValue | undefined = folderProperty(folder, searchCriteriaKey);
  return typeof stored === 'string' ? (JSON.parse(stored) as SearchCriteria) : undefined;
}

/**
 * Where the items lie that a folder shows, and what they must fit: the folder itself, or what a search folder looks for.
 * Folder associated items are always the folder's own. Search folders among the folders to look into have nothing.
 */
export async function placeOfItems(
  executor: Executor,
  { mailbox, associated, restriction }: Pick<Scan, 'mailbox'> & Partial<Pick<Scan, 'associated' | 'restriction'>>,
  folder: FolderRow,
): Promise<Omit<Scan, 'sort'>> {
  const criteria = associated === true ? undefined : searchCriteriaOf(folder);
  if (criteria === undefined) return { mailbox, folders: [folder.counter], associated: associated === true, restriction };
  const folders = await searchedFolders(executor, mailbox, criteria);
  const both = restriction === undefined ? criteria.restriction : ({ kind: 'and', of: [criteria.restriction, restriction] } as const);
  return { mailbox, folders, associated: false, restriction: both };
}

async function searchedFolders(
  executor: Executor,
  mailbox: Guid,
  { folders, deep, passesOver = [] }: SearchCriteria,
): Promise<readonly number[]> {
  const searched = new Set<number>();
  for (const counter of folders) {
    const base = await getFolder(executor, mailbox, counter);
    if (base === undefined) continue;
    for (const one of [base, ...(deep ? await subtreeBelow(executor, mailbox, base) : [])])
      if (!isSearchFolder(one)) searched.add(one.counter);
  }
  for (const role of passesOver) {
    const over = await getFolderByRole(executor, mailbox, role);
    for (const one of over === undefined ? [] : [over, ...(await subtreeBelow(executor, mailbox, over))]) searched.delete(one.counter);
  }
  return [...searched];
}

/** How many items a search folder shows at this moment, and how many of them are unread. Refuses with `query-too-large`. */
export async function searchFolderCounts(
  executor: Executor,
  mailbox: Guid,
  folder: FolderRow,
): Promise<{ readonly items: number; readonly unread: number }> {
  let items = 0;
  let unread = 0;
  const place = await placeOfItems(executor, { mailbox }, folder);
  await scanFolders(executor, place, [tags.read], (_, read) => {
    items += 1;
    if (read(tags.read) !== true) unread += 1;
  });
  return { items, unread };
}

import type { Guid } from '../../kernel/ids.ts';
import { type PropertyKey, propertyTypeOf } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { childFolders, descendantFolders } from './folders.ts';
import { type Page, type Paged, pageBounds, paged } from './page.ts';
import { folderProperty } from './property-reader.ts';
import { matcher, type Restriction } from './restriction.ts';

export interface FolderQuery {
  readonly mailbox: Guid;
  readonly parent: number;
  /** All folders below the parent instead of those directly in it. */
  readonly deep: boolean;
  readonly restriction?: Restriction | undefined;
  /** Counters of the folders that may be found; all, when it is absent. */
  readonly among?: ReadonlySet<number> | undefined;
  readonly page: Page;
}

/** The folders in or below a folder that fit, in the order of their names, one page of them. A parent that is not there has none. */
export async function findFolders(
  executor: Executor,
  { mailbox, parent, deep, restriction, among, page }: FolderQuery,
): Promise<Paged<FolderRow>> {
  const all = await (deep ? descendantFolders : childFolders)(executor, mailbox, parent);
  const folders = among === undefined ? all : all.filter(({ counter }) => among.has(counter));
  const fitting = restriction === undefined ? folders : folders.filter(matcher(restriction, folderProperty, isExact));
  const { start, end } = pageBounds(page, fitting.length);
  return paged(page, fitting.length, fitting.slice(start, end));
}

function isExact(key: PropertyKey): boolean {
  return propertyTypeOf(key).startsWith('Binary');
}

import { namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, type PropertyKey } from '../../kernel/mapi.ts';
import type { FolderTable } from '../../store/schema.ts';
import type { Restriction } from './restriction.ts';

/** What a search folder shows: it has no items of its own (MS-OXCFOLD 2.2.1.4, RopSetSearchCriteria). */
export interface SearchCriteria {
  readonly restriction: Restriction;
  /** Counters of the folders to look into; those that are gone since are passed over. */
  readonly folders: readonly number[];
  /** The folders below them, too. */
  readonly deep: boolean;
  /** Roles of folders that are left out then, with what is below them; of those that Exchange makes. */
  readonly passesOver?: readonly string[];
}

/** Search folders in one mailbox: a bound of ours, since whoever lists folders with their counts searches for each. */
export const mostSearchFolders = 100;

/** In MAPI criteria are no property. Here they lie with the folder's properties, as JSON, in a property set of our own. */
export const searchCriteriaKey: PropertyKey = namedProperty(namedGuid('coexist', 'folder settings'), 'SearchCriteria', 'String');

const mark = `${JSON.stringify(searchCriteriaKey)}:`;

/** Whether a folder is a search folder. Looks at the text of the bag: within values quotes are escaped. */
export function isSearchFolder({ bag }: Pick<FolderTable, 'bag'>): boolean {
  return bag.includes(mark);
}

/** PidTagFolderType (MS-OXCFOLD 2.2.2.2.2.9): the root, a generic folder, a search folder. */
export function folderTypeOf(folder: Pick<FolderTable, 'bag' | 'parent'>): 0 | 1 | 2 {
  if (folder.parent === null) return 0;
  return isSearchFolder(folder) ? 2 : 1;
}

/** Criteria as a property of their folder. */
export function searchCriteriaProperties(criteria: SearchCriteria): PropertyBag {
  return { [searchCriteriaKey]: JSON.stringify(criteria) };
}

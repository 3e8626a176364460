import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { isSearchFolder } from '../../../shared/domain/mailbox/search-criteria.ts';
import { type FolderElement, folderElementOf } from '../../../shared/protocols/ews/item-elements.ts';

/** The element that stands for a folder: of a search folder whatever its class is. */
export function folderElement(folder: Pick<FolderRow, 'bag' | 'class'>): FolderElement {
  return isSearchFolder(folder) ? 'SearchFolder' : folderElementOf(folder.class);
}

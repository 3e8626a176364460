import { type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { ItemRow } from './item-columns.ts';
import { itemProperty } from './property-reader.ts';

/** Somebody who writes items, as they name him. */
export interface ItemAuthor {
  readonly name: string;
  /** Entry id in the address book, base64. */
  readonly entryId: string;
}

/** What an item keeps of whoever changed it last (MS-OXPROPS: PidTagLastModifierName, PidTagLastModifierEntryId). */
export function changedBy({ name, entryId }: ItemAuthor): PropertyBag {
  return { [tags.lastModifierName]: name, [tags.lastModifierEntryId]: entryId };
}

/** What a new item keeps of whoever created it: rights on one's own items go by it (MS-OXCPERM 2.2.7: EditOwned, DeleteOwned). */
export function createdBy(author: ItemAuthor): PropertyBag {
  return { ...changedBy(author), [tags.creatorName]: author.name, [tags.creatorEntryId]: author.entryId };
}

/** Whether an item was created by somebody; what was delivered is nobody's, and so is one whose bag was not read. */
export function isCreatedBy(row: ItemRow, entryId: string): boolean {
  return row.bag !== undefined && itemProperty(row, tags.creatorEntryId) === entryId;
}

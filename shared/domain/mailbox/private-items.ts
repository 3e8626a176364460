import { tags } from '../../kernel/mapi.ts';
import type { ItemRow } from './item-columns.ts';
import type { ItemNeed } from './property-reader.ts';
import type { Restriction } from './restriction.ts';

/** PidTagSensitivity of private items, MS-OXCMSG 2.2.1.13. */
export const privateSensitivity = 2;

/** Whether an item is private: of no concern to those who may read its folder without owning the mailbox. */
export function isPrivateItem({ sensitivity }: ItemRow): boolean {
  return sensitivity === privateSensitivity;
}

/** What fits a restriction and is not private. */
export function withoutPrivateItems(restriction: Restriction | undefined): Restriction {
  const isPrivate: Restriction = { kind: 'compare', property: tags.sensitivity, operator: '=', with: { value: privateSensitivity } };
  const open: Restriction = { kind: 'not', of: isPrivate };
  return restriction === undefined ? open : { kind: 'and', of: [restriction, open] };
}

/** The same need, and what must be known of an item in somebody else's folder: whether it is private, and who created it. */
export function withSharedFacts(need: ItemNeed): ItemNeed {
  return need.properties === 'all' ? need : { ...need, properties: [...need.properties, tags.sensitivity, tags.creatorEntryId] };
}

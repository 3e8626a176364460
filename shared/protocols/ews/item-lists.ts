import { type Content, manyOf, sequence } from '../../xml/codec.ts';
import type { ItemElement } from './item-elements.ts';
import { itemReferences, listed } from './item-references.ts';
import { itemContent, type WireItem } from './items.ts';
import { types } from './namespaces.ts';

/** Every item, as alternatives of a choice. */
export const items = Object.fromEntries(
  (Object.keys(itemReferences) as ItemElement[]).map((element) => [element, itemContent(element)]),
) as Readonly<Record<ItemElement, Content<WireItem>>>;

/** ArrayOfRealItemsType: any number of items. */
export const itemList: Content<readonly WireItem[]> = listed(sequence({ objects: manyOf(types, items) }, 'ArrayOfRealItemsType'));

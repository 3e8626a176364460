import { currentClocks } from '../../xml/clocks.ts';
import { type Content, manyOf, sequence } from '../../xml/codec.ts';
import type { XmlElement } from '../../xml/element.ts';
import type { ItemElement } from './item-elements.ts';
import { itemReferences, listed } from './item-references.ts';
import { itemContent, type WireItem } from './items.ts';
import { types } from './namespaces.ts';

/** Every item, as alternatives of a choice. */
export const items = Object.fromEntries(
  (Object.keys(itemReferences) as ItemElement[]).map((element) => [element, itemContent(element)]),
) as Readonly<Record<ItemElement, Content<WireItem>>>;

const list: Content<readonly WireItem[]> = listed(sequence({ objects: manyOf(types, items) }, 'ArrayOfRealItemsType'));

/** Lists that are kept, with their elements once they have been made. */
const kept = new WeakMap<readonly WireItem[], XmlElement | undefined>();

/** Says that a list never changes and will be written again: its element and text are kept, as those of the items in it. */
export function keepList(items: readonly WireItem[]): void {
  if (!kept.has(items)) kept.set(items, undefined);
}

/** ArrayOfRealItemsType: any number of items. */
export const itemList: Content<readonly WireItem[]> = {
  ...list,
  encode(value, namespace, name) {
    // What is kept has its dates in UTC.
    if (!kept.has(value) || currentClocks() !== undefined) return list.encode(value, namespace, name);
    const known = kept.get(value);
    if (known !== undefined && known.name === name && known.namespace === namespace) return known;
    const made = { ...list.encode(value, namespace, name), keep: true } as const;
    kept.set(value, made);
    return made;
  },
};

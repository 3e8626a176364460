import { type Content, converted, manyOf, sequence, someOf } from '../../xml/codec.ts';
import { type ItemElement, itemTypes, type ResponseElement, responseTypes } from './item-elements.ts';
import { itemReference, responseReference } from './item-references.ts';
import type { WireItem, WireResponseObject } from './items.ts';
import { types } from './namespaces.ts';
import type { WireObject } from './wire-object.ts';

/** What CreateItem takes: items and response objects. */
export type WireNewItem = WireItem | WireResponseObject;

const elementsOf = <Element extends string>(of: Readonly<Record<Element, string>>): readonly Element[] => Object.keys(of) as Element[];

/** Every item, as alternatives of a choice; the value's `element` repeats which it is. */
export const items = Object.fromEntries(elementsOf(itemTypes).map((element) => [element, itemReference(element)])) as Readonly<
  Record<ItemElement, Content<WireItem>>
>;

const responses = Object.fromEntries(elementsOf(responseTypes).map((element) => [element, responseReference(element)])) as Readonly<
  Record<ResponseElement, Content<WireResponseObject>>
>;

/** ArrayOfRealItemsType: any number of items. */
export const itemList: Content<readonly WireItem[]> = listed(sequence({ objects: manyOf(types, items) }, 'ArrayOfRealItemsType'));

const { AddItemToMyCalendar: _unwritable, ProposeNewTime: _neither, ...creatable } = responses;

/** NonEmptyArrayOfAllItemsType: at least one item or response object. */
export const newItemList: Content<readonly WireNewItem[]> = listed(
  sequence({ objects: someOf(types, { ...items, ...creatable }) }, 'NonEmptyArrayOfAllItemsType'),
);

/** NonEmptyArrayOfResponseObjectsType: what can be done with an item. */
export const responseObjectList: Content<readonly WireResponseObject[]> = listed(
  sequence({ objects: manyOf(types, responses) }, 'NonEmptyArrayOfResponseObjectsType'),
);

function listed<Value extends WireObject>(
  content: Content<{ readonly objects: readonly { readonly is: string; readonly value: WireObject }[] }>,
): Content<readonly Value[]> {
  return converted(
    content,
    ({ objects }) => objects.map(({ value }) => value as Value),
    (values) => ({ objects: values.map((value) => ({ is: value.element, value })) }),
  );
}

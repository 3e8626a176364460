import { type Content, converted, manyOf, recursive, sequence, someOf } from '../../xml/codec.ts';
import { type ItemElement, itemTypes, type ResponseElement, responseTypes } from './item-elements.ts';
import type { WireItem, WireResponseObject } from './items.ts';
import { types } from './namespaces.ts';
import type { WireObject } from './wire-object.ts';

// Items hold items (attachments, conflicting meetings), but the tables of fields, which `items.ts` is made of, cannot
// import it. They use the references here, which are resolved when something is read or written.

/** What CreateItem takes: items and response objects. */
export type WireNewItem = WireItem | WireResponseObject;

/** The contents of all items and response objects. */
interface ItemContents {
  readonly item: (element: ItemElement) => Content<WireItem>;
  readonly response: (element: ResponseElement) => Content<WireResponseObject>;
}

let contents: ItemContents | undefined;

/** Called once, by `items.ts`. */
export function provideItems(all: ItemContents): void {
  contents = all;
}

function provided(): ItemContents {
  if (contents === undefined) throw new Error('defect: items.ts is not loaded');
  return contents;
}

const elementsOf = <Element extends string>(of: Readonly<Record<Element, string>>): readonly Element[] => Object.keys(of) as Element[];

/** Every item, as alternatives of a choice; the value's `element` repeats which it is. */
export const itemReferences = Object.fromEntries(
  elementsOf(itemTypes).map((element) => [element, recursive(itemTypes[element], () => provided().item(element))]),
) as Readonly<Record<ItemElement, Content<WireItem>>>;

const responses = Object.fromEntries(
  elementsOf(responseTypes).map((element) => [element, recursive(responseTypes[element], () => provided().response(element))]),
) as Readonly<Record<ResponseElement, Content<WireResponseObject>>>;

const { AddItemToMyCalendar: _unwritable, ProposeNewTime: _neither, ...creatable } = responses;

/** NonEmptyArrayOfAllItemsType: at least one item or response object. */
export const newItemList: Content<readonly WireNewItem[]> = listed(
  sequence({ objects: someOf(types, { ...itemReferences, ...creatable }) }, 'NonEmptyArrayOfAllItemsType'),
);

/** NonEmptyArrayOfResponseObjectsType: what can be done with an item. */
export const responseObjectList: Content<readonly WireResponseObject[]> = listed(
  sequence({ objects: manyOf(types, responses) }, 'NonEmptyArrayOfResponseObjectsType'),
);

/** A list of choices as a list of objects. */
export function listed<Value extends WireObject>(
  content: Content<{ readonly objects: readonly { readonly is: string; readonly value: WireObject }[] }>,
): Content<readonly Value[]> {
  return converted(
    content,
    ({ objects }) => objects.map(({ value }) => value as Value),
    (values) => ({ objects: values.map((value) => ({ is: value.element, value })) }),
  );
}

import { type Content, recursive } from '../../xml/codec.ts';
import { type ItemElement, itemTypes, type ResponseElement, responseTypes } from './item-elements.ts';
import { itemContent, responseContent, type WireItem, type WireResponseObject } from './items.ts';

// Items hold items (attachments, conflicting meetings), so their tables and `items.ts` import each other. What tables
// need of items while they load is here, and looks nothing up before it is used.

/** The content of an item's element, for use in any schema, also while modules are loading. */
export function itemReference(element: ItemElement): Content<WireItem> {
  return recursive(itemTypes[element], () => itemContent(element));
}

/** The content of a response object's element. */
export function responseReference(element: ResponseElement): Content<WireResponseObject> {
  return recursive(responseTypes[element], () => responseContent(element));
}

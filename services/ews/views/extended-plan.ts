import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import type { PropertyKey } from '../../../shared/kernel/mapi.ts';
import {
  type ExtendedFieldUri,
  propertyKeyOf,
  type WireExtendedProperty,
  wireExtendedProperty,
} from '../../../shared/protocols/ews/extended-property.ts';
import type { Path } from '../../../shared/protocols/ews/paths.ts';

/** An extended property that is asked for, in the words in which it is answered. */
export interface PlannedExtended {
  readonly uri: ExtendedFieldUri;
  readonly key: PropertyKey;
}

/** The extended properties among some paths. One that is named again and again is answered once: its value may be large. */
export function planExtended(paths: readonly Path[]): readonly PlannedExtended[] {
  const planned = new Map<PropertyKey, PlannedExtended>();
  for (const path of paths) {
    if (path.is !== 'ExtendedFieldURI') continue;
    const key = propertyKeyOf(path.value);
    if (!planned.has(key)) planned.set(key, { uri: path.value, key });
  }
  return [...planned.values()];
}

/** Those of them that an item has. */
export function extendedOf(row: ItemRow, planned: readonly PlannedExtended[]): readonly WireExtendedProperty[] {
  return planned.flatMap(({ uri, key }) => {
    const stored = itemProperty(row, key);
    return stored === undefined ? [] : [wireExtendedProperty(uri, stored)];
  });
}

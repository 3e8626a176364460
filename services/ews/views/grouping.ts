import type { Grouping } from '../../../shared/domain/mailbox/group-items.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { wireExtendedProperty } from '../../../shared/protocols/ews/extended-property.ts';
import { types } from '../../../shared/protocols/ews/namespaces.ts';
import type { findItem } from '../../../shared/protocols/ews/operations/find-item.ts';
import { text } from '../../../shared/xml/element.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { searched } from './search.ts';

type WireGrouping = NonNullable<RequestOf<typeof findItem>['grouping']>;

/** A grouping as a request has it: by what, and what is shown of a group. */
export interface PlannedGrouping extends Grouping {
  /** The value of the group that an item is in, as GroupIndex shows it; empty where it has none. */
  index(row: ItemRow): string;
}

/** Reads a grouping. Refuses properties that cannot be grouped by, and groups that can be collapsed. */
export function groupingOf(grouping: WireGrouping): PlannedGrouping {
  const direction = grouping.value.Order === 'Ascending' ? 'ascending' : 'descending';
  // Groups of a conversation, the one with the latest message first or last: Microsoft's page "StandardGroupBy".
  if (grouping.is === 'DistinguishedGroupBy') {
    const property = tags.conversationTopic;
    const aggregate = { property: tags.messageDeliveryTime, of: 'maximum' } as const;
    return { property, direction, aggregate, index: (row) => stored(row, property) };
  }
  const { Path: path, AggregateOn, UseCollapsibleGroups, ItemsPerGroup, MaxItemsPerGroup, GroupsToExpand } = grouping.value;
  if ([UseCollapsibleGroups, ItemsPerGroup, MaxItemsPerGroup, GroupsToExpand].some((part) => part !== undefined && part !== false))
    throw notSupported('GroupBy with groups that can be collapsed');
  const { key: property, row: field } = searched(path, 'ErrorUnsupportedPathForSortGroup');
  // A bit of the flags has no order of its own.
  if (property === tags.messageFlags) throw ewsRefusal('ErrorUnsupportedPathForSortGroup', { detail: 'a bit of the message flags' });
  const aggregated = searched(AggregateOn.Path, 'ErrorUnsupportedPathForSortGroup').key;
  return {
    property,
    direction,
    aggregate: { property: aggregated, of: AggregateOn.Aggregate === 'Minimum' ? 'minimum' : 'maximum' },
    index(row) {
      const value = itemProperty(row, property);
      if (value === undefined) return '';
      if (path.is === 'ExtendedFieldURI') return [wireExtendedProperty(path.value, value).value].flat()[0] ?? '';
      const shown = Array.isArray(value) ? undefined : field?.toWire?.(value);
      return shown === undefined
        ? stored(row, property)
        : text((field as NonNullable<typeof field>).wire.encode(shown, types, 'GroupIndex'));
    },
  };
}

function stored(row: ItemRow, key: PropertyKey): string {
  return String([itemProperty(row, key)].flat()[0] ?? '');
}

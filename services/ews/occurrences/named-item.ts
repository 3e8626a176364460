import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { decodeId, encodeItemId } from '../../../shared/protocols/ews/item-id.ts';
import type { getItem } from '../../../shared/protocols/ews/operations/get-item.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { type ItemIdText, unreadable } from '../mailboxes.ts';

/** An item as a request names it: one of BaseItemIds. */
export type ItemTarget = RequestOf<typeof getItem>['ItemIds'][number];

/** An occurrence of a series: by the day of its pattern, or by its place in it, counted from 1. */
export type NamedOccurrence = { readonly is: 'day'; readonly day: number } | { readonly is: 'index'; readonly index: number };

/** What a target comes down to: an item, and the occurrence of it that is meant. */
export interface NamedItem {
  readonly id: ItemIdText;
  readonly occurrence?: NamedOccurrence;
}

/**
 * Reads a target. Whether there is such an item, and whether it is a series, is the reader's to see. Refuses with
 * ErrorInvalidIdMalformed and with ErrorCalendarCannotUseIdForOccurrenceId the id of something that is no occurrence.
 */
export function namedItem(target: ItemTarget): NamedItem {
  const { ChangeKey } = target.value;
  switch (target.is) {
    case 'ItemId': {
      const decoded = decodeId(target.value.Id);
      // Anything else is refused where it is opened.
      if (decoded?.is !== 'occurrence') return { id: target.value };
      const { day, ...key } = decoded.key;
      return { id: { Id: encodeItemId(key), ChangeKey }, occurrence: { is: 'day', day } };
    }
    case 'OccurrenceItemId':
      return { id: { Id: target.value.RecurringMasterId, ChangeKey }, occurrence: { is: 'index', index: target.value.InstanceIndex } };
    case 'RecurringMasterItemId': {
      const decoded = decodeId(target.value.OccurrenceId);
      if (decoded === undefined) throw unreadable(target.value.OccurrenceId, 'an occurrence');
      if (decoded.is !== 'occurrence')
        throw ewsRefusal('ErrorCalendarCannotUseIdForOccurrenceId', { detail: `the id of an ${decoded.is}` });
      const { day: _day, ...key } = decoded.key;
      return { id: { Id: encodeItemId(key), ChangeKey } };
    }
    case 'RecurringMasterItemIdRanges':
      throw notSupported('RecurringMasterItemIdRanges here');
  }
}

import { attr, many, maybe, maybeAttr, sequence, some, someOf, unwrapped } from '../../../xml/codec.ts';
import { boolean, dateTime, int, restrictedString, string } from '../../../xml/simple-types.ts';
import { types } from '../namespaces.ts';

// Ids of items and attachments.

/** DerivedItemIdType: the id of a master or occurrence. */
const derivedItemId = restrictedString('DerivedItemIdType', {});

export const itemId = sequence(
  {
    Id: attr(string),
    ChangeKey: maybeAttr(string),
  },
  'ItemIdType',
);

export const occurrenceItemId = sequence(
  {
    RecurringMasterId: attr(derivedItemId),
    ChangeKey: maybeAttr(string),
    InstanceIndex: attr(int),
  },
  'OccurrenceItemIdType',
);

export const recurringMasterItemId = sequence(
  {
    OccurrenceId: attr(derivedItemId),
    ChangeKey: maybeAttr(string),
  },
  'RecurringMasterItemIdType',
);

const occurrenceRange = sequence(
  {
    Start: maybeAttr(dateTime),
    End: maybeAttr(dateTime),
    Count: maybeAttr(int),
    CompareOriginalStartTime: maybeAttr(boolean),
  },
  'OccurrencesRangeType',
);

const occurrenceRanges = sequence(
  {
    Range: some(types, occurrenceRange),
  },
  'ArrayOfOccurrenceRangesType',
);

const recurringMasterItemIdRanges = sequence(
  {
    Id: attr(string),
    ChangeKey: maybeAttr(string),
    Ranges: maybe(types, occurrenceRanges),
  },
  'RecurringMasterItemIdRangesType',
);

export const attachmentId = sequence(
  {
    Id: attr(string),
    RootItemId: maybeAttr(string),
    RootItemChangeKey: maybeAttr(string),
  },
  'AttachmentIdType',
);

/** NonEmptyArrayOfRequestAttachmentIdsType. */
export const requestAttachmentIds = unwrapped(
  'AttachmentId',
  sequence(
    { AttachmentId: some(types, sequence({ Id: attr(string) }, 'RequestAttachmentIdType')) },
    'NonEmptyArrayOfRequestAttachmentIdsType',
  ),
);

/** The item whose attachment was taken away, with its new change key. */
export const rootItemId = sequence({ RootItemId: attr(string), RootItemChangeKey: attr(string) }, 'RootItemIdType');

/** NonEmptyArrayOfBaseItemIdsType. */
export const baseItemIds = unwrapped(
  'ids',
  sequence(
    {
      ids: someOf(types, {
        ItemId: itemId,
        OccurrenceItemId: occurrenceItemId,
        RecurringMasterItemId: recurringMasterItemId,
        RecurringMasterItemIdRanges: recurringMasterItemIdRanges,
      }),
    },
    'NonEmptyArrayOfBaseItemIdsType',
  ),
);

export const ignoredItemIds = sequence(
  {
    ItemId: many(types, itemId),
  },
  'ArrayOfBaseItemIdsType',
);

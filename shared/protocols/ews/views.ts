import { attr, either, many, maybe, maybeAttr, one, sequence, simple, some, textContent, unwrapped } from '../../xml/codec.ts';
import { boolean, dateTime, enumeration, int, string } from '../../xml/simple-types.ts';
import { types } from './namespaces.ts';
import { paths } from './paths.ts';
import { restriction } from './restriction.ts';
import { countText, octets, truth } from './types/simple.ts';

const basePoint = enumeration('IndexBasePointType', ['Beginning', 'End']);
const sortDirection = enumeration('SortDirectionType', ['Ascending', 'Descending']);
const maximum = { MaxEntriesReturned: maybeAttr(int) } as const;

/** A page that begins at a number. */
export const indexedPageView = sequence({ ...maximum, Offset: attr(int), BasePoint: attr(basePoint) }, 'IndexedPageViewType');
/** A page that begins at a fraction. */
export const fractionalPageView = sequence({ ...maximum, Numerator: attr(int), Denominator: attr(int) }, 'FractionalPageViewType');
/** A page that begins at the first item that meets a condition. */
export const seekToConditionPageView = sequence(
  { ...maximum, BasePoint: attr(basePoint), Condition: one(types, restriction) },
  'SeekToConditionPageViewType',
);
/** The appointments of a period, recurring ones expanded. */
export const calendarView = sequence({ ...maximum, StartDate: attr(dateTime), EndDate: attr(dateTime) }, 'CalendarViewType');
/** Contacts by their names. */
export const contactsView = sequence({ ...maximum, InitialName: maybeAttr(string), FinalName: maybeAttr(string) }, 'ContactsViewType');

/** FieldOrderType: one key of a sort order. */
export const fieldOrder = sequence({ Order: attr(sortDirection), Path: either(types, paths) }, 'FieldOrderType');
/** NonEmptyArrayOfFieldOrdersType: the most significant first. */
export const sortOrder = unwrapped('FieldOrder', sequence({ FieldOrder: some(types, fieldOrder) }, 'NonEmptyArrayOfFieldOrdersType'));

const aggregateOn = sequence(
  { Aggregate: attr(enumeration('AggregateType', ['Minimum', 'Maximum'])), Path: either(types, paths) },
  'AggregateOnType',
);
export const groupBy = sequence(
  {
    Order: attr(sortDirection),
    Path: either(types, paths),
    AggregateOn: one(types, aggregateOn),
    UseCollapsibleGroups: maybe(types, truth),
    ItemsPerGroup: maybe(types, countText),
    MaxItemsPerGroup: maybe(types, countText),
    GroupsToExpand: maybe(types, sequence({ GroupId: many(types, octets) }, 'ArrayOfGroupIdType')),
  },
  'GroupByType',
);
export const distinguishedGroupBy = sequence(
  { Order: attr(sortDirection), StandardGroupBy: one(types, simple(enumeration('StandardGroupByType', ['ConversationTopic']))) },
  'DistinguishedGroupByType',
);

/** QueryStringType. */
export const queryString = sequence({
  ResetCache: maybeAttr(boolean),
  ReturnHighlightTerms: maybeAttr(boolean),
  ReturnDeletedItems: maybeAttr(boolean),
  text: textContent(string),
});

/** Where a page stands in its view (FindResponsePagingAttributes), in the order Exchange writes them. */
export const pagingAttributes = {
  IndexedPagingOffset: maybeAttr(int),
  NumeratorOffset: maybeAttr(int),
  AbsoluteDenominator: maybeAttr(int),
  TotalItemsInView: maybeAttr(int),
  IncludesLastItemInRange: maybeAttr(boolean),
} as const;

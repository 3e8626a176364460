import { attr, either, many, maybe, maybeEither, one, sequence, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { contract } from '../contract-type.ts';
import { highlightTerms } from '../highlight-terms.ts';
import { itemList } from '../item-lists.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { restriction } from '../restriction.ts';
import { itemShape } from '../shapes.ts';
import { baseFolderIds } from '../types/folder-ids.ts';
import { integer, octets, text } from '../types/simple.ts';
import {
  calendarView,
  contactsView,
  distinguishedGroupBy,
  fractionalPageView,
  groupBy,
  indexedPageView,
  pagingAttributes,
  queryString,
  seekToConditionPageView,
  sortOrder,
} from '../views.ts';

const groupSummary = sequence(
  { GroupCount: one(types, integer), UnreadCount: one(types, integer), InstanceKey: one(types, octets), GroupByValue: one(types, text) },
  'GroupSummaryType',
);
const groupedItems = sequence(
  { GroupIndex: one(types, text), Items: one(types, itemList), GroupSummary: maybe(types, groupSummary) },
  'GroupedItemsType',
);
const groups = unwrapped('GroupedItems', sequence({ GroupedItems: many(types, groupedItems) }, 'ArrayOfGroupedItemsType'));
/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation */
export const findItem = contract({
  name: 'FindItem',
  request: sequence({
    Traversal: attr(enumeration('ItemQueryTraversalType', ['Shallow', 'SoftDeleted', 'Associated'])),
    ItemShape: one(messages, itemShape),
    view: maybeEither(messages, {
      IndexedPageItemView: indexedPageView,
      FractionalPageItemView: fractionalPageView,
      SeekToConditionPageItemView: seekToConditionPageView,
      CalendarView: calendarView,
      ContactsView: contactsView,
    }),
    grouping: maybeEither(messages, { GroupBy: groupBy, DistinguishedGroupBy: distinguishedGroupBy }),
    Restriction: maybe(messages, restriction),
    SortOrder: maybe(messages, sortOrder),
    ParentFolderIds: one(messages, baseFolderIds),
    QueryString: maybe(messages, queryString),
  }),
  response: responseMessages(
    'FindItemResponseMessage',
    responseMessage({
      RootFolder: maybe(
        messages,
        sequence({ ...pagingAttributes, contents: either(types, { Items: itemList, Groups: groups }) }, 'FindItemParentType'),
      ),
      HighlightTerms: maybe(messages, highlightTerms),
    }),
  ),
});

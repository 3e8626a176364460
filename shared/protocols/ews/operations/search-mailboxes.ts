import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage, responseMessages } from '../response-message.ts';
import { mailboxQueries, pageDirection, previewShape, resultType, searchMailboxesResult } from '../types/discovery.ts';
import { integer, text, truth } from '../types/simple.ts';
import { fieldOrder } from '../views.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/searchmailboxes-operation */
export const searchMailboxes = contract({
  name: 'SearchMailboxes',
  request: sequence({
    SearchQueries: one(messages, mailboxQueries),
    ResultType: one(messages, resultType),
    PreviewItemResponseShape: maybe(messages, previewShape),
    SortBy: maybe(messages, fieldOrder),
    Language: maybe(messages, text),
    Deduplication: maybe(messages, truth),
    PageSize: maybe(messages, integer),
    PageItemReference: maybe(messages, text),
    PageDirection: maybe(messages, pageDirection),
  }),
  response: responseMessages(
    'SearchMailboxesResponseMessage',
    responseMessage({ SearchMailboxesResult: maybe(messages, searchMailboxesResult) }),
  ),
});

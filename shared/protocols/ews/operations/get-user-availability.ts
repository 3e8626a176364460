import { many, maybe, one, sequence, unwrapped } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages, types } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import {
  freeBusyView,
  freeBusyViewOptions,
  mailboxDataArray,
  serializableTimeZone,
  suggestionsViewOptions,
} from '../types/availability.ts';
import { suggestionDayResults } from '../types/suggestions.ts';

/** What is said of a part of the question; its payload stands beside it. */
const told = responseMessage({});

// Exchange's own names of these two types lie in the messages namespace; ours all lie in the other.
const freeBusyResponse = sequence({ ResponseMessage: maybe(messages, told), FreeBusyView: maybe(messages, freeBusyView) });

const suggestionsResponse = sequence({
  ResponseMessage: maybe(messages, told),
  SuggestionDayResultArray: maybe(messages, suggestionDayResults),
});

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseravailability-operation
 * The answer is unlike that of other operations: no ResponseMessages, a payload beside each message.
 */
export const getUserAvailability = contract({
  name: 'GetUserAvailability',
  requestElement: 'GetUserAvailabilityRequest',
  request: sequence({
    TimeZone: maybe(types, serializableTimeZone),
    MailboxDataArray: one(messages, mailboxDataArray),
    FreeBusyViewOptions: maybe(types, freeBusyViewOptions),
    SuggestionsViewOptions: maybe(types, suggestionsViewOptions),
  }),
  response: sequence({
    FreeBusyResponseArray: maybe(messages, unwrapped('FreeBusyResponse', sequence({ FreeBusyResponse: many(messages, freeBusyResponse) }))),
    SuggestionsResponse: maybe(messages, suggestionsResponse),
  }),
});

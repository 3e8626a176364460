import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';
import { trackingDiagnostics, trackingErrors, trackingProperties, trackingSearchResults } from '../types/message-tracking.ts';
import { instant, nonEmptyText, text } from '../types/simple.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findmessagetrackingreport-operation */
export const findMessageTrackingReport = contract({
  name: 'FindMessageTrackingReport',
  request: sequence({
    Scope: one(messages, nonEmptyText),
    Domain: one(messages, nonEmptyText),
    Sender: maybe(messages, emailAddress),
    PurportedSender: maybe(messages, emailAddress),
    Recipient: maybe(messages, emailAddress),
    Subject: maybe(messages, text),
    StartDateTime: maybe(messages, instant),
    EndDateTime: maybe(messages, instant),
    MessageId: maybe(messages, nonEmptyText),
    FederatedDeliveryMailbox: maybe(messages, emailAddress),
    DiagnosticsLevel: maybe(messages, text),
    ServerHint: maybe(messages, text),
    Properties: maybe(messages, trackingProperties),
  }),
  response: responseMessage({
    Diagnostics: maybe(messages, trackingDiagnostics),
    MessageTrackingSearchResults: maybe(messages, trackingSearchResults),
    ExecutedSearchScope: maybe(messages, text),
    Errors: maybe(messages, trackingErrors),
    Properties: maybe(messages, trackingProperties),
  }),
});

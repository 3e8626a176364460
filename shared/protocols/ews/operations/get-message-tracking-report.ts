import { maybe, one, sequence } from '../../../xml/codec.ts';
import { contract } from '../contract-type.ts';
import { messages } from '../namespaces.ts';
import { responseMessage } from '../response-message.ts';
import { emailAddress } from '../types/mailbox.ts';
import { templateText, trackingDiagnostics, trackingErrors, trackingProperties, trackingReport } from '../types/message-tracking.ts';
import { nonEmptyText, text, truth } from '../types/simple.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getmessagetrackingreport-operation */
export const getMessageTrackingReport = contract({
  name: 'GetMessageTrackingReport',
  request: sequence({
    Scope: one(messages, nonEmptyText),
    ReportTemplate: one(messages, templateText),
    RecipientFilter: maybe(messages, emailAddress),
    MessageTrackingReportId: one(messages, nonEmptyText),
    ReturnQueueEvents: maybe(messages, truth),
    DiagnosticsLevel: maybe(messages, text),
    Properties: maybe(messages, trackingProperties),
  }),
  response: responseMessage({
    MessageTrackingReport: maybe(messages, trackingReport),
    Diagnostics: maybe(messages, trackingDiagnostics),
    Errors: maybe(messages, trackingErrors),
    Properties: maybe(messages, trackingProperties),
  }),
});

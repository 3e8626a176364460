import { concerns, type Report, reportOf } from '../../../shared/bridges/tracking/report.ts';
import { parseTrackingReportId } from '../../../shared/domain/mailflow/tracking-report-id.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getMessageTrackingReport as contract } from '../../../shared/protocols/ews/operations/get-message-tracking-report.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import { ewsRefusal } from '../failures.ts';
import { errorsOf } from './errors.ts';
import type { TrackingAccess } from './ground.ts';

type Answer = ResponseOf<typeof contract>;

/** GetMessageTrackingReport for whoever has been let in. An id that is none, or of a message that nobody has, is inferred to be a permanent error. */
export async function trackingReport(access: TrackingAccess, request: RequestOf<typeof contract>): Promise<Answer> {
  const id = parseTrackingReportId(request.MessageTrackingReportId);
  if (id === undefined) return errorMessage('ErrorMessageTrackingPermanentError');
  const recipient = request.RecipientFilter?.EmailAddress;
  const report = await reportOf(access.ground, id, { template: request.ReportTemplate, recipient, caller: access.own[0] });
  if (report === undefined) return errorMessage('ErrorMessageTrackingPermanentError');
  // The words of an id are the client's: the message says whose it is.
  if (!(access.isHelpDesk || (await concerns(access.ground, id, report, access.own))))
    throw ewsRefusal('ErrorAccessDenied', { detail: "the message is not the caller's" });
  return { class: 'Success', MessageTrackingReport: shown(report, recipient !== undefined), ...errorsOf(report.troubles) };
}

/** MS-OXWSMTRK 3.1.4.2: for a recipient whom the message was not sent to, the submit time is .NET's first moment and nothing else is told. */
const never = Date.parse('0001-01-01T00:00:00Z');

function shown(report: Report, isForOne: boolean): Extract<Answer, { class: 'Success' }>['MessageTrackingReport'] {
  const { sender, subject, submitted, recipients, events } = report;
  if (isForOne && events.length === 0) return { SubmitTime: never, RecipientTrackingEvents: { RecipientTrackingEvent: [] } };
  return {
    ...{ Sender: { EmailAddress: sender }, Subject: subject, SubmitTime: submitted },
    OriginalRecipients: { Address: recipients.map((EmailAddress) => ({ EmailAddress })) },
    RecipientTrackingEvents: {
      RecipientTrackingEvent: events.map(({ at, recipient, status, description, data, server, internalId, root }) => ({
        ...{ Date: at, Recipient: { EmailAddress: recipient }, DeliveryStatus: status, EventDescription: description },
        EventData: { String: data },
        ...{ Server: server, InternalId: String(internalId), BccRecipient: false, HiddenRecipient: false },
        ...(root === undefined ? {} : { RootAddress: root }),
      })),
    },
  };
}

import { addressesOf, findReports, type Search } from '../../../shared/bridges/tracking/find.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { findMessageTrackingReport as contract } from '../../../shared/protocols/ews/operations/find-message-tracking-report.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import { ewsRefusal } from '../failures.ts';
import { errorsOf } from './errors.ts';
import type { TrackingAccess } from './ground.ts';

type Request = RequestOf<typeof contract>;

/** FindMessageTrackingReport for whoever has been let in. */
export async function foundReports({ ground, isHelpDesk, own }: TrackingAccess, request: Request): Promise<ResponseOf<typeof contract>> {
  const { Domain, Sender, Recipient, Subject, MessageId, StartDateTime, EndDateTime, Scope } = request;
  const isOurs = ground.organization.domains.some((one) => one.toLowerCase() === Domain.toLowerCase());
  if (!isOurs) return errorMessage('ErrorMessageTrackingNoSuchDomain');
  const [sender, recipient] = [Sender?.EmailAddress, Recipient?.EmailAddress];
  const isOwn = async (address: string | undefined): Promise<boolean> =>
    address !== undefined && (await addressesOf(ground, address)).some((one) => own.includes(one));
  const isSender = await isOwn(sender);
  if (!isSender && !isHelpDesk && !(await isOwn(recipient)))
    throw ewsRefusal('ErrorAccessDenied', { detail: 'neither the sender nor the recipient is the caller' });
  const search = await findReports(ground, {
    ...{ sender, recipients: recipient === undefined ? [] : [recipient], subject: Subject, messageId: MessageId },
    ...{ from: StartDateTime, until: EndDateTime },
    side: isSender || (isHelpDesk && sender !== undefined) ? 'Sender' : 'Recipient',
  });
  return answerOf(search, Scope);
}

function answerOf({ found, troubles }: Search, scope: string): ResponseOf<typeof contract> {
  return {
    class: 'Success',
    MessageTrackingSearchResults: {
      MessageTrackingSearchResult: found.map(({ id, sender, subject, submitted, recipients }) => ({
        ...{ Subject: subject, Sender: { EmailAddress: sender }, SubmittedTime: submitted, MessageTrackingReportId: id },
        Recipients: { Mailbox: recipients.map((EmailAddress) => ({ EmailAddress })) },
      })),
    },
    ExecutedSearchScope: scope,
    ...errorsOf(troubles),
  };
}

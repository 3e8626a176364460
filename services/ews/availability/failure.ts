import { mostGroupMembers } from '../../../shared/bridges/access/expanded-group.ts';
import { mostEvents } from '../../../shared/domain/calendar/calendar-events.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import { failureMessage, type MailboxFailure } from '../elsewhere/failure.ts';

/** What is answered for one mailbox. */
export type FreeBusyResponse = NonNullable<ResponseOf<typeof getUserAvailability>['FreeBusyResponseArray']>[number];

// Texts and LIDs: MicrosoftDocs/OfficeDocs-Support, "Resolve free/busy errors", unless said otherwise.

const noAccess = {
  code: 'ErrorNoFreeBusyAccess',
  text: 'The caller does not have access to free/busy data.',
  exception: 'NoFreeBusyAccessException',
  number: 5037,
} as const;

/** The calendar's permissions show nothing (LID: Ericsson/exchangecalendar#460, within one organisation). */
export const calendarNotShared: MailboxFailure = { ...noAccess, location: 44_348 };
/** The relationship shows nothing. Which of the three LIDs belongs to which cause is not published: this one and the next are our choice. */
export const organizationNotSharing: MailboxFailure = { ...noAccess, location: 47_652 };
/** The relationship shows others, and not this mailbox: `FreeBusyAccessScope` is a group without it. */
export const mailboxOutOfScope: MailboxFailure = { ...noAccess, location: 40_764 };

/** More events than are shown (number: Microsoft Graph's page "calendar: getSchedule"). */
export function resultSetTooBig(count: string): MailboxFailure {
  const text = `The result set contains too many calendar entries. The allowed size = ${mostEvents}; the actual size = ${count}.`;
  return { code: 'ErrorResultSetTooBig', text, number: 5006, location: 54_796 };
}

/** A group that is not expanded. The sentence is ours; the code: Microsoft's page "ResponseCode". */
export function groupTooLarge(address: string): MailboxFailure {
  return { code: 'ErrorFreeBusyDLLimitReached', text: `The group ${address} has more than ${mostGroupMembers} members.` };
}

/** The entry of a mailbox whose calendar is not shown. */
export function failedResponse(failure: MailboxFailure, server: string): FreeBusyResponse {
  return { ResponseMessage: failureMessage(failure, server), FreeBusyView: { FreeBusyViewType: ['None'] } };
}

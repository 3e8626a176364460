import { mostGroupMembers } from '../../../shared/bridges/access/expanded-group.ts';
import { mostEvents } from '../../../shared/domain/calendar/calendar-events.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getUserAvailability } from '../../../shared/protocols/ews/operations/get-user-availability.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import type { MessageDetail } from '../../../shared/protocols/ews/response-message.ts';

/** What is answered for one mailbox. */
export type FreeBusyResponse = NonNullable<ResponseOf<typeof getUserAvailability>['FreeBusyResponseArray']>[number];

/** Why one calendar is not shown, as Exchange tells it. */
export interface AvailabilityFailure {
  readonly code: ResponseCode;
  readonly text: string;
  /** Its exception's class and number; undefined where they have not been published. */
  readonly exception?: string;
  readonly number?: number;
  /** Where in Exchange's code it was thrown: administrators look for it. */
  readonly location?: number;
  /** The address that was asked. */
  readonly source?: string;
}

// Texts and LIDs: MicrosoftDocs/OfficeDocs-Support, "Resolve free/busy errors" (reference ews.md 5.4), unless said otherwise.

const noAccess = {
  code: 'ErrorNoFreeBusyAccess',
  text: 'The caller does not have access to free/busy data.',
  exception: 'NoFreeBusyAccessException',
  number: 5037,
} as const;

/** The calendar's permissions show nothing (LID: Ericsson/exchangecalendar#460, within one organisation). */
export const calendarNotShared: AvailabilityFailure = { ...noAccess, location: 44_348 };
/** The relationship shows nothing. Which of its three LIDs belongs to which cause is not published. */
export const organizationNotSharing: AvailabilityFailure = { ...noAccess, location: 47_652 };

/** Nobody has that address (text and LID: an answer of Exchange Online among the tests of a Go client; number: one among those of SOGo). */
export function recipientNotFound(address: string): AvailabilityFailure {
  return {
    code: 'ErrorMailRecipientNotFound',
    text: `Unable to resolve e-mail address ${address} to an Active Directory object.`,
    exception: 'MailRecipientNotFoundException',
    number: 5009,
    location: 57_660,
  };
}

/** Neither connector nor relationship for the domain that a mailbox lies in. */
export function configurationNotFound(domain: string): AvailabilityFailure {
  const text = `Configuration information for forest/domain ${domain} could not be found in Active Directory.`;
  return { code: 'ErrorAvailabilityConfigNotFound', text, location: 47_932 };
}

/** Somebody of another organisation asks for a mailbox that is not here: his token cannot be passed on. */
export function crossOrganizationNotAllowed(address: string): AvailabilityFailure {
  return {
    code: 'ErrorProxyRequestNotAllowed',
    text: `The cross-organization request for mailbox ${address} is not allowed because the requester is from a different organization.`,
    exception: 'CrossOrganizationProxyNotAllowedForExternalOrganization',
    location: 39_660,
  };
}

/** Another organisation's server asks for a mailbox that is not here either: it would ask in turn. Our wording. */
export function notSentOn(address: string): AvailabilityFailure {
  return {
    code: 'ErrorProxyRequestNotAllowed',
    text: `The mailbox ${address} is not in this organization, and a request of another organization's server is not sent on.`,
  };
}

/** The relationship lacks what a call needs (text and LID: a thread of Microsoft Q&A). */
export function relationshipUnfit(name: string): AvailabilityFailure {
  return {
    code: 'ErrorInvalidOrganizationRelationshipForFreeBusy',
    text: `The organization relationship ${name} can't be used. Please confirm that the organization relationship is configured correctly.`,
    exception: 'InvalidOrganizationRelationshipForRequestDispatcherException',
    location: 52_108,
  };
}

/** More events than are shown (number: Microsoft Graph's page "calendar: getSchedule"). */
export function resultSetTooBig(count: string): AvailabilityFailure {
  const text = `The result set contains too many calendar entries. The allowed size = ${mostEvents}; the actual size = ${count}.`;
  return { code: 'ErrorResultSetTooBig', text, number: 5006, location: 54_796 };
}

/** A group that is not expanded. The sentence is ours; the code: Microsoft's page "ResponseCode". */
export function groupTooLarge(address: string): AvailabilityFailure {
  return { code: 'ErrorFreeBusyDLLimitReached', text: `The group ${address} has more than ${mostGroupMembers} members.` };
}

/** The call to the other organisation failed; 5016 is what Outlook shows. */
export function proxyFailed(inner: string, source: string, location?: number): AvailabilityFailure {
  return {
    code: 'ErrorProxyRequestProcessingFailed',
    text: `Proxy web request failed. , inner exception: ${inner}`,
    exception: 'ProxyWebRequestProcessingException',
    number: 5016,
    source,
    ...(location === undefined ? {} : { location }),
  };
}

/** The other organisation took too long. */
export const requestTimedOut: AvailabilityFailure = {
  code: 'ErrorTimeoutExpired',
  text: "Request could not be processed in time. Timeout occurred during 'Waiting-For-Request-Completion'.",
  exception: 'TimeoutExpiredException',
  location: 43_404,
};

/** No EWS address was found for a mailbox; 5039 is what Outlook shows. The LID belongs to an answer without the address. */
export function autodiscoverFailed(text: string, isAnswer: boolean): AvailabilityFailure {
  const failure = { code: 'ErrorAutoDiscoverFailed', text, exception: 'AutoDiscoverFailedException', number: 5039 } as const;
  return isAnswer ? { ...failure, location: 33_676 } : failure;
}

const namespace = 'Microsoft.Exchange.InfoWorker.Common.Availability';

/**
 * The entry of a mailbox whose calendar is not shown. Form: reference ews.md 5.2 and an answer of Exchange Online 15.20.2495
 * among the tests of a Go client.
 */
export function failedResponse(failure: AvailabilityFailure, server: string): FreeBusyResponse {
  const { code, text, exception, number, location, source } = failure;
  const lid = location === undefined ? '' : ` LID: ${location}`;
  const thrown = exception === undefined ? '' : `${namespace}.${exception}: `;
  const facts: readonly MessageDetail[] = [
    ...(exception === undefined ? [] : [fact('ExceptionType', exception)]),
    ...(number === undefined ? [] : [fact('ExceptionCode', String(number))]),
    fact('ExceptionServerName', server),
    fact('ExceptionMessage', `${text}${lid}`),
    ...(source === undefined ? [] : [fact('ResponseSource', source)]),
  ];
  const MessageText = `${thrown}${text}\r\n. Name of the server where exception originated: ${server}.${lid}`;
  return {
    ResponseMessage: { class: 'Error', MessageText, ResponseCode: code, MessageXml: facts },
    FreeBusyView: { FreeBusyViewType: ['None'] },
  };
}

function fact(name: Extract<MessageDetail, { is: 'Exception' }>['name'], value: string): MessageDetail {
  return { is: 'Exception', name, value };
}

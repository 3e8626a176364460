import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import { type Complaint, errorMessage, type MessageDetail } from '../../../shared/protocols/ews/response-message.ts';

/** Why nothing is told of one mailbox, as Exchange tells it. */
export interface MailboxFailure {
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

// Texts and LIDs: MicrosoftDocs/OfficeDocs-Support, "Resolve free/busy errors", unless said otherwise.

/** Nobody has that address (text and LID: an answer of Exchange Online among the tests of a Go client; number: one among those of SOGo). */
export function recipientNotFound(address: string): MailboxFailure {
  return {
    code: 'ErrorMailRecipientNotFound',
    text: `Unable to resolve e-mail address ${address} to an Active Directory object.`,
    exception: 'MailRecipientNotFoundException',
    number: 5009,
    location: 57_660,
  };
}

/** Neither connector nor relationship for the domain that a mailbox lies in. */
export function configurationNotFound(domain: string): MailboxFailure {
  const text = `Configuration information for forest/domain ${domain} could not be found in Active Directory.`;
  return { code: 'ErrorAvailabilityConfigNotFound', text, location: 47_932 };
}

/** Somebody of another organisation asks for a mailbox that is not here: his token cannot be passed on. */
export function crossOrganizationNotAllowed(address: string): MailboxFailure {
  return {
    code: 'ErrorProxyRequestNotAllowed',
    text: `The cross-organization request for mailbox ${address} is not allowed because the requester is from a different organization.`,
    exception: 'CrossOrganizationProxyNotAllowedForExternalOrganization',
    location: 39_660,
  };
}

/** Another organisation's server asks for a mailbox that is not here either: it would ask in turn. Our wording. */
export function notSentOn(address: string): MailboxFailure {
  return {
    code: 'ErrorProxyRequestNotAllowed',
    text: `The mailbox ${address} is not in this organization, and a request of another organization's server is not sent on.`,
  };
}

/** The relationship lacks what a call needs (text and LID: a thread of Microsoft Q&A). */
export function relationshipUnfit(name: string): MailboxFailure {
  return {
    code: 'ErrorInvalidOrganizationRelationshipForFreeBusy',
    text: `The organization relationship ${name} can't be used. Please confirm that the organization relationship is configured correctly.`,
    exception: 'InvalidOrganizationRelationshipForRequestDispatcherException',
    location: 52_108,
  };
}

/** The call to the other organisation failed; 5016 is what Outlook shows. */
export function proxyFailed(inner: string, source: string, location?: number): MailboxFailure {
  return {
    code: 'ErrorProxyRequestProcessingFailed',
    text: `Proxy web request failed. , inner exception: ${inner}`,
    exception: 'ProxyWebRequestProcessingException',
    number: 5016,
    source,
    ...(location === undefined ? {} : { location }),
  };
}

/**
 * The failure of a call, with what was asked of whom, as newer servers tell it (observed in support threads; where in the
 * sentence it stands differs between them). The list of mailboxes is cut to the one that the failure is told of.
 */
export function withRequest(
  failure: MailboxFailure,
  url: string,
  { address, recipient }: { readonly address: string; readonly recipient?: { readonly displayName: string } | undefined },
  parameters: string,
  request = 'ProxyWebRequest',
): MailboxFailure {
  if (failure.code !== 'ErrorProxyRequestProcessingFailed') return failure;
  const list = `Mailbox list = <${recipient?.displayName ?? ''}>SMTP:${address}`;
  const asked = parameters === '' ? list : `${list}, Parameters: ${parameters}`;
  const text = failure.text.replace(/\.?$/, '.');
  return { ...failure, text: `${text} The request information is ${request} type = CrossForest, url = ${url}, ${asked}.` };
}

/** The other organisation took too long. */
export const requestTimedOut: MailboxFailure = {
  code: 'ErrorTimeoutExpired',
  text: "Request could not be processed in time. Timeout occurred during 'Waiting-For-Request-Completion'.",
  exception: 'TimeoutExpiredException',
  location: 43_404,
};

/** No EWS address was found for a mailbox; 5039 is what Outlook shows. The LID belongs to an answer without the address. */
export function autodiscoverFailed(text: string, isAnswer: boolean): MailboxFailure {
  const failure = { code: 'ErrorAutoDiscoverFailed', text, exception: 'AutoDiscoverFailedException', number: 5039 } as const;
  return isAnswer ? { ...failure, location: 33_676 } : failure;
}

type ErrorMessage = { readonly class: 'Error' } & Complaint;

const namespace = 'Microsoft.Exchange.InfoWorker.Common.Availability';

/**
 * The complaint of a mailbox of which nothing is told. Form: support threads and an answer of Exchange Online 15.20.2495
 * among the tests of a Go client; that MailTips and photographs have it too is inferred.
 */
export function failureMessage(failure: MailboxFailure, server: string): ErrorMessage {
  const { code, text, exception, number, location, source } = failure;
  const lid = location === undefined ? '' : ` LID: ${location}`;
  const thrown = exception === undefined ? '' : `${namespace}.${exception}: `;
  const details: readonly MessageDetail[] = [
    ...(exception === undefined ? [] : [fact('ExceptionType', exception)]),
    ...(number === undefined ? [] : [fact('ExceptionCode', String(number))]),
    fact('ExceptionServerName', server),
    fact('ExceptionMessage', `${text}${lid}`),
    ...(source === undefined ? [] : [fact('ResponseSource', source)]),
  ];
  return errorMessage(code, { text: `${thrown}${text}\r\n. Name of the server where exception originated: ${server}.${lid}`, details });
}

/** Another organisation's refusal, with the address that gave it where it does not say so itself. */
export function withSource(message: ErrorMessage, url: string): ErrorMessage {
  const { MessageXml = [] } = message;
  if (MessageXml.some((detail) => detail.is === 'Exception' && detail.name === 'ResponseSource')) return message;
  return { ...message, MessageXml: [...MessageXml, fact('ResponseSource', url)] };
}

function fact(name: Extract<MessageDetail, { is: 'Exception' }>['name'], value: string): MessageDetail {
  return { is: 'Exception', name, value };
}

import type { AccessRefusalCode } from '../../shared/bridges/access/caller.ts';
import type { ImpersonationRefusalCode } from '../../shared/bridges/access/impersonation.ts';
import type { SecurityContextRefusalCode } from '../../shared/bridges/access/security-context.ts';
import type { CalendarRefusalCode } from '../../shared/domain/calendar/errors.ts';
import type { MailboxRefusalCode } from '../../shared/domain/mailbox/errors.ts';
import type { NotificationRefusalCode } from '../../shared/domain/notification/errors.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { isResponseCode, type ResponseCode } from '../../shared/protocols/ews/response-codes.ts';
import { type Complaint, complaint, valueDetail } from '../../shared/protocols/ews/response-message.ts';
import type { EnvelopeRefusal } from '../../shared/protocols/soap/envelope.ts';
import type { ScopeRefusalCode } from '../../shared/store/change-feed.ts';
import { SchemaError, XmlSyntaxError } from '../../shared/xml/errors.ts';

/** What the rooms below refuse, in EWS's codes. A new code there stops the compiler here. */
const codes: Readonly<
  Record<
    // Mailboxes and photographs are made by cmdlets alone, and moves have another door; of a series that cannot be read the first occurrence is shown.
    | Exclude<MailboxRefusalCode, 'mailbox-exists' | 'mailbox-in-transit' | 'picture-invalid' | 'picture-too-large'>
    | Exclude<CalendarRefusalCode, 'recurrence-invalid'>
    | NotificationRefusalCode
    | ScopeRefusalCode
    | AccessRefusalCode
    | SecurityContextRefusalCode
    | Exclude<ImpersonationRefusalCode, 'application-policy'>,
    ResponseCode
  >
> = {
  'mailbox-not-found': 'ErrorNonExistentMailbox',
  'scope-held': 'ErrorMailboxMoveInProgress',
  'folder-not-found': 'ErrorFolderNotFound',
  'folder-exists': 'ErrorFolderExists',
  'distinguished-folder': 'ErrorDeleteDistinguishedFolder',
  'folder-below-itself': 'ErrorMoveCopyFailed',
  // Inferred, from what Microsoft's page "ResponseCode" says of it.
  'search-folder': 'ErrorInvalidFolderTypeForOperation',
  'too-many-search-folders': 'ErrorInvalidOperation',
  'item-not-found': 'ErrorItemNotFound',
  // Inferred.
  'item-held': 'ErrorCannotDeleteObject',
  'item-read-only': 'ErrorAccessDenied',
  'attachment-not-found': 'ErrorInvalidAttachmentId',
  'change-key-stale': 'ErrorIrresolvableConflict',
  'query-too-large': 'ErrorExceededFindCountLimit',
  'query-too-complex': 'ErrorRestrictionTooComplex',
  'quota-exceeded': 'ErrorQuotaExceeded',
  'folder-full': 'ErrorMessagePerFolderCountReceiveQuotaExceeded',
  'reply-period-invalid': 'ErrorInvalidScheduledOofDuration',
  'reply-too-long': 'ErrorInvalidUserOofSettings',
  'time-zone-invalid': 'ErrorTimeZone',
  'window-empty': 'ErrorInvalidTimeInterval',
  'window-too-long': 'ErrorTimeIntervalTooBig',
  'merged-interval-invalid': 'ErrorInvalidMergedFreeBusyInterval',
  'view-not-askable': 'ErrorInvalidFreeBusyViewType',
  'too-many-events': 'ErrorResultSetTooBig',
  'suggestion-options-invalid': 'ErrorInvalidArgument',
  // The first is a guess.
  'recurrence-too-large': 'ErrorMessageSizeExceeded',
  'occurrence-crosses-another': 'ErrorOccurrenceCrossingBoundary',
  'occurrence-overlaps-another': 'ErrorOccurrenceTimeSpanTooBig',
  'subscription-not-found': 'ErrorSubscriptionNotFound',
  'subscription-expired': 'ErrorExpiredSubscription',
  'too-many-subscriptions': 'ErrorExceededSubscriptionCount',
  'no-credentials': 'ErrorAccessDenied',
  'scheme-not-offered': 'ErrorAccessDenied',
  'invalid-credentials': 'ErrorAccessDenied',
  'access-denied': 'ErrorAccessDenied',
  'impersonation-required': 'ErrorInvalidExchangeImpersonationHeaderData',
  'impersonation-excluded': 'ErrorInvalidExchangeImpersonationHeaderData',
  'impersonation-denied': 'ErrorImpersonateUserDenied',
  'linked-account-missing': 'ErrorAccessDenied',
  'impersonated-name-unknown': 'ErrorInvalidUserPrincipalName',
  'impersonated-sid-malformed': 'ErrorInvalidSid',
  'impersonated-sid-unknown': 'ErrorInvalidUserSid',
  'impersonated-address-unknown': 'ErrorNonExistentMailbox',
  'impersonated-address-not-primary': 'ErrorNonPrimarySmtpAddress',
  'token-serialization-denied': 'ErrorTokenSerializationDenied',
};

/** Sentences that depend on what is refused. Sources: a trace of GNOME/evolution-ews, and from memory. */
const sentences: Readonly<Record<string, string>> = {
  'ErrorNonExistentMailbox MailboxGuid': 'No mailbox with such guid.',
  'ErrorNonExistentMailbox SmtpAddress': 'The SMTP address has no mailbox associated with it.',
};

/** Sentences of refusals whose code has another one of its own. */
const refusalSentences: Readonly<Record<string, string>> = {
  'too-many-search-folders': 'A mailbox of this simulation has no more than 100 search folders.',
  // With this code and status 500 in Exchange Online: ecederstrand/exchangelib#735, OfficeDev/ews-managed-api#245.
  'impersonation-required': 'ExchangeImpersonation SOAP header must be present for this type of OAuth token.',
  // The sentence: OfficeDev/ews-managed-api#212, jamesiarmes/php-ews#525; that its code is the same is a guess.
  'impersonation-excluded': 'ExchangeImpersonation SOAP header must not exist for this type of OAuth token.',
  // The sentence: MicrosoftDocs/OfficeDocs-Support "Resolve free/busy errors"; its code is not published.
  'linked-account-missing':
    'The application is missing a linked account for RBAC roles, or the linked account has no RBAC role assignments, ' +
    'or the calling users account is logon disabled.',
};

/** What opening an envelope refuses: such a document fails validation, as a request does that is none of ours. */
const envelopes: Readonly<Record<EnvelopeRefusal, true>> = {
  VersionMismatch: true,
  NotAnEnvelope: true,
  MissingBody: true,
  EmptyBody: true,
  SeveralBodyElements: true,
};

/** A refusal in EWS's own words, by a code of its closed list. `text` replaces the code's usual sentence. */
export function ewsRefusal(
  code: ResponseCode,
  options: { readonly detail?: string; readonly text?: string; readonly values?: Readonly<Record<string, string>> } = {},
): Refusal<ResponseCode> {
  const { text, values, detail } = options;
  const all = text === undefined ? values : { ...values, [textValue]: text };
  return new Refusal(code, { ...(detail === undefined ? {} : { detail }), ...(all === undefined ? {} : { values: all }) });
}

const textValue = 'coexist:text';

/** What Exchange answers for an operation, or a part of one, that this simulation does not have. */
export function notSupported(what: string): Refusal<ResponseCode> {
  return ewsRefusal('ErrorInvalidOperation', { text: `${what} is not supported by this simulation.`, detail: what });
}

/** The complaint that an expected refusal becomes; undefined for anything else, which is a defect. */
export function complaintOf(error: unknown): Complaint | undefined {
  if (error instanceof SchemaError) return complaint('ErrorInvalidPropertyRequest', { text: error.message });
  if (!(error instanceof Refusal)) return undefined;
  if (Object.hasOwn(envelopes, error.code)) {
    return complaint('ErrorSchemaValidation', { text: `The request failed schema validation: ${error.detail ?? error.code}` });
  }
  const code = isResponseCode(error.code) ? error.code : codes[error.code as keyof typeof codes];
  if (code === undefined) return undefined;
  const { [textValue]: told, ...values } = error.values;
  const names = Object.keys(values);
  const text = told ?? refusalSentences[error.code] ?? sentences[`${code} ${names.join(' ')}`];
  return complaint(code, {
    ...(text === undefined ? {} : { text }),
    ...(names.length === 0 ? {} : { details: names.map((name) => valueDetail(name, values[name] ?? '')) }),
  });
}

/**
 * Whether a refusal is answered 403 instead of a fault: Exchange Online's answer where an application access policy keeps
 * an application out of a mailbox (David-Barrett-MS/PowerShell-EWS-Scripts#62).
 */
export function isForbidden(error: unknown): error is Refusal<'application-policy'> {
  return error instanceof Refusal && error.code === 'application-policy';
}

/** Whether an error says that the request's octets are at fault. */
export function isMalformed(error: unknown): error is XmlSyntaxError | SchemaError {
  return error instanceof XmlSyntaxError || error instanceof SchemaError;
}

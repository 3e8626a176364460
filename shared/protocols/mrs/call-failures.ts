import type { Refusal } from '../../kernel/refusal.ts';
import type { DialRefusal } from '../../net/dial-refusals.ts';
import { dialMessage } from '../../net/dial-words.ts';
import type { HttpsAnswer } from '../../net/dialer.ts';
import { statusWithReason } from '../../net/http-status.ts';
import { callFailed, type MrsException, mrsException } from './exceptions.ts';

// What WCF says of a call that brings no message of the service back: the sentences of System.ServiceModel's published resources
// (dotnet/wcf src/System.ServiceModel.Primitives/src/Resources/Strings.resx) and of WebException behind them, in the frames of the
// replication service's reports (support.microsoft.com "remote server returned an error: (403) Forbidden" and its kin).

/** Whom a call was for. */
export interface Called {
  /** As reports name it: the address, and what is known of the server. */
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number;
}

/** An answer of HTTP's own. */
export function httpFailure({ status, headers }: HttpsAnswer, called: Called): Refusal<MrsException> {
  const web = `The remote server returned an error: (${status}) ${reasons[status] ?? statusWithReason(status).replace(/^\d+ ?/, '')}.`;
  const failed = (said: string): Refusal<MrsException> => communicationError(called, [said, web]);
  switch (status) {
    case 401: {
      const offered = [headers['www-authenticate'] ?? []].flat().join(',');
      const scheme = "The HTTP request is unauthorized with client authentication scheme 'Negotiate'.";
      return failed(`${scheme} The authentication header received from the server was '${offered}'.`);
    }
    case 403:
      return failed("The HTTP request was forbidden with client authentication scheme 'Negotiate'.");
    case 404:
      return notFound(called, web);
    case 503:
      return failed(
        `The HTTP service located at ${called.url} is unavailable.  This could be because the service is too busy or because no endpoint ` +
          'was found listening at the specified address. Please ensure that the address is correct and try accessing the service again later.',
      );
    case 408:
    case 504:
      return timedOut(called, [web]);
    default:
      return failed(`The remote server returned an unexpected response: ${/\((.*)\.$/s.exec(web)?.[0].slice(0, -1) ?? `(${status})`}.`);
  }
}

/** .NET's words for a status where they are not those of HTTP. */
const reasons: Readonly<Record<number, string>> = { 503: 'Server Unavailable' };

/** An answer that says it is fine and is no message. */
export function noMessage(called: Called, headers: HttpsAnswer['headers']): Refusal<MrsException> {
  const type = String(headers['content-type'] ?? '');
  return communicationError(called, [
    `The content type ${type} of the response message does not match the content type of the binding (application/soap+xml; charset=utf-8). ` +
      'If using a custom encoder, be sure that the IsContentTypeSupported method is implemented properly.',
  ]);
}

/** The call never arrived, or its answer did not. */
export function dialFailure(refusal: Refusal, called: Called): Refusal<MrsException> {
  const { host } = new URL(called.url);
  const message = dialMessage(refusal, host);
  const behind = message === undefined ? [] : [message];
  switch (refusal.code as DialRefusal) {
    case 'Timeout':
      return timedOut(called, []);
    case 'NameNotFound':
    case 'ConnectionRefused':
    case 'ConnectTimeout':
      return notFound(called, ...behind);
    case 'CertificateRefused':
    case 'TlsFailed':
      return communicationError(called, [
        `Could not establish trust relationship for the SSL/TLS secure channel with authority '${host}'.`,
        ...behind,
      ]);
    case 'AnswerTooLarge':
      return mrsException('QuotaExceededPermanentException', callFailed(called.name, ['The answer is longer than may be received']));
    case 'ConnectionReset':
    case 'AnswerMalformed':
      return communicationError(called, [
        `An error occurred while receiving the HTTP response to ${called.url}. This could be due to the service endpoint binding not using the ` +
          'HTTP protocol. This could also be due to an HTTP request context being aborted by the server (possibly due to the service ' +
          'shutting down). See server logs for more details.',
        ...behind,
      ]);
  }
}

/** A fault that is not an operation's own: `reason` is what the service said. */
export function faulted(called: Called, reason: string): Refusal<MrsException> {
  return communicationError(called, [reason]);
}

/** The server has forgotten the session, or is another one than before (Microsoft: "It's always the Load Balancer"). */
export function unknownSequence(called: Called, reason: string): Refusal<MrsException> {
  const said = `The remote endpoint no longer recognizes this sequence. This is most likely due to an abort on the remote endpoint. ${reason} The reliable session was faulted`;
  return communicationError(called, [said]);
}

/** The other side takes requests and gives no answer to them. */
export function noAnswer(called: Called): Refusal<MrsException> {
  return communicationError(called, [
    'The maximum retry count has been exceeded with no response from the remote endpoint. The reliable session was faulted. ' +
      'This is often an indication that the remote endpoint is no longer available.',
  ]);
}

/** What came is nothing that a session may hold. The sentence is ours. */
export function protocolBroken(called: Called, what: string): Refusal<MrsException> {
  return communicationError(called, [`The remote endpoint broke the reliable session: ${what}`]);
}

/** The session has failed before. The sentence is ours. */
export function sessionOver(called: Called): Refusal<MrsException> {
  return mrsException(
    'CommunicationWithRemoteServiceFailedTransientException',
    `The session with '${called.name}' is over after an earlier failure.`,
  );
}

function communicationError(called: Called, details: readonly string[]): Refusal<MrsException> {
  return mrsException('CommunicationErrorTransientException', callFailed(called.name, details));
}

/** The first sentence is ours, that behind it WCF's. */
function notFound(called: Called, ...behind: readonly string[]): Refusal<MrsException> {
  const said = `There was no endpoint listening at ${called.url} that could accept the message. This is often caused by an incorrect address or SOAP action. See InnerException, if present, for more details.`;
  return mrsException(
    'EndpointNotFoundTransientException',
    `The call to '${called.name}' found no service at its address. Error details: ${[said, ...behind].join(' --> ')}.`,
  );
}

function timedOut(called: Called, behind: readonly string[]): Refusal<MrsException> {
  const said =
    `The request channel timed out while waiting for a reply after ${timeSpan(called.timeoutMs)}. Increase the timeout value passed to the call to ` +
    'Request or increase the SendTimeout value on the Binding. The time allotted to this operation may have been a portion of a longer timeout.';
  const message = `The call to '${called.name}' timed out. Error details: ${[said, ...behind].join(' --> ')}`;
  return mrsException('TimeoutErrorTransientException', message);
}

/** `00:00:50`, with a fraction where there is one: a .NET TimeSpan. */
function timeSpan(milliseconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const fraction = milliseconds % 1_000 === 0 ? '' : `.${String(Math.round((milliseconds % 1_000) * 10_000)).padStart(7, '0')}`;
  return `${two(milliseconds / 3_600_000)}:${two((milliseconds / 60_000) % 60)}:${two((milliseconds / 1_000) % 60)}${fraction}`;
}

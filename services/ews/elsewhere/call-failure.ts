import { STATUS_CODES } from 'node:http';
import type { Way } from '../../../shared/bridges/hybrid/way.ts';
import type { Refusal } from '../../../shared/kernel/refusal.ts';
import { dialException } from '../../../shared/net/dial-words.ts';
import type { CallResult } from '../../../shared/protocols/ews/client.ts';
import { diagnosticsIn } from '../../../shared/protocols/oauth/diagnostics-in.ts';
import { autodiscoverFailed, type MailboxFailure, proxyFailed, relationshipUnfit, requestTimedOut } from './failure.ts';

// Texts: "Resolve free/busy errors" where they are public.

/** Why no address was found for a mailbox. */
export function discoveryFailure(refusal: Refusal, address: string, { name }: Pick<Way, 'name'>): MailboxFailure {
  const text = refusal.detail ?? refusal.code;
  if (refusal.code === 'relationship-incomplete') return relationshipUnfit(name);
  if (refusal.code === 'autodiscover-failed') return autodiscoverFailed(text, refusal.values['UserSetting'] !== undefined);
  return autodiscoverFailed(`Autodiscover failed for email address ${address} with error ${dialException(refusal) ?? text}`, false);
}

/** Why a call was not made, or got no answer. */
export function refusalFailure(refusal: Refusal, url: string, { name }: Pick<Way, 'name'>): MailboxFailure {
  if (refusal.code === 'relationship-incomplete') return relationshipUnfit(name);
  if (refusal.code === 'Timeout') return requestTimedOut;
  return proxyFailed(dialException(refusal) ?? refusal.detail ?? refusal.code, url);
}

/** Published for 401 and 504; that every status has it is inferred. */
const refusedByHttp = 43_532;
/** What stale federation metadata bring about has a LID of its own. */
const securityTokens = 'An error occurred when processing the security tokens in the message.';

/** A redirection, whichever it is: calls follow none. The words are those of the page that IIS sends with it. */
const objectMoved = 'System.Net.WebException: The request failed with the error message: Object moved.';

/** What is wrong with the answer to a call. */
export function callFailure(result: Exclude<CallResult<unknown>, { is: 'answer' }>, url: string): MailboxFailure {
  switch (result.is) {
    case 'fault':
      return proxyFailed(result.fault.text, url, result.fault.text === securityTokens ? 59_916 : undefined);
    case 'http':
      if (result.status >= 300 && result.status < 400) return proxyFailed(objectMoved, url);
      return proxyFailed(httpText(result), url, refusedByHttp);
    case 'unreadable':
      return proxyFailed('Response is not well-formed XML', url);
  }
}

/** The status, and what the other side says of the credentials that it refused. */
function httpText({ status, headers }: Extract<CallResult<unknown>, { is: 'http' }>): string {
  const diagnostics = diagnosticsIn(headers);
  const told = diagnostics === undefined ? '.' : ` diagnostics: ${diagnostics}`;
  return `The request failed with HTTP status ${status}: ${STATUS_CODES[status] ?? ''}${told}`;
}

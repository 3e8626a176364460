import { Refusal } from '../../kernel/refusal.ts';
import type { Dialer, HttpsAnswer, HttpsCall } from '../../net/dialer.ts';
import { XmlSyntaxError } from '../../xml/errors.ts';
import { soap12Namespace } from '../soap/envelope.ts';
import { readSoap12Fault } from '../soap/fault-12.ts';
import { readServiceError, readStatus, requestStatus, type ServiceError } from './faults.ts';
import { readMessage } from './message.ts';
import { readTokenResponse, type TokenResponse } from './response.ts';

/** The media type of a SOAP 1.2 message. */
export const soap12MediaType = 'application/soap+xml; charset=utf-8';

/**
 * What came back. `fault`: `subcode` without its prefix, '' where there is none; `error` is the service's own account of the
 * cause. `unreadable`: an answer without a message in it, or one that is no token and no fault, or that does not say that it
 * succeeded.
 */
export type SecurityTokenResult =
  | { readonly is: 'token'; readonly response: TokenResponse }
  | { readonly is: 'fault'; readonly reason: string; readonly subcode: string; readonly error: ServiceError | undefined }
  | { readonly is: 'unreadable'; readonly status: number; readonly detail: string };

/**
 * Sends a token request (`octets`: the message, ready and signed) to a security token service and reads its answer, whatever
 * the HTTP status: which one goes with a fault is not published. Refusals of the dialer pass through.
 */
export async function requestSecurityToken(
  dialer: Pick<Dialer, 'https'>,
  url: string,
  octets: Buffer,
  dialing: Pick<HttpsCall, 'service' | 'organization' | 'parent' | 'timeoutMs' | 'maxBytes' | 'signal'>,
): Promise<SecurityTokenResult> {
  const answer = await dialer.https({
    ...dialing,
    url,
    method: 'POST',
    headers: { 'content-type': soap12MediaType, accept: 'application/soap+xml' },
    body: octets,
  });
  try {
    return read(answer);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError || error instanceof Refusal)) throw error;
    return { is: 'unreadable', status: answer.status, detail: error.message };
  }
}

function read({ status, body: octets }: HttpsAnswer): SecurityTokenResult {
  const { header, body } = readMessage(octets, soap12Namespace);
  const fault = readSoap12Fault(body);
  if (fault !== undefined) {
    return { is: 'fault', reason: fault.reason, subcode: fault.subcode, error: readServiceError(fault.detail) };
  }
  const said = readStatus(header);
  if (said !== requestStatus.succeeded) return { is: 'unreadable', status, detail: `psf:reqstatus is ${said ?? 'missing'}` };
  return { is: 'token', response: readTokenResponse(body) };
}

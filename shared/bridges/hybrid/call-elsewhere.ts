import type { CallOptions, CallResult, Credentials } from '../../protocols/ews/client.ts';
import { call } from '../../protocols/ews/client.ts';
import type { Contract } from '../../protocols/ews/contract-type.ts';
import { dialing, type OutboundParty, serverVersion } from './party.ts';

/** Whoever waits for the answer has limits of his own, by the world's clock; that may stand still. */
const answerLimits = { timeoutMs: 90_000, maxBytes: 16 * 1_048_576 };

/** What is asked, where, and with what. */
export interface CallElsewhere<Request, Response> extends Pick<CallOptions, 'headers' | 'impersonation'> {
  readonly url: string;
  readonly credentials: Credentials;
  readonly contract: Contract<Request, Response>;
  readonly request: Request;
}

/**
 * Calls an operation of EWS in another organisation as Exchange's servers do. Refusals of the dialer pass through; an
 * address that did not answer as EWS is forgotten.
 */
export async function callElsewhere<Request, Response>(
  party: OutboundParty,
  { url, credentials, contract, request, headers, impersonation }: CallElsewhere<Request, Response>,
): Promise<CallResult<Response>> {
  const forget = (): void => party.tokens.delegations.forgetEndpoint(party.organization.name, url);
  let result: CallResult<Response>;
  try {
    result = await call(party.dialer, url, credentials, contract, request, {
      ...{ ...dialing(party), ...answerLimits },
      version: 'Exchange2013',
      ...(headers === undefined ? {} : { headers }),
      ...(impersonation === undefined ? {} : { impersonation }),
      userAgent: `ASProxy/CrossForest/EmailDomain//${serverVersion(party)}`,
    });
  } catch (error) {
    forget();
    throw error;
  }
  if (result.is === 'http' || result.is === 'unreadable') forget();
  party.tell?.(`${contract.name} at ${url}: ${result.is}`);
  return result;
}

import { Refusal } from '../../kernel/refusal.ts';
import type { Dialer, HttpsAnswer, HttpsCall } from '../../net/dialer.ts';
import { element, type XmlElement } from '../../xml/element.ts';
import { SchemaError, XmlSyntaxError } from '../../xml/errors.ts';
import { parseXml } from '../../xml/parse.ts';
import { type AccountCredentials, basicAuthorization, dialAs } from '../ntlm/client.ts';
import { openEnvelope } from '../soap/envelope.ts';
import type { Contract } from './contract-type.ts';
import { writeRequest } from './envelope.ts';
import { type ReceivedFault, readEwsFault } from './fault.ts';
import { messages, types } from './namespaces.ts';
import type { Impersonation, RequestServerVersion } from './request-header.ts';

/** Who calls. */
export type Credentials =
  | { readonly is: 'basic'; readonly userName: string; readonly password: string }
  | { readonly is: 'bearer'; readonly token: string }
  | AccountCredentials
  | { readonly is: 'anonymous' };

/** What goes with a call beside the request: the header's content, and what the dialer wants to know. */
export interface CallOptions extends Pick<HttpsCall, 'service' | 'organization' | 'parent' | 'timeoutMs' | 'maxBytes' | 'signal'> {
  readonly version: RequestServerVersion;
  readonly impersonation?: Impersonation;
  /** X-AnchorMailbox: routes the call to the server that holds the mailbox. */
  readonly anchorMailbox?: string;
  /** Further blocks of the envelope's header: WS-Addressing, wsse:Security. */
  readonly headers?: readonly XmlElement[];
  readonly userAgent?: string;
}

/** What came back. `http`: an answer without SOAP in it, as for refused credentials; `unreadable`: an answer that is no EWS. */
export type CallResult<Response> =
  | { readonly is: 'answer'; readonly response: Response }
  | { readonly is: 'fault'; readonly fault: ReceivedFault }
  | { readonly is: 'http'; readonly status: number; readonly headers: HttpsAnswer['headers'] }
  | { readonly is: 'unreadable'; readonly status: number; readonly detail: string };

/** Calls an operation of an EWS endpoint. Refusals of the dialer (no such name, untrusted certificate ...) pass through. */
export async function call<Request, Response>(
  dialer: Pick<Dialer, 'https'>,
  url: string,
  credentials: Credentials,
  contract: Contract<Request, Response>,
  asked: Request,
  options: CallOptions,
): Promise<CallResult<Response>> {
  const { version, impersonation, anchorMailbox, headers = [], userAgent, ...dialing } = options;
  const authorization = authorizationOf(credentials);
  const request: HttpsCall = {
    ...dialing,
    url,
    method: 'POST',
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      accept: 'text/xml',
      ...(authorization === undefined ? {} : { authorization }),
      ...(anchorMailbox === undefined ? {} : { 'x-anchormailbox': anchorMailbox }),
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    },
    body: writeRequest(contract, asked, [...headerElements(version, impersonation), ...headers]),
  };
  const answer = await (credentials.is === 'account' ? dialAs(dialer, request, credentials) : dialer.https(request));
  // Exchange answers 200, and 500 with a fault; anything else is HTTP's own and has no SOAP in it.
  if (answer.status !== 200 && answer.status !== 500) return { is: 'http', status: answer.status, headers: answer.headers };
  try {
    return read(contract, openEnvelope(parseXml(answer.body)).body, answer.status);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError || error instanceof SchemaError || error instanceof Refusal)) throw error;
    return { is: 'unreadable', status: answer.status, detail: error.message };
  }
}

function read<Request, Response>(contract: Contract<Request, Response>, body: XmlElement, status: number): CallResult<Response> {
  const fault = readEwsFault(body);
  if (fault !== undefined) return { is: 'fault', fault };
  if (body.namespace !== messages || body.name !== contract.responseElement) {
    return { is: 'unreadable', status, detail: `${body.name} instead of ${contract.responseElement}` };
  }
  return { is: 'answer', response: contract.response.decode(body) };
}

function authorizationOf(credentials: Credentials): string | undefined {
  switch (credentials.is) {
    case 'basic':
      return basicAuthorization(credentials);
    case 'bearer':
      return `Bearer ${credentials.token}`;
    case 'account':
    case 'anonymous':
      return undefined;
  }
}

function headerElements(version: RequestServerVersion, impersonation: Impersonation | undefined): readonly XmlElement[] {
  const requestServerVersion = element(types, 'RequestServerVersion', [], { Version: version });
  if (impersonation === undefined) return [requestServerVersion];
  const identity = element(types, impersonation.by, [impersonation.value]);
  return [requestServerVersion, element(types, 'ExchangeImpersonation', [element(types, 'ConnectingSID', [identity])])];
}

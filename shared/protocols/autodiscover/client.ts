import { Refusal } from '../../kernel/refusal.ts';
import type { Dialer, HttpsAnswer, HttpsCall } from '../../net/dialer.ts';
import type { XmlElement } from '../../xml/element.ts';
import { SchemaError, XmlSyntaxError } from '../../xml/errors.ts';
import { parseXml } from '../../xml/parse.ts';
import { type AccountCredentials, dialAs } from '../ntlm/client.ts';
import { openEnvelope } from '../soap/envelope.ts';
import { readFault } from '../soap/fault.ts';
import {
  type AutodiscoverContract,
  getFederationInformation,
  getOrganizationRelationshipSettings,
  getUserSettings,
  type RelationshipSettings,
  type SoapErrorCode,
  type UserResponse,
} from './contract.ts';
import { type WrittenHeader, writeRequest } from './envelope.ts';
import { soapAutodiscover } from './namespaces.ts';

/**
 * What came instead of an answer. `fault`: a SOAP fault, its code without prefix; `http`: an answer without SOAP in it;
 * `unreadable`: one that is no Autodiscover.
 */
export type Unanswered =
  | { readonly is: 'fault'; readonly code: string; readonly reason: string }
  | { readonly is: 'http'; readonly status: number; readonly headers: HttpsAnswer['headers'] }
  | { readonly is: 'unreadable'; readonly status: number; readonly detail: string };

/** What an Autodiscover endpoint said of users, in the order in which they were asked for. */
export type UserSettingsResult = { readonly is: 'answer'; readonly users: readonly UserResponse[] } | Unanswered;

/** What the dialer wants to know of a call. */
export type Dialing = Pick<HttpsCall, 'service' | 'organization' | 'parent' | 'timeoutMs' | 'maxBytes' | 'signal'>;

/** Asks for settings of mailboxes at a SOAP endpoint (MS-OXWSADISC 3.1.4.2). Refusals of the dialer pass through. */
export async function askUserSettings(
  dialer: Pick<Dialer, 'https'>,
  url: string,
  asked: {
    /** Exchange's servers take a hundred at once. */
    readonly mailboxes: readonly string[];
    readonly settings: readonly string[];
    readonly messageId: string;
    /** Value of the `Authorization` header; without it the credentials are among the `headers`. */
    readonly authorization?: string;
    /** Signs in with an account instead. */
    readonly account?: AccountCredentials;
    /** Header blocks of the envelope: `wsse:Security`. */
    readonly headers?: readonly XmlElement[];
    readonly userAgent?: string;
  },
  dialing: Dialing,
): Promise<UserSettingsResult> {
  const { mailboxes, settings, messageId, authorization, account, headers = [], userAgent } = asked;
  const request = {
    Request: { Users: { User: mailboxes.map((Mailbox) => ({ Mailbox })) }, RequestedSettings: { Setting: [...settings] } },
  };
  const header = { to: url, messageId, requestedServerVersion: 'Exchange2013', headers };
  const fields = { authorization, 'user-agent': userAgent };
  const result = await ask(dialer, getUserSettings, request, header, fields, dialing, account);
  if (result.is !== 'answer') return result;
  const { Response } = result.response;
  const users = Response.UserResponses?.UserResponse ?? [];
  if (users.length === mailboxes.length) return { is: 'answer', users };
  const count = `${users.length} answers for ${mailboxes.length} users`;
  return { is: 'unreadable', status: 200, detail: Response.ErrorMessage ?? Response.ErrorCode ?? count };
}

/** How an organisation is known to the federation gateway. */
export interface FederationInformation {
  readonly is: 'answer';
  /** For what it can be a target of tokens. */
  readonly applicationUri: string;
  /** Its federated domains. */
  readonly domains: readonly string[];
  /** Whose tokens it takes; none: an Exchange 2010 answered, which does not tell. */
  readonly tokenIssuers: readonly { readonly endpoint: string; readonly uri: string }[];
}

/** What came of asking for it. `refused`: the endpoint knows the domain not, or not as federated. */
export type FederationInformationResult =
  | FederationInformation
  | { readonly is: 'refused'; readonly code: SoapErrorCode; readonly message: string }
  | Unanswered;

/**
 * Asks how the organisation of a domain is federated, without credentials (learn.microsoft.com "GetFederationInformation operation
 * (SOAP)"). Refusals of the dialer pass through.
 *
 * @param endpoint `https://host/autodiscover/autodiscover.svc`
 */
export async function askFederationInformation(
  dialer: Pick<Dialer, 'https'>,
  endpoint: string,
  { domain, messageId }: { readonly domain: string; readonly messageId: string },
  dialing: Dialing,
): Promise<FederationInformationResult> {
  const request = { Request: { Domain: domain } };
  const result = await ask(dialer, getFederationInformation, request, { to: endpoint, messageId }, {}, dialing);
  if (result.is !== 'answer') return result;
  const { ErrorCode, ErrorMessage, ApplicationUri, Domains, TokenIssuers } = result.response.Response;
  if (ErrorCode !== 'NoError') return { is: 'refused', code: ErrorCode, message: ErrorMessage };
  if (ApplicationUri === undefined || Domains === undefined)
    return { is: 'unreadable', status: 200, detail: 'no ApplicationUri or Domains' };
  const tokenIssuers = (TokenIssuers?.TokenIssuer ?? []).map(({ Endpoint, Uri }) => ({ endpoint: Endpoint, uri: Uri }));
  return { is: 'answer', applicationUri: ApplicationUri, domains: Domains.Domain, tokenIssuers };
}

/** What came of asking by which relationships another organisation judges this one. */
export type RelationshipSettingsResult =
  | { readonly is: 'answer'; readonly relationships: readonly RelationshipSettings[] }
  | { readonly is: 'refused'; readonly code: SoapErrorCode; readonly message: string }
  | Unanswered;

/**
 * Asks another organisation for its relationships with the organisation of a delegation token (MS-OXWSADISC 3.1.4.3).
 * Refusals of the dialer pass through.
 *
 * @param endpoint `https://host/autodiscover/autodiscover.svc/WSSecurity`
 */
export async function askRelationshipSettings(
  dialer: Pick<Dialer, 'https'>,
  endpoint: string,
  asked: { readonly domains: readonly string[]; readonly messageId: string; readonly token: XmlElement },
  dialing: Dialing,
): Promise<RelationshipSettingsResult> {
  const request = { Request: { Domains: { Domain: [...asked.domains] } } };
  const header = { to: endpoint, messageId: asked.messageId, requestedServerVersion: 'Exchange2013', headers: [asked.token] };
  const result = await ask(dialer, getOrganizationRelationshipSettings, request, header, {}, dialing);
  if (result.is !== 'answer') return result;
  const { ErrorCode, ErrorMessage, OrganizationRelationshipSettingsCollection: all } = result.response.Response;
  if (ErrorCode !== 'NoError') return { is: 'refused', code: ErrorCode, message: ErrorMessage };
  return { is: 'answer', relationships: all?.OrganizationRelationshipSettings ?? [] };
}

async function ask<Request, Response>(
  dialer: Pick<Dialer, 'https'>,
  contract: AutodiscoverContract<Request, Response>,
  request: Request,
  header: WrittenHeader,
  fields: Readonly<Record<string, string | undefined>>,
  dialing: Dialing,
  account?: AccountCredentials,
): Promise<{ readonly is: 'answer'; readonly response: Response } | Unanswered> {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  const headers = { 'content-type': 'text/xml; charset=utf-8', ...Object.fromEntries(given) };
  const call: HttpsCall = { ...dialing, url: header.to, method: 'POST', headers, body: writeRequest(contract, request, header) };
  const { status, headers: told, body: octets } = await (account === undefined ? dialer.https(call) : dialAs(dialer, call, account));
  // A fault comes with 500, one that says the message cannot be read with 400; anything else has no SOAP in it.
  if (status !== 200 && status !== 500 && status !== 400) return { is: 'http', status, headers: told };
  try {
    const { body: content } = openEnvelope(parseXml(octets));
    const fault = readFault(content);
    if (fault !== undefined) return { is: 'fault', code: fault.code, reason: fault.reason };
    if (content.namespace === soapAutodiscover && content.name === contract.responseElement)
      return { is: 'answer', response: contract.response.decode(content) };
    return { is: 'unreadable', status, detail: `${content.name} instead of ${contract.responseElement}` };
  } catch (error) {
    if (!(error instanceof XmlSyntaxError || error instanceof SchemaError || error instanceof Refusal)) throw error;
    return status === 200 ? { is: 'unreadable', status, detail: error.message } : { is: 'http', status, headers: told };
  }
}

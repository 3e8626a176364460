import { crc32 } from 'node:zlib';
import { profileOf } from '../../../shared/domain/organization/profiles.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { outlookResponse } from '../../../shared/protocols/autodiscover/namespaces.ts';
import { decodePoxRequest, type PoxRequest } from '../../../shared/protocols/autodiscover/pox-request.ts';
import { encodePoxError, encodePoxResponse, type PoxProtocol } from '../../../shared/protocols/autodiscover/pox-response.ts';
import { packedServerVersion } from '../../../shared/protocols/autodiscover/server-version.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import { SchemaError, XmlSyntaxError } from '../../../shared/xml/errors.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import type { Asked, AutodiscoverContext } from '../context.ts';
import { type LookupRefusal, poxFailures, type RequestRefusal } from '../failures.ts';
import { locate } from '../locate.ts';
import { type MailboxFacts, mailboxFacts } from '../mailbox-facts.ts';
import { requestLimits } from '../request-limits.ts';

/** A plain-XML answer: always HTTP 200. */
export interface PoxAnswer {
  readonly body: XmlElement;
  /** For the journal: `settings`, `redirectAddr`, `redirectUrl` or the error code. */
  readonly code: string;
  readonly isRefused: boolean;
  /** Why it was refused; private. */
  readonly detail?: string | undefined;
}

/**
 * Answers one POST of plain XML (reference ews.md 4.1).
 *
 * @param clientCanHandle value of the header `X-ClientCanHandle`, comma separated
 */
export async function pox(context: AutodiscoverContext, asked: Asked, octets: Uint8Array, clientCanHandle: string): Promise<PoxAnswer> {
  let request: PoxRequest;
  try {
    request = decodePoxRequest(parseXml(octets, requestLimits));
  } catch (error) {
    if (error instanceof XmlSyntaxError || error instanceof SchemaError) return poxError(asked, 'NotUnderstood', error.message);
    throw error;
  }
  if (request.schema !== 'outlook') return poxError(asked, 'SchemaNotProvided', `request schema: ${request.schema}`);
  if (request.acceptableResponseSchema !== outlookResponse) {
    return poxError(asked, 'SchemaNotProvided', `AcceptableResponseSchema: ${request.acceptableResponseSchema}`);
  }
  try {
    return await settings(context, asked, request, clientCanHandle);
  } catch (error) {
    if (error instanceof Refusal) return poxError(asked, error.code as LookupRefusal, error.detail);
    throw error;
  }
}

/** The error answer (600 is also the answer to an authenticated GET). */
export function poxError(asked: Asked, refusal: LookupRefusal | RequestRefusal, detail?: string): PoxAnswer {
  const { code, message } = poxFailures[refusal];
  return {
    body: encodePoxError({
      // Seven digits of a second, as .NET writes them.
      Time: `${new Date(asked.instant).toISOString().slice(11, 23)}0000`,
      // The vendor's page `error-pox`: a hash of the name of the computer that answers.
      Id: String(crc32(profileOf(asked.organization.product).serverName)),
      ErrorCode: String(code),
      Message: message,
      DebugData: '',
    }),
    code: String(code),
    isRefused: true,
    detail,
  };
}

async function settings(
  context: AutodiscoverContext,
  asked: Asked,
  { emailAddress, legacyDn }: Extract<PoxRequest, { readonly schema: 'outlook' }>,
  clientCanHandle: string,
): Promise<PoxAnswer> {
  const located = await locate(context, asked, emailAddress === undefined ? { legacyDn: legacyDn ?? '' } : { address: emailAddress });
  const none = { Protocol: [], AlternativeMailbox: [] };
  if (located.at === 'address') {
    const Account = { AccountType: 'email', Action: 'redirectAddr', RedirectAddr: located.address, ...none };
    return { body: encodePoxResponse({ Account }), code: 'redirectAddr', isRefused: false };
  }
  if (located.at === 'server') {
    const Account = { AccountType: 'email', Action: 'redirectUrl', RedirectUrl: located.urls.autodiscoverPox, ...none };
    return { body: encodePoxResponse({ Account }), code: 'redirectUrl', isRefused: false };
  }
  const facts = mailboxFacts(context, asked, located.recipient, located.mailbox);
  const { displayName, legacyDn: userDn, primaryAddress } = located.recipient;
  const body = encodePoxResponse({
    User: { DisplayName: displayName, LegacyDN: userDn, AutoDiscoverSMTPAddress: primaryAddress, DeploymentId: facts.deploymentId },
    Account: {
      AccountType: 'email',
      Action: 'settings',
      MicrosoftOnline: facts.traits.isMicrosoftOnline ? 'True' : 'False',
      Protocol: protocols(facts, clientCanHandle),
      AlternativeMailbox: [],
    },
  });
  return { body, code: 'settings', isRefused: false };
}

// No mapiHttp here, whatever the client can do: there is no MAPI over HTTP to lead to.
function protocols(facts: MailboxFacts, clientCanHandle: string): readonly PoxProtocol[] {
  const { urls, traits, webAuthority } = facts;
  const webServices = { ASUrl: urls.ews, EwsUrl: urls.ews, EmwsUrl: urls.ews, EcpUrl: urls.ecp, OOFUrl: urls.ews };
  const web = {
    OWAUrl: [{ AuthenticationMethod: traits.authPackage, Url: urls.owa }],
    Protocol: { Type: 'EXCH', ASUrl: urls.ews },
  };
  const overHttp = { Server: webAuthority, SSL: 'On', AuthPackage: traits.authPackage };
  const exch: PoxProtocol = {
    Type: 'EXCH',
    Server: facts.server,
    ServerDN: facts.serverDn,
    ServerVersion: packedServerVersion(facts.profile.version),
    MdbDN: facts.databaseDn,
    ...webServices,
    ServerExclusiveConnect: 'off',
  };
  const expr: PoxProtocol = { Type: 'EXPR', ...overHttp, ...webServices, ServerExclusiveConnect: 'on', CertPrincipalName: 'None' };
  const exhttp: PoxProtocol = { Type: 'EXHTTP', ...overHttp, ...webServices, ServerExclusiveConnect: 'on' };
  const capabilities = clientCanHandle.split(',').map((capability) => capability.trim().toLowerCase());
  return [
    exch,
    expr,
    ...(capabilities.includes('exhttpinfo') ? [exhttp] : []),
    { Type: 'WEB', Internal: web, External: { ...web, Protocol: { Type: 'EXPR', ASUrl: urls.ews } } },
  ];
}

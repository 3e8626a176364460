import { crc32 } from 'node:zlib';
import type { ClientAccessUrls } from '../../../shared/domain/organization/advertised-urls.ts';
import { serverNameOf } from '../../../shared/domain/organization/servers.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
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
import { addressBookUrl, type MailboxFacts, mailboxFacts } from '../mailbox-facts.ts';
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
 * Answers one POST of plain XML (MS-OXDSCLI).
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
      Id: String(crc32(serverNameOf(asked.organization))),
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
  const facts = await mailboxFacts(context, asked, located.recipient, located.mailbox);
  const { displayName, legacyDn: userDn, primaryAddress } = located.recipient;
  const body = encodePoxResponse({
    User: { DisplayName: displayName, LegacyDN: userDn, AutoDiscoverSMTPAddress: primaryAddress, DeploymentId: facts.deploymentId },
    Account: {
      AccountType: 'email',
      Action: 'settings',
      MicrosoftOnline: facts.traits.isMicrosoftOnline ? 'True' : 'False',
      Protocol: protocols(facts, clientCanHandle),
      AlternativeMailbox: facts.archive === undefined ? [] : [facts.archive],
      ...(facts.publicFolders === undefined ? {} : { PublicFolderInformation: { SmtpAddress: facts.publicFolders } }),
    },
  });
  return { body, code: 'settings', isRefused: false };
}

// No mapiHttp here, whatever the client can do: there is no MAPI over HTTP to lead to.
function protocols(facts: MailboxFacts, clientCanHandle: string): readonly PoxProtocol[] {
  const { anywhere, urls, offlineAddressBook } = facts;
  const exch: PoxProtocol = {
    Type: 'EXCH',
    Server: facts.server,
    ServerDN: facts.serverDn,
    ServerVersion: packedServerVersion(facts.profile.version),
    MdbDN: facts.databaseDn,
    ...webServices(urls.internal, offlineAddressBook),
    ServerExclusiveConnect: 'off',
  };
  const web: PoxProtocol = { Type: 'WEB', ...webAccess(facts, 'Internal', 'EXCH'), ...webAccess(facts, 'External', 'EXPR') };
  if (anywhere === undefined) return [exch, web];
  const overHttp = {
    Server: anywhere.server,
    SSL: anywhere.requiresSsl ? 'On' : 'Off',
    AuthPackage: anywhere.authPackage,
    ...webServices(urls.external, offlineAddressBook),
    ServerExclusiveConnect: 'on',
  };
  const capabilities = clientCanHandle.split(',').map((capability) => capability.trim().toLowerCase());
  const exhttp: readonly PoxProtocol[] = capabilities.includes('exhttpinfo') ? [{ Type: 'EXHTTP', ...overHttp }] : [];
  return [exch, { Type: 'EXPR', ...overHttp, CertPrincipalName: 'None' }, ...exhttp, web];
}

function webServices({ ews, ecp, oab }: ClientAccessUrls, book: Guid): Partial<PoxProtocol> {
  const OABUrl = addressBookUrl(oab, book);
  return {
    ...(ews === undefined ? {} : { ASUrl: ews, EwsUrl: ews, EmwsUrl: ews, OOFUrl: ews }),
    ...(ecp === undefined ? {} : { EcpUrl: ecp }),
    ...(OABUrl === undefined ? {} : { OABUrl }),
  };
}

/** Outlook on the web from inside or outside, where there is an address of it. */
function webAccess({ urls, traits }: MailboxFacts, side: 'Internal' | 'External', Type: 'EXCH' | 'EXPR'): Partial<PoxProtocol> {
  const { owa, ews } = side === 'Internal' ? urls.internal : urls.external;
  if (owa === undefined) return {};
  const OWAUrl = [{ AuthenticationMethod: traits.authPackage, Url: owa }];
  return { [side]: { OWAUrl, Protocol: { Type, ...(ews === undefined ? {} : { ASUrl: ews }) } } };
}

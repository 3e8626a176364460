import { attr, many, maybe, maybeAttr, one, sequence, simple, textContent } from '../../xml/codec.ts';
import { element, type XmlElement } from '../../xml/element.ts';
import { string } from '../../xml/simple-types.ts';
import { outlookResponse, poxResponse } from './namespaces.ts';

const text = simple(string);
const some = maybe(outlookResponse, text);

const owaUrl = sequence({ AuthenticationMethod: attr(string), Url: textContent(string) });

/** The Protocol inside Internal and External: which provider, and the address of its web services. */
const webProvider = sequence({ Type: one(outlookResponse, text), ASUrl: some });

const webAccess = sequence({
  OWAUrl: many(outlookResponse, owaUrl),
  Protocol: maybe(outlookResponse, webProvider),
});

/** One provider (MS-OXDSCLI 2.2.4.1.1.2.9). The order is that of the vendor's published example. */
const protocol = sequence({
  Type: one(outlookResponse, text),
  Server: some,
  ServerDN: some,
  ServerVersion: some,
  MdbDN: some,
  SSL: some,
  AuthPackage: some,
  ASUrl: some,
  EwsUrl: some,
  EmwsUrl: some,
  EcpUrl: some,
  OOFUrl: some,
  UMUrl: some,
  OABUrl: some,
  ServerExclusiveConnect: some,
  CertPrincipalName: some,
  GroupingInformation: some,
  Internal: maybe(outlookResponse, webAccess),
  External: maybe(outlookResponse, webAccess),
});

/** The one content of an `AlternativeMailbox` (MS-OXDSCLI 2.2.4.1.1.2.3). */
const alternativeMailbox = sequence({
  Type: one(outlookResponse, text),
  DisplayName: some,
  LegacyDN: some,
  Server: some,
  SmtpAddress: some,
  OwnerSmtpAddress: some,
});

const user = sequence({
  DisplayName: one(outlookResponse, text),
  LegacyDN: one(outlookResponse, text),
  AutoDiscoverSMTPAddress: one(outlookResponse, text),
  DeploymentId: one(outlookResponse, text),
});

const account = sequence({
  AccountType: some,
  Action: one(outlookResponse, text),
  RedirectAddr: some,
  RedirectUrl: some,
  MicrosoftOnline: some,
  Protocol: many(outlookResponse, protocol),
  AlternativeMailbox: many(outlookResponse, alternativeMailbox),
  PublicFolderInformation: maybe(outlookResponse, sequence({ SmtpAddress: one(outlookResponse, text) })),
});

const response = sequence({ User: maybe(outlookResponse, user), Account: one(outlookResponse, account) });

const error = sequence({
  Time: attr(string),
  Id: maybeAttr(string),
  ErrorCode: one(poxResponse, text),
  Message: one(poxResponse, text),
  DebugData: maybe(poxResponse, text),
});

/** A provider as it stands in a response; `Type` is `EXCH`, `EXPR`, `EXHTTP` or `WEB`. */
export type PoxProtocol = ReturnType<typeof protocol.decode>;
/** A response that is no error: settings (`Action` is `settings`) or a redirection (`redirectAddr`, `redirectUrl`). */
export type PoxResponse = ReturnType<typeof response.decode>;
/** An error of the whole request: HTTP 200, outside the Outlook schema. */
export type PoxError = ReturnType<typeof error.decode>;

/** The body of a response that is no error. */
export function encodePoxResponse(value: PoxResponse): XmlElement {
  return element(poxResponse, 'Autodiscover', [response.encode(value, outlookResponse, 'Response')]);
}

/** The body of an error (MS-OXDSCLI 2.2.4.1.1.2.8; vendor's example: POX Autodiscover response for Exchange). */
export function encodePoxError(value: PoxError): XmlElement {
  return element(poxResponse, 'Autodiscover', [element(poxResponse, 'Response', [error.encode(value, poxResponse, 'Error')])]);
}

import { certificateData, referenceByIdentifier } from '../../../shared/protocols/saml/key-info.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { covering, keyInfo, mail, type Row, text, times } from './token-request-rows.ts';

const s01: readonly Row[] = [
  {
    what: 'the certificate is registered nowhere',
    asked: ({ stranger }) => stranger,
    fault: 'unknown',
    check: 'sts.signer',
  },
  { what: 'no key is named', spoilt: keyInfo([]), fault: 'unknown', check: 'sts.signer' },
  {
    what: 'the certificate itself stands in KeyInfo',
    spoilt: ({ requester }) => keyInfo([certificateData(requester.certificate)]),
    twin: ({ requester }) => keyInfo([referenceByIdentifier(certificateFacts(requester.certificate).subjectKeyIdentifier)]),
    fault: 'unknown',
    check: 'sts.signer',
  },
  {
    what: 'the application is that of somebody else',
    spoilt: { request: (request) => ({ ...request, requestor: 'FYDIBOHF25SPDLT.adatum.test' }) },
    twin: { request: (request) => ({ ...request, requestor: 'fydibohf25spdlt.NORTHWIND.test' }) },
    fault: 'unknown',
    check: 'sts.requestor',
  },
];

const s02: readonly Row[] = [
  { what: 'To is altered', spoilt: text('.test/extSTS.srf</a:To>', '.test/extsts.srf</a:To>'), fault: 'proof', check: 'sts.signature' },
  {
    what: 'the Timestamp is altered',
    spoilt: text('12:05:00Z</u:Expires>', '12:06:00Z</u:Expires>'),
    fault: 'proof',
    check: 'sts.signature',
  },
  {
    what: 'the signature is broken',
    spoilt: text(/(<ds:SignatureValue>)[A-Za-z0-9+/]{6}/, '$1AAAAAA'),
    fault: 'proof',
    check: 'sts.signature',
  },
  { what: 'To is not covered', spoilt: covering('Timestamp'), twin: covering('Timestamp', 'To'), fault: 'proof', check: 'sts.signature' },
  { what: 'the Timestamp is not covered', spoilt: covering('To'), fault: 'proof', check: 'sts.signature' },
  {
    what: 'there is no signature',
    spoilt: { message: ({ signature: _signature, ...message }) => message },
    fault: 'proof',
    check: 'sts.security',
  },
  {
    what: 'there is no wsse:Security',
    spoilt: { message: ({ signature: _signature, times: _times, ...message }) => message },
    fault: 'proof',
    check: 'sts.security',
  },
  {
    what: 'there are two Timestamps',
    spoilt: { text: (source) => source.replace(/<u:Timestamp .*<\/u:Timestamp>/, '$&$&') },
    fault: 'proof',
    check: 'sts.form',
  },
  {
    what: 'it is for another address',
    asked: () => ({ tokenIssuerEpr: 'https://login.microsoftonline.test/RST2.srf' }),
    twinAsks: { tokenIssuerEpr: 'https://LOGIN.microsoftonline.com/ExtSts.srf' },
    fault: 'proof',
    check: 'sts.address',
  },
  {
    what: 'it is of more than five minutes later',
    spoilt: times(301_000, 601_000),
    twin: times(300_000, 600_000),
    fault: 'proof',
    check: 'sts.timestamp',
  },
  {
    what: 'it ended more than five minutes ago',
    spoilt: times(-601_000, -301_000),
    twin: times(-600_000, -300_000),
    fault: 'proof',
    check: 'sts.timestamp',
  },
  {
    what: 'it is old, and says that it never ends',
    spoilt: times(-601_000, 9_000_000),
    twin: times(-599_000, 9_000_000),
    fault: 'proof',
    check: 'sts.timestamp',
  },
  { what: 'it ends before it begins', spoilt: times(60_000, 0), fault: 'proof', check: 'sts.timestamp' },
];

const s03: readonly Row[] = [
  {
    what: 'the target is not registered',
    asked: () => ({ target: 'FYDIBOHF25SPDLT.proseware.test' }),
    fault: 'scope',
    check: 'sts.applies-to',
  },
  {
    what: 'the target is nothing',
    asked: () => ({ target: 'http://' }),
    twinAsks: { target: 'http://adatum.test/' },
    fault: 'scope',
    check: 'sts.applies-to',
  },
];

const s04: readonly Row[] = [
  {
    what: 'the domain is not one of the application',
    asked: () => mail('joe@adatum.test'),
    twinAsks: mail('joe@NORTHWIND.test'),
    fault: 'domain',
    check: 'sts.email-domain',
  },
  { what: 'a domain below the one that is', asked: () => mail('joe@sub.northwind.test'), fault: 'domain', check: 'sts.email-domain' },
  { what: 'the domain is reserved, no URI', asked: () => mail('joe@reserved.test'), fault: 'domain', check: 'sts.email-domain' },
  { what: 'the domain waits for its activation', asked: () => mail('joe@pending.test'), fault: 'domain', check: 'sts.email-domain' },
  { what: 'the domain is given up', asked: () => mail('joe@leaving.test'), fault: 'domain', check: 'sts.email-domain' },
];

const s06: readonly Row[] = [
  {
    what: 'the offer is unknown',
    spoilt: { request: (request) => ({ ...request, action: 'MSExchange.Sharing' }) },
    twinAsks: { offer: 'MSRMS.CertificationWS' },
    fault: 'badRequest',
    check: 'sts.offer',
  },
  {
    what: 'the offer is spelt otherwise',
    spoilt: text('MSExchange.SharingCal', 'msexchange.SharingCal'),
    fault: 'badRequest',
    check: 'sts.offer',
  },
  {
    what: 'the offer is a word of the language',
    spoilt: text('MSExchange.SharingCalendarFreeBusy', 'constructor'),
    fault: 'badRequest',
    check: 'sts.offer',
  },
  {
    what: 'the policy is another one',
    spoilt: { request: (request) => ({ ...request, policy: 'MBI_FED_SSL' }) },
    twin: { request: (request) => ({ ...request, policy: 'EX_MBI_FED_SSL' }) },
    fault: 'badRequest',
    check: 'sts.policy',
  },
  { what: 'there is no policy', spoilt: text(/<wsp:PolicyReference [^>]*>/, ''), fault: 'badRequest', check: 'sts.request' },
  {
    what: 'another type of token is wanted',
    spoilt: text('token-profile-1.1#SAMLV1.1<', 'token-profile-1.1#SAMLV2.0<'),
    fault: 'invalidRequest',
    check: 'sts.request',
  },
  {
    what: 'a token is to be renewed',
    spoilt: text('02/trust/Issue</t:RequestType>', '02/trust/Renew</t:RequestType>'),
    fault: 'invalidRequest',
    check: 'sts.request',
  },
];

/** S-01 to S-04, S-06: the message and what is asked. */
export const messageRows = { s01, s02, s03, s04, s06 };

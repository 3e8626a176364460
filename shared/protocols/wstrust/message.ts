import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { child, element, elements, text, type XmlElement } from '../../xml/element.ts';
import type { ParseLimits } from '../../xml/parse.ts';
import { dateTime } from '../../xml/simple-types.ts';
import { writeXml } from '../../xml/write.ts';
import { type KeyName, readKeyInfo } from '../saml/key-info.ts';
import { federationPrefixes, namespaces } from '../saml/namespaces.ts';
import { type ReceivedXml, receiveXml } from '../saml/received.ts';
import { identified, type SignedPart, type Signer, signatureOver } from '../saml/sign.ts';
import { keyInfoOf, type SignatureRefusal, type VerificationKey, verifySignature } from '../saml/verify.ts';
import { openEnvelope, sealEnvelope } from '../soap/envelope.ts';
import { type Addressing, addressingHeaders, mustUnderstand, readAddressing, toHeader } from './addressing.ts';

/** How long a message is good for: `wsu:Timestamp`. */
export interface MessageTimes {
  readonly created: Instant;
  readonly expires: Instant;
}

/** Parts of a message that its signature may cover. */
export type CoveredPart = 'To' | 'Timestamp';

/** A message to be sent. `soap` is the namespace of the SOAP version. */
export interface OutgoingMessage {
  readonly soap: string;
  /** ManageDelegation has none. */
  readonly addressing?: Addressing;
  /** Without times, tokens and signature there is no wsse:Security header. */
  readonly times?: MessageTimes;
  /** Tokens in wsse:Security, before the signature: EncryptedData, BinarySecurityToken. */
  readonly tokens?: readonly XmlElement[];
  /** `keyInfo`: content of ds:KeyInfo (saml/key-info.ts). `covers` is in the order of the references. */
  readonly signature?: { readonly signer: Signer; readonly keyInfo: readonly XmlElement[]; readonly covers: readonly CoveredPart[] };
  /** Headers after wsse:Security. */
  readonly headers?: readonly XmlElement[];
  readonly body: XmlElement;
}

const ids: Readonly<Record<CoveredPart, string>> = { To: '_1', Timestamp: '_0' };

/**
 * The octets of a message, signed where asked: headers in the order of MS-OXWSLVID 3.3.4.1.1. Signing what the message has not
 * got is a defect. Throws a `Refusal<KeyRefusal>` for a private key that cannot be used.
 */
export function writeMessage(message: OutgoingMessage): Buffer {
  const { soap, addressing, times, tokens = [], signature, headers = [], body } = message;
  const covers = new Set(signature?.covers);
  const parts = new Map<CoveredPart, XmlElement>();
  if (addressing?.to !== undefined) parts.set('To', marked(toHeader(addressing.to, soap), 'To', covers));
  // EWS clients and servers give every Timestamp an Id, signed or not.
  if (times !== undefined) parts.set('Timestamp', identified(timestamp(times), ids.Timestamp));
  const to = parts.get('To');
  const time = parts.get('Timestamp');
  const security: XmlElement[] = [...(time === undefined ? [] : [time]), ...tokens];
  if (signature !== undefined) {
    const signed = signature.covers.map((name): SignedPart => {
      const node = parts.get(name);
      if (node === undefined) throw new Error(`defect: there is no ${name} to be signed`);
      return { node, id: ids[name] };
    });
    security.push(signatureOver(signed, signature.signer, signature.keyInfo));
  }
  const header = [
    ...(addressing === undefined ? [] : addressingHeaders(addressing, soap)),
    ...(to === undefined ? [] : [to]),
    ...(security.length === 0 ? [] : [mustUnderstand(element(namespaces.wsse, 'Security', security), soap)]),
    ...headers,
  ];
  return Buffer.from(writeXml(sealEnvelope(header, body, undefined, soap), { prefixes: federationPrefixes }));
}

function marked(node: XmlElement, name: CoveredPart, covers: ReadonlySet<CoveredPart>): XmlElement {
  return covers.has(name) ? identified(node, ids[name]) : node;
}

function timestamp({ created, expires }: MessageTimes): XmlElement {
  return wsu('Timestamp', [wsu('Created', [dateTime.format(created)]), wsu('Expires', [dateTime.format(expires)])]);
}

/**
 * Why a message is not looked at further. `SecurityMissing`: no wsse:Security. `SecurityMalformed`: several of them, or
 * several timestamps, signatures or tokens in it, or a timestamp that cannot be read.
 */
export type MessageRefusal = 'SecurityMissing' | 'SecurityMalformed';

/** A message that came. Nothing in it is vouched for before {@link verifyMessage}. */
export interface ReceivedMessage {
  readonly received: ReceivedXml;
  readonly header: readonly XmlElement[];
  readonly body: XmlElement;
  readonly addressing: ReturnType<typeof readAddressing>;
  /** Undefined without wsse:Security. */
  readonly security: ReceivedSecurity | undefined;
}

/** What stands in wsse:Security; nodes of the document that came. */
export interface ReceivedSecurity {
  readonly timestamp: XmlElement | undefined;
  readonly times: MessageTimes | undefined;
  readonly signature: XmlElement | undefined;
  /** Whose signature it claims to be. */
  readonly signer: KeyName | undefined;
  /** xenc:EncryptedData, saml:Assertion. */
  readonly token: XmlElement | undefined;
  /** wsse:BinarySecurityToken by wsu:Id: certificates, DER, base64 without white space. */
  readonly certificates: ReadonlyMap<string, string>;
}

/**
 * Reads a message. Throws `XmlSyntaxError` (document type, limits, processing instructions), `Refusal<EnvelopeRefusal>`, and
 * `Refusal<MessageRefusal>` 'SecurityMalformed'. `soap` is the namespace of the version that is expected; without `limits`
 * those of a token request hold.
 */
export function readMessage(octets: Uint8Array, soap: string, limits: Partial<ParseLimits> = {}): ReceivedMessage {
  const received = receiveXml(octets, limits);
  const { header, body } = openEnvelope(received.root, soap);
  const found = header.filter((part) => part.name === 'Security' && part.namespace === namespaces.wsse);
  if (found.length > 1) throw malformed('several Security headers');
  const [security] = found;
  return { received, header, body, addressing: readAddressing(header), security: security && readSecurity(security) };
}

function readSecurity(security: XmlElement): ReceivedSecurity {
  const timestampNode = atMostOne(security, namespaces.wsu, 'Timestamp');
  const signature = atMostOne(security, namespaces.ds, 'Signature');
  const encrypted = atMostOne(security, namespaces.xenc, 'EncryptedData');
  const assertion = atMostOne(security, namespaces.saml, 'Assertion');
  if (encrypted !== undefined && assertion !== undefined) throw malformed('several tokens');
  const certificates = new Map<string, string>();
  for (const part of elements(security)) {
    if (part.name !== 'BinarySecurityToken' || part.namespace !== namespaces.wsse) continue;
    const id = part.attributes.find(({ namespace, name }) => namespace === namespaces.wsu && name === 'Id')?.value;
    if (id === undefined || certificates.has(id)) throw malformed('a BinarySecurityToken without an Id of its own');
    certificates.set(id, text(part).replace(/\s+/g, ''));
  }
  return {
    timestamp: timestampNode,
    times: timestampNode && readTimes(timestampNode),
    signature,
    signer: signature && readKeyInfo(keyInfoOf(signature)),
    token: encrypted ?? assertion,
    certificates,
  };
}

/**
 * Verifies the signature of a message over To, Timestamp or both (nothing more, nothing less) and gives what they say, from the
 * octets that were signed. Throws `Refusal<MessageRefusal>` 'SecurityMissing' where there is no signature,
 * `Refusal<SignatureRefusal>`, and 'NotCovered' there for a part that is missing. Whether the times are good is the receiver's
 * judgement, as is whether `to` is its address.
 */
export async function verifyMessage(
  { received, header, security }: ReceivedMessage,
  key: VerificationKey,
  covers: readonly CoveredPart[],
): Promise<{ readonly to: string | undefined; readonly times: MessageTimes | undefined }> {
  if (security?.signature === undefined) throw new Refusal<MessageRefusal>('SecurityMissing', { detail: 'the message is not signed' });
  const nodes = covers.map((name) => {
    const node = name === 'Timestamp' ? security.timestamp : onlyTo(header);
    if (node === undefined) throw new Refusal<SignatureRefusal>('NotCovered', { detail: `there is no ${name}` });
    return node;
  });
  const signed = await verifySignature({ received, signature: security.signature, covers: nodes, key });
  const to = signed[covers.indexOf('To')];
  const times = signed[covers.indexOf('Timestamp')];
  return { to: to && text(to).trim(), times: times && readTimes(times) };
}

function onlyTo(header: readonly XmlElement[]): XmlElement | undefined {
  const [only, another] = header.filter((part) => part.name === 'To' && part.namespace === namespaces.wsa);
  if (another !== undefined) throw malformed('several To headers');
  return only;
}

function readTimes(of: XmlElement): MessageTimes {
  const created = readInstant(of, 'Created');
  const expires = readInstant(of, 'Expires');
  if (created === undefined || expires === undefined) throw malformed('the Timestamp cannot be read');
  return { created, expires };
}

/** The instant in `wsu:Created` or `wsu:Expires` of a Timestamp or Lifetime; undefined where it is none. */
export function readInstant(of: XmlElement, name: 'Created' | 'Expires'): Instant | undefined {
  const found = child(of, namespaces.wsu, name);
  return found === undefined ? undefined : dateTime.parse(text(found));
}

function atMostOne(of: XmlElement, namespace: string, name: string): XmlElement | undefined {
  const [only, another] = elements(of).filter((part) => part.name === name && part.namespace === namespace);
  if (another !== undefined) throw malformed(`several ${name}`);
  return only;
}

function wsu(name: string, children: readonly (XmlElement | string)[]): XmlElement {
  return element(namespaces.wsu, name, children);
}

function malformed(detail: string): Refusal<MessageRefusal> {
  return new Refusal('SecurityMalformed', { detail });
}

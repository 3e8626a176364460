import { Refusal } from '../../kernel/refusal.ts';
import { attribute, child, elements, text, type XmlElement } from '../../xml/element.ts';
import { parseXml } from '../../xml/parse.ts';
import { certificateFacts } from './keys.ts';
import { algorithms, namespaces } from './namespaces.ts';
import { type ReceivedXml, tokenLimits } from './received.ts';

/**
 * Why a signature does not hold.
 * - `SignatureMissing`: there is none where it must stand.
 * - `SignatureMalformed`: several of them, or not of the one shape that is understood (several SignedInfo, other transforms,
 *   a truncated HMAC, an InclusiveNamespaces list, a comment in it).
 * - `AlgorithmNotAllowed`: another algorithm, one that does not go with the key, or SHA-1 where it is forbidden.
 * - `DuplicateId`: an Id that must name one element names several.
 * - `NotCovered`: it does not cover just what was to be covered.
 * - `SignatureInvalid`: digest or value is wrong, or it was made with another key.
 */
export type SignatureRefusal =
  | 'SignatureMissing'
  | 'SignatureMalformed'
  | 'AlgorithmNotAllowed'
  | 'DuplicateId'
  | 'NotCovered'
  | 'SignatureInvalid';

/** The receiver's own key: a certificate (DER, base64) for RSA, the proof key for HMAC. Never one that the message brought. */
export type VerificationKey = { readonly certificate: string } | { readonly secret: Buffer };

export interface SignatureQuestion {
  readonly received: ReceivedXml;
  /** The ds:Signature, a node of `received.root`. */
  readonly signature: XmlElement;
  /** Elements that it must cover, each once and nothing besides; nodes of `received.root`. */
  readonly covers: readonly XmlElement[];
  readonly key: VerificationKey;
  /** Default true: the protocols of this time sign with SHA-1. */
  readonly isSha1Allowed?: boolean;
}

/** The one ds:Signature directly inside an element. Throws a `Refusal<SignatureRefusal>` for none and for several. */
export function signatureOf(node: XmlElement): XmlElement {
  const [only, another] = elements(node).filter(isSignature);
  if (only === undefined) throw refusal('SignatureMissing', `${node.name} has no signature`);
  if (another !== undefined) throw refusal('SignatureMalformed', `${node.name} has several signatures`);
  return only;
}

/**
 * Verifies a signature with xml-crypto and gives back what it covers, in the order of `covers`, read anew from the octets
 * that were signed (an enveloped signature is not in them). Only that may be used afterwards: whatever else the document
 * holds nobody has vouched for. Throws a `Refusal<SignatureRefusal>`; the detail says what is wrong.
 */
export async function verifySignature(question: SignatureQuestion): Promise<readonly XmlElement[]> {
  const { received, signature, covers, key, isSha1Allowed = true } = question;
  const references = requireShape(signature, 'secret' in key, isSha1Allowed);
  const ids = covers.map(idOf);
  if (ids.includes('')) throw refusal('NotCovered', 'an element has no Id to refer to');
  requireUniqueIds(received.root, new Set(ids));
  requireCoverage(references, question, ids);
  const path = pathTo(received.root, signature);
  if (path === undefined) throw new Error('defect: the signature is not in the document');
  const { askLibrary } = await import('./signature-library.ts');
  const answer = askLibrary({
    text: received.text,
    path,
    // No element but the covered ones has such a value in any of these: the library need not search for each name.
    idNames: [...new Set(covers.map(idNameOf))],
    key: 'secret' in key ? key : { publicKey: certificateFacts(key.certificate).publicKey },
    isSha1Allowed,
  });
  if ('problem' in answer) throw refusal('SignatureInvalid', answer.problem);
  return covers.map((covered, index) => signedContent(covered, ids[index] ?? '', answer.signed));
}

function signedContent(covered: XmlElement, id: string, signed: readonly { readonly uri: string; readonly text: string }[]): XmlElement {
  const [found, another] = signed.filter(({ uri }) => uri === `#${id}`);
  if (found === undefined || another !== undefined) throw refusal('NotCovered', `#${id} is not among what was signed`);
  const content = parseXml(found.text, tokenLimits);
  // The library reads the document with another parser: what it found under the Id must be what we mean.
  if (content.name !== covered.name || content.namespace !== covered.namespace || idOf(content) !== id) {
    throw refusal('NotCovered', `#${id} is ${content.name}, not ${covered.name}`);
  }
  return content;
}

const methods: Readonly<Record<string, { readonly isHmac: boolean; readonly isSha1: boolean }>> = {
  [algorithms.rsaSha1]: { isHmac: false, isSha1: true },
  [algorithms.rsaSha256]: { isHmac: false, isSha1: false },
  [algorithms.hmacSha1]: { isHmac: true, isSha1: true },
};

/** Checks the one shape of a signature that is understood, and gives its references. */
function requireShape(signature: XmlElement, isHmac: boolean, isSha1Allowed: boolean): readonly XmlElement[] {
  if (!isSignature(signature)) throw refusal('SignatureMissing', `${signature.name} is no signature`);
  const [signedInfo, value] = membersOf(signature, ['SignedInfo', 'SignatureValue'], ['KeyInfo']);
  if (value === undefined || !isStrictBase64(value)) throw refusal('SignatureMalformed', 'SignatureValue is not base64');
  requireNoText(signedInfo);
  const [canonicalization, method, ...references] = elements(signedInfo);
  requireAlgorithm(canonicalization, 'CanonicalizationMethod', [algorithms.exclusiveC14n]);
  if (method === undefined || !isEmpty(method, 'SignatureMethod')) throw refusal('SignatureMalformed', 'SignatureMethod');
  const known = methods[attribute(method, 'Algorithm') ?? ''];
  if (known === undefined || known.isHmac !== isHmac || (known.isSha1 && !isSha1Allowed)) {
    throw refusal('AlgorithmNotAllowed', attribute(method, 'Algorithm') ?? 'none');
  }
  for (const reference of references) {
    if (reference.name !== 'Reference' || reference.namespace !== namespaces.ds) throw refusal('SignatureMalformed', reference.name);
    const [, digest, digestValue] = membersOf(reference, ['Transforms', 'DigestMethod', 'DigestValue']);
    requireAlgorithm(digest, 'DigestMethod', isSha1Allowed ? [algorithms.sha1, algorithms.sha256] : [algorithms.sha256]);
    if (digestValue === undefined || !isStrictBase64(digestValue)) throw refusal('SignatureMalformed', 'DigestValue is not base64');
  }
  return references;
}

/** Each element is referred to once, and nothing else is. Where the signature stands in it, it must be cut out; otherwise nothing may. */
function requireCoverage(references: readonly XmlElement[], { covers, signature }: SignatureQuestion, ids: readonly string[]): void {
  const uris = references.map((reference) => attribute(reference, 'URI') ?? '');
  if (uris.length !== ids.length || new Set(ids).size !== ids.length || !ids.every((id) => uris.includes(`#${id}`))) {
    throw refusal('NotCovered', `it covers ${uris.join(' ')}, not ${ids.map((id) => `#${id}`).join(' ')}`);
  }
  for (const [index, covered] of covers.entries()) {
    const reference = references[uris.indexOf(`#${ids[index]}`)];
    const transforms = reference === undefined ? [] : elements(elements(reference)[0] ?? reference);
    const isEnveloped = elements(covered).includes(signature);
    const expected = isEnveloped ? [algorithms.enveloped, algorithms.exclusiveC14n] : [algorithms.exclusiveC14n];
    if (transforms.length !== expected.length) throw refusal('SignatureMalformed', `${transforms.length} transforms`);
    for (const [position, transform] of transforms.entries()) requireAlgorithm(transform, 'Transform', [expected[position] ?? '']);
  }
}

/** The children of a part of a signature: just these, in this order, and no words between them. */
function membersOf(of: XmlElement, names: readonly string[], optional: readonly string[] = []): [XmlElement, ...XmlElement[]] {
  requireNoText(of);
  const found = elements(of);
  const expected = [...names, ...optional];
  const fits = found.length >= names.length && found.length <= expected.length;
  const [first] = found;
  if (!fits || first === undefined || found.some((part, index) => part.namespace !== namespaces.ds || part.name !== expected[index])) {
    throw refusal('SignatureMalformed', `${of.name} holds ${found.map(({ name }) => name).join(', ') || 'nothing'}`);
  }
  return [first, ...found.slice(1)];
}

function requireNoText(of: XmlElement): void {
  if (of.children.some((part) => typeof part === 'string' && /[^ \t\r\n]/.test(part))) {
    throw refusal('SignatureMalformed', `${of.name} holds text`);
  }
}

function requireAlgorithm(of: XmlElement | undefined, name: string, allowed: readonly string[]): void {
  if (of === undefined || !isEmpty(of, name)) throw refusal('SignatureMalformed', `${name} is missing or holds something`);
  const found = attribute(of, 'Algorithm') ?? '';
  // Transforms and the canonicalisation have one right answer; a digest is a matter of what is allowed.
  if (!allowed.includes(found)) throw refusal(name === 'DigestMethod' ? 'AlgorithmNotAllowed' : 'SignatureMalformed', found);
}

function isEmpty(of: XmlElement, name: string): boolean {
  return of.name === name && of.namespace === namespaces.ds && elements(of).length === 0;
}

function isStrictBase64(of: XmlElement): boolean {
  const source = text(of).replace(/[ \t\r\n]+/g, '');
  return source !== '' && elements(of).length === 0 && Buffer.from(source, 'base64').toString('base64') === source;
}

function isSignature({ namespace, name }: XmlElement): boolean {
  return namespace === namespaces.ds && name === 'Signature';
}

const idNames = new Set(['AssertionID', 'Id', 'ID', 'id']);

/** The local name of the attribute that {@link idOf} reads. */
function idNameOf({ namespace }: XmlElement): string {
  return namespace === namespaces.saml ? 'AssertionID' : 'Id';
}

/** The value by which a signature can refer to an element: AssertionID, else wsu:Id, else Id; '' for none. */
function idOf(node: XmlElement): string {
  if (node.namespace === namespaces.saml) return attribute(node, 'AssertionID') ?? '';
  return node.attributes.find(({ namespace, name }) => namespace === namespaces.wsu && name === 'Id')?.value ?? attribute(node, 'Id') ?? '';
}

/** An Id that is referred to stands once, in whatever attribute; AssertionID and wsu:Id, which are Ids for certain, never twice. */
function requireUniqueIds(root: XmlElement, referred: ReadonlySet<string>): void {
  const seen = new Set<string>();
  const visit = (node: XmlElement): void => {
    for (const { namespace, name, value } of node.attributes) {
      const isCertain = (name === 'AssertionID' && namespace === '') || (name === 'Id' && namespace === namespaces.wsu);
      if (!isCertain && !(idNames.has(name) && referred.has(value))) continue;
      if (seen.has(value)) throw refusal('DuplicateId', value);
      seen.add(value);
    }
    for (const part of node.children) if (typeof part !== 'string') visit(part);
  };
  visit(root);
}

function pathTo(root: XmlElement, target: XmlElement): readonly number[] | undefined {
  if (root === target) return [];
  for (const [position, part] of elements(root).entries()) {
    const rest = pathTo(part, target);
    if (rest !== undefined) return [position, ...rest];
  }
  return undefined;
}

/** ds:KeyInfo of a signature, to be read with `readKeyInfo`. */
export function keyInfoOf(signature: XmlElement): XmlElement | undefined {
  return child(signature, namespaces.ds, 'KeyInfo');
}

function refusal(code: SignatureRefusal, detail: string): Refusal<SignatureRefusal> {
  return new Refusal(code, { detail });
}

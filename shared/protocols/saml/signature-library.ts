import type { KeyObject } from 'node:crypto';
import { DOMParser, type Element as DomElement, type Node as DomNode } from '@xmldom/xmldom';
import { ExclusiveCanonicalization, SignedXml } from 'xml-crypto';
import { algorithms } from './namespaces.ts';

/** What the library is asked. The caller has parsed the text within limits before. */
export interface LibraryQuestion {
  readonly text: string;
  /** Where the Signature stands: position among the element children, from the root's. */
  readonly path: readonly number[];
  /** Local names of the attributes by which references find their elements. The caller has seen to it that they are unique. */
  readonly idNames: readonly string[];
  readonly key: { readonly publicKey: KeyObject } | { readonly secret: Buffer };
  readonly isSha1Allowed: boolean;
}

/** Canonical form of each reference, in order, only when the signature holds. */
export type LibraryAnswer = { readonly signed: readonly { readonly uri: string; readonly text: string }[] } | { readonly problem: string };

const element = 1;
const textNode = 3;

/**
 * The sole importer of xml-crypto and xmldom, loaded by the first signature that is verified. The library is left the
 * algorithms that are allowed and no others; the key is never the message's own; what is answered is what was signed, as the
 * library saw it, never a node of the document.
 */
export function askLibrary({ text, path, idNames, key, isSha1Allowed }: LibraryQuestion): LibraryAnswer {
  try {
    const signature = locate(text, path);
    if (!holdsElementsAndTextOnly(signature)) return { problem: 'the signature holds a comment or a CDATA section' };
    const library = new SignedXml({ getCertFromKeyInfo: () => null });
    library.idAttributes = [...idNames];
    if ('secret' in key) {
      library.enableHMAC();
      library.privateKey = key.secret;
    } else {
      library.publicCert = key.publicKey;
    }
    restrict(library, isSha1Allowed);
    // Its own types are those of the browser's document.
    library.loadSignature(signature as unknown as Parameters<SignedXml['loadSignature']>[0]);
    if (!library.checkSignature(text)) return { problem: 'a digest differs' };
    const uris = library.getReferences().map(({ uri }) => uri ?? '');
    const canonical = library.getSignedReferences();
    if (uris.length !== canonical.length) return { problem: 'not every reference was signed' };
    return { signed: canonical.map((signed, index) => ({ uri: uris[index] ?? '', text: signed })) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

interface SortedAttribute {
  readonly namespaceURI: string | null;
  readonly localName: string;
}

/**
 * Exclusive C14N as it is written: the library's own sorts prefixes by locale (`a` before `S`) and attributes by namespace and
 * name run together, so that it would refuse good signatures.
 */
class CanonicalizationByCodePoints extends ExclusiveCanonicalization {
  override nsCompare(one: { prefix: string }, other: { prefix: string }): number {
    return byCodePoints(one.prefix, other.prefix);
  }
  override attrCompare(one: SortedAttribute, other: SortedAttribute): 1 | 0 | -1 {
    return byCodePoints(one.namespaceURI ?? '', other.namespaceURI ?? '') || byCodePoints(one.localName, other.localName);
  }
}

function byCodePoints(one: string, other: string): 1 | 0 | -1 {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function restrict(library: SignedXml, isSha1Allowed: boolean): void {
  library.CanonicalizationAlgorithms = {
    ...only(library.CanonicalizationAlgorithms, [algorithms.enveloped]),
    [algorithms.exclusiveC14n]: CanonicalizationByCodePoints,
  };
  library.HashAlgorithms = only(library.HashAlgorithms, isSha1Allowed ? [algorithms.sha1, algorithms.sha256] : [algorithms.sha256]);
  library.SignatureAlgorithms = only(library.SignatureAlgorithms, [
    algorithms.rsaSha256,
    ...(isSha1Allowed ? [algorithms.rsaSha1, algorithms.hmacSha1] : []),
  ]);
}

function only<Value>(table: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  const left = Object.create(null) as Record<string, Value>;
  for (const name of names) {
    const value = table[name];
    if (value !== undefined) left[name] = value;
  }
  return left;
}

function locate(text: string, path: readonly number[]): DomElement {
  const parser = new DOMParser({
    onError: (_level, message) => {
      throw new Error(message);
    },
  });
  let node = parser.parseFromString(text, 'text/xml').documentElement;
  for (const position of path) {
    let left = position;
    let next: DomNode | null = node?.firstChild ?? null;
    while (next !== null && (next.nodeType !== element || left > 0)) {
      if (next.nodeType === element) left -= 1;
      next = next.nextSibling;
    }
    node = next as DomElement | null;
  }
  if (node === null) throw new Error('the signature is not where it was read');
  return node;
}

function holdsElementsAndTextOnly(node: DomNode): boolean {
  for (let next = node.firstChild; next !== null; next = next.nextSibling) {
    if (next.nodeType === element ? !holdsElementsAndTextOnly(next) : next.nodeType !== textNode) return false;
  }
  return true;
}

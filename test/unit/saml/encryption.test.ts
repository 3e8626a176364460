import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import { decryptElement, recipientOf } from '../../../shared/protocols/saml/decrypt.ts';
import { encryptElement, encryptOctets } from '../../../shared/protocols/saml/encrypt.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { binarySecret, clearProofKey, readBinarySecret, readProofKey, wrappedProofKey } from '../../../shared/protocols/saml/proof-key.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { signedAssertion } from './assertions.ts';
import { federationIdentity, type Identity } from './identities.ts';

let issuer: Identity;
let target: Identity;
let encrypted: string;
let identifier: string;
beforeAll(async () => {
  issuer = await federationIdentity(1, 'with-identifier');
  target = await federationIdentity(2, 'with-identifier');
  encrypted = canonicalXml(encryptElement(signedAssertion(issuer), target.certificate));
  identifier = certificateFacts(target.certificate).subjectKeyIdentifier;
});

const decrypt = (text: string, identity: Identity = target): string =>
  decryptElement(parseXml(text), (wanted) => (wanted === identifier ? identity.privateKey : undefined)).text;

/** The code with which a text is refused; 'accepted' otherwise. */
function outcome(text: string): { code: string; message: string } {
  try {
    decrypt(text);
    return { code: 'accepted', message: '' };
  } catch (error) {
    return error as { code: string; message: string };
  }
}

/** The encrypted text with other octets as its key (0) or content (1). */
function withOctets(which: 0 | 1, octets: Buffer): string {
  let index = 0;
  return encrypted.replace(/(<xenc:CipherValue>)[^<]*/g, (whole, start: string) => {
    const isIt = index === which;
    index += 1;
    return isIt ? `${start}${octets.toString('base64')}` : whole;
  });
}
const octetsOf = (which: 0 | 1): Buffer => Buffer.from([...encrypted.matchAll(/<xenc:CipherValue>([^<]*)/g)][which]?.[1] ?? '', 'base64');
const wrapped = (key: Buffer): Buffer => {
  const { publicKey } = certificateFacts(target.certificate);
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, key);
};
/** One wrapped key in 256 begins with a zero, and is the same number without it. */
const withoutZero = (key: Buffer): Buffer => {
  for (;;) {
    const octets = wrapped(key);
    if (octets[0] === 0) return octets.subarray(1);
  }
};
const flipped = (octets: Buffer, at: number): Buffer => {
  const copy = Buffer.from(octets);
  copy[at] = (copy[at] ?? 0) ^ 0x80;
  return copy;
};

test('the addressed organisation alone reads it, whatever is written around it', () => {
  expect(recipientOf(parseXml(encrypted))).toBe(identifier);
  expect(decrypt(encrypted)).toBe(canonicalXml(signedAssertion(issuer)));
  expect(() => decrypt(encrypted, issuer)).toThrow(/^DecryptionFailed$/);
  expect(() => decryptElement(parseXml(encrypted), () => undefined)).toThrow('RecipientUnknown');
  const [one, other] = [encryptOctets(Buffer.from('<a/>'), target.certificate), encryptOctets(Buffer.from('<a/>'), target.certificate)];
  expect(canonicalXml(one)).not.toBe(canonicalXml(other));
});

/** XML whose decryption under a key of ours ends as the padding says. */
function sealed(padding: Buffer, content = '<a></a>', wrap = wrapped): string {
  const key = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  const octets = Buffer.concat([iv, cipher.update(Buffer.concat([Buffer.from(content), padding])), cipher.final()]);
  return withOctets(1, octets).replace(/(<xenc:CipherValue>)[^<]*/, `$1${wrap(key).toString('base64')}`);
}

describe('what depends on a secret has one refusal, which says nothing', () => {
  const secrets: readonly (readonly [string, () => string])[] = [
    ['a wrapped key that is not OAEP', () => withOctets(0, randomBytes(256))],
    ['a flipped bit in the wrapped key', () => withOctets(0, flipped(octetsOf(0), 100))],
    ['a wrapped key cut short', () => withOctets(0, octetsOf(0).subarray(1))],
    ['a wrapped key without the zero that it begins with', () => sealed(Buffer.alloc(9, 9), '<a></a>', withoutZero)],
    ['no wrapped key', () => withOctets(0, Buffer.alloc(0))],
    ['a key of 16 octets', () => withOctets(0, wrapped(randomBytes(16)))],
    ['another key', () => withOctets(0, wrapped(randomBytes(32)))],
    ['content cut inside a block', () => withOctets(1, octetsOf(1).subarray(0, 100))],
    ['content cut at a block', () => withOctets(1, octetsOf(1).subarray(0, -16))],
    ['an IV alone', () => withOctets(1, octetsOf(1).subarray(0, 16))],
    ['no content', () => withOctets(1, Buffer.alloc(0))],
    ['padding 0', () => sealed(Buffer.alloc(9, 0))],
    ['padding 17', () => sealed(Buffer.alloc(9, 17))],
    ['padding that is good around no XML', () => sealed(Buffer.alloc(9, 9), 'no text')],
    ['a document type declaration inside', () => sealed(Buffer.alloc(4, 4), '<!DOCTYPE a><a/>'.slice(0, 12))],
  ];
  test.each(secrets)('%s', (_what, make) => {
    expect(outcome(make())).toMatchObject({ code: 'DecryptionFailed', message: 'DecryptionFailed' });
  });

  test('the control: good padding around XML', () => {
    expect(decrypt(sealed(Buffer.alloc(9, 9)))).toBe('<a></a>');
  });
});

describe('what is public is named', () => {
  test.each<[string, (text: string) => string]>([
    ['another cipher', (text) => text.replace('aes256-cbc', 'aes128-cbc')],
    ['another wrapping', (text) => text.replace('rsa-oaep-mgf1p', 'rsa-1_5')],
    ['another digest in OAEP', (text) => text.replace('rsa-oaep-mgf1p">', `rsa-oaep-mgf1p"><ds:DigestMethod Algorithm="x"/>`)],
    ['no key', (text) => text.replace(/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/, '')],
    ['two keys', (text) => text.replace(/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/, (key) => key + key)],
    ['a key of nobody', (text) => text.replace(/<o:SecurityTokenReference.*<\/o:SecurityTokenReference>/, '')],
    ['loose base64', (text) => text.replace('</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>', '*$&')],
    ['another element', (text) => text.replaceAll('xenc:EncryptedData', 'xenc:Encrypted')],
  ])('%s', (_what, change) => {
    expect(outcome(change(encrypted)).code).toBe('EncryptionNotUnderstood');
  });
});

test('a proof key is read in the clear and wrapped', () => {
  const key = randomBytes(32);
  const keys = (): string => target.privateKey;
  const again = (node: XmlElement): XmlElement => parseXml(canonicalXml(node));
  expect(readProofKey(again(clearProofKey(key)), keys)).toEqual(key);
  expect(readProofKey(again(wrappedProofKey(key, target.certificate)), keys)).toEqual(key);
  expect(() => readProofKey(again(wrappedProofKey(key, target.certificate)), () => issuer.privateKey)).toThrow('DecryptionFailed');
  expect(readProofKey(element('', 'KeyInfo'), keys)).toBeUndefined();
  expect(readBinarySecret(again(binarySecret(key)))).toEqual(key);
  expect(readBinarySecret(element('', 'BinarySecret', ['*']))).toBeUndefined();
});

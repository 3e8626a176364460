import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import { decryptElement } from '../../../shared/protocols/saml/decrypt.ts';
import { encryptElement } from '../../../shared/protocols/saml/encrypt.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { signedText, verifyDocument } from './assertions.ts';
import { federationIdentity, type Identity } from './identities.ts';
import { mutated, mutation, signedParts } from './mutation.ts';

let issuer: Identity;
beforeAll(async () => {
  issuer = await federationIdentity(1, 'with-identifier');
});

test('every mutation that changes the canonical form of what is signed is refused', async () => {
  const text = signedText(issuer);
  const original = signedParts(text);
  const content = canonicalXml(await verifyDocument(text, issuer));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(mutation, async (change) => {
      const changed = mutated(text, change);
      const isSame = signedParts(changed) === original;
      const answer = await verifyDocument(changed, issuer).catch(() => undefined);
      if (answer === undefined) refused += 1;
      else {
        expect(isSame).toBe(true);
        expect(canonicalXml(answer)).toBe(content);
      }
    }),
    { numRuns: 600 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('every mutation that changes the octets of what is encrypted, or of its key, is refused or leaves no signature that holds', async () => {
  const target = await federationIdentity(2, 'without-identifier');
  const encrypted = encryptElement(parseXml(signedText(issuer)), target.certificate);
  const read = async (node: XmlElement): Promise<XmlElement> => {
    const { text } = decryptElement(node, () => target.privateKey);
    return await verifyDocument(text, issuer);
  };
  const whole = canonicalXml(await read(encrypted));
  const values = [...canonicalXml(encrypted).matchAll(/<xenc:CipherValue>([^<]*)</g)].map(([, value = '']) => value);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: values.length - 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, at, mask) => {
      const octets = Buffer.from(values[which] ?? '', 'base64');
      const position = at % octets.length;
      octets[position] = (octets[position] ?? 0) ^ mask;
      const answer = await read(parseXml(canonicalXml(withValue(encrypted, values[which] ?? '', octets.toString('base64'))))).catch(
        () => undefined,
      );
      // Padding octets but the last are noise: nobody signs them, and nothing is read from them.
      if (answer !== undefined) expect({ which, content: canonicalXml(answer) }).toEqual({ which: 1, content: whole });
    }),
    { numRuns: 300 },
  );
});

function withValue(node: XmlElement, value: string, other: string): XmlElement {
  return {
    ...node,
    children: node.children.map((part) => (typeof part === 'string' ? (part === value ? other : part) : withValue(part, value, other))),
  };
}

test('an element without content encrypts too', async () => {
  const target = await federationIdentity(2, 'with-identifier');
  const encrypted = encryptElement(element('', 'x'), target.certificate);
  expect(decryptElement(encrypted, () => target.privateKey).text).toBe('<x></x>');
});

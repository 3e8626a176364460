import { beforeAll, describe, expect, test } from 'vitest';
import { claimNamespaces, claimValues, readAssertion } from '../../../shared/protocols/saml/assertion.ts';
import { receiveXml } from '../../../shared/protocols/saml/received.ts';
import { type SignatureRefusal, signatureOf, verifySignature } from '../../../shared/protocols/saml/verify.ts';
import { child, elements } from '../../../shared/xml/element.ts';
import { signedText, verifyDocument } from './assertions.ts';
import { federationIdentity, type Identity } from './identities.ts';

let issuer: Identity;
let stranger: Identity;
let text: string;
beforeAll(async () => {
  issuer = await federationIdentity(1, 'with-identifier');
  stranger = await federationIdentity(2, 'with-identifier');
  text = signedText(issuer);
});

const id = 'uuid-6d2c1f7e-0c0e-4b0e-9e9b-3f1f2f3f4f5f';
const signature = /<ds:Signature .*<\/ds:Signature>/;
const part = (name: string): RegExp => new RegExp(`<ds:${name}>.*?</ds:${name}>`);
const found = (source: string, pattern: RegExp): string => pattern.exec(source)?.[0] ?? 'not found';
const evil = (source: string): string => source.replaceAll('joe@fabrikam.test', 'ceo@fabrikam.test').replaceAll(id, `${id}-evil`);

test('the untouched assertion is accepted, and what is given back is its content without the signature', async () => {
  const content = await verifyDocument(text, issuer);
  expect(elements(content).map(({ name }) => name)).toEqual(['Conditions', 'AuthenticationStatement', 'AttributeStatement']);
  expect(claimValues(readAssertion(content), claimNamespaces.claims, 'EmailAddress')).toEqual(['joe@fabrikam.test']);
});

/** Forged, or wrapped: the assertion is the document, as a receiver finds it after decryption. */
const attacks: readonly (readonly [what: string, code: SignatureRefusal, change: (text: string) => string])[] = [
  ['a changed claim', 'SignatureInvalid', (source) => source.replace('joe@', 'ceo@')],
  ['a changed audience', 'SignatureInvalid', (source) => source.replace('contoso.test', 'other.test')],
  ['a longer life', 'SignatureInvalid', (source) => source.replace('NotOnOrAfter="2026', 'NotOnOrAfter="2027')],
  ['no signature', 'SignatureMissing', (source) => source.replace(signature, '')],
  ['two signatures', 'SignatureMalformed', (source) => source.replace(signature, (one) => one + one)],
  [
    'the signed assertion inside a false one, under its Id',
    'DuplicateId',
    (source) => source.replace(signature, (one) => `${source}${one}`).replace('joe@', 'ceo@'),
  ],
  [
    'the signed assertion in an Object of the signature, around it a false one with another Id',
    'SignatureMalformed',
    (source) => {
      const original = source.replace(signature, '');
      const wrapped = found(source, signature).replace('</ds:Signature>', `<ds:Object>${original}</ds:Object></ds:Signature>`);
      return evil(source.replace(signature, '')).replace('</saml:Assertion>', `${wrapped}</saml:Assertion>`);
    },
  ],
  [
    'a false assertion with the signature of a true one that hangs in KeyInfo',
    'NotCovered',
    (source) => {
      const original = source.replace(signature, '');
      const wrapped = found(source, signature).replace('</ds:KeyInfo>', `${original}</ds:KeyInfo>`);
      return evil(source.replace(signature, '')).replace('</saml:Assertion>', `${wrapped}</saml:Assertion>`);
    },
  ],
  [
    'a second element with the same Id in another attribute',
    'DuplicateId',
    (source) => source.replace('<saml:AttributeStatement>', `<saml:AttributeStatement Id="${id}">`),
  ],
  ['two SignedInfo', 'SignatureMalformed', (source) => source.replace(part('SignedInfo'), (one) => one + one)],
  ['two DigestValue', 'SignatureMalformed', (source) => source.replace(part('DigestValue'), (one) => one + one)],
  [
    'a comment in DigestValue',
    'SignatureInvalid',
    (source) => source.replace('<ds:DigestValue>', '<ds:DigestValue><!--AAAAAAAAAAAAAAAAAAAAAAAAAAA=-->'),
  ],
  ['a comment in SignatureValue', 'SignatureInvalid', (source) => source.replace('</ds:SignatureValue>', '<!-- --></ds:SignatureValue>')],
  ['CDATA in KeyInfo', 'SignatureInvalid', (source) => source.replace('</o:KeyIdentifier>', '<![CDATA[x]]></o:KeyIdentifier>')],
  ['stray bits in SignatureValue', 'SignatureMalformed', (source) => source.replace(/==<\/ds:SignatureValue>/, '=A</ds:SignatureValue>')],
  ['a reference to another element', 'NotCovered', (source) => source.replace(`URI="#${id}"`, 'URI="#other"')],
  ['a reference to the whole document', 'NotCovered', (source) => source.replace(`URI="#${id}"`, 'URI=""')],
  ['two references', 'NotCovered', (source) => source.replace(/<ds:Reference .*<\/ds:Reference>/, (one) => one + one)],
  [
    'no enveloped transform',
    'SignatureMalformed',
    (source) => source.replace(/<ds:Transform Algorithm="[^"]*enveloped-signature"><\/ds:Transform>/, ''),
  ],
  ['no transforms', 'SignatureMalformed', (source) => source.replace(part('Transforms'), '')],
  [
    'an XPath transform',
    'SignatureMalformed',
    (source) => source.replace(/[^"]*enveloped-signature/, 'http://www.w3.org/TR/1999/REC-xpath-19991116'),
  ],
  [
    'inclusive canonicalisation',
    'SignatureMalformed',
    (source) => source.replaceAll('http://www.w3.org/2001/10/xml-exc-c14n#', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'),
  ],
  [
    'an InclusiveNamespaces list',
    'SignatureMalformed',
    (source) =>
      source.replace(
        '</ds:CanonicalizationMethod>',
        '<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="x"/></ds:CanonicalizationMethod>',
      ),
  ],
  [
    'a truncated HMAC',
    'SignatureMalformed',
    (source) => source.replace('</ds:SignatureMethod>', '<ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>'),
  ],
  ['HMAC with the certificate as its secret', 'AlgorithmNotAllowed', (source) => source.replace('xmldsig#rsa-sha1', 'xmldsig#hmac-sha1')],
  ['a foreign algorithm', 'AlgorithmNotAllowed', (source) => source.replace('2000/09/xmldsig#rsa-sha1', '2001/04/xmldsig-more#rsa-md5')],
  ['another digest', 'AlgorithmNotAllowed', (source) => source.replace('2000/09/xmldsig#sha1', '2001/04/xmldsig-more#md5')],
  ['a comment in the signed part', 'SignatureMissing', (source) => source.replace(signature, '<!-- gone -->')],
];

describe('an assertion is refused with', () => {
  test.each(attacks)('%s', async (_what, code, change) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    await expect(verifyDocument(changed, issuer)).rejects.toMatchObject({ name: 'Refusal', code });
  });

  test('the signature of a stranger, whose certificate it brings', async () => {
    await expect(verifyDocument(signedText(stranger), issuer)).rejects.toMatchObject({ code: 'SignatureInvalid' });
    const brought = `<ds:X509Data><ds:X509Certificate>${stranger.certificate}</ds:X509Certificate></ds:X509Data>`;
    const changed = signedText(stranger).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, `<ds:KeyInfo>${brought}</ds:KeyInfo>`);
    await expect(verifyDocument(changed, issuer)).rejects.toMatchObject({ code: 'SignatureInvalid' });
    await verifyDocument(changed, stranger);
  });

  test('SHA-1 where it is forbidden', async () => {
    await expect(verifyDocument(text, issuer, false)).rejects.toMatchObject({ code: 'AlgorithmNotAllowed' });
    await verifyDocument(signedText(issuer, 'rsa-sha256'), issuer, false);
  });

  test('a document type declaration, a processing instruction, too much of it', async () => {
    await expect(verifyDocument(`<!DOCTYPE a>${text}`, issuer)).rejects.toThrow('DTD is prohibited');
    await expect(verifyDocument(text.replace('joe@', '<?x joe@?>'), issuer)).rejects.toThrow('Processing instructions');
    await expect(verifyDocument(text.replace('<saml:Subject>', '<saml:Subject xmlnsx="1">'), issuer)).rejects.toThrow('reserved');
    await expect(verifyDocument(`${text}${' '.repeat(1024 * 1024)}`, issuer)).rejects.toThrow('larger than');
    await expect(verifyDocument(`${'<a>'.repeat(70)}${text}${'</a>'.repeat(70)}`, issuer)).rejects.toThrow('nested deeper');
    await expect(verifyDocument(text.replace('<saml:Conditions', `${'<a/>'.repeat(2000)}<saml:Conditions`), issuer)).rejects.toThrow(
      'more than 2000',
    );
  });
});

describe('inside a message', () => {
  const message = (first: string, second = ''): string => `<?xml version="1.0"?><m xmlns:x="urn:x"><x:head>${first}</x:head>${second}</m>`;

  test('an assertion verifies where it stands, layout around it notwithstanding', async () => {
    const received = receiveXml(Buffer.from(message(`\r\n  ${text}\r\n`)));
    const assertion = elements(elements(received.root)[0] ?? received.root)[0] ?? received.root;
    const question = { received, signature: signatureOf(assertion), covers: [assertion], key: { certificate: issuer.certificate } };
    const [content] = await verifySignature(question);
    expect(content?.name).toBe('Assertion');
  });

  test('the signature of one assertion does not cover the next, and a copy under the same Id is refused', async () => {
    for (const [second, code] of [
      [evil(text), 'NotCovered'],
      [text.replace('joe@', 'ceo@'), 'DuplicateId'],
    ] as const) {
      const received = receiveXml(Buffer.from(message(text, second)));
      const [head, other = received.root] = elements(received.root);
      const original = head && child(head, 'urn:oasis:names:tc:SAML:1.0:assertion', 'Assertion');
      const signedBy = signatureOf(original ?? received.root);
      const question = { received, signature: signedBy, covers: [other], key: { certificate: issuer.certificate } };
      await expect(verifySignature(question)).rejects.toMatchObject({ code });
    }
  });
});

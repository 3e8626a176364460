import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeAssertion } from '../../../shared/protocols/saml/assertion.ts';
import { canonicalXml, pinned } from '../../../shared/protocols/saml/canonical.ts';
import { decryptElement } from '../../../shared/protocols/saml/decrypt.ts';
import { encryptElement } from '../../../shared/protocols/saml/encrypt.ts';
import { referenceByIdentifier } from '../../../shared/protocols/saml/key-info.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { algorithms, namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import { receiveXml } from '../../../shared/protocols/saml/received.ts';
import { signEnveloped } from '../../../shared/protocols/saml/sign.ts';
import { signatureOf, verifySignature } from '../../../shared/protocols/saml/verify.ts';
import { requireTool } from '../../support/tools.ts';
import { delegationAssertion, signedAssertion, signedText, verifyDocument } from './assertions.ts';
import { federationIdentity, type Identity } from './identities.ts';

describe.skipIf(!requireTool('xmlsec1', 'xmlsec1'))('xmlsec1', () => {
  let folder: string;
  let issuer: Identity;
  let target: Identity;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coexist-xmlsec1-'));
    issuer = await federationIdentity(1, 'with-identifier');
    target = await federationIdentity(2, 'with-identifier');
    for (const [name, identity] of Object.entries({ issuer, target })) {
      writeFileSync(join(folder, `${name}.crt`), identity.certificatePem);
      writeFileSync(join(folder, `${name}.key`), identity.privateKey);
    }
    writeFileSync(join(folder, 'secret'), Buffer.alloc(32, 9));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const xmlsec1 = (...parameters: string[]): string =>
    execFileSync('xmlsec1', parameters, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const assertionId = ['--id-attr:AssertionID', `${namespaces.saml}:Assertion`];
  const key = (name: string): string[] => ['--pubkey-cert-pem', `${name}.crt`];

  test.each(['rsa-sha1', 'rsa-sha256'] as const)('verifies an assertion that we sign by %s, with the certificate alone', (algorithm) => {
    const text = signedText(issuer, algorithm);
    xmlsec1('--verify', ...key('issuer'), ...assertionId, put('signed.xml', text));
    expect(() => xmlsec1('--verify', ...key('target'), ...assertionId, 'signed.xml')).toThrow('Command failed');
    put('changed.xml', text.replace('joe@', 'ceo@'));
    expect(() => xmlsec1('--verify', ...key('issuer'), ...assertionId, 'changed.xml')).toThrow('Command failed');
  });

  test('verifies what we sign with a shared secret', () => {
    const assertion = delegationAssertion();
    const signed = signEnveloped(
      writeAssertion(assertion),
      assertion.AssertionID,
      { algorithm: 'hmac-sha1', secret: Buffer.alloc(32, 9) },
      [],
    );
    xmlsec1('--verify', '--hmackey', 'secret', ...assertionId, put('hmac.xml', canonicalXml(signed)));
    put('other', 'another secret');
    expect(() => xmlsec1('--verify', '--hmackey', 'other', ...assertionId, 'hmac.xml')).toThrow('Command failed');
  });

  test('decrypts what we encrypt, with the key of the target and no other', () => {
    put('encrypted.xml', canonicalXml(encryptElement(signedAssertion(issuer), target.certificate)));
    const plain = xmlsec1('--decrypt', '--privkey-pem', 'target.key', 'encrypted.xml');
    expect(plain).toContain('<saml:AttributeValue>joe@fabrikam.test</saml:AttributeValue>');
    expect(() => xmlsec1('--decrypt', '--privkey-pem', 'issuer.key', 'encrypted.xml')).toThrow('Command failed');
    xmlsec1('--verify', ...key('issuer'), ...assertionId, put('plain.xml', plain));
  });

  /** A signature to be filled in: our own with its values cut out. */
  const template = (text: string): string =>
    text
      .replace(/<ds:DigestValue>[^<]*<\/ds:DigestValue>/g, '<ds:DigestValue/>')
      .replace(/<ds:SignatureValue>[^<]*<\/ds:SignatureValue>/, '<ds:SignatureValue/>');
  const signed = (algorithm: 'rsa-sha1' | 'rsa-sha256' = 'rsa-sha1'): string =>
    xmlsec1('--sign', '--privkey-pem', 'issuer.key', ...assertionId, put('template.xml', template(signedText(issuer, algorithm))));

  test.each(['rsa-sha1', 'rsa-sha256'] as const)('signs by %s what we verify', async (algorithm) => {
    const text = signed(algorithm);
    const content = await verifyDocument(text, issuer);
    expect(canonicalXml(content)).toBe(canonicalXml(writeAssertion(delegationAssertion())));
    await expect(verifyDocument(text, target)).rejects.toMatchObject({ code: 'SignatureInvalid' });
    await expect(verifyDocument(text.replace('joe@', 'ceo@'), issuer)).rejects.toMatchObject({ code: 'SignatureInvalid' });
  });

  test('signs what we verify where prefixes and attributes sort by code points', async () => {
    const around = '<S:e xmlns:S="urn:s" xmlns:a="urn:a" S:z="1" a:b="2" z="3" Z="4">text</S:e>';
    const assertion = signedText(issuer).replace('<saml:Conditions', `${around}<saml:Conditions`);
    const text = xmlsec1('--sign', '--privkey-pem', 'issuer.key', ...assertionId, put('template.xml', template(assertion)));
    expect((await verifyDocument(text, issuer)).children).toHaveLength(4);
  });

  test('signs with a shared secret what we verify', async () => {
    const assertion = delegationAssertion();
    const ours = signEnveloped(writeAssertion(assertion), assertion.AssertionID, { algorithm: 'hmac-sha1', secret: Buffer.alloc(1) }, []);
    const text = xmlsec1('--sign', '--hmackey', 'secret', ...assertionId, put('template.xml', template(canonicalXml(ours))));
    const received = receiveXml(Buffer.from(text));
    const question = { received, signature: signatureOf(received.root), covers: [received.root] };
    const [content] = await verifySignature({ ...question, key: { secret: Buffer.alloc(32, 9) } });
    expect(content?.name).toBe('Assertion');
    await expect(verifySignature({ ...question, key: { secret: Buffer.alloc(32, 8) } })).rejects.toMatchObject({
      code: 'SignatureInvalid',
    });
    const other = { certificate: issuer.certificate };
    await expect(verifySignature({ ...question, key: other })).rejects.toMatchObject({ code: 'AlgorithmNotAllowed' });
  });

  test('encrypts what we decrypt: a whole token made by it alone is accepted', async () => {
    const identifier = certificateFacts(target.certificate).subjectKeyIdentifier;
    const method = (algorithm: string): string => `<xenc:EncryptionMethod Algorithm="${algorithm}"/>`;
    const empty = '<xenc:CipherData><xenc:CipherValue/></xenc:CipherData>';
    const encryptedKey = `<xenc:EncryptedKey>${method(algorithms.rsaOaep)}<ds:KeyInfo><ds:KeyName/></ds:KeyInfo>${empty}</xenc:EncryptedKey>`;
    put(
      'encrypt.xml',
      `<xenc:EncryptedData xmlns:xenc="${namespaces.xenc}" xmlns:ds="${namespaces.ds}" Type="${namespaces.xenc}Element">${method(algorithms.aes256Cbc)}<ds:KeyInfo>${encryptedKey}</ds:KeyInfo>${empty}</xenc:EncryptedData>`,
    );
    put('token.xml', signed());
    const made = xmlsec1('--encrypt', ...key('target'), '--session-key', 'aes-256', '--xml-data', 'token.xml', 'encrypt.xml');
    // It names keys in ways of its own; ours is by Subject Key Identifier.
    const named = made.replace(/<ds:KeyName\/>|<ds:KeyName>.*?<\/ds:KeyName>/s, canonicalXml(pinned(referenceByIdentifier(identifier))));
    const { text } = decryptElement(receiveXml(Buffer.from(named)).root, (wanted) =>
      wanted === identifier ? target.privateKey : undefined,
    );
    expect((await verifyDocument(text, issuer)).name).toBe('Assertion');
  });
});

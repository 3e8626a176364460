import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { certificateFacts, privateKeyOf } from '../../../shared/protocols/saml/keys.ts';
import { requireTool } from '../../support/tools.ts';
import { selfSigned } from '../oauth/self-signed.ts';
import { federationIdentity } from './identities.ts';

describe('the Subject Key Identifier', () => {
  test.skipIf(!requireTool('openssl', 'openssl'))('is the one that openssl shows', async () => {
    const { certificate, certificatePem } = await federationIdentity(1, 'with-identifier');
    const shown = execFileSync('openssl', ['x509', '-noout', '-ext', 'subjectKeyIdentifier'], { input: certificatePem, encoding: 'utf8' });
    const expected = Buffer.from(shown.replace(/^.*\n/, '').replace(/[^0-9A-F]/g, ''), 'hex');
    expect(expected).toHaveLength(20);
    expect(certificateFacts(certificate).subjectKeyIdentifier).toBe(expected.toString('base64'));
  });

  test('of a certificate without the extension is SHA-1 of its public key, which is what issuers put there', async () => {
    const [without, like] = [await federationIdentity(1, 'without-identifier'), await federationIdentity(1, 'with-identifier')];
    expect(certificateFacts(without.certificate).subjectKeyIdentifier).toBe(certificateFacts(like.certificate).subjectKeyIdentifier);
  });
});

test('other keys and other texts are refused, without a word of the text', async () => {
  const curve = await selfSigned('P-256');
  expect(() => certificateFacts(curve.certificate)).toThrow('NotAnRsaKey');
  expect(() => privateKeyOf(curve.privateKey)).toThrow('NotAnRsaKey');
  expect(() => certificateFacts('AAAA')).toThrow('MalformedCertificate');
  expect(() => privateKeyOf('secret')).toThrow(/^MalformedPrivateKey$/);
});

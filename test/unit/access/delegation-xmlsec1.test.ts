import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeDelegationToken } from '../../../shared/bridges/access/delegation-token.ts';
import { canonicalXml, pinned } from '../../../shared/protocols/saml/canonical.ts';
import { referenceByIdentifier } from '../../../shared/protocols/saml/key-info.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { algorithms, namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { federationObjects, makeDelegationToken, settingsOf } from '../../support/delegation-tokens.ts';
import { requireTool } from '../../support/tools.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';

const at = Date.UTC(2026, 10, 20, 12);
const facts = {
  ...{ at, lifeMs: 300_000, audience: 'http://contoso.test', issuer: 'urn:federation:MicrosoftOnline' },
  ...{ emailAddress: 'pat@fabrikam.test', offer: 'MSExchange.SharingCalendarFreeBusy' },
};

describe.skipIf(!requireTool('xmlsec1', 'xmlsec1'))('a token that xmlsec1 has signed and encrypted', () => {
  let folder: string;
  let issuer: Identity;
  let target: Identity;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coexist-receiver-'));
    issuer = await federationIdentity(1, 'with-identifier');
    target = await federationIdentity(3, 'with-identifier');
    put('issuer.key', issuer.privateKey);
    put('target.crt', target.certificatePem);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const xmlsec1 = (...parameters: string[]): string =>
    execFileSync('xmlsec1', parameters, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

  /** Our token with the values of its signature cut out, signed and encrypted by xmlsec1 alone; `touch` comes between the two. */
  function tokenByXmlsec1(algorithm: 'rsa-sha1' | 'rsa-sha256', touch: (text: string) => string = (text) => text): XmlElement {
    const template = makeDelegationToken({ facts, signer: issuer, recipient: target, algorithm })
      .plain.replace(/<ds:DigestValue>[^<]*<\/ds:DigestValue>/g, '<ds:DigestValue/>')
      .replace(/<ds:SignatureValue>[^<]*<\/ds:SignatureValue>/, '<ds:SignatureValue/>');
    const assertionId = ['--id-attr:AssertionID', `${namespaces.saml}:Assertion`];
    put('signed.xml', touch(xmlsec1('--sign', '--privkey-pem', 'issuer.key', ...assertionId, put('template.xml', template))));
    const method = (name: string): string => `<xenc:EncryptionMethod Algorithm="${name}"/>`;
    const empty = '<xenc:CipherData><xenc:CipherValue/></xenc:CipherData>';
    const key = `<xenc:EncryptedKey>${method(algorithms.rsaOaep)}<ds:KeyInfo><ds:KeyName/></ds:KeyInfo>${empty}</xenc:EncryptedKey>`;
    put(
      'encrypt.xml',
      `<xenc:EncryptedData xmlns:xenc="${namespaces.xenc}" xmlns:ds="${namespaces.ds}" Type="${namespaces.xenc}Element">${method(algorithms.aes256Cbc)}<ds:KeyInfo>${key}</ds:KeyInfo>${empty}</xenc:EncryptedData>`,
    );
    const recipient = ['--pubkey-cert-pem', 'target.crt', '--session-key', 'aes-256'];
    const made = xmlsec1('--encrypt', ...recipient, '--xml-data', 'signed.xml', 'encrypt.xml');
    // It names keys in ways of its own; the gateway names the certificate by its Subject Key Identifier.
    const named = canonicalXml(pinned(referenceByIdentifier(certificateFacts(target.certificate).subjectKeyIdentifier)));
    return parseXml(made.replace(/<ds:KeyName\/>|<ds:KeyName>.*?<\/ds:KeyName>/s, named));
  }

  const judge = (token: XmlElement) =>
    judgeDelegationToken({
      token,
      settings: settingsOf(federationObjects({ applicationUri: 'contoso.test', current: target, issuer })),
      at,
      offers: ['MSExchange.SharingCalendarFreeBusy'],
    });

  test.each(['rsa-sha1', 'rsa-sha256'] as const)('by %s is accepted', async (algorithm) => {
    expect(await judge(tokenByXmlsec1(algorithm))).toMatchObject({
      verdict: { accepted: true },
      caller: { emailAddress: 'pat@fabrikam.test', offer: 'MSExchange.SharingCalendarFreeBusy' },
    });
  });

  test('and was changed in between is refused', async () => {
    const judged = await judge(tokenByXmlsec1('rsa-sha1', (text) => text.replaceAll('pat@', 'ceo@')));
    expect(judged).toMatchObject({ refusal: { code: 'InvalidTokenFailedValidation' }, fault: 'FailedAuthentication' });
  });
});

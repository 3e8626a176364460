import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { claimNamespaces, claimValues, readAssertion } from '../../../shared/protocols/saml/assertion.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import { signatureOf, verifySignature } from '../../../shared/protocols/saml/verify.ts';
import { soap12Namespace } from '../../../shared/protocols/soap/envelope.ts';
import { readMessage, verifyMessage } from '../../../shared/protocols/wstrust/message.ts';
import { issueActions, readTokenRequest } from '../../../shared/protocols/wstrust/request.ts';
import { requireTool } from '../../support/tools.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';
import { now, requestText, service, tokenRequest } from './messages.ts';

let requester: Identity;
let text: string;
beforeAll(async () => {
  requester = await federationIdentity(1, 'with-identifier');
  text = requestText(requester);
});

const covers = ['To', 'Timestamp'] as const;
const read = (source: string) => readMessage(Buffer.from(source), soap12Namespace);
const verify = (source: string) => verifyMessage(read(source), { certificate: requester.certificate }, covers);

test('a request is read as it was meant, verified, and its assertion too where it stands', async () => {
  const message = read(text);
  expect(message.addressing).toEqual({ action: issueActions.request, to: service, messageId: 'urn:uuid:1', relatesTo: undefined });
  const { subjectKeyIdentifier } = certificateFacts(requester.certificate);
  expect(message.security?.signer).toEqual({ by: 'subject-key-identifier', subjectKeyIdentifier });
  expect(await verify(text)).toEqual({ to: service, times: { created: now, expires: now + 300_000 } });
  const { onBehalfOf, ...request } = readTokenRequest(message.body);
  const { onBehalfOf: _sent, ...sent } = tokenRequest(requester);
  expect(request).toEqual(sent);
  const question = { received: message.received, signature: signatureOf(onBehalfOf), covers: [onBehalfOf] };
  const [content = onBehalfOf] = await verifySignature({ ...question, key: { certificate: requester.certificate } });
  expect(claimValues(readAssertion(content), claimNamespaces.identity, 'EmailAddress')).toEqual(['joe@fabrikam.test']);
});

test('it has the order and the words that Exchange has', () => {
  const names = [...text.matchAll(/<([a-zA-Z:]+)/g)].map(([, name = '']) => name);
  const header = ['a:Action', 'a:MessageID', 'a:ReplyTo', 'a:Address', 'a:To', 'o:Security', 'u:Timestamp', 'u:Created', 'u:Expires'];
  expect(names.slice(0, 12)).toEqual(['s:Envelope', 's:Header', ...header, 'ds:Signature']);
  const members =
    'RequestType TokenType KeyType KeySize CanonicalizationAlgorithm EncryptionAlgorithm EncryptWith SignWith ComputedKeyAlgorithm';
  const start = names.indexOf('t:RequestSecurityToken');
  expect(names.slice(start + 1, start + 10).join(' ')).toBe(members.replace(/\S+/g, 't:$&'));
  expect(names.slice(-6)).toEqual(['auth:ContextItem', 'auth:Value', 't:Claims', 'auth:ClaimType', 'auth:Value', 'wsp:PolicyReference']);
  expect(text).toContain('<a:To ');
  expect(text).toContain('s:mustUnderstand="1"');
  expect(text).toMatch(/<t:RequestSecurityToken xmlns:t="[^"]*" Id="uuid-1"/);
});

test.skipIf(!requireTool('xmlsec1', 'xmlsec1'))('xmlsec1 verifies both signatures of a request', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-wstrust-'));
  try {
    writeFileSync(join(folder, 'certificate.pem'), requester.certificatePem);
    const xmlsec1 = (source: string, ...parameters: string[]): string => {
      writeFileSync(join(folder, 'message.xml'), source);
      const ids = ['--id-attr:Id', `${namespaces.wsa}:To`, '--id-attr:Id', `${namespaces.wsu}:Timestamp`];
      const assertion = ['--id-attr:AssertionID', `${namespaces.saml}:Assertion`];
      const key = ['--pubkey-cert-pem', 'certificate.pem'];
      return execFileSync('xmlsec1', ['--verify', ...key, ...ids, ...assertion, ...parameters, 'message.xml'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    };
    const inAssertion = ['--node-xpath', "//*[local-name()='Assertion']/*[local-name()='Signature']"];
    xmlsec1(text);
    xmlsec1(text, ...inAssertion);
    expect(() => xmlsec1(text.replace('08:05:00Z</u:Expires>', '09:05:00Z</u:Expires>'))).toThrow('Command failed');
    expect(() => xmlsec1(text.replace('>joe@', '>ceo@'), ...inAssertion)).toThrow('Command failed');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Parts that are missing, twice, moved, or too large. */
describe('a message is refused with', () => {
  const secondTo = '<a:To xmlns:a="http://www.w3.org/2005/08/addressing">https://evil.test</a:To>';
  test.each<[string, string, (source: string) => string]>([
    ['another To', 'SignatureInvalid', (source) => source.replace(service, 'https://evil.test')],
    ['a second To', 'SecurityMalformed', (source) => source.replace('<s:Header>', `<s:Header>${secondTo}`)],
    ['another Expires', 'SignatureInvalid', (source) => source.replace('08:05:00Z</u:Expires>', '09:05:00Z</u:Expires>')],
    ['the Timestamp not signed', 'NotCovered', (source) => source.replace(/<ds:Reference URI="#_0">.*?<\/ds:Reference>/, '')],
    ['the To not signed', 'NotCovered', (source) => source.replace(/<ds:Reference URI="#_1">.*?<\/ds:Reference>/, '')],
    ['no Timestamp', 'NotCovered', (source) => source.replace(/<u:Timestamp .*<\/u:Timestamp>/, '')],
    ['two Timestamps', 'SecurityMalformed', (source) => source.replace(/<u:Timestamp .*<\/u:Timestamp>/, (one) => one + one)],
    ['a Timestamp of words', 'SecurityMalformed', (source) => source.replace('08:05:00Z</u:Expires>', 'soon</u:Expires>')],
    ['no signature', 'SecurityMissing', (source) => source.replace(/<ds:Signature .*?<\/ds:Signature>/, '')],
    ['no Security', 'SecurityMissing', (source) => source.replace(/<o:Security .*<\/o:Security>/, '')],
    ['two Security', 'SecurityMalformed', (source) => source.replace(/<o:Security .*<\/o:Security>/, (one) => one + one)],
    [
      'the signed To moved away and another in its place',
      'DuplicateId',
      (source) => source.replace(/<a:To [^>]*>.*?<\/a:To>/, (one) => `<x>${one}</x>${one.replace(service, 'https://evil.test')}`),
    ],
    ['SOAP 1.1', 'VersionMismatch', (source) => source.replaceAll(soap12Namespace, 'http://schemas.xmlsoap.org/soap/envelope/')],
  ])('%s', async (_what, code, change) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    await expect((async () => await verify(changed))()).rejects.toMatchObject({ code });
  });

  test('a document type declaration', () => {
    expect(() => read(`<!DOCTYPE x [<!ENTITY e "e">]>${text}`)).toThrow('DTD is prohibited');
  });
});

describe('a request is refused with', () => {
  test.each<[string, string, (source: string) => string]>([
    ['another operation', 'RequestNotSupported', (source) => source.replace('02/trust/Issue<', '02/trust/Renew<')],
    ['another token type', 'RequestNotSupported', (source) => source.replace('#SAMLV1.1', '#SAMLV2.0')],
    ['another key type', 'RequestNotSupported', (source) => source.replace('trust/SymmetricKey', 'trust/PublicKey')],
    ['no operation', 'MalformedRequest', (source) => source.replace(/<t:RequestType>.*?<\/t:RequestType>/, '')],
    ['no target', 'MalformedRequest', (source) => source.replace(/<wsp:AppliesTo.*?<\/wsp:AppliesTo>/, '')],
    ['two targets', 'MalformedRequest', (source) => source.replace(/<wsp:AppliesTo.*?<\/wsp:AppliesTo>/, (one) => one + one)],
    ['nobody behind it', 'MalformedRequest', (source) => source.replace(/<t:OnBehalfOf>.*<\/t:OnBehalfOf>/, '')],
    ['two behind it', 'MalformedRequest', (source) => source.replace('</t:OnBehalfOf>', '<x/></t:OnBehalfOf>')],
    ['no requestor', 'MalformedRequest', (source) => source.replace('wlid/requestor', 'wlid/other')],
    ['two actions', 'MalformedRequest', (source) => source.replace(/<auth:ClaimType.*<\/auth:ClaimType>/, (one) => one + one)],
    ['no policy', 'MalformedRequest', (source) => source.replace(/<wsp:PolicyReference.*?\/>/, '')],
    ['another body', 'MalformedRequest', (source) => source.replaceAll('t:RequestSecurityToken', 't:Request')],
  ])('%s', (_what, code, change) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(() => readTokenRequest(read(changed).body)).toThrow(code);
  });
});

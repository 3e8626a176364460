import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDelegationRequest } from '../../../shared/bridges/authority/federation/on-behalf-of.ts';
import { type SigningKey, signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { authorityScope } from '../../../shared/domain/trust/well-known.ts';
import { readAssertion } from '../../../shared/protocols/saml/assertion.ts';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import { decryptElement } from '../../../shared/protocols/saml/decrypt.ts';
import { readKeyInfo } from '../../../shared/protocols/saml/key-info.ts';
import { certificateFacts } from '../../../shared/protocols/saml/keys.ts';
import { namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import { receiveXml } from '../../../shared/protocols/saml/received.ts';
import { keyInfoOf, signatureOf } from '../../../shared/protocols/saml/verify.ts';
import { requestSecurityToken } from '../../../shared/protocols/wstrust/client.ts';
import type { TokenResponse } from '../../../shared/protocols/wstrust/response.ts';
import { controlOf } from '../../support/control.ts';
import { requireTool } from '../../support/tools.ts';
import { northwindAsks } from '../../unit/authority/delegation-parties.ts';
import { verifyDocument } from '../../unit/saml/assertions.ts';
import type { Identity } from '../../unit/saml/identities.ts';
import { openServer, type Server } from '../hybrid/party.ts';
import { businessUrl, type DelegationLab, openDelegationLab } from './delegation-lab.ts';

let lab: DelegationLab;
let server: Server;
beforeAll(async () => {
  lab = await openDelegationLab();
  server = openServer(lab, 'contoso');
});
afterAll(async () => {
  await server.close();
  await lab.close();
});

async function askForToken(): Promise<TokenResponse> {
  const { result } = await lab.ask(writeDelegationRequest(northwindAsks(lab.parties)));
  if (result.is !== 'token') throw new Error(JSON.stringify(result));
  return result.response;
}

async function keysNow(): Promise<readonly SigningKey[]> {
  return (await signingKeys.list(lab.store.read, authorityScope)).map(({ value }) => value);
}

async function activeNow(): Promise<SigningKey> {
  const active = (await keysNow()).find(({ state }) => state === 'active');
  if (active === undefined) throw new Error('no key is active');
  return active;
}

const identityOf = ({ certificate, privateKey }: SigningKey): Identity => ({
  certificate,
  certificatePem: pemOf(certificate),
  privateKey,
});
const pemOf = (certificate: string): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

describe.skipIf(!requireTool('xmlsec1', 'xmlsec1'))('xmlsec1', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coexist-xmlsec1-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const xmlsec1 = (...parameters: string[]): string =>
    execFileSync('xmlsec1', parameters, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

  test("decrypts a token with the target's key and verifies it with the service's certificate, and with no others", async () => {
    const { requester, target } = lab.parties;
    put('service.crt', pemOf((await activeNow()).certificate));
    put('requester.crt', requester.certificatePem);
    put('target.key', target.privateKey);
    put('requester.key', requester.privateKey);
    put('token.xml', canonicalXml((await askForToken()).token));
    const assertion = xmlsec1('--decrypt', '--privkey-pem', 'target.key', 'token.xml');
    expect(assertion).toContain('<saml:AttributeValue>Joe@Northwind.test</saml:AttributeValue>');
    expect(() => xmlsec1('--decrypt', '--privkey-pem', 'requester.key', 'token.xml')).toThrow('Command failed');
    const verify = (certificate: string, file: string): string =>
      xmlsec1('--verify', '--pubkey-cert-pem', certificate, '--id-attr:AssertionID', `${namespaces.saml}:Assertion`, file);
    verify('service.crt', put('assertion.xml', assertion));
    expect(() => verify('requester.crt', 'assertion.xml')).toThrow('Command failed');
    put('changed.xml', assertion.replace('Joe@', 'Ceo@'));
    expect(() => verify('service.crt', 'changed.xml')).toThrow('Command failed');
  });
});

test('the active key signs, also after a rollover', async () => {
  const control = controlOf(lab);
  const { target } = lab.parties;
  const signedNow = async (): Promise<string> => {
    const active = await activeNow();
    const { text } = decryptElement((await askForToken()).token, () => target.privateKey);
    expect(readAssertion(await verifyDocument(text, identityOf(active))).Issuer).toBe('urn:federation:MicrosoftOnline');
    const { root } = receiveXml(Buffer.from(text));
    expect(readKeyInfo(keyInfoOf(signatureOf(root)))).toEqual({
      by: 'subject-key-identifier',
      subjectKeyIdentifier: certificateFacts(active.certificate).subjectKeyIdentifier,
    });
    return active.x5t;
  };
  const first = await signedNow();
  const { x5t } = await control.call('POST', '/keys/stage');
  await control.call('POST', '/keys/publish', { x5t });
  expect(await signedNow()).toBe(first);
  await control.call('POST', '/keys/activate', { x5t });
  expect(await signedNow()).toBe(x5t);
  await control.call('POST', '/keys/retire', { x5t: first });
  expect(await signedNow()).toBe(x5t);
});

test('a server asks by its own dialer; a fault in the way is no token', async () => {
  const { dialer } = await server.party();
  const dialing = { service: 'ews', organization: 'contoso', timeoutMs: 10_000, maxBytes: 1_000_000 };
  const ask = () => requestSecurityToken(dialer, businessUrl, writeDelegationRequest(northwindAsks(lab.parties)), dialing);
  expect(await ask()).toMatchObject({ is: 'token', response: { appliesTo: 'http://FYDIBOHF25SPDLT.adatum.test' } });
  const effect = { kind: 'status', status: 503, headers: { 'content-type': 'text/plain' }, body: 'Service Unavailable' } as const;
  lab.faults.add({ seam: 'token.claims', match: { svc: 'azure-auth', op: 'extSTS.srf' }, effect });
  expect(await ask()).toMatchObject({ is: 'unreadable', status: 503 });
  lab.faults.clear();
  expect(await ask()).toMatchObject({ is: 'token' });
});

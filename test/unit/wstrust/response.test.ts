import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import { decryptElement } from '../../../shared/protocols/saml/decrypt.ts';
import { encryptElement } from '../../../shared/protocols/saml/encrypt.ts';
import { referenceToAssertion, referenceToElement } from '../../../shared/protocols/saml/key-info.ts';
import { namespaces, tokenTypes } from '../../../shared/protocols/saml/namespaces.ts';
import { soap12Namespace, soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { faultElement } from '../../../shared/protocols/soap/fault.ts';
import { readSoap12Fault, soap12FaultElement } from '../../../shared/protocols/soap/fault-12.ts';
import { faultAction } from '../../../shared/protocols/wstrust/addressing.ts';
import {
  readServiceError,
  readStatus,
  receiverFault,
  requestStatus,
  serviceErrors,
  serviceFault,
  statusHeader,
} from '../../../shared/protocols/wstrust/faults.ts';
import { readMessage, verifyMessage, writeMessage } from '../../../shared/protocols/wstrust/message.ts';
import { issueActions } from '../../../shared/protocols/wstrust/request.ts';
import { readTokenResponse, type TokenResponse, writeTokenResponse } from '../../../shared/protocols/wstrust/response.ts';
import { element } from '../../../shared/xml/element.ts';
import { writeXml } from '../../../shared/xml/write.ts';
import { signedAssertion, signedText, verifyDocument } from '../saml/assertions.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';
import { now } from './messages.ts';

let issuer: Identity;
let target: Identity;
let response: TokenResponse;
beforeAll(async () => {
  issuer = await federationIdentity(1, 'with-identifier');
  target = await federationIdentity(2, 'with-identifier');
  response = {
    appliesTo: 'http://FYDIBOHF25SPDLT.contoso.test',
    lifetime: { created: now, expires: now + 300_000 },
    token: encryptElement(signedAssertion(issuer), target.certificate),
    assertionId: 'uuid-6d2c1f7e-0c0e-4b0e-9e9b-3f1f2f3f4f5f',
    proofKey: randomBytes(32),
  };
});

const answer = (): string =>
  writeMessage({
    soap: soap12Namespace,
    addressing: { action: issueActions.response, relatesTo: 'urn:uuid:1' },
    times: response.lifetime,
    headers: [statusHeader(requestStatus.succeeded, 'coexist')],
    body: writeTokenResponse(response),
  }).toString();

test('an answer is read back, and its token goes through two more messages to the target', async () => {
  const message = readMessage(Buffer.from(answer()), soap12Namespace);
  expect(message.addressing.relatesTo).toBe('urn:uuid:1');
  expect(readStatus(message.header)).toBe('0x0');
  const { token, ...read } = readTokenResponse(message.body);
  const { token: _sent, ...sent } = response;
  expect(read).toEqual(sent);
  const call = writeMessage({
    soap: soapNamespace,
    addressing: { action: 'urn:action', to: 'https://mail.contoso.test/EWS/Exchange.asmx/WSSecurity' },
    tokens: [token],
    body: element('urn:x', 'GetSomething'),
  });
  const { security } = readMessage(call, soapNamespace);
  const plain = decryptElement(security?.token ?? element('', 'none'), () => target.privateKey);
  expect(plain.text).toBe(signedText(issuer));
  await verifyDocument(plain.text, issuer);
});

describe('an answer that lacks a part is refused', () => {
  test.each(['Lifetime', 'RequestedSecurityToken', 'RequestedAttachedReference', 'RequestedUnattachedReference', 'RequestedProofToken'])(
    '%s',
    (name) => {
      const changed = answer().replace(new RegExp(`<t:${name}>.*</t:${name}>`), '');
      expect(() => readTokenResponse(readMessage(Buffer.from(changed), soap12Namespace).body)).toThrow('MalformedResponse');
    },
  );

  test('and one with two tokens', () => {
    const changed = answer().replace('</t:RequestedSecurityToken>', '<x/></t:RequestedSecurityToken>');
    expect(() => readTokenResponse(readMessage(Buffer.from(changed), soap12Namespace).body)).toThrow('MalformedResponse');
  });
});

test('SOAP 1.1 with a proof key: the Timestamp is signed by HMAC, the key named by the token', async () => {
  const octets = writeMessage({
    soap: soapNamespace,
    addressing: { action: 'urn:action', to: 'https://mail.contoso.test/EWS/Exchange.asmx/WSSecurity/SymmetricKey' },
    times: response.lifetime,
    tokens: [response.token],
    signature: {
      signer: { algorithm: 'hmac-sha1', secret: response.proofKey },
      keyInfo: [referenceToAssertion(response.assertionId)],
      covers: ['Timestamp'],
    },
    body: element('urn:x', 'GetSomething'),
  });
  const message = readMessage(octets, soapNamespace);
  expect(message.security?.signer).toEqual({ by: 'saml-assertion', assertionId: response.assertionId });
  expect(await verifyMessage(message, { secret: response.proofKey }, ['Timestamp'])).toEqual({ to: undefined, times: response.lifetime });
  await expect(verifyMessage(message, { secret: randomBytes(32) }, ['Timestamp'])).rejects.toMatchObject({ code: 'SignatureInvalid' });
  await expect(verifyMessage(message, { secret: response.proofKey }, ['To', 'Timestamp'])).rejects.toMatchObject({ code: 'NotCovered' });
});

test('SOAP 1.1 with a certificate in the message, to which the signature refers', async () => {
  const id = 'uuid-token-1';
  const token = {
    ...element(namespaces.wsse, 'BinarySecurityToken', [issuer.certificate], {
      EncodingType: tokenTypes.base64,
      ValueType: tokenTypes.x509,
    }),
  };
  const octets = writeMessage({
    soap: soapNamespace,
    addressing: { action: 'urn:action', to: 'https://mail.contoso.test/EWS/Exchange.asmx/WSSecurity/X509Cert' },
    times: response.lifetime,
    tokens: [{ ...token, attributes: [...token.attributes, { namespace: namespaces.wsu, name: 'Id', value: id }] }],
    signature: {
      signer: { algorithm: 'rsa-sha1', privateKey: issuer.privateKey },
      keyInfo: [referenceToElement(id)],
      covers: ['To', 'Timestamp'],
    },
    body: element('urn:x', 'GetSomething'),
  });
  const message = readMessage(octets, soapNamespace);
  expect(message.security?.signer).toEqual({ by: 'reference', id });
  expect(message.security?.certificates.get(id)).toBe(issuer.certificate);
  const { times } = await verifyMessage(message, { certificate: issuer.certificate }, ['To', 'Timestamp']);
  expect(times).toEqual(response.lifetime);
});

test('signing what a message has not got is a defect', () => {
  const message = { soap: soap12Namespace, addressing: { action: 'urn:a' }, body: element('urn:x', 'y') };
  const signature = { signer: { algorithm: 'hmac-sha1', secret: Buffer.alloc(1) }, keyInfo: [], covers: ['To'] } as const;
  expect(() => writeMessage({ ...message, signature })).toThrow('defect: there is no To to be signed');
});

test('the fault of the service has the published form and is read back', () => {
  const fault = serviceFault('FailedAuthentication', serviceErrors.memberNameInvalid);
  const octets = writeMessage({
    soap: soap12Namespace,
    addressing: { action: faultAction },
    headers: [statusHeader(requestStatus.failed, 'coexist', '0x80048800')],
    body: soap12FaultElement(fault),
  });
  expect(octets.toString()).toContain(
    '<s:Value>s:Sender</s:Value><s:Subcode><s:Value>wst:FailedAuthentication</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">Authentication Failure</s:Text></s:Reason>',
  );
  expect(octets.toString()).toContain(
    '<psf:code>0x80041034</psf:code><psf:text>The specified member name is either invalid or empty. </psf:text>',
  );
  expect(octets.toString()).toContain('<psf:authstate>0x80048800</psf:authstate><psf:reqstatus>0x80048821</psf:reqstatus>');
  const { header, body } = readMessage(octets, soap12Namespace);
  expect(readStatus(header)).toBe('0x80048821');
  const read = readSoap12Fault(body);
  expect(read).toMatchObject({ code: 'Sender', subcode: 'FailedAuthentication', reason: 'Authentication Failure' });
  expect(readServiceError(read?.detail ?? [])).toEqual(serviceErrors.memberNameInvalid);
  expect(readSoap12Fault(element('urn:x', 'Fault'))).toBeUndefined();
  expect(readServiceError([])).toBeUndefined();
  expect(readStatus([])).toBeUndefined();
});

test('the faults of receivers are those of WS-Security', () => {
  const fault = faultElement(receiverFault('InvalidSecurity'));
  expect(writeXml(fault)).toContain(':InvalidSecurity</faultcode>');
  expect(writeXml(fault)).toContain('An error occurred when verifying security for the message.');
  expect(canonicalXml(fault, { 'http://www.w3.org/2003/05/soap-envelope': 's', [soapNamespace]: 's' })).toContain('faultstring');
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { federatedOrganizations } from '../../../shared/domain/trust/federated-organization.ts';
import { federationTrusts } from '../../../shared/domain/trust/federation-trusts.ts';
import { messages } from '../../../shared/protocols/ews/namespaces.ts';
import { certificateData, referenceToAssertion, referenceToElement } from '../../../shared/protocols/saml/key-info.ts';
import { namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import type { Signer } from '../../../shared/protocols/saml/sign.ts';
import { soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { mustUnderstand } from '../../../shared/protocols/wstrust/addressing.ts';
import { receiverFaults } from '../../../shared/protocols/wstrust/faults.ts';
import type { CoveredPart, OutgoingMessage } from '../../../shared/protocols/wstrust/message.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { federate, type MadeToken, makeDelegationToken, proofKey } from '../../support/delegation-tokens.ts';
import { runCmdlet, setEra } from '../../support/run-cmdlet.ts';
import { envelope } from '../../support/soap.ts';
import { frozenAt, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { federationIdentity, type Identity } from '../../unit/saml/identities.ts';
import { autodiscoverUrl, binarySecurityToken, ewsMessage, ewsUrl, faultOf, post, userSettingsMessage } from './messages.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const minuteMs = 60_000;
const applicationUri = 'FYDIBOHF25SPDLT.contoso.test';

let lab: TestLab;
let stranger: Identity;
let made: MadeToken;
let withoutKey: MadeToken;
beforeAll(async () => {
  lab = await openTestLab(frozenAt(now));
  const issuer = await federationIdentity(1, 'with-identifier');
  const current = await federationIdentity(3, 'with-identifier');
  stranger = await federationIdentity(5, 'with-identifier');
  await lab.store.transaction((tx) => federate(tx, 'contoso', { applicationUri, current, issuer, partners: ['fabrikam.test'] }));
  const facts = {
    ...{ at: now, lifeMs: 60 * minuteMs, audience: `http://${applicationUri}`, issuer: 'urn:federation:MicrosoftOnline' },
    ...{ emailAddress: 'pat@fabrikam.test', offer: 'MSExchange.Autodiscover' },
  };
  made = makeDelegationToken({ facts, signer: issuer, recipient: current });
  const bearer = (node: XmlElement): XmlElement => withoutKeyInfo(node);
  withoutKey = makeDelegationToken({ facts, signer: issuer, recipient: current, shape: bearer });
});
afterAll(() => lab.close());

function withoutKeyInfo(node: XmlElement): XmlElement {
  const children = node.children.flatMap((part): readonly (XmlElement | string)[] =>
    typeof part === 'string' ? [part] : part.name === 'KeyInfo' && node.name === 'SubjectConfirmation' ? [] : [withoutKeyInfo(part)],
  );
  return { ...node, children };
}

const getFolder = element(messages, 'GetFolder');
const failing = (fault: keyof typeof receiverFaults) => ({ status: 500, code: fault, reason: receiverFaults[fault] });

async function failedCheck(answer: Awaited<ReturnType<typeof post>>): Promise<string | undefined> {
  const { verdict } = await lab.exchangeOf(answer);
  return verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check;
}

describe('EWS', () => {
  const url = `${ewsUrl}/WSSecurity`;
  const ews = (parts: Partial<OutgoingMessage>, body = getFolder, to = url) => post(lab, to, ewsMessage(to, parts, body));

  test('an operation that is not for strangers is refused by name', async () => {
    const answer = await ews({ tokens: [made.token] });
    expect(faultOf(answer)).toMatchObject({ status: 500, code: 'ErrorAccessDenied' });
    const exchange = await lab.exchangeOf(answer);
    expect(exchange).toMatchObject({ service: 'ews', operation: 'GetFolder', caller: 'pat@fabrikam.test', code: 'ErrorAccessDenied' });
    expect(exchange).toMatchObject({ outcome: 'refused', verdict: { accepted: true } });
    expect(exchange.detail).toContain('GetFolder is not for callers of other organisations');
  });

  test.each([
    ['one that is not there', 'FindMeetingTimeCandidates', 'ErrorInvalidOperation'],
    ['one that Exchange has not', 'Nonsense', 'ErrorSchemaValidation'],
  ])('%s answers as everywhere', async (_, name, code) => {
    expect(faultOf(await ews({ tokens: [made.token] }, element(messages, name)))).toMatchObject({ status: 500, code });
  });

  test('D-09 a token for something else than the operation', async () => {
    const answer = await ews({ tokens: [made.token] }, element(messages, 'GetUserAvailabilityRequest'));
    expect(faultOf(answer)).toEqual(failing('FailedAuthentication'));
    expect((await lab.exchangeOf(answer)).detail).toBe('InvalidOffer: dauth.offer: MSExchange.Autodiscover');
  });

  test('a token that names a mailbox does not act for another one', async () => {
    const types = 'http://schemas.microsoft.com/exchange/services/2006/types';
    const sid = element(types, 'PrimarySmtpAddress', ['mary@contoso.test']);
    const headers = [element(types, 'ExchangeImpersonation', [element(types, 'ConnectingSID', [sid])])];
    const answer = await ews({ tokens: [made.token], headers });
    expect(faultOf(answer).code).toBe('ErrorAccessDenied');
    expect((await lab.exchangeOf(answer)).detail).toContain('its user alone');
  });

  test.each(['WSSecurity', 'WSSecurity/SymmetricKey', 'wssecurity/x509cert'])('D-01 /%s without wsse:Security', async (suffix) => {
    const answer = await ews({}, getFolder, `${ewsUrl}/${suffix}`);
    expect(faultOf(answer)).toEqual(failing('InvalidSecurity'));
    expect(answer.body).toContain('>http://www.w3.org/2005/08/addressing/soap/fault</a:Action>');
    expect(await failedCheck(answer)).toBe('dauth.security');
  });

  test('D-01 a Security header without a token, and two of them', async () => {
    expect(faultOf(await ews({ times: { created: now, expires: now + minuteMs } }))).toEqual(failing('InvalidSecurity'));
    const twice = mustUnderstand(element(namespaces.wsse, 'Security', [made.token]), soapNamespace);
    const answer = await ews({ tokens: [made.token], headers: [twice] });
    expect(faultOf(answer)).toEqual(failing('InvalidSecurity'));
    expect((await lab.exchangeOf(answer)).detail).toContain('several Security headers');
  });

  test('D-13 the virtual directory without WSSecurity', async () => {
    const set = (value: boolean) =>
      runCmdlet(lab, 'contoso', `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -WSSecurityAuthentication $${value}`);
    await set(false);
    const answer = await ews({ tokens: [made.token] });
    expect(faultOf(answer)).toEqual(failing('InvalidSecurity'));
    expect(await failedCheck(answer)).toBe('dauth.offered');
    await set(true);
    expect(faultOf(await ews({ tokens: [made.token] })).code).toBe('ErrorAccessDenied');
  });

  test('D-15 without the suffix a token is no credential', async () => {
    const answer = await ews({ tokens: [made.token] }, getFolder, ewsUrl);
    expect(answer.status).toBe(401);
    expect(String(answer.headers['www-authenticate'])).toMatch(/^Bearer /);
  });

  test('D-17 a header that must be understood', async () => {
    const header = mustUnderstand(element('urn:example', 'Route', ['west']), soapNamespace);
    const answer = await ews({ tokens: [made.token], headers: [header] });
    expect(faultOf(answer)).toMatchObject({ status: 500, code: 'MustUnderstand' });
    expect(faultOf(answer).reason).toMatch(/^The header 'Route' from the namespace 'urn:example' was not understood by the recipient/);
    const may = element('urn:example', 'Route', ['west']);
    expect(faultOf(await ews({ tokens: [made.token], headers: [may] })).code).toBe('ErrorAccessDenied');
    const elsewhere = { ...header, attributes: [...header.attributes, { namespace: soapNamespace, name: 'actor', value: 'urn:other' }] };
    expect(faultOf(await ews({ tokens: [made.token], headers: [elsewhere] })).code).toBe('ErrorAccessDenied');
    expect(faultOf(await ews({ headers: [header] })).code).toBe('InvalidSecurity');
  });

  test('what is no SOAP 1.1 message, and no XML', async () => {
    expect(faultOf(await post(lab, url, '<s')).code).toBe('ErrorSchemaValidation');
    expect(faultOf(await post(lab, url, envelope('<m:GetFolder/>').replace('<s:Header>', '<!-- --><?x?><s:Header>'))).code).toBe(
      'ErrorSchemaValidation',
    );
    expect((await post(lab, url, 'x', 'application/json')).status).toBe(415);
    const get = await lab.https(url);
    expect([get.status, get.headers['allow']]).toEqual([405, 'POST']);
  });

  test('a tenant without EWS turns strangers away too', async () => {
    const cloudUrl = 'https://outlook.office365.test/EWS/Exchange.asmx/WSSecurity';
    const issuer = await federationIdentity(1, 'with-identifier');
    const current = await federationIdentity(3, 'with-identifier');
    // What the world's cloud is federated with is put aside: this test is about the gate behind the token.
    await lab.store.transaction(async (tx) => {
      for (const stored of await federationTrusts.list(tx, 'contoso-cloud')) await federationTrusts.remove(tx, stored, now);
      for (const stored of await federatedOrganizations.list(tx, 'contoso-cloud')) await federatedOrganizations.remove(tx, stored, now);
      await federate(tx, 'contoso-cloud', { applicationUri: 'outlook.com', current, issuer });
    });
    const facts = {
      ...{ at: now, lifeMs: 60 * minuteMs, audience: 'http://outlook.com', issuer: 'urn:federation:MicrosoftOnline' },
      ...{ emailAddress: 'pat@fabrikam.test', offer: 'MSExchange.Autodiscover' },
    };
    const { token } = makeDelegationToken({ facts, signer: issuer, recipient: current });
    expect(faultOf(await ews({ tokens: [token] }, getFolder, cloudUrl)).code).toBe('ErrorAccessDenied');
    await setEra(lab, 'contoso-cloud', '2026-10');
    expect((await ews({ tokens: [token] }, getFolder, cloudUrl)).status).toBe(403);
    await runCmdlet(lab, 'contoso-cloud', 'Set-OrganizationConfig -EwsEnabled $true');
    // The list of applications does not concern a token that names none.
    expect(faultOf(await ews({ tokens: [token] }, getFolder, cloudUrl)).code).toBe('ErrorAccessDenied');
    await setEra(lab, 'contoso-cloud', '2027-04');
    const answer = await ews({ tokens: [token] }, getFolder, cloudUrl);
    expect(answer.status).toBe(403);
    expect(await failedCheck(answer)).toBe('tenant.ews-enabled');
    await setEra(lab, 'contoso-cloud', '2019');
  });
});

describe('D-16 /WSSecurity/SymmetricKey', () => {
  const url = `${autodiscoverUrl}/WSSecurity/SymmetricKey`;
  interface Signed {
    readonly secret?: Buffer;
    readonly covers?: readonly CoveredPart[];
    readonly created?: number;
    readonly expires?: number;
    readonly token?: XmlElement;
  }
  const message = ({
    secret = proofKey,
    covers = ['Timestamp'],
    created = now,
    expires = created + 5 * minuteMs,
    token,
  }: Signed): Buffer => {
    const signer: Signer = { algorithm: 'hmac-sha1', secret };
    const signature = { signer, keyInfo: [referenceToAssertion(made.assertionId)], covers };
    return userSettingsMessage(url, { tokens: [token ?? made.token], times: { created, expires }, signature });
  };

  test.each([
    ['the Timestamp, signed by the proof key', {}],
    ['made 4:59 ahead', { created: now + 5 * minuteMs - 1_000 }],
    ['over for 4:59', { created: now - 10 * minuteMs + 1_000 }],
  ])('%s', async (_, of) => {
    const answer = await post(lab, url, message(of));
    expect(answer.status).toBe(200);
    expect((await lab.exchangeOf(answer)).verdict?.accepted).toBe(true);
  });

  test.each<[string, Signed | { readonly octets: () => Buffer }, string]>([
    ['another key', { secret: Buffer.alloc(32, 1) }, 'message-signature'],
    ['To signed besides', { covers: ['To', 'Timestamp'] }, 'message-signature'],
    ['To signed instead', { covers: ['To'] }, 'message-signature'],
    ['no Timestamp', { octets: () => userSettingsMessage(url, { tokens: [made.token] }) }, 'message-signature'],
    [
      'a Timestamp without a signature',
      { octets: () => userSettingsMessage(url, { tokens: [made.token], times: { created: now, expires: now + minuteMs } }) },
      'message-signature',
    ],
    [
      'a Timestamp that was changed',
      {
        octets: () =>
          Buffer.from(
            message({})
              .toString()
              .replace(/(<u:Expires>)2026/, '$12027'),
          ),
      },
      'message-signature',
    ],
    ['made 5:01 ahead', { created: now + 5 * minuteMs + 1_000 }, 'message-times'],
    ['over for 5:01', { created: now - 10 * minuteMs - 1_000 }, 'message-times'],
    ['old, whatever it says of its end', { created: now - 11 * minuteMs, expires: now + 60 * minuteMs }, 'message-times'],
  ])('%s', async (_, of, check) => {
    const answer = await post(lab, url, 'octets' in of ? of.octets() : message(of));
    expect(faultOf(answer)).toEqual(failing('FailedAuthentication'));
    expect(await failedCheck(answer)).toBe(`dauth.${check}`);
  });

  test('a token without a proof key', async () => {
    const answer = await post(lab, url, message({ token: withoutKey.token }));
    expect(faultOf(answer)).toEqual(failing('FailedAuthentication'));
    expect(await failedCheck(answer)).toBe('dauth.proof-key');
    const plain = `${autodiscoverUrl}/WSSecurity`;
    expect((await post(lab, plain, userSettingsMessage(plain, { tokens: [withoutKey.token] }))).status).toBe(200);
  });
});

describe('/WSSecurity/X509Cert', () => {
  const url = `${autodiscoverUrl}/WSSecurity/X509Cert`;
  const message = (privateKey: string, keyInfo: XmlElement, covers: readonly CoveredPart[] = ['To', 'Timestamp']): Buffer =>
    userSettingsMessage(url, {
      tokens: [binarySecurityToken(stranger.certificate, 'x509')],
      times: { created: now, expires: now + 5 * minuteMs },
      signature: { signer: { algorithm: 'rsa-sha1', privateKey }, keyInfo: [keyInfo], covers },
    });

  test.each([
    [
      'a good signature: nobody is known by a certificate',
      () => message(stranger.privateKey, referenceToElement('x509')),
      'certificate-owner',
    ],
    [
      'the same, the certificate in KeyInfo',
      () => message(stranger.privateKey, certificateData(stranger.certificate)),
      'certificate-owner',
    ],
    ['a reference to nothing', () => message(stranger.privateKey, referenceToElement('other')), 'certificate'],
    ['a certificate that is none', () => message(stranger.privateKey, certificateData('AAAA')), 'certificate'],
    ['To not signed', () => message(stranger.privateKey, referenceToElement('x509'), ['Timestamp']), 'message-signature'],
    [
      'a changed To',
      () => Buffer.from(message(stranger.privateKey, referenceToElement('x509')).toString().replace('X509Cert</a:To>', 'Other</a:To>')),
      'message-signature',
    ],
    ['a token instead', () => userSettingsMessage(url, { tokens: [made.token] }), 'certificate'],
  ])('%s', async (_, octets, check) => {
    const answer = await post(lab, url, octets());
    expect(faultOf(answer)).toEqual(failing('FailedAuthentication'));
    expect(await failedCheck(answer)).toBe(`dauth.${check}`);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SelfSignedCertificate } from '../../../shared/net/self-signed.ts';
import { soap12Namespace, soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import {
  businessUrl,
  federationCertificate,
  type ManageDelegationLab,
  openManageDelegationLab,
  programId,
  refused,
  start,
} from './manage-delegation-lab.ts';

let lab: ManageDelegationLab;
let owner: SelfSignedCertificate;
let ownerId: string;
let stranger: SelfSignedCertificate;
let strangerId: string;
beforeAll(async () => {
  lab = await openManageDelegationLab();
  owner = await federationCertificate(1);
  stranger = await federationCertificate(2);
  ownerId = await lab.register(owner, 'owner.test');
  strangerId = await lab.register(stranger, 'stranger.test');
});
afterAll(() => lab.close());
afterEach(() => lab.clock.freeze(start));

const reserve = (domainName: string, appId = ownerId) => ({ appId, domainName, programId });

describe('M-06: signature and time of a message', () => {
  const update = (changes: Parameters<ManageDelegationLab['call']>[3]) =>
    lab.call(owner, 'UpdateAppIdProperties', { appId: ownerId, properties: [{ Name: 'a', Value: 'b' }] }, changes);

  test.each([
    [-300_000, 'ok'],
    [-301_000, refused('InvalidPartnerCert', 'timestamp')],
    [300_000, 'ok'],
    [301_000, refused('InvalidPartnerCert', 'timestamp')],
  ])('a clock that goes %d ms wrong', async (offset, told) => {
    expect((await update({ at: start + offset })).told).toEqual(told);
  });

  test.each<[string, string, (text: string) => string]>([
    ['no Security', 'certificate', (text) => text.replace(/<o:Security.*<\/o:Security>/, '')],
    ['no Signature', 'certificate', (text) => text.replace(/<ds:Signature .*<\/ds:Signature>/, '')],
    ['no KeyInfo', 'certificate', (text) => text.replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, '')],
    ['a certificate that is none', 'certificate', (text) => text.replace(/(<ds:X509Certificate>)[^<]*/, '$1AAAA')],
    ['no Timestamp', 'signature', (text) => text.replace(/<u:Timestamp.*<\/u:Timestamp>/, '')],
    ['a later Timestamp', 'signature', (text) => text.replace('<u:Created>2026', '<u:Created>2027')],
    ['a longer life', 'signature', (text) => text.replace('<u:Expires>2026', '<u:Expires>2027')],
    ['another value', 'signature', (text) => text.replace(/(<ds:SignatureValue>)(..)/, '$1AA')],
    ['another digest', 'signature', (text) => text.replace(/(<ds:DigestValue>)(..)/, '$1AA')],
    ['a reference to another Id', 'signature', (text) => text.replace('URI="#_0"', 'URI="#_1"')],
    ['an Id that is there twice', 'signature', (text) => text.replace('<s:Body>', '<s:Body Id="_0">')],
    ['several Timestamps', 'message', (text) => text.replace(/<u:Timestamp.*<\/u:Timestamp>/, '$&$&')],
    ['several Signatures', 'message', (text) => text.replace(/<ds:Signature .*<\/ds:Signature>/, '$&$&')],
    ['a Timestamp without times', 'message', (text) => text.replace(/<u:Created>[^<]*<\/u:Created>/, '')],
  ])('%s', async (_name, check, change) => {
    const code = check === 'message' ? 'InvalidParameter' : 'InvalidPartnerCert';
    let isChanged = false;
    const spoilt = await update({
      change(text) {
        isChanged = change(text) !== text;
        return change(text);
      },
    });
    expect([isChanged, spoilt.told]).toEqual([true, refused(code, check)]);
    expect((await update({})).told).toBe('ok');
  });

  test('another key than that of the certificate', async () => {
    expect((await update({ privateKey: stranger.privateKey })).told).toEqual(refused('InvalidPartnerCert', 'signature'));
  });

  /*
   * What version 2 signs is the Timestamp. Neither the operation nor what it asks for, nor the AppId, is covered by the
   * signature: on its way a message is held together by TLS, and whoever could change it there could change this. The domain is
   * covered by its proof, which is signed by the same key, but is the same in every message.
   */
  test('what the signature does not cover may change: a body, and a proof that is good by itself', async () => {
    const { told } = await update({ change: (text) => text.replace('<Value>b</Value>', '<Value>c</Value>') });
    expect(told).toBe('ok');
    expect((await lab.partner(ownerId)).properties).toEqual([{ Name: 'a', Value: 'c' }]);
  });

  test('a body that is changed to another application or domain is refused all the same', async () => {
    const another = await update({ change: (text) => text.replace(ownerId, strangerId) });
    expect(another.told).toEqual(refused('InvalidPartnerCert', 'application-certificate'));
    await lab.publish('m06.test', owner);
    const change = (text: string): string => text.replace('<domainName>m06.test', '<domainName>m06-other.test');
    const spoilt = await lab.call(owner, 'ReserveDomain', reserve('m06.test'), { change });
    expect(spoilt.told).toEqual(refused('ProofOfOwnershipNotValid', 'proof-header'));
    expect((await lab.call(owner, 'ReserveDomain', reserve('m06.test'))).told).toBe('ok');
  });
});

describe('M-08: a certificate that is not in force', () => {
  test.each([
    ['is over', -10, -1],
    ['has not begun', 1, 10],
  ])('one that %s makes no application and succeeds no other', async (_name, from, to) => {
    const unfit = await federationCertificate(11, from, to);
    await lab.publish('m08.test', unfit);
    const created = await lab.call(unfit, 'CreateAppId', { uri: 'FYDIBOHF25SPDLT.m08.test', properties: [] });
    expect(created.told).toEqual(refused('InvalidPartnerCert', 'certificate-validity'));
    const updated = await lab.call(owner, 'UpdateAppIdCertificate', { appId: ownerId, newCertificate: unfit.certificate });
    expect(updated.told).toEqual(refused('InvalidPartnerCert', 'new-certificate'));
  });

  test('one that runs out ends what its application may do, the rollover included', async () => {
    const [party, successor] = [await federationCertificate(12, -365, 10), await federationCertificate(13)];
    const appId = await lab.register(party, 'm08-out.test');
    await lab.clock.freeze(start + 10 * 86_400_000);
    expect((await lab.call(party, 'UpdateAppIdProperties', { appId, properties: [] })).told).toBe('ok');
    await lab.clock.freeze(start + 10 * 86_400_000 + 1_000);
    const update = await lab.call(party, 'UpdateAppIdCertificate', { appId, newCertificate: successor.certificate });
    expect(update.told).toEqual(refused('InvalidPartnerCert', 'certificate-validity'));
  });

  test.each(['', 'hello', 'AAAA'])('%j is no certificate', async (newCertificate) => {
    const { told } = await lab.call(owner, 'UpdateAppIdCertificate', { appId: ownerId, newCertificate });
    expect(told).toEqual(refused('InvalidPartnerCert', 'new-certificate'));
  });
});

describe('what is no call', () => {
  const post = async (body: string | Buffer) => {
    const answer = await lab.https(businessUrl, { method: 'POST', headers: { 'content-type': 'text/xml' }, body });
    const { outcome, verdict, code } = await lab.exchangeOf(answer);
    return { status: answer.status, outcome, code, check: verdict?.checks.find((one) => one.outcome === 'failed')?.check };
  };
  const envelope = (body: string, before = ''): string =>
    `${before}<s:Envelope xmlns:s="${soapNamespace}"><s:Body>${body}</s:Body></s:Envelope>`;

  test.each<[string, string, string, string]>([
    ['nothing', '', '9002 InvalidParameter', 'message'],
    ['another document', '<a/>', '9002 InvalidParameter', 'message'],
    ['a document type', envelope('<a/>', '<!DOCTYPE a [<!ENTITY b "c">]>'), '9002 InvalidParameter', 'message'],
    ['300 KB', envelope(`<a>${'x'.repeat(300_000)}</a>`), '9002 InvalidParameter', 'message'],
    ['many elements', envelope(`<a>${'<b/>'.repeat(2_000)}</a>`), '9002 InvalidParameter', 'message'],
    ['deep elements', envelope(`${'<a>'.repeat(50)}${'</a>'.repeat(50)}`), '9002 InvalidParameter', 'message'],
    ['another operation', envelope('<a/>'), '10001 NotYetImplemented', 'operation'],
    [
      'version 1',
      envelope('<CreateAppId xmlns="http://domains.live.com/Service/ManageDelegation/V1.0"><certificate>MIIF</certificate></CreateAppId>'),
      '10001 NotYetImplemented',
      'operation',
    ],
    [
      'other parameters',
      envelope('<AddUri xmlns="http://domains.live.com/Service/ManageDelegation2/V1.0"><uri>a.test</uri><appId>1</appId></AddUri>'),
      '9002 InvalidParameter',
      'operation',
    ],
  ])('%s', async (_name, body, code, check) => {
    expect(await post(body)).toEqual({ status: 500, outcome: 'refused', code, check: `delegation.${check}` });
  });

  test.each([soapNamespace, soap12Namespace])('a header of %s that must be understood, and is not', async (soap) => {
    const change = (mustUnderstand: string) => (text: string) =>
      text.replaceAll(soapNamespace, soap).replace('<s:Header>', `<s:Header><a xmlns="urn:a" s:mustUnderstand="${mustUnderstand}"/>`);
    const update = (mustUnderstand: string) =>
      lab.call(owner, 'UpdateAppIdProperties', { appId: ownerId, properties: [] }, { change: change(mustUnderstand) });
    const { answer, told } = await update('1');
    expect([answer.body.includes(':MustUnderstand<'), answer.body.includes('DomainError'), told]).toEqual([
      true,
      false,
      expect.objectContaining({ status: 500, check: 'delegation.message' }),
    ]);
    expect((await update('0')).told).toBe('ok');
  });

  test('more than a mebibyte is not read', async () => {
    expect(await post(Buffer.alloc(1_100_000))).toMatchObject({ status: 413, outcome: 'refused' });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { domainProof } from '../../../shared/bridges/authority/federation/domain-proof.ts';
import type { SelfSignedCertificate } from '../../../shared/net/self-signed.ts';
import { soap12Namespace, soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import {
  businessUrl,
  consumerUrl,
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
afterEach(async () => {
  lab.faults.clear();
  await lab.clock.freeze(start);
});

const reserve = (domainName: string, appId = ownerId) => ({ appId, domainName, programId });

describe('the way of an organisation', () => {
  test('an application, its domains, and away again', async () => {
    const party = await federationCertificate(5);
    const appId = await lab.register(party, 'way.test');
    expect(appId).toMatch(/^0{8}[0-9A-F]{8}$/);
    const info = async (domainName: string) => {
      const { result } = await lab.call(party, 'GetDomainInfo', { appId, domainName });
      return result.is === 'answer' ? result.result : result;
    };
    await lab.publish('second.test', party);
    for (const domain of ['way.test', 'second.test']) {
      expect((await lab.call(party, 'ReserveDomain', reserve(domain, appId))).told).toBe('ok');
    }
    expect(await info('second.test')).toEqual({ DomainName: 'second.test', AppId: appId, DomainState: 'PendingActivation' });
    for (const uri of ['way.test', 'Second.TEST']) expect((await lab.call(party, 'AddUri', { appId, uri })).told).toBe('ok');
    expect(await info('second.test')).toMatchObject({ DomainState: 'Active' });
    const properties = [{ Name: 'Contact', Value: 'pat' }];
    expect((await lab.call(party, 'UpdateAppIdProperties', { appId, properties })).told).toBe('ok');
    expect(await lab.partner(appId)).toMatchObject({
      uris: ['fydibohf25spdlt.way.test', 'way.test', 'second.test'],
      domains: [
        { domainName: 'way.test', state: 'Active', programId },
        { domainName: 'second.test', state: 'Active', programId },
      ],
      properties,
      hostsTenants: false,
      certificate: party.certificate,
    });
    expect((await lab.call(party, 'ReleaseDomain', { appId, domainName: 'second.test' })).told).toEqual(
      refused('NotPermittedForDomain', 'uri-registered'),
    );
    expect((await lab.call(party, 'RemoveUri', { appId, uri: 'second.test' })).told).toBe('ok');
    expect(await info('second.test')).toMatchObject({ DomainState: 'PendingRelease' });
    expect((await lab.call(party, 'ReleaseDomain', { appId, domainName: 'second.test' })).told).toBe('ok');
    expect(await info('second.test')).toMatchObject({ is: 'fault', code: 'DomainNotReserved' });
    expect((await lab.call(party, 'RemoveUri', { appId, uri: 'second.test' })).told).toEqual(refused('InvalidUri', 'uri-registered'));
    const own = { appId, uri: 'FYDIBOHF25SPDLT.way.test' };
    expect((await lab.call(party, 'RemoveUri', own)).told).toEqual(refused('NotPermittedForDomain', 'uri-registered'));
    expect((await lab.call(party, 'RemoveUri', { appId, uri: 'way.test' })).told).toBe('ok');
    expect((await lab.call(party, 'ReleaseDomain', { appId, domainName: 'way.test' })).told).toBe('ok');
    expect((await lab.call(party, 'RemoveUri', own)).told).toBe('ok');
    expect(await lab.partner(appId)).toMatchObject({ uris: [], domains: [] });
    // The same certificate gets its application again.
    expect(await lab.register(party, 'way.test')).toBe(appId);
  });

  test('what is asked twice, because an answer was lost, is answered twice', async () => {
    expect(await lab.register(owner, 'owner.test')).toBe(ownerId);
    await lab.publish('twice.test', owner);
    for (const _ of [1, 2]) expect((await lab.call(owner, 'ReserveDomain', reserve('twice.test'))).told).toBe('ok');
    for (const _ of [1, 2]) expect((await lab.call(owner, 'AddUri', { appId: ownerId, uri: 'twice.test' })).told).toBe('ok');
    expect((await lab.partner(ownerId)).uris.filter((uri) => uri === 'twice.test')).toHaveLength(1);
  });

  test('the two instances know nothing of each other', async () => {
    const atConsumer = { url: consumerUrl };
    const other = await lab.register(owner, 'owner.test', atConsumer);
    expect(other).not.toBe(ownerId);
    const { told } = await lab.call(owner, 'UpdateAppIdProperties', { appId: ownerId, properties: [] }, atConsumer);
    expect(told).toEqual(refused('InvalidAppId', 'application'));
    expect((await lab.call(owner, 'UpdateAppIdProperties', { appId: other, properties: [] }, atConsumer)).told).toBe('ok');
  });

  test('SOAP 1.2 is answered in SOAP 1.2', async () => {
    const change = (text: string): string => text.replaceAll(soapNamespace, soap12Namespace);
    const { answer, told } = await lab.call(owner, 'UpdateAppIdProperties', { appId: ownerId, properties: [] }, { change });
    expect([told, answer.headers['content-type']]).toEqual(['ok', 'application/soap+xml; charset=utf-8']);
    const failed = await lab.call(owner, 'UpdateAppIdProperties', { appId: 'FFFF', properties: [] }, { change });
    expect(failed.told).toEqual(refused('InvalidAppId', 'application'));
    expect(failed.answer.body).toContain(soap12Namespace);
  });

  test('paths match in any case, and only POST is taken', async () => {
    const url = 'https://domains.live.test/Service/ManageDelegation2.ASMX';
    expect((await lab.call(owner, 'UpdateAppIdProperties', { appId: ownerId, properties: [] }, { url })).told).toBe('ok');
    const answer = await lab.https(businessUrl);
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
  });
});

describe('M-01: a proof that is not in DNS', () => {
  test('none is there; then it is, and is seen when the answer that there is none has expired', async () => {
    const party = await federationCertificate(6);
    const parameters = { uri: 'FYDIBOHF25SPDLT.m01.test', properties: [] };
    const create = async () => (await lab.call(party, 'CreateAppId', parameters)).told;
    expect(await create()).toEqual(refused('ProofOfOwnershipNotValid', 'proof-record'));
    await lab.publish('m01.test', party);
    expect(await create()).toEqual(refused('ProofOfOwnershipNotValid', 'proof-record'));
    await lab.clock.freeze(start + 300_000);
    expect(await create()).toBe('ok');
  });

  test('it is that of the certificate before', async () => {
    const [before, after] = [await federationCertificate(7), await federationCertificate(8)];
    const appId = await lab.register(before, 'm01-old.test');
    expect((await lab.call(before, 'UpdateAppIdCertificate', { appId, newCertificate: after.certificate })).told).toBe('ok');
    const add = async (certificate: SelfSignedCertificate) =>
      (await lab.call(certificate, 'ReserveDomain', reserve('m01-old.test', appId))).told;
    expect(await add(after)).toEqual(refused('ProofOfOwnershipNotValid', 'proof-record'));
    expect(await add(before)).toEqual(refused('InvalidPartnerCert', 'application-certificate'));
    await lab.publish('m01-old.test', after);
    await lab.clock.freeze(start + 3_600_000);
    expect(await add(after)).toBe('ok');
  });

  test.each<[string, string, (own: SelfSignedCertificate, other: SelfSignedCertificate) => { domain: string; signature: string } | 'none']>(
    [
      ['no header', 'proof-header', () => 'none'],
      [
        'the proof of another domain',
        'proof-header',
        (own) => ({ domain: 'owner.test', signature: domainProof('owner.test', own.privateKey).signature }),
      ],
      [
        'a signature of another domain',
        'proof-signature',
        (own) => ({ domain: 'm01-wrong.test', signature: domainProof('owner.test', own.privateKey).signature }),
      ],
      [
        'a signature by another key',
        'proof-signature',
        (_own, other) => ({ domain: 'm01-wrong.test', signature: domainProof('m01-wrong.test', other.privateKey).signature }),
      ],
      // What MS-OXWSLVID 2.2.4.3 describes: anybody can read it in DNS.
      [
        'the TXT record itself',
        'proof-signature',
        (own) => ({ domain: 'm01-wrong.test', signature: domainProof('m01-wrong.test', own.privateKey).proof }),
      ],
    ],
  )('%s', async (_name, check, proof) => {
    await lab.publish('m01-wrong.test', owner, stranger);
    const spoilt = await lab.call(owner, 'ReserveDomain', reserve('m01-wrong.test'), { proof: proof(owner, stranger) });
    expect(spoilt.told).toEqual(refused('ProofOfOwnershipNotValid', check));
    expect((await lab.call(owner, 'ReserveDomain', reserve('m01-wrong.test'))).told).toBe('ok');
  });

  test('another hash is not known', async () => {
    await lab.publish('m01-hash.test', owner);
    const change = (text: string): string => text.replace('SHA-512', 'SHA-256');
    const spoilt = await lab.call(owner, 'ReserveDomain', reserve('m01-hash.test'), { change });
    expect(spoilt.told).toEqual(refused('ProofOfOwnershipNotValid', 'proof-header'));
  });
});

test('M-02: a domain of another application is unavailable until it is released, whoever has proven it', async () => {
  await lab.publish('m02.test', owner, stranger);
  expect((await lab.call(stranger, 'ReserveDomain', reserve('m02.test', strangerId))).told).toBe('ok');
  const unavailable = refused('DomainUnavailable', 'domain-available');
  expect((await lab.call(owner, 'ReserveDomain', reserve('m02.test'))).told).toEqual(unavailable);
  expect((await lab.call(owner, 'AddUri', { appId: ownerId, uri: 'm02.test' })).told).toEqual(unavailable);
  expect((await lab.call(owner, 'GetDomainInfo', { appId: ownerId, domainName: 'm02.test' })).told).toEqual(unavailable);
  const third = await federationCertificate(9);
  await lab.publish('stranger.test', third);
  await lab.clock.freeze(start + 3_600_000);
  const taken = await lab.call(third, 'CreateAppId', { uri: 'FYDIBOHF25SPDLT.stranger.test', properties: [] });
  expect(taken.told).toEqual(unavailable);
  expect((await lab.call(stranger, 'ReleaseDomain', { appId: strangerId, domainName: 'm02.test' })).told).toBe('ok');
  expect((await lab.call(owner, 'ReserveDomain', reserve('m02.test'))).told).toBe('ok');
});

test('M-02: of two who reserve a domain at once, one gets it', async () => {
  await lab.publish('m02-both.test', owner, stranger);
  const both = await Promise.all([
    lab.call(owner, 'ReserveDomain', reserve('m02-both.test')),
    lab.call(stranger, 'ReserveDomain', reserve('m02-both.test', strangerId)),
  ]);
  expect(both.filter(({ told }) => told === 'ok')).toHaveLength(1);
  expect(both.map(({ told }) => told)).toContainEqual(refused('DomainUnavailable', 'domain-available'));
});

test('M-03: a URI wants its domain reserved, by the account namespace or by itself', async () => {
  await lab.publish('m03.test', owner);
  const add = async () => (await lab.call(owner, 'AddUri', { appId: ownerId, uri: 'm03.test' })).told;
  expect(await add()).toEqual(refused('DomainNotReserved', 'domain-reserved'));
  expect((await lab.call(owner, 'ReserveDomain', reserve('FYDIBOHF25SPDLT.m03.test'))).told).toBe('ok');
  expect(await add()).toBe('ok');
  expect((await lab.partner(ownerId)).domains).toContainEqual({ domainName: 'm03.test', state: 'Active', programId });
});

test('M-04: an application has 200 URIs at most', async () => {
  const party = await federationCertificate(10);
  const appId = await lab.register(party, 'm04.test');
  const { uris, domains } = await lab.partner(appId);
  const many = Array.from({ length: 199 }, (_, number) => `m04-${number}.test`);
  await lab.change(appId, { uris: [...uris, ...many], domains });
  await lab.publish('m04-more.test', party);
  expect((await lab.call(party, 'ReserveDomain', reserve('m04-more.test', appId))).told).toBe('ok');
  const add = async () => (await lab.call(party, 'AddUri', { appId, uri: 'm04-more.test' })).told;
  expect(await add()).toEqual(refused('MaxUriReached', 'uri-limit'));
  expect((await lab.call(party, 'RemoveUri', { appId, uri: 'm04-7.test' })).told).toBe('ok');
  expect(await add()).toBe('ok');
});

describe('M-05: an application that is not the caller’s', () => {
  test.each(['', 'FFFFFFFFFFFFFFFF', '0'])('%j is none', async (appId) => {
    expect((await lab.call(owner, 'GetDomainInfo', { appId, domainName: 'owner.test' })).told).toEqual(
      refused('InvalidAppId', 'application'),
    );
  });

  test('that of another certificate; its own in any case', async () => {
    const update = async (appId: string) => (await lab.call(owner, 'UpdateAppIdProperties', { appId, properties: [] })).told;
    // 260563 is Exchange Online.
    for (const appId of [strangerId, '260563'])
      expect(await update(appId)).toEqual(refused('InvalidPartnerCert', 'application-certificate'));
    expect(await update(` ${ownerId.toLowerCase()} `)).toBe('ok');
  });

  test('a key has one application', async () => {
    await lab.publish('m05.test', owner);
    const again = await lab.call(owner, 'CreateAppId', { uri: 'FYDIBOHF25SPDLT.m05.test', properties: [] });
    expect(again.told).toEqual(refused('MaxAppIdsReached', 'application-limit'));
    const taken = await lab.call(owner, 'UpdateAppIdCertificate', { appId: ownerId, newCertificate: stranger.certificate });
    expect(taken.told).toEqual(refused('InvalidPartnerCert', 'application-limit'));
  });
});

describe('M-07: domains that nobody can have', () => {
  test.each(['contoso.onmicrosoft.com', 'contoso.mail.onmicrosoft.test', 'outlook.com', 'Live.COM', 'mail.office365.com'])(
    '%s',
    async (domain) => {
      await lab.publish(domain.toLowerCase(), owner);
      const blocked = refused('BlockedDomainName', 'domain-allowed');
      expect((await lab.call(owner, 'ReserveDomain', reserve(domain))).told).toEqual(blocked);
      expect((await lab.call(owner, 'AddUri', { appId: ownerId, uri: domain })).told).toEqual(blocked);
    },
  );

  test('a name that looks like one is free', async () => {
    await lab.publish('onmicrosoft.m07.test', owner);
    expect((await lab.call(owner, 'ReserveDomain', reserve('onmicrosoft.m07.test'))).told).toBe('ok');
  });

  test.each([
    ['', 'InvalidDomainName'],
    ['test', 'InvalidDomainName'],
    ['a b.test', 'InvalidDomainName'],
    ['-m07.test', 'InvalidDomainName'],
    ['127.0.0.1', 'InvalidDomainName'],
    [`${'a'.repeat(64)}.test`, 'InvalidDomainName'],
    ['FYDIBOHF25SPDLT.', 'InvalidDomainName'],
  ])('%j is no domain', async (domain, code) => {
    expect((await lab.call(owner, 'ReserveDomain', reserve(domain))).told).toEqual(refused(code, 'parameters'));
    const uri = await lab.call(owner, 'AddUri', { appId: ownerId, uri: domain });
    expect(uri.told).toEqual(refused('InvalidUri', 'parameters'));
  });

  test('another program is not known', async () => {
    const { told } = await lab.call(owner, 'ReserveDomain', { ...reserve('m07.test'), programId: 'Messenger' });
    expect(told).toEqual(refused('InvalidProgramId', 'parameters'));
  });
});

test('M-09: the service is not there', async () => {
  lab.faults.add({ match: { svc: 'azure-auth' }, effect: { kind: 'status', status: 503 } });
  const { result } = await lab.call(owner, 'UpdateAppIdProperties', { appId: ownerId, properties: [] });
  expect(result).toMatchObject({ is: 'http', status: 503 });
  lab.faults.clear();
  expect((await lab.call(owner, 'UpdateAppIdProperties', { appId: ownerId, properties: [] })).told).toBe('ok');
});

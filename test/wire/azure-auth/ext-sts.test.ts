import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DelegationRequest } from '../../../shared/bridges/authority/federation/on-behalf-of.ts';
import { type Spoiling, spoiltRequest } from '../../support/delegation-requests.ts';
import { business, consumer, northwindAsks, now, type Parties, partner } from '../../unit/authority/delegation-parties.ts';
import { s05 } from './assertion-rows.ts';
import { consumerUrl, type DelegationLab, openDelegationLab } from './delegation-lab.ts';
import { documentRows } from './document-rows.ts';
import { messageRows } from './message-rows.ts';
import { faults, mail } from './token-request-rows.ts';

let lab: DelegationLab;
beforeAll(async () => {
  lab = await openDelegationLab();
});
afterAll(() => lab.close());

const table = { ...messageRows, s05, ...documentRows };

describe('what the security token service refuses', () => {
  beforeAll(() =>
    lab.change(partner('northwind', lab.parties.requester).appId, (registered) => ({
      ...registered,
      uris: [...registered.uris, 'pending.test', 'leaving.test'],
      domains: [
        ...registered.domains,
        { domainName: 'reserved.test', state: 'Active', programId: 'ExchangeConnector' },
        { domainName: 'pending.test', state: 'PendingActivation', programId: 'ExchangeConnector' },
        { domainName: 'leaving.test', state: 'PendingRelease', programId: 'ExchangeConnector' },
      ],
    })),
  );
  const rows = Object.entries(table).flatMap(([id, members]) => members.map((row) => ({ id: id.replace('s', 'S-'), ...row })));

  test.each(rows)('$id $what', async ({ asked, spoilt = {}, twin = {}, twinAsks = {}, fault, check }) => {
    const { parties } = lab;
    const of = (spoiling: Spoiling | ((parties: Parties) => Spoiling)): Spoiling =>
      typeof spoiling === 'function' ? spoiling(parties) : spoiling;
    const { result, answer } = await lab.ask(spoiltRequest(northwindAsks(parties, asked?.(parties)), of(spoilt)));
    expect(result).toEqual({ is: 'fault', ...faults[fault] });
    expect([answer.status, answer.headers['content-type']]).toEqual([500, 'application/soap+xml; charset=utf-8']);
    expect(answer.body).toContain('<psf:reqstatus>0x80048821</psf:reqstatus>');
    const { verdict, operation, outcome } = await lab.exchangeOf(answer);
    expect(verdict?.checks.find(({ outcome: made }) => made === 'failed')?.check).toBe(check);
    expect([operation, outcome]).toEqual(['extSTS.srf', 'refused']);
    const good = await lab.ask(spoiltRequest(northwindAsks(parties, twinAsks), of(twin)));
    expect(good.result).toMatchObject({ is: 'token' });
  });
});

test('S-08: what is larger than a mebibyte is not read', async () => {
  const request = spoiltRequest(northwindAsks(lab.parties)).toString();
  const padded = (length: number): Buffer => Buffer.from(request.replace('</s:Header>', `<x>${' '.repeat(length)}</x></s:Header>`));
  const { result, answer } = await lab.ask(padded(1024 * 1024));
  expect([result.is, answer.status]).toEqual(['unreadable', 413]);
  expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'refused', verdict: null });
  expect((await lab.ask(padded(1024 * 1024 - request.length - 100))).result.is).toBe('token');
});

test('S-10: a certificate is rolled over, and the gateway is not told', async () => {
  const { requester, stranger } = lab.parties;
  const { appId, subjectKeyIdentifier } = partner('northwind', requester);
  const renewed = (): Buffer => spoiltRequest(northwindAsks(lab.parties, stranger));
  expect((await lab.ask(renewed())).result).toEqual({ is: 'fault', ...faults.unknown });
  const { certificate, subjectKeyIdentifier: next } = partner('northwind', stranger);
  await lab.change(appId, (registered) => ({ ...registered, certificate, subjectKeyIdentifier: next }));
  expect((await lab.ask(renewed())).result.is).toBe('token');
  expect((await lab.ask(spoiltRequest(northwindAsks(lab.parties)))).result).toEqual({ is: 'fault', ...faults.unknown });
  await lab.change(appId, (registered) => ({ ...registered, certificate: requester.certificate, subjectKeyIdentifier }));
  expect((await lab.ask(spoiltRequest(northwindAsks(lab.parties)))).result.is).toBe('token');
});

test('the certificate of a requester is in force', async () => {
  const { privateKey, ...good } = lab.parties.requester;
  await lab.clock.freeze(Date.parse('2031-01-01T00:00:01Z'));
  const at = lab.clock.state().now;
  const late = await lab.ask(spoiltRequest(northwindAsks(lab.parties, { ...good, privateKey, at })));
  await lab.clock.freeze(Date.parse('2031-01-01T00:00:00Z'));
  const timely = await lab.ask(spoiltRequest(northwindAsks(lab.parties, { at: lab.clock.state().now })));
  await lab.clock.freeze(now);
  expect(late.result).toEqual({ is: 'fault', ...faults.proof });
  expect((await lab.exchangeOf(late.answer)).verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check).toBe(
    'sts.certificate-period',
  );
  expect(timely.result.is).toBe('token');
});

test('the instances know nothing of each other', async () => {
  const { parties } = lab;
  const ofConsumers = { issuerUri: consumer.issuerUri, tokenIssuerEpr: consumer.tokenIssuerEpr };
  const ask = async (more: Partial<DelegationRequest>, url?: string) =>
    (await lab.ask(spoiltRequest(northwindAsks(parties, more)), url)).result;
  expect(await ask(ofConsumers, consumerUrl)).toMatchObject({ is: 'token' });
  expect(
    await ask({ ...ofConsumers, tokenIssuerEpr: 'https://login.live.com/extSTS.srf' }, 'https://login.live.com/EXTSTS.SRF'),
  ).toMatchObject({ is: 'token' });
  // Its To, its audience and its partners are its own.
  expect(await ask({ ...ofConsumers, tokenIssuerEpr: business.tokenIssuerEpr }, consumerUrl)).toEqual({ is: 'fault', ...faults.proof });
  expect(await ask({ tokenIssuerEpr: consumer.tokenIssuerEpr }, consumerUrl)).toEqual({ is: 'fault', ...faults.proof });
  await lab.register(partner('fourth', parties.signer, { instance: 'consumer' }));
  const fourth = { ...parties.signer, applicationUri: 'FYDIBOHF25SPDLT.fourth.test', ...mail('joe@fourth.test') };
  expect(await ask({ ...fourth, ...ofConsumers }, consumerUrl)).toMatchObject({ is: 'token' });
  expect(await ask(fourth)).toEqual({ is: 'fault', ...faults.unknown });
  expect(await ask({ target: 'FYDIBOHF25SPDLT.fourth.test' })).toEqual({ is: 'fault', ...faults.scope });
});

test('users of the cloud are those of accepted domains of its tenants', async () => {
  const { parties } = lab;
  const ask = async (address: string) => {
    const asked = { ...parties.stranger, applicationUri: 'cloud.example.test', ...mail(address) };
    return (await lab.ask(spoiltRequest(northwindAsks(parties, asked)))).result;
  };
  await lab.register(partner('cloud', parties.stranger, { uris: ['cloud.example.test'], domains: [], hostsTenants: true }));
  expect(await ask('joe@contoso.test')).toMatchObject({ is: 'token' });
  expect(await ask('joe@fabrikam.test')).toEqual({ is: 'fault', ...faults.domain });
});

test('the address may name the port that was asked', async () => {
  const port = lab.names.hosts['login.microsoftonline.test']?.split(':').at(-1);
  const url = `https://login.microsoftonline.test:${port}/extSTS.srf`;
  const ask = async (to: string) => (await lab.ask(spoiltRequest(northwindAsks(lab.parties, { tokenIssuerEpr: to })), url)).result;
  expect(await ask(url)).toMatchObject({ is: 'token' });
  expect(await ask(business.tokenIssuerEpr)).toMatchObject({ is: 'token' });
  expect(await ask('https://login.microsoftonline.test:1/extSTS.srf')).toEqual({ is: 'fault', ...faults.proof });
});

test('what was answered, and what the journal tells of it', async () => {
  const messages: string[] = [];
  const stop = lab.journal.subscribe((record, octets) => {
    if (record.operation === 'extSTS.srf') messages.push(JSON.stringify(octets()));
  });
  const { result, answer } = await lab.ask(spoiltRequest(northwindAsks(lab.parties)));
  const record = await lab.exchangeOf(answer);
  stop();
  if (result.is !== 'token') throw new Error('no token');
  expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
    ...[200, 'application/soap+xml; charset=utf-8', 'no-store'],
  ]);
  const names = [...answer.body.matchAll(/<([\w:]+)[ >/]/g)].map(([, name]) => name);
  const cipher = names.indexOf('xenc:EncryptedData');
  expect(names.slice(0, cipher + 1)).toEqual([
    ...['s:Envelope', 's:Header', 'a:Action', 'a:RelatesTo', 'o:Security', 'u:Timestamp', 'u:Created', 'u:Expires'],
    ...['psf:pp', 'psf:serverVersion', 'psf:reqstatus', 'psf:serverInfo', 's:Body', 't:RequestSecurityTokenResponse', 't:TokenType'],
    ...['wsp:AppliesTo', 'a:EndpointReference', 'a:Address', 't:Lifetime', 'u:Created', 'u:Expires'],
    ...['t:RequestedSecurityToken', 'xenc:EncryptedData'],
  ]);
  expect(names.slice(names.indexOf('t:RequestedAttachedReference'))).toEqual([
    ...['t:RequestedAttachedReference', 'o:SecurityTokenReference', 'o:Reference'],
    ...['t:RequestedUnattachedReference', 'o:SecurityTokenReference', 'o:KeyIdentifier', 't:RequestedProofToken', 't:BinarySecret'],
  ]);
  expect(answer.body).toContain('<psf:reqstatus>0x0</psf:reqstatus>');
  expect(result.response).toMatchObject({
    appliesTo: 'http://FYDIBOHF25SPDLT.adatum.test',
    lifetime: { created: now, expires: now + 300_000 },
  });
  expect(record).toMatchObject({
    operation: 'extSTS.srf',
    caller: 'Joe@Northwind.test',
    outcome: 'answered',
    detail: 'fydibohf25spdlt.northwind.test asks for MSExchange.SharingCalendarFreeBusy at http://FYDIBOHF25SPDLT.adatum.test',
    verdict: { accepted: true },
  });
  const ciphers = [...answer.body.matchAll(/<xenc:CipherValue[^>]*>([^<]+)</g)].map(([, value = '']) => value);
  expect([messages.length, ciphers.length]).toEqual([1, 2]);
  for (const secret of [result.response.proofKey.toString('base64'), ...ciphers]) {
    expect(answer.body).toContain(secret);
    expect(messages[0]).not.toContain(secret.slice(0, 24));
  }
});

test('other doors of these hosts are not offered, and say so', async () => {
  for (const path of ['/RST2.srf', '/login.srf', '/rst2.SRF?x=1']) {
    for (const method of ['GET', 'POST']) {
      const answer = await lab.https(`https://login.microsoftonline.test${path}`, { method });
      expect([answer.status, answer.body]).toEqual([404, expect.stringMatching(/^\/\w+\.srf is not offered here: .*\n$/i)]);
      expect(await lab.exchangeOf(answer)).toMatchObject({ code: 'NotOffered', outcome: 'refused' });
    }
  }
  const asked = await lab.https('https://login.microsoftonline.test/extSTS.srf');
  expect([asked.status, asked.headers['allow']]).toEqual([405, 'POST']);
});

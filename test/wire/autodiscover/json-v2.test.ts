import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AutodiscoverLab, type Call, openAutodiscoverLab } from './lab.ts';

let lab: AutodiscoverLab;
beforeAll(async () => {
  lab = await openAutodiscoverLab();
});
afterAll(() => lab.close());

const json = '/autodiscover/autodiscover.json';
const cloud: Partial<Call> = { organization: 'contoso-cloud' };

test.each<[string, string, Partial<Call>, { Protocol: string; Url: string }]>([
  [
    'a mailbox here',
    `${json}/v1.0/mary@contoso.test?Protocol=EWS`,
    {},
    { Protocol: 'EWS', Url: 'https://mail.contoso.test/EWS/Exchange.asmx' },
  ],
  [
    'the other spelling, in any letter case',
    '/AutoDiscover/AutoDiscover.json?email=mary%40contoso.test&protocol=autodiscoverv1&RedirectCount=1',
    {},
    { Protocol: 'AutodiscoverV1', Url: 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml' },
  ],
  [
    'a remote mailbox, as an organisation on premises tells it',
    `${json}/v1.0/joe@contoso.test?Protocol=EWS`,
    {},
    { Protocol: 'EWS', Url: 'https://outlook.office365.test/EWS/Exchange.asmx' },
  ],
  [
    'an unknown user of a domain of the cloud',
    `${json}?Email=nobody@contoso.test&Protocol=AutodiscoverV1`,
    cloud,
    { Protocol: 'AutodiscoverV1', Url: 'https://autodiscover-s.outlook.test/autodiscover/autodiscover.xml' },
  ],
])('v2 answers %s', async (_, path, call, body) => {
  const answer = await lab.ask({ method: 'GET', path, authorization: null, ...call });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(JSON.parse(answer.text)).toEqual(body);
  expect(answer.exchange).toMatchObject({ operation: 'JSONv2', caller: null, code: 'NoError', outcome: 'answered' });
});

test('v2 answers a client on localhost with addresses on localhost', async () => {
  const path = `${json}/v1.0/joe@contoso.test?Protocol=EWS`;
  const answer = await lab.ask({ method: 'GET', path, authorization: null, host: 'localhost' });
  expect(JSON.parse(answer.text)).toEqual({ Protocol: 'EWS', Url: `https://localhost:${lab.ports['contoso-cloud']}/EWS/Exchange.asmx` });
});

test('the cloud sends on for a mailbox on premises, and not for ever', async () => {
  const ask = (count: number) =>
    lab.ask({ method: 'GET', path: `${json}?Email=mary@contoso.test&Protocol=EWS&RedirectCount=${count}`, authorization: null, ...cloud });
  const sent = await ask(0);
  expect(sent.status).toBe(302);
  expect(sent.headers['location']).toBe(
    'https://autodiscover.contoso.test/autodiscover/autodiscover.json?Email=mary@contoso.test&Protocol=EWS&RedirectCount=1',
  );
  expect(sent.exchange).toMatchObject({ code: 'redirect', outcome: 'answered' });
  expect(await ask(10)).toMatchObject({ status: 404 });
});

test.each<[string, string, Partial<Call>, number, string, string]>([
  ['without a user', `${json}?Protocol=EWS`, {}, 400, 'MandatoryParameterMissing', "'Email'"],
  ['without a protocol', `${json}/v1.0/mary@contoso.test`, {}, 400, 'MandatoryParameterMissing', "'Protocol'"],
  ['for what is no address', `${json}/v1.0/mary?Protocol=EWS`, {}, 400, 'InvalidUserId', 'not an e-mail address'],
  [
    'for a protocol that has no address here',
    `${json}/v1.0/mary@contoso.test?Protocol=ActiveSync`,
    {},
    400,
    'ProtocolNotSupported',
    "The given protocol value 'ActiveSync' is invalid. Supported values are 'AutodiscoverV1,EWS'",
  ],
  ['for an unknown user on premises', `${json}/v1.0/nobody@contoso.test?Protocol=EWS`, {}, 404, 'UserNotFound', 'not found'],
  ['for a user of another domain in the cloud', `${json}/v1.0/pat@fabrikam.test?Protocol=EWS`, cloud, 404, 'UserNotFound', 'not found'],
  ['for a group', `${json}/v1.0/all-staff@contoso.test?Protocol=EWS`, {}, 404, 'UserNotFound', 'no mailbox'],
  ['for a mailbox that leads nowhere known', `${json}/v1.0/lost@contoso.test?Protocol=EWS`, {}, 404, 'UserNotFound', 'not known'],
])('v2 refuses %s', async (_, path, call, status, code, sentence) => {
  const answer = await lab.ask({ method: 'GET', path, authorization: null, ...call });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toEqual({ ErrorCode: code, ErrorMessage: expect.stringContaining(sentence) });
  expect(answer.exchange).toMatchObject({ operation: 'JSONv2', code, outcome: 'refused' });
});

test('v2 takes nothing but GET', async () => {
  expect(await lab.ask({ path: json, authorization: null })).toMatchObject({ status: 405, headers: { allow: 'GET' } });
});

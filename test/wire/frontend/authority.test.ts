import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exchangeOf, visitOf } from '../../../shared/service/http-exchange.ts';
import { presented } from '../../support/presented.ts';
import type { RawCall } from '../../support/raw-http.ts';
import { at, type FrontendLab, openFrontendLab } from './lab.ts';

let lab: FrontendLab;
let port: number;
beforeEach(async () => {
  lab = await openFrontendLab();
  const app = await lab.app((instance) => {
    instance.get('/own-organization', (request) => exchangeOf(request).organization.name);
    instance.all('/*', (request) => {
      const { organization, instant, authority, tls, exchange } = visitOf(request);
      exchange.note({ organization: 'contoso-cloud', operation: 'token' });
      const body = Buffer.isBuffer(request.body) ? request.body.toString() : null;
      return { organization: organization?.name ?? null, instant, authority, tls: tls !== undefined, url: request.url, body };
    });
  });
  const clock = { now: (name?: string) => (name === 'azure-auth' ? at + 300_000 : at) };
  port = await lab.openAuthority(app, { clock });
});
afterEach(() => lab.close());

const call = (changes: Partial<RawCall>) => lab.call({ port, host: 'login.microsoftonline.test', ...changes });

test('a request reaches the service without an organisation, by the clock of the service', async () => {
  const answer = await call({ method: 'POST', path: '/Common/oauth2/token?x=1', body: 'a=b' });
  expect(JSON.parse(answer.body.toString())).toEqual({
    organization: null,
    instant: at + 300_000,
    authority: { host: 'login.microsoftonline.test', byName: true },
    tls: true,
    url: '/Common/oauth2/token?x=1',
    body: 'a=b',
  });
  expect(await lab.recorder.closed(1)).toMatchObject([
    {
      start: { service: 'azure-auth', direction: 'incoming', protocol: 'https', host: 'login.microsoftonline.test', at: at + 300_000 },
      facts: { status: 200, organization: 'contoso-cloud', operation: 'token' },
      outcome: 'answered',
      // Although the tenant is known by now, and its servers have another time.
      closedAt: at + 300_000,
    },
  ]);
  expect(lab.recorder.exchanges[0]?.start).not.toHaveProperty('organization');
});

test('answers carry our headers and none of Exchange', async () => {
  const headers = { 'client-request-id': 'a', 'return-client-request-id': 'true' };
  const answer = await call({ path: '/x', headers });
  expect(answer.headers).toMatchObject({ 'x-coexist': '1.2.3', 'x-coexist-trace': lab.recorder.exchanges[0]?.traceId });
  for (const name of ['request-id', 'client-request-id', 'server', 'x-feserver']) expect(answer.headers[name]).toBeUndefined();
});

test.each([
  ['accounts.accesscontrol.test:4445', { host: 'accounts.accesscontrol.test', port: 4445, byName: true }],
  ['login.windows.net', { host: 'login.windows.net', byName: true }],
  ['localhost:4445', { host: 'localhost', port: 4445, byName: false }],
  ['laptop.lan', { host: 'laptop.lan', byName: false }],
])('everything that is asked is asked of it: %s', async (host, authority) => {
  const answer = await call({ host, path: '/EWS/Exchange.asmx', insecure: true });
  expect(JSON.parse(answer.body.toString())).toMatchObject({ url: '/EWS/Exchange.asmx', authority });
});

test("the certificate carries its names, Microsoft's spellings and the machine's names; an unknown name is not among them", async () => {
  const known = await presented(port, 'sts.windows.net', lab.certificates.caPem);
  expect(known.trusted).toBe(true);
  expect(known.certificate.subjectaltname).toBe(
    'DNS:login.microsoftonline.test, DNS:accounts.accesscontrol.test, DNS:nexus.microsoftonline-p.test, DNS:domains.live.test, ' +
      'DNS:login.live.test, DNS:nexus.passport.test, DNS:graph.microsoft.test, DNS:login.microsoftonline.com, DNS:login.windows.net, ' +
      'DNS:login.microsoft.com, DNS:sts.windows.net, DNS:accounts.accesscontrol.windows.net, ' +
      'DNS:graph.microsoft.com, DNS:nexus.microsoftonline-p.com, DNS:domains.live.com, DNS:login.live.com, DNS:nexus.passport.com, ' +
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
  expect((await presented(port, 'localhost', lab.certificates.caPem)).trusted).toBe(true);
  expect(await presented(port, 'login.example.com', lab.certificates.caPem)).toMatchObject({
    trusted: false,
    problem: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('fault rules act on it', async () => {
  lab.faults.add({ id: 'down', match: { svc: 'azure-auth' }, times: 1, effect: { kind: 'status', status: 503 } });
  expect([(await call({})).status, (await call({})).status]).toEqual([503, 200]);
  lab.faults.add({ id: 'gone', match: { host: 'login.microsoftonline.test' }, times: 1, effect: { kind: 'reset' } });
  await expect(call({})).rejects.toMatchObject({ code: 'ECONNRESET' });
  const exchanges = await lab.recorder.closed(3);
  expect(exchanges.map(({ outcome }) => outcome)).toEqual(['fault', 'answered', 'fault']);
});

test('octets that are no http, and a handshake that fails, are in the journal under its name', async () => {
  await new Promise<void>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca: lab.certificates.caPem, servername: 'login.microsoftonline.test' });
    socket.on('error', () => socket.destroy());
    socket.on('data', () => undefined);
    socket.once('close', () => resolve());
    socket.write('EHLO\r\n\r\n');
  });
  const { certPem } = await lab.certificates.authorityFor({ commonName: 'x', issuedBy: 'itself' });
  await expect(call({ ca: certPem })).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  expect(await lab.recorder.closed(1)).toMatchObject([
    {
      start: { service: 'azure-auth', target: '(unreadable request)', host: 'login.microsoftonline.test', at: at + 300_000 },
      facts: { status: 400 },
      outcome: 'refused',
    },
  ]);
});

test('a service of organisations that asks for one where none answers is a defect', async () => {
  expect((await call({ path: '/own-organization' })).status).toBe(500);
  await lab.recorder.closed(1);
  await expect(lab.close()).rejects.toThrow('ended as a defect');
  lab = await openFrontendLab();
});

import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callRaw } from '../../support/raw-http.ts';
import { at, type FrontendLab, openFrontendLab } from './lab.ts';

let lab: FrontendLab;
beforeEach(async () => {
  lab = await openFrontendLab();
});
afterEach(async () => {
  await lab.close();
});

const probe = '/autodiscover/autodiscover.xml';
const ports = new Map([
  ['contoso', 4443],
  ['contoso-cloud', 4444],
]);

test.each([
  ['an Autodiscover host', 'autodiscover.contoso.test', probe, 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml'],
  [
    'in any letter case',
    'AutoDiscover.Contoso.test',
    '/AutoDiscover/AUTODISCOVER.xml',
    'https://autodiscover.contoso.test/autodiscover/autodiscover.xml',
  ],
  [
    'for SOAP',
    'autodiscover.contoso.test',
    '/Autodiscover/Autodiscover.svc',
    'https://autodiscover.contoso.test/autodiscover/autodiscover.svc',
  ],
  ['with a query', 'autodiscover.contoso.test', `${probe}?a=b`, 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml'],
  ['on port 80 by name', 'autodiscover.contoso.test:80', probe, 'https://autodiscover.contoso.test/autodiscover/autodiscover.xml'],
  ['on a port of its own', 'autodiscover.contoso.test:4480', probe, 'https://autodiscover.contoso.test:4443/autodiscover/autodiscover.xml'],
  [
    'a name that only redirects',
    'autodiscover.contoso.mail.onmicrosoft.test',
    probe,
    'https://autodiscover-s.outlook.test/autodiscover/autodiscover.xml',
  ],
  ["Microsoft's spelling", 'autodiscover-s.outlook.com', probe, 'https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml'],
])('the probe is redirected: %s', async (_, host, path, location) => {
  const port = await lab.openGateway(ports);
  for (const method of ['GET', 'HEAD', 'POST']) {
    const answer = await callRaw({ port, host, path, method });
    expect([answer.status, answer.headers.location, answer.body.length]).toEqual([302, location, 0]);
  }
});

test.each([
  ['another path', 'autodiscover.contoso.test', '/autodiscover/services.wsdl'],
  ['the root', 'autodiscover.contoso.test', '/'],
  ['a host that is not for Autodiscover', 'mail.contoso.test', probe],
  ["Microsoft's spelling of such a host", 'outlook.office365.com', probe],
  ['EWS', 'mail.contoso.test', '/EWS/Exchange.asmx'],
  ['the authentication service', 'login.microsoftonline.test', '/'],
  ["Microsoft's spelling of it", 'accounts.accesscontrol.windows.net', probe],
])('refused, for https is required: %s', async (_, host, path) => {
  const port = await lab.openGateway(ports);
  const answer = await callRaw({ port, host, path, method: 'POST', body: 'secret' });
  expect([answer.status, answer.body.toString()]).toEqual([403, 'This host answers over https only.\r\n']);
});

test.each(['localhost', 'contoso.test', 'www.example.com', '127.0.0.1:4480', 'bad host', ''])(
  'the unknown host %j learns nothing',
  async (host) => {
    const port = await lab.openGateway(ports);
    const answer = await callRaw({ port, host, path: probe });
    expect([answer.status, answer.body.length, answer.headers.location, answer.headers.server]).toEqual([404, 0, undefined, undefined]);
  },
);

test('requests are in the journal, and fault rules act on them', async () => {
  lab.faults.add({ id: 'down', match: { host: 'autodiscover.contoso.test' }, times: 1, effect: { kind: 'status', status: 503 } });
  const port = await lab.openGateway(ports);
  expect((await callRaw({ port, host: 'autodiscover.contoso.test', path: probe })).status).toBe(503);
  expect((await callRaw({ port, host: 'autodiscover.contoso.test', path: probe })).status).toBe(302);
  expect(await lab.recorder.closed(2)).toMatchObject([
    { outcome: 'fault', faults: [{ rule: 'down', kind: 'status' }] },
    {
      start: {
        service: 'frontend',
        protocol: 'http',
        host: 'autodiscover.contoso.test',
        organization: 'contoso',
        target: `GET ${probe}`,
        at,
      },
      outcome: 'answered',
      facts: { status: 302 },
    },
  ]);
});

test('octets that are no http are answered 400 and recorded', async () => {
  const port = await lab.openGateway();
  const text = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    socket.once('close', () => resolve(received));
    socket.write('\x16\x03\x01 this is a TLS hello\r\n\r\n');
  });
  expect(text).toBe('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  expect(await lab.recorder.closed(1)).toMatchObject([{ start: { protocol: 'http', target: '(unreadable request)' }, outcome: 'refused' }]);
});

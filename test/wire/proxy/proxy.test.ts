import { execFile } from 'node:child_process';
import { type AddressInfo, connect, createServer as createNetServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gather, hostSources, inTurn } from '../../../services/gathered-listeners.ts';
import { authenticationNames, buildHostMap } from '../../../shared/domain/organization/host-map.ts';
import { createPatience } from '../../../shared/kernel/patience.ts';
import { visitOf } from '../../../shared/service/http-exchange.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';
import { callRaw } from '../../support/raw-http.ts';
import { requireTool } from '../../support/tools.ts';
import { whileHeld } from '../../support/while-held.ts';
import { at } from '../frontend/lab.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';

let lab: ProxyLab;
beforeEach(async () => {
  lab = await openProxyLab();
});
afterEach(() => lab.close());

/** Sends octets to the proxy and gives everything that comes back. */
function send(port: number, octets: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      text += `<${error.code}>`;
    });
    socket.once('close', () => resolve(text));
    socket.write(octets);
  });
}
const connectTo = (port: number, authority: string) => send(port, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);

const hello = () => lab.app((app) => app.get('/ews/', () => 'hello through the tunnel'));

/** An https request through a tunnel, certificate checked against the asked name. */
function through(port: number, host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
    socket.once('data', (head) => {
      expect(String(head)).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
      const tls = connectTls({ socket, servername: host, ca: lab.certificates.caPem });
      let text = '';
      tls.on('data', (chunk) => {
        text += String(chunk);
      });
      tls.once('error', reject);
      tls.once('close', () => resolve(text.split('\r\n\r\n')[1] ?? ''));
      tls.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
  });
}

describe('CONNECT', () => {
  test("the world's names and Microsoft's spellings lead to our listeners, with certificates that hold", async () => {
    const frontend = await lab.open({ ews: await hello() }, { organizations: [contosoCloud], defaultOrganization: 'contoso-cloud' });
    const { port } = await lab.openProxy({ 'contoso-cloud': frontend.port });
    for (const host of ['outlook.office365.test', 'outlook.office365.com', 'autodiscover-s.outlook.com']) {
      expect(await through(port, host, '/ews/')).toBe('hello through the tunnel');
    }
    const exchanges = (await lab.recorder.closed(6)).filter(({ start }) => start.protocol === 'connect');
    expect(exchanges).toHaveLength(3);
    expect(exchanges[1]).toMatchObject({
      start: { service: 'proxy', direction: 'incoming', target: 'CONNECT outlook.office365.com:443', host: 'outlook.office365.com', at },
      outcome: 'answered',
      facts: { status: 200, detail: expect.stringMatching(/^[1-9]\d* octets up, [1-9]\d* down$/) },
      request: { headers: ['Host', 'outlook.office365.com:443'] },
    });
  });

  test('every name of the authentication service leads to its listener', async () => {
    const app = await lab.app((instance) => instance.get('/common/x', (request) => `asked of ${visitOf(request).authority.host}`));
    const { port } = await lab.openProxy({ 'azure-auth': await lab.openAuthority(app) });
    for (const host of authenticationNames) expect(await through(port, host, '/common/x')).toBe(`asked of ${host}`);
    const hosts = (await lab.recorder.closed(2 * authenticationNames.length)).filter(({ start }) => start.service === 'azure-auth');
    expect(hosts.map(({ start }) => start.host)).toEqual(authenticationNames);
  });

  test.each([
    [
      'a name of the real world',
      'www.example.com:443',
      403,
      'www.example.com is not a name of this simulated world, and nothing is ever forwarded to a network.',
    ],
    ['an address of the real world', '192.0.2.1:443', 403, '192.0.2.1 is not a name of this simulated world'],
    ['an IPv6 address', '[2001:db8::1]:443', 403, '2001:db8::1 is not a name of this simulated world'],
    ['another port', 'mail.contoso.test:22', 403, 'Port 22 of mail.contoso.test is not open'],
    ['another port of this machine', 'localhost:22', 403, 'Port 22 of localhost is not open'],
    [
      'the accepted domain',
      'contoso.test:443',
      502,
      'Connection refused: contoso.test exists in this simulated world, but nothing answers there.',
    ],
    ['an organisation that is not running', 'outlook.office365.com:443', 502, 'Connection refused: outlook.office365.com exists'],
    ["Microsoft's name without a service", 'graph.microsoft.com:443', 502, 'Connection refused: graph.microsoft.com exists'],
    ['an authentication service that is not running', 'login.windows.net:443', 502, 'Connection refused: login.windows.net exists'],
    ['no port', 'mail.contoso.test', 400, 'CONNECT takes host:port.'],
    ['no authority', '/ews', 400, 'CONNECT takes host:port.'],
  ])('%s', async (_, authority, status, text) => {
    const { port } = await lab.openProxy({ contoso: 9 });
    const answer = await connectTo(port, authority);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.split('\r\n\r\n')[1]).toContain(text);
    expect(await lab.recorder.closed(1)).toMatchObject([{ start: { protocol: 'connect' }, outcome: 'refused', facts: { status } }]);
  });

  test('a listener that does not answer', async () => {
    const server = createNetServer();
    const gone = await lab.listen(server);
    await new Promise((resolve) => server.close(resolve));
    const { port } = await lab.openProxy({ contoso: gone });
    expect(await connectTo(port, 'mail.contoso.test:443')).toMatch(
      /^HTTP\/1\.1 502 [\s\S]*Connection refused: mail\.contoso\.test does not answer/,
    );
  });

  test('what comes right behind the request is not lost, and either end can close', async () => {
    const echo = await lab.listen(createNetServer((socket) => socket.on('error', () => undefined).pipe(socket)));
    const { port } = await lab.openProxy({ contoso: echo });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
        if (text.endsWith('early late')) socket.end();
        else if (text.endsWith('early')) socket.write(' late');
      });
      socket.once('close', () => resolve(text));
      socket.write('CONNECT mail.contoso.test:443 HTTP/1.1\r\n\r\nearly');
    });
    expect(answer).toBe('HTTP/1.1 200 Connection established\r\n\r\nearly late');
    expect(await lab.recorder.closed(1)).toMatchObject([{ outcome: 'answered', facts: { detail: '10 octets up, 10 down' } }]);
  });

  test('an idle tunnel is closed, and so are all when the proxy closes', async () => {
    const silent = await lab.listen(createNetServer((socket) => socket.on('error', () => undefined)));
    const { port } = await lab.openProxy({ contoso: silent }, { limits: { idleTimeoutMs: 50 } });
    expect(await connectTo(port, 'mail.contoso.test:443')).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
    const patient = await lab.openProxy({ contoso: silent });
    const socket = connect(patient.port, '127.0.0.1');
    socket.write('CONNECT mail.contoso.test:443 HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await patient.proxy.close(60_000);
    await closed;
    await lab.recorder.closed(2);
  });

  test('while something is held a tunnel may idle, and for its time afterwards', async () => {
    const silent = await lab.listen(createNetServer((socket) => socket.on('error', () => undefined)));
    const limits = { idleTimeoutMs: 50 };
    const patience = createPatience();
    const [{ port }, { port: other }] = [
      await lab.openProxy({ contoso: silent }, { limits, patience }),
      await lab.openProxy({ contoso: silent }, { limits }),
    ];
    const connected = (to: number) => () => connectTo(to, 'mail.contoso.test:443');
    expect(await whileHeld(patience, connected(port), connected(other))).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
    await lab.recorder.closed(3);
  });

  test('a listener on another machine of the lab, and the next where one does not listen any more', async () => {
    const own = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
    const address = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';
    const echo = createNetServer((socket) => socket.on('error', () => undefined).end('here'));
    await new Promise<void>((resolve) => echo.listen(0, address, resolve));
    const { port: echoPort } = echo.address() as AddressInfo;
    const listeners = gather([9, echoPort].map((listening) => ({ kind: 'https', owner: 'contoso', address, port: listening })));
    const map = inTurn(buildHostMap({ organizations: [contoso], ...hostSources(listeners) }), listeners);
    const { port } = await lab.openProxy({}, { hosts: () => map });
    for (let turn = 0; turn < 2; turn += 1) expect(await connectTo(port, 'mail.contoso.test:443')).toMatch(/^HTTP\/1\.1 200 [\s\S]*here$/);
    await lab.recorder.closed(2);
    echo.close();
  });

  test.each([
    ['refuse', /^HTTP\/1\.1 502 /],
    ['reset', /^<ECONNRESET>$/],
  ])('a fault at dial: %s', async (kind, expected) => {
    lab.faults.add({ id: 'wall', seam: 'dial', match: { svc: 'proxy', host: 'mail.contoso.test' }, effect: { kind } });
    const { port } = await lab.openProxy({ contoso: 9 });
    expect(await connectTo(port, 'mail.contoso.test:443')).toMatch(expected);
    expect(await lab.recorder.closed(1)).toMatchObject([{ outcome: 'fault', faults: [{ rule: 'wall', kind }] }]);
  });

  test('a delay at dial', async () => {
    lab.faults.add({ seam: 'dial', effect: { kind: 'latency', delayMs: 40 } });
    const frontend = await lab.open({ ews: await hello() });
    const { port } = await lab.openProxy({ contoso: frontend.port });
    const started = performance.now();
    expect(await through(port, 'mail.contoso.test', '/ews/')).toBe('hello through the tunnel');
    expect(performance.now() - started).toBeGreaterThan(38);
  });
});

test('the proxy gives a configuration file for its names', async () => {
  const { port } = await lab.openProxy({ contoso: 9 });
  const answer = await callRaw({ port, path: '/proxy.pac', host: `127.0.0.1:${port}` });
  expect(answer.headers['content-type']).toBe('application/x-ns-proxy-autoconfig');
  const ask = (host: string) =>
    runInNewContext(`${answer.body.toString()}; FindProxyForURL('https://x/', ${JSON.stringify(host)})`) as string;
  expect(ask('MAIL.contoso.test')).toBe(`PROXY 127.0.0.1:${port}`);
  expect(ask('login.microsoftonline.com')).toBe(`PROXY 127.0.0.1:${port}`);
  expect(ask('www.example.com')).toBe('DIRECT');
  expect(ask('hasOwnProperty')).toBe('DIRECT');
});

test('the number of clients is bounded', async () => {
  const silent = await lab.listen(createNetServer((socket) => socket.on('error', () => undefined)));
  const { port } = await lab.openProxy({ contoso: silent }, { limits: { maxConnections: 1 } });
  const first = connect(port, '127.0.0.1');
  first.write('CONNECT mail.contoso.test:443 HTTP/1.1\r\n\r\n');
  await new Promise((resolve) => first.once('data', resolve));
  expect(await connectTo(port, 'mail.contoso.test:443')).toMatch(/^(<ECONNRESET>|<EPIPE>)?$/);
  first.destroy();
  await lab.recorder.closed(1);
});

describe.skipIf(!requireTool('curl', 'curl'))('curl, unmodified', () => {
  const run = promisify(execFile);
  test('reaches both organisations by name through the proxy, certificate checked', async () => {
    const onPremises = await lab.open({ ews: await hello() });
    const cloud = await lab.open({ ews: await hello() }, { organizations: [contosoCloud], defaultOrganization: 'contoso-cloud' });
    const gateway = await lab.openGateway();
    const { port } = await lab.openProxy({ contoso: onPremises.port, 'contoso-cloud': cloud.port, gateway });
    const ca = lab.certificates.caFile;
    const curl = async (...args: string[]) => {
      const common = [
        '-sS',
        '--noproxy',
        '',
        '--proxy',
        `http://127.0.0.1:${port}`,
        '--cacert',
        ca,
        '-o',
        '-',
        '-w',
        ' %{http_code} %{redirect_url}',
      ];
      return (await run('curl', [...common, ...args], { env: {} })).stdout;
    };
    expect(await curl('https://mail.contoso.test/')).toBe(' 302 https://mail.contoso.test/owa/');
    expect(await curl('https://outlook.office365.com/')).toBe(' 302 https://outlook.office365.com/owa/');
    expect(await curl('https://outlook.office365.com/ews/')).toBe('hello through the tunnel 200 ');
    expect(await curl('http://autodiscover.contoso.mail.onmicrosoft.test/autodiscover/autodiscover.xml')).toBe(
      ' 302 https://autodiscover-s.outlook.test/autodiscover/autodiscover.xml',
    );
    await expect(curl('https://www.example.com/')).rejects.toMatchObject({ code: 56, stderr: expect.stringContaining('403') });
    await expect(curl('https://contoso.test/')).rejects.toMatchObject({ code: 56, stderr: expect.stringContaining('502') });
    await expect(curl('https://autodiscover.contoso.mail.onmicrosoft.test/')).rejects.toMatchObject({ code: 60 });
  });
});

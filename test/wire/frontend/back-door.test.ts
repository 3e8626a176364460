import { createHash, randomBytes } from 'node:crypto';
import { Agent, request as sendSecure } from 'node:https';
import { connect as connectTcp, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exchangeOf } from '../../../shared/service/http-exchange.ts';
import { type LinkFacts, linkField, sealLinkFacts } from '../../../shared/service/link-facts.ts';
import { contoso } from '../../support/organizations.ts';
import { callRaw } from '../../support/raw-http.ts';
import { type FrontendLab, linkKey, linksTo, openFrontendLab } from './lab.ts';

let lab: FrontendLab;
beforeEach(async () => {
  lab = await openFrontendLab();
});
afterEach(async () => {
  await lab.close();
});

/** A service that says its name and how many requests the connection has brought to it. */
async function counting(name: string) {
  const app = await lab.app((made) => {
    const seen = new WeakMap<object, number>();
    made.get('/EWS/count', (request) => {
      const { connection } = exchangeOf(request);
      const count = (seen.get(connection) ?? 0) + 1;
      seen.set(connection, count);
      return `${name} ${count}`;
    });
  });
  return lab.openServices({ organizations: [contoso], apps: new Map([['ews', app]]) });
}

function openFront(ports: () => readonly number[]) {
  return lab.open({}, { links: linksTo((service) => (service === 'ews' ? ports() : [])) });
}

/** A client with connections of its own. */
function client(port: number, headers: Record<string, string> = {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: lab.certificates.caPem, servername: 'mail.contoso.test' });
  const ask = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = { agent, port, host: '127.0.0.1', path: '/ews/count', headers: { host: 'mail.contoso.test', ...headers } };
      sendSecure(options, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.once('end', () => resolve(response.statusCode === 200 ? text : `${response.statusCode}`));
      })
        .once('error', reject)
        .end();
    });
  return { ask, close: () => agent.destroy() };
}

test('a connection of a client is one connection to a service, and the next client comes to the next process', async () => {
  const doors = [await counting('one'), await counting('two')];
  const { port } = await openFront(() => doors);
  const [first, second, third] = [client(port), client(port), client(port)];
  const answers = [];
  for (const { ask } of [first, second, first, second, third, first]) answers.push(await ask());
  for (const { close } of [first, second, third]) close();
  expect(answers).toEqual(['one 1', 'two 1', 'one 2', 'two 2', 'one 1', 'one 3']);
});

test('whoever sends a cookie of affinity comes to the same process with each connection', async () => {
  const doors = [await counting('one'), await counting('two')];
  const { port } = await openFront(() => doors);
  const processes = async (cookie: string): Promise<string[]> => {
    const clients = Array.from({ length: 4 }, () => client(port, { cookie: `a=b; X-BackEndOverrideCookie=${cookie}` }));
    const answers = await Promise.all(clients.map(({ ask }) => ask()));
    for (const { close } of clients) close();
    return [...new Set(answers)];
  };
  const met = await Promise.all(['server-1', 'server-2', 'server-3', 'server-4'].map(processes));
  expect(met.every((answers) => answers.length === 1)).toBe(true);
  expect(new Set(met.flat())).toEqual(new Set(['one 1', 'two 1']));
});

test('a process that is gone is passed by; where none is left the front end says so', async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port: closedPort } = gone.address() as { port: number };
  await new Promise((resolve) => gone.close(resolve));
  let doors: readonly number[] = [closedPort, await counting('two')];
  const { port } = await openFront(() => doors);
  for (let index = 0; index < 3; index += 1) {
    const { ask, close } = client(port);
    expect(await ask()).toBe('two 1');
    close();
  }
  doors = [closedPort];
  expect(await lab.call({ port, host: 'mail.contoso.test', path: '/ews/count' })).toMatchObject({ status: 503 });
  const last = (await lab.recorder.closed(4)).at(-1);
  expect(last).toMatchObject({ outcome: 'refused', facts: { code: 'UpstreamFailed', status: 503 } });
});

test('a process that dies in the midst of a request: 503, and the next request goes to another', async () => {
  const dying = createServer((socket) => socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => dying.listen(0, '127.0.0.1', resolve));
  const { port: dyingPort } = dying.address() as { port: number };
  let doors: readonly number[] = [dyingPort];
  const { port } = await openFront(() => doors);
  const { ask, close } = client(port);
  expect(await ask()).toBe('503');
  doors = [await counting('two')];
  expect([await ask(), await ask()]).toEqual(['two 1', 'two 2']);
  close();
  dying.close();
});

test.each([
  ['status', { kind: 'status', status: 418, headers: {}, body: 'no' }],
  ['latency', { kind: 'latency', delayMs: 5 }],
  ['reset', { kind: 'reset' }],
  ['refuse', { kind: 'refuse' }],
] as const)('a fault rule behind the back door: %s', async (kind, effect) => {
  const door = await counting('one');
  const { port } = await openFront(() => [door]);
  lab.faults.add({ id: 'rule', seam: 'http.request', match: { svc: 'ews' }, times: 1, effect });
  const answer = lab.call({ port, host: 'mail.contoso.test', path: '/ews/count' });
  if (kind === 'status' || kind === 'latency') expect((await answer).status).toBe(kind === 'status' ? 418 : 200);
  else await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await lab.recorder.closed(1)).toMatchObject([{ outcome: kind === 'latency' ? 'answered' : 'fault' }]);
  expect((await lab.call({ port, host: 'mail.contoso.test', path: '/ews/count' })).body.toString()).toBe('one 1');
});

describe('bodies', () => {
  const octets = randomBytes(3 * 1024 * 1024);
  const digest = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

  test('of any length, both ways, with and without a length', async () => {
    const app = await lab.app((made) => {
      made.post('/EWS/mirror', (request, reply) => reply.send(Readable.from([request.body as Buffer])));
      made.post('/EWS/whole', (request, reply) => reply.send(request.body));
    }, 10_000_000);
    const door = await lab.openServices({ organizations: [contoso], apps: new Map([['ews', app]]) });
    const { port } = await openFront(() => [door]);
    const post = { port, host: 'mail.contoso.test', method: 'POST' };
    for (const path of ['/ews/mirror', '/ews/whole']) {
      for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
        const answer = await lab.call({ ...post, path, headers, body: octets });
        expect([answer.status, digest(answer.body)]).toEqual([200, digest(octets)]);
      }
    }
    const head = await lab.call({ port, host: 'mail.contoso.test', method: 'HEAD', path: '/ews/whole' });
    expect([head.status, head.body.length]).toEqual([404, 0]);
  });

  test('what is streamed is seen as it comes, and ends for the service when the client goes', async () => {
    const gone = Promise.withResolvers<void>();
    const app = await lab.app((made) => {
      made.get('/EWS/stream', (request, reply) => {
        const stream = new Readable({ read() {} });
        stream.push('first');
        request.raw.socket.once('close', () => gone.resolve());
        return reply.send(stream);
      });
    });
    const door = await lab.openServices({ organizations: [contoso], apps: new Map([['ews', app]]) });
    const { port } = await openFront(() => [door]);
    await new Promise<void>((resolve, reject) => {
      const options = { port, host: '127.0.0.1', path: '/ews/stream', headers: { host: 'mail.contoso.test' }, rejectUnauthorized: false };
      const request = sendSecure(options, (response) => {
        response.once('data', (chunk: Buffer) => {
          expect(chunk.toString()).toBe('first');
          request.destroy();
          resolve();
        });
        response.on('error', () => {});
      });
      request.once('error', reject);
      request.end();
    });
    await gone.promise;
  });
});

/** What a client is answered on one connection of its own, until that ends; it writes `more` when something has come. */
function answers(port: number, octets: string, more?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'mail.contoso.test', ca: lab.certificates.caPem });
    let text = '';
    if (more !== undefined) socket.once('data', () => socket.write(more));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket
      .once('close', () => resolve(text))
      .once('error', reject)
      .write(octets);
  });
}

test('requests that follow each other unanswered share one connection to the service, in their order', async () => {
  const door = await counting('one');
  let connections = 0;
  const between = createServer((socket) => {
    connections += 1;
    const onward = connectTcp(door, '127.0.0.1');
    socket.once('close', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port: betweenPort } = between.address() as { port: number };
  const { port } = await openFront(() => [betweenPort]);
  const ask = 'GET /ews/count HTTP/1.1\r\nHost: mail.contoso.test\r\n';
  const text = await answers(port, `${`${ask}\r\n`.repeat(4)}${ask}Connection: close\r\n\r\n`);
  expect(text.match(/one \d/g)).toEqual(['one 1', 'one 2', 'one 3', 'one 4', 'one 5']);
  expect(connections).toBe(1);
  between.close();
});

test('a client that waits for 100 is told so by the front end, once, and its body arrives', async () => {
  const app = await lab.app((made) => {
    made.post('/EWS/whole', (request, reply) => reply.send(request.body));
  });
  const door = await lab.openServices({ organizations: [contoso], apps: new Map([['ews', app]]) });
  const { port } = await openFront(() => [door]);
  const head = [
    'POST /ews/whole HTTP/1.1',
    'Host: mail.contoso.test',
    'Content-Length: 5',
    'Expect: 100-continue',
    'Connection: close',
    'Content-Type: text/plain',
  ];
  const text = await answers(port, `${head.join('\r\n')}\r\n\r\n`, 'octet');
  expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200']);
  expect(text.endsWith('octet')).toBe(true);
});

describe('whoever is no front end of the lab', () => {
  const facts: LinkFacts = {
    organization: 'contoso',
    peer: '192.0.2.1:1',
    serverName: 'mail.contoso.test',
    ordinal: 0,
    local: { address: '192.0.2.2', port: 443 },
    certificateHash: null,
    clientCertificate: null,
  };
  const sealed = sealLinkFacts(linkKey, facts);

  test.each([
    ['says nothing of itself', undefined],
    ['has another key', sealLinkFacts(Buffer.alloc(32, 8), facts)],
    ['has changed what was sealed', `${sealed.slice(0, 10)}A${sealed.slice(11)}`],
    ['writes something', 'x'],
    ['writes nothing', ''],
  ])('%s: 403', async (_, value) => {
    const door = await counting('one');
    const headers = value === undefined ? {} : { [linkField]: value };
    expect(await callRaw({ port: door, host: 'mail.contoso.test', path: '/ews/count', headers })).toMatchObject({ status: 403 });
    expect(await lab.recorder.closed(1)).toMatchObject([{ outcome: 'refused', facts: { code: 'NoFrontEnd' } }]);
  });

  test('a client cannot say who it is: what it writes stays in front, and is not kept', async () => {
    const door = await counting('one');
    const { port } = await openFront(() => [door]);
    const answer = await lab.call({ port, host: 'mail.contoso.test', path: '/ews/count', headers: { [linkField]: sealed } });
    expect(answer.body.toString()).toBe('one 1');
    const [exchange] = await lab.recorder.closed(1);
    expect(exchange?.start.peer).toMatch(/^127\.0\.0\.1:/);
    expect(JSON.stringify(exchange)).not.toContain(linkField);
  });

  test('octets that are no http end the connection', async () => {
    const door = await counting('one');
    await new Promise<void>((resolve) =>
      connectTcp(door, '127.0.0.1')
        .once('close', () => resolve())
        .end('no http\r\n\r\n'),
    );
    expect(lab.recorder.exchanges).toHaveLength(0);
  });
});

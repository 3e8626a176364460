import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { helloName } from '../../../shared/service/client-hello.ts';
import { createNameSplitter, type NamedListener } from '../../../shared/service/name-splitter.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';
import { presented } from '../../support/presented.ts';
import { type FrontendLab, openFrontendLab } from './lab.ts';

let lab: FrontendLab;
let close: (() => Promise<void>) | undefined;
beforeEach(async () => {
  lab = await openFrontendLab();
});
afterEach(async () => {
  await close?.();
  close = undefined;
  await lab.close();
});

async function openShared(): Promise<number> {
  const apps = { ews: await lab.echo() };
  const [mail, cloud] = [
    await lab.open(apps, { organizations: [contoso], defaultOrganization: 'contoso' }),
    await lab.open(apps, { organizations: [contosoCloud], defaultOrganization: 'contoso-cloud' }),
  ];
  const listeners: Readonly<Record<string, NamedListener>> = {
    'mail.contoso.test': mail.frontend,
    'outlook.office365.test': cloud.frontend,
    'outlook.office365.com': cloud.frontend,
  };
  const shared = createNameSplitter((name) => listeners[name]);
  close = () => shared.close(0);
  await new Promise<void>((resolve) => shared.server.listen(0, '127.0.0.1', resolve));
  return (shared.server.address() as AddressInfo).port;
}

test('one port leads each name to its own listener, with its own certificate and the address that the client has', async () => {
  const port = await openShared();
  const told = async (host: string) => (await lab.call({ port, host, serverName: host, path: '/ews/' })).body.toString();
  expect(JSON.parse(await told('mail.contoso.test'))).toMatchObject({ organization: 'contoso' });
  expect(JSON.parse(await told('OUTLOOK.office365.com'))).toMatchObject({ organization: 'contoso-cloud' });
  const [one, other] = [
    await presented(port, 'mail.contoso.test', lab.certificates.caPem),
    await presented(port, 'outlook.office365.test', lab.certificates.caPem),
  ];
  expect([one.trusted, other.trusted]).toEqual([true, true]);
  expect(one.certificate.fingerprint256).not.toBe(other.certificate.fingerprint256);
});

test('whoever goes before it is told that a name leads nowhere ends nobody else', async () => {
  const { server } = createNameSplitter(() => undefined);
  const gone = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(new Error('write ECONNRESET')) });
  const closed = new Promise<void>((resolve) => void gone.once('close', resolve));
  server.emit('connection', gone);
  gone.push(Buffer.from([22, 3, 1, 0, 4, 1, 0, 0, 0]));
  await closed;
  expect(gone.errored?.message).toBe('write ECONNRESET');
  // An error that nobody hears ends the process.
  expect(gone.listenerCount('error')).toBe(1);
});

test.each([
  ['a name that leads nowhere', 'www.example.com'],
  ['no name', ''],
])('%s is answered with the alert for it', async (_, servername) => {
  const port = await openShared();
  const socket = connectTls({ host: '127.0.0.1', port, servername, rejectUnauthorized: false });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.message).toContain('unrecognized name');
});

test('what is not TLS gets the alert, and a client that goes leaves nothing behind', async () => {
  const port = await openShared();
  const stranger = connect(port, '127.0.0.1');
  stranger.write('GET / HTTP/1.1\r\n\r\n');
  const [alert] = (await once(stranger, 'data')) as [Buffer];
  expect([...alert]).toEqual([21, 3, 3, 0, 2, 2, 112]);
  await once(stranger, 'close');
  const passing = connect(port, '127.0.0.1');
  await once(passing, 'connect');
  passing.write(Buffer.from([22, 3, 1, 2]));
  passing.destroy();
  await once(passing, 'close');
  // What has gone counts no longer.
  const { trusted } = await presented(port, 'mail.contoso.test', lab.certificates.caPem);
  expect(trusted).toBe(true);
});

test('it closes though a client keeps its connection', async () => {
  const port = await openShared();
  const kept = connectTls({ host: '127.0.0.1', port, servername: 'mail.contoso.test', ca: lab.certificates.caPem });
  await once(kept, 'secureConnect');
  kept.write('GET /nothing HTTP/1.1\r\nhost: mail.contoso.test\r\n\r\n');
  await once(kept, 'data');
  const closed = once(kept, 'close');
  await close?.();
  close = undefined;
  await closed;
  expect(kept.destroyed).toBe(true);
});

test('a name is found however a ClientHello is cut into records and arrives, and never before it is there', async () => {
  const hello = await clientHello('Mail.Contoso.Test');
  const body = hello.subarray(5);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: body.length }), fc.nat(), (size, cut) => {
      const framed = records(body, size);
      const part = framed.subarray(0, cut % framed.length);
      expect(helloName(framed)).toBe('mail.contoso.test');
      expect(helloName(Buffer.concat([framed, Buffer.from('more')]))).toBe('mail.contoso.test');
      expect(helloName(part)).toBeUndefined();
    }),
  );
});

test('whatever the octets are, the answer is a name, none, or that more are wanted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
      for (const octets of [Buffer.from(noise), Buffer.from([22, 3, 1, 0, 60, 1, 0, 0, 56, ...noise])]) {
        const found = helloName(octets);
        expect(found === undefined || found === null || found.length > 0).toBe(true);
      }
    }),
  );
});

/** The first record that a client sends. */
async function clientHello(servername: string): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connectTls({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, servername });
  client.on('error', () => undefined);
  const [accepted] = (await once(server, 'connection')) as [Socket];
  let read = Buffer.alloc(0);
  while (read.length < 5 || read.length < 5 + read.readUInt16BE(3)) {
    const [chunk] = (await once(accepted, 'data')) as [Buffer];
    read = Buffer.concat([read, chunk]);
  }
  client.destroy();
  accepted.destroy();
  server.close();
  return read;
}

function records(body: Buffer, size: number): Buffer {
  const framed: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    framed.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part);
  }
  return Buffer.concat(framed);
}

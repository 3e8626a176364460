import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { presented } from '../../support/presented.ts';
import { at, type FrontendLab, openFrontendLab, type ServicesAt } from './lab.ts';

describe.each<ServicesAt>(['here', 'behind a back door'])('services %s', (servicesAt) => {
  let lab: FrontendLab;
  beforeEach(async () => {
    lab = await openFrontendLab(servicesAt);
  });
  afterEach(async () => {
    await lab.close();
  });

  test('a request reaches its service with everything that the front end knows', async () => {
    const { port } = await lab.open({ ews: await lab.echo() });
    const answer = await lab.call({ port, host: 'mail.contoso.test', method: 'POST', path: '/EwS/Exchange.asmx?x=1', body: '<a/>' });
    const { certificate } = await presented(port, 'mail.contoso.test', lab.certificates.caPem);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      service: 'ews',
      organization: 'contoso',
      instant: at,
      authority: { host: 'mail.contoso.test', byName: true },
      peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      hash: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      url: '/EwS/Exchange.asmx?x=1',
      body: '<a/>',
    });
  });

  test.each([
    ['localhost:9443', { host: 'localhost', port: 9443, byName: false }],
    ['127.0.0.1', { host: '127.0.0.1', byName: false }],
    ['mail.contoso.test:9443', { host: 'mail.contoso.test', port: 9443, byName: true }],
    ['laptop.lan', { host: 'laptop.lan', byName: false }],
  ])('the authority %s', async (host, authority) => {
    const { port } = await lab.open({ ews: await lab.echo() });
    const answer = await lab.call({ port, host, path: '/ews/x', insecure: true });
    expect(JSON.parse(answer.body.toString())).toMatchObject({ organization: 'contoso', authority });
  });

  test('every answer carries the common headers and the exchange is in the journal', async () => {
    const { port } = await lab.open({ ews: await lab.echo() });
    const headers = {
      'client-request-id': '5b2c6a1e-0000-4000-8000-000000000001',
      'return-client-request-id': 'true',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const answer = await lab.call({ port, host: 'mail.contoso.test', path: '/ews/a', headers });
    expect(answer.headers).toMatchObject({
      server: 'Microsoft-IIS/10.0',
      'x-feserver': 'EX-SE-01',
      'x-coexist': '1.2.3',
      'x-coexist-trace': '0af7651916cd43dd8448eb211c80319c',
      'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'client-request-id': headers['client-request-id'],
    });
    const [exchange] = await lab.recorder.closed(1);
    expect(exchange).toMatchObject({
      start: {
        service: 'ews',
        direction: 'incoming',
        protocol: 'https',
        target: 'GET /ews/a',
        host: 'mail.contoso.test',
        organization: 'contoso',
        at,
        ...{ traceparent: headers.traceparent },
      },
      facts: { status: 200 },
      outcome: 'answered',
      closedAt: at,
      request: { headers: expect.arrayContaining(['host', 'mail.contoso.test']), body: undefined },
      answer: { headers: expect.arrayContaining(['x-coexist', '1.2.3']), body: answer.body.toString() },
    });
  });

  test('an id is echoed only when that was asked for, and only a short one', async () => {
    const { port } = await lab.open({ ews: await lab.echo() });
    const ask = async (headers: Record<string, string>) => (await lab.call({ port, path: '/ews/', headers })).headers['client-request-id'];
    expect(await ask({ 'client-request-id': 'a' })).toBeUndefined();
    expect(await ask({ 'client-request-id': 'a'.repeat(300), 'return-client-request-id': 'true' })).toBeUndefined();
    expect(await ask({ 'return-client-request-id': 'true' })).toBeUndefined();
  });

  test('the headers that name us can be left out', async () => {
    const { port } = await lab.open({ ews: await lab.echo() }, { traceHeaders: false });
    const { headers } = await lab.call({ port, path: '/ews/' });
    expect(Object.keys(headers).filter((name) => name.includes('coexist'))).toEqual([]);
  });

  describe('what the front end answers itself', () => {
    test.each([
      ['GET', '/', 302, '', 'https://mail.contoso.test/owa/'],
      ['HEAD', '/', 302, '', 'https://mail.contoso.test/owa/'],
      ['GET', '/owa/', 404, 'Outlook on the web is not part of this simulation.\r\n', undefined],
      ['GET', '/OWA', 404, 'Outlook on the web is not part of this simulation.\r\n', undefined],
      ['POST', '/Microsoft-Server-ActiveSync/', 404, 'Exchange ActiveSync is not part of this simulation.\r\n', undefined],
      ['GET', '/nothing', 404, '', undefined],
      ['PROPFIND', '/ews', 404, '', undefined],
      ['GET', '/EWS/HealthCheck.htm', 200, '200 OK<br/>EX-SE-01.contoso.test', undefined],
      ['GET', '/Autodiscover/healthcheck.htm', 503, '', undefined],
      ['POST', '/autodiscover/autodiscover.xml', 503, 'The service autodiscover is not running.\r\n', undefined],
      ['GET', 'https://mail.contoso.test/nothing?x', 404, '', undefined],
    ])('%s %s', async (method, path, status, body, location) => {
      const { port } = await lab.open({ ews: await lab.echo() });
      const answer = await lab.call({
        port,
        host: 'mail.contoso.test',
        method,
        path,
        ...(method === 'POST' ? { body: 'a'.repeat(50_000) } : {}),
      });
      expect([answer.status, answer.body.toString(), answer.headers.location]).toEqual([status, body, location]);
      expect(answer.headers).toMatchObject({ 'x-coexist': '1.2.3', server: 'Microsoft-IIS/10.0' });
      const [exchange] = await lab.recorder.closed(1);
      expect(exchange).toMatchObject({ outcome: status < 400 ? 'answered' : 'refused', facts: { status }, answer: { body } });
    });

    test('an absolute target goes where its path says', async () => {
      const { port } = await lab.open({ ews: await lab.echo() });
      const answer = await lab.call({ port, host: 'mail.contoso.test', path: 'https://mail.contoso.test/EWS/a?b' });
      expect(JSON.parse(answer.body.toString())).toMatchObject({ service: 'ews', url: '/EWS/a?b' });
    });
  });

  describe('what never becomes a request', () => {
    /** Sends octets over TLS and gives what comes back until the connection closes. */
    const send = (port: number, octets: string) =>
      new Promise<string>((resolve) => {
        const socket = connect({ host: '127.0.0.1', port, ca: lab.certificates.caPem, servername: 'mail.contoso.test' });
        let text = '';
        socket.on('data', (chunk) => {
          text += String(chunk);
        });
        socket.on('error', () => socket.destroy());
        socket.once('close', () => resolve(text));
        socket.write(octets);
      });

    test.each([
      ['octets that are no http', 'EHLO contoso\r\n\r\n', 400, 'HPE_INVALID_METHOD'],
      ['too many header octets', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(16_400)}\r\n\r\n`, 400, 'HPE_HEADER_OVERFLOW'],
      [
        'two lengths',
        'POST /ews/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
        400,
        'HPE_INVALID_CONTENT_LENGTH',
      ],
    ])('%s', async (_, octets, status, code) => {
      const { port } = await lab.open({ ews: await lab.echo() });
      expect(await send(port, octets)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      const [exchange] = await lab.recorder.closed(1);
      expect(exchange).toMatchObject({
        start: { service: 'frontend', target: '(unreadable request)', host: 'mail.contoso.test', organization: 'contoso' },
        facts: { status, code: expect.stringContaining('HPE_'), detail: expect.any(String) },
        outcome: 'refused',
      });
      expect(code).toMatch(/^HPE_/);
    });

    /** Settings of which one virtual directory says whether it takes certificates of clients. */
    const settingsWith = (CertificateAuthentication: boolean): Settings => ({
      get: (kind, identity) =>
        kind === 'WebServicesVirtualDirectory'
          ? { organization: 'contoso', kind, identity, name: identity, version: 1, value: { CertificateAuthentication } }
          : undefined,
      list: () => [],
    });

    test.each([
      ['', {}],
      [', where clients could be asked for a certificate', { settings: () => Promise.resolve(settingsWith(false)) }],
      [', where they are', { settings: () => Promise.resolve(settingsWith(true)) }],
    ])('a request that stays half is answered 408 and recorded as what it was%s', async (_where, more) => {
      const limits = { headersTimeoutMs: 50, requestTimeoutMs: 50 };
      const { port } = await lab.open({ ews: await lab.echo() }, { limits, ...more });
      expect(await send(port, 'POST /ews/ HTTP/1.1\r\nHost: mail.contoso.test\r\nContent-Length: 10\r\n\r\nabc')).toMatch(
        /^HTTP\/1\.1 408 /,
      );
      const [exchange] = await lab.recorder.closed(1);
      expect(exchange).toMatchObject({
        start: { target: 'POST /ews/' },
        outcome: 'aborted',
        // Why, only the front end knows.
        facts: servicesAt === 'here' ? { code: 'ERR_HTTP_REQUEST_TIMEOUT', status: 408 } : {},
      });
      expect(lab.recorder.exchanges).toHaveLength(1);
    });

    test('a handshake that fails says so in the journal', async () => {
      const { port } = await lab.open({});
      await expect(
        lab.call({
          port,
          host: 'mail.contoso.test',
          ca: (await lab.certificates.authorityFor({ commonName: 'x', issuedBy: 'itself' })).certPem,
        }),
      ).rejects.toMatchObject({
        code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      });
      await new Promise<void>((resolve) =>
        connectTcp(port, '127.0.0.1')
          .once('close', () => resolve())
          .end('plain text\r\n'),
      );
      const exchanges = await lab.recorder.closed(1);
      expect(exchanges.at(-1)).toMatchObject({
        start: { target: 'TLS handshake', service: 'frontend' },
        outcome: 'aborted',
        facts: { code: expect.stringMatching(/^ERR_SSL_/) },
      });
    });
  });

  test('closing lets the request under way finish and takes no other', async () => {
    let answer: () => void = () => undefined;
    let arrived: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const app = await lab.app((instance) => {
      instance.get('/ews/', (_request, reply) => {
        answer = () => void reply.send('late');
        arrived();
      });
    });
    const { port, frontend } = await lab.open({ ews: app });
    const pending = lab.call({ port, path: '/ews/' });
    await waiting;
    const closed = frontend.close(5_000);
    await expect(lab.call({ port, path: '/ews/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    answer();
    expect((await pending).body.toString()).toBe('late');
    await closed;
  });

  test('a kept connection does not hold up the closing', async () => {
    const { port, frontend } = await lab.open({ ews: await lab.echo() });
    const socket = connect({ host: '127.0.0.1', port, ca: lab.certificates.caPem, servername: 'localhost' });
    socket.write('POST /ews/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\na');
    await new Promise<void>((resolve) => frontend.carriers[0]?.once('request', () => resolve()));
    const closed = frontend.close(60_000);
    socket.write('b');
    await closed;
    expect((await lab.recorder.closed(1))[0]?.outcome).toBe('answered');
  });

  test('a request that does not finish in time is cut off when the listener closes', async () => {
    let arrived: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const app = await lab.app((instance) => {
      instance.get('/ews/', () => {
        arrived();
        return new Promise(() => undefined);
      });
    });
    const { port, frontend } = await lab.open({ ews: app });
    const pending = lab.call({ port, path: '/ews/' }).catch((error: NodeJS.ErrnoException) => error.code);
    await waiting;
    await frontend.close(10);
    expect(await pending).toBe('ECONNRESET');
    expect((await lab.recorder.closed(1))[0]?.outcome).toBe('aborted');
  });
});

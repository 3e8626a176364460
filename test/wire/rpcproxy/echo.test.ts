import { request as secureRequest } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { echoPacket } from '../../../shared/protocols/rpch/echo.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
const run = (line: string) => runCmdlet(lab, 'contoso', line);
const usual = 'Enable-OutlookAnywhere -ExternalHostname mail.contoso.test -IISAuthenticationMethods Basic,Ntlm';
beforeAll(async () => {
  lab = await openTestLab();
  await run(usual);
});
afterEach(async () => void (await run(usual)));
afterAll(() => lab.close());

const url = 'https://mail.contoso.test/rpc/rpcproxy.dll?EX-SE-01:6001';
const signedIn = () => ({ authorization: basic('CONTOSO\\mary', lab.password) });
const ask = (method = 'RPC_IN_DATA', { at = url, headers = signedIn() as Record<string, string>, body = '' } = {}) =>
  lab.https(at, { method, headers: { 'content-length': String(body.length), ...headers }, body });
const challenges = (headers: Readonly<Record<string, unknown>>): string => String(headers['www-authenticate']);

describe('an echo request', () => {
  test.each(['RPC_IN_DATA', 'RPC_OUT_DATA'])('%s is answered with an echo packet to whoever has signed in', async (method) => {
    for (const body of ['', 'x'.repeat(16)]) {
      const answer = await ask(method, { body });
      expect([answer.status, answer.headers['content-type'], answer.octets]).toEqual([200, 'application/rpc', echoPacket()]);
      expect(await lab.exchangeOf(answer)).toMatchObject({ service: 'rpcproxy', target: `${method} /rpc/rpcproxy.dll?EX-SE-01:6001` });
    }
  });

  test('nobody else is, and the schemes are those of IISAuthenticationMethods', async () => {
    const stranger = await ask('RPC_IN_DATA', { headers: {} });
    expect([stranger.status, challenges(stranger.headers)]).toEqual([401, 'NTLM, Basic realm="mail.contoso.test"']);
    expect((await ask('RPC_IN_DATA', { headers: { authorization: basic('CONTOSO\\mary', 'wrong') } })).status).toBe(401);
    await run('Set-OutlookAnywhere "Rpc (Default Web Site)" -IISAuthenticationMethods Negotiate');
    const another = await ask();
    expect([another.status, challenges(another.headers)]).toEqual([401, 'Negotiate']);
  });

  test('leads to a server of the organisation alone', async () => {
    const to = async (query: string) => {
      const at = `https://mail.contoso.test/rpc/rpcproxy.dll${query}`;
      const { status, reason } = await phrased(at);
      return `${status} ${reason}`;
    };
    expect(await to('?ex-se-01.contoso.test:6004')).toBe('200 Success');
    expect(await to('?11111111-1111-4111-8111-111111111111@contoso.test:6001')).toBe('200 Success');
    expect(await to('?ex-se-01:25')).toBe('503 RPC Error: 5');
    expect(await to('?elsewhere:6001')).toBe('503 RPC Error: 5');
    expect(await to('')).toBe('503 RPC Error: 57');
  });

  test('what would open a channel is refused', async () => {
    const { status, reason } = await phrased(url, { 'content-length': '1073741824' });
    expect(`${status} ${reason}`).toBe('503 RPC Error: 6ba');
  });

  test('is there only where Outlook Anywhere is', async () => {
    await run('Disable-OutlookAnywhere -Server EX-SE-01');
    expect((await ask()).status).toBe(404);
    const tenant = await ask('RPC_IN_DATA', { at: 'https://outlook.office365.test/rpc/rpcproxy.dll?outlook.office365.test:6001' });
    expect(tenant.status).toBe(404);
    expect((await ask('RPC_IN_DATA', { at: 'https://mail.contoso.test/rpc/other.dll' })).status).toBe(404);
  });

  test('a browser is shown an empty page, other methods nothing', async () => {
    const page = await ask('GET');
    expect([page.status, page.body]).toEqual([200, '']);
    expect((await ask('POST')).status).toBe(405);
    expect((await ask('GET', { headers: {} })).status).toBe(401);
  });
});

test('a connection carries RPC and other requests in turn, cut anywhere', async () => {
  const head = (method: string, path: string): string =>
    `${method} ${path} HTTP/1.1\r\nHost: mail.contoso.test\r\nAuthorization: ${signedIn().authorization}\r\nContent-Length: 0\r\n\r\n`;
  const answers = await talk([
    head('GET', '/rpc/rpcproxy.dll'),
    head('RPC_IN_DATA', '/rpc/rpcproxy.dll?EX-SE-01:6001'),
    head('RPC_OUT_DATA', '/rpc/rpcproxy.dll?EX-SE-01:6002'),
    head('GET', '/rpc/rpcproxy.dll'),
    head('RPC_OTHER', '/rpc/rpcproxy.dll'),
  ]);
  expect(answers).toEqual(['200 OK', '200 Success', '200 Success', '200 OK', '400 Bad Request']);
});

/** Sends requests one after another on one connection; the second in pieces. */
function talk(requests: readonly string[]): Promise<readonly string[]> {
  const to = lab.names.hosts['mail.contoso.test'] ?? '';
  return new Promise((resolve, reject) => {
    const answers: string[] = [];
    const socket = connect({ host: '127.0.0.1', port: Number(to.split(':').at(-1)), servername: 'mail.contoso.test', ca: lab.names.ca });
    const next = (): void => {
      const text = requests[answers.length];
      if (text === undefined) socket.end();
      else if (answers.length === 2) for (const part of text.match(/[\s\S]{1,7}/g) ?? []) socket.write(part);
      else socket.write(text);
    };
    socket.on('secureConnect', next);
    socket.on('data', (octets: Buffer) => {
      const [, line] = /^HTTP\/1\.1 (.*)\r\n/.exec(octets.toString('latin1')) ?? [];
      // The body of an answer may come behind it.
      if (line === undefined) return;
      answers.push(line);
      next();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answers));
  });
}

/** The reason phrase too, which most clients pass over. */
function phrased(at: string, more: Record<string, string> = {}): Promise<{ readonly status: number; readonly reason: string }> {
  const to = lab.names.hosts['mail.contoso.test'] ?? '';
  const { pathname, search } = new URL(at);
  return new Promise((resolve, reject) => {
    const request = secureRequest({
      ...{ host: '127.0.0.1', port: Number(to.split(':').at(-1)), path: pathname + search, method: 'RPC_OUT_DATA', agent: false },
      ...{ servername: 'mail.contoso.test', ca: lab.names.ca },
      headers: { host: 'mail.contoso.test', 'content-length': '0', ...signedIn(), ...more },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      resolve({ status: response.statusCode ?? 0, reason: response.statusMessage ?? '' });
      request.destroy();
    });
    request.flushHeaders();
    if (more['content-length'] === undefined) request.end();
  });
}

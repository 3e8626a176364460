import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { openMrsSession } from '../../../shared/protocols/mrs/client.ts';
import { callRaw } from '../../support/raw-http.ts';
import { basic } from '../../support/soap.ts';
import { openTokenMint } from '../../support/tokens.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';
import { post, soapType } from './messages.ts';

let lab: ProxyLab;
const usual = '-MRSProxyEnabled $true -BasicAuthentication $true -WindowsAuthentication $true -ExtendedProtectionTokenChecking Allow';
beforeAll(async () => {
  lab = await openProxyLab();
  await lab.set(usual);
});
afterEach(async () => {
  lab.seams = calmSeams;
  await lab.set(usual);
});
afterAll(() => lab.close());

const messageOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.then(
    () => new Error('it worked'),
    (failure: unknown) => failure,
  );
  const { code, values } = error as { code?: string; values?: Record<string, string> };
  return `${code}: ${values?.['Message']}`;
};
const connect = (): Promise<unknown> => openMrsSession(lab.endpoint());
const called = `The call to 'https://mail.contoso.test/EWS/mrsproxy.svc'`;

describe('what HTTP answers', () => {
  const raw = (method: string, headers: Readonly<Record<string, string>> = {}, path = '/EWS/mrsproxy.svc') =>
    callRaw({ port: lab.port, ca: lab.ca, host: 'mail.contoso.test', path, method, headers });

  test('a stranger is asked to sign in, by Windows first and never with a token', async () => {
    for (const method of ['GET', 'POST']) {
      const { status, headers } = await raw(method);
      expect([status, headers['www-authenticate']]).toEqual([401, 'Negotiate, NTLM, Basic realm="mail.contoso.test"']);
    }
    await lab.set('-BasicAuthentication $false');
    expect((await raw('GET', { authorization: basic('CONTOSO\\administrator', lab.lab.password) })).status).toBe(401);
    expect((await raw('GET')).headers['www-authenticate']).toBe('Negotiate, NTLM');
    const mint = await openTokenMint(lab.lab.store, () => lab.lab.clock.state().now);
    expect((await raw('POST', { authorization: await mint.user('joe@contoso.test') })).status).toBe(401);
  });

  test('without the proxy it is forbidden to whoever has signed in, and to nobody else', async () => {
    await lab.set('-MRSProxyEnabled $false');
    expect((await raw('POST')).status).toBe(401);
    const { status, body } = await post(lab, '<x/>');
    expect([status, body.length]).toEqual([403, 0]);
    expect((await post(lab, '', { method: 'GET' })).status).toBe(403);
  });

  test('a tenant has none', async () => {
    const answer = await lab.lab.https('https://outlook.office365.test/EWS/mrsproxy.svc', {
      method: 'POST',
      headers: { ...soapType, authorization: basic('joe@contoso.test', lab.lab.password) },
    });
    expect(answer.status).toBe(403);
    const stranger = await lab.lab.https('https://outlook.office365.test/EWS/mrsproxy.svc');
    expect([stranger.status, String(stranger.headers['www-authenticate'])]).toEqual([401, 'Basic Realm=""']);
  });

  test.each([
    ['GET', 400],
    ['HEAD', 400],
    ['PUT', 405],
    ['DELETE', 405],
    ['OPTIONS', 405],
  ])('%s after the sign-in: %i', async (method, expected) => {
    expect((await post(lab, '', { method })).status).toBe(expected);
  });

  test('paths match in any letter case, and nothing lies below', async () => {
    expect((await post(lab, '', { method: 'GET', path: '/ews/MRSProxy.SVC' })).status).toBe(400);
    for (const path of ['/EWS/mrsproxy.svc/WSSecurity', '/EWS/mrsproxy.svc/x', '/EWS/mrsproxy.svcx'])
      expect((await post(lab, '', { path })).status).toBe(404);
  });

  const envelope = (body: string, header = ''): string =>
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
  const deep = `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`;

  test.each([
    ['nothing', '', 400],
    ['no XML', 'hello', 400],
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY e "boom">]>${envelope('')}`, 400],
    ['an envelope that is cut off', envelope('').slice(0, -5), 400],
    ['SOAP 1.1', '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>', 400],
    ['another element', '<other/>', 400],
    ['two bodies', envelope('<a/><b/>'), 400],
    ['deep nesting', envelope(deep), 400],
    ['no action', envelope('<a/>'), 500],
    ['a header that nobody knows', envelope('', '<x xmlns="urn:x" s:mustUnderstand="1"/>'), 500],
  ])('%s', async (_, body, expected) => {
    expect((await post(lab, body)).status).toBe(expected);
  });

  test('another media type', async () => {
    expect((await post(lab, envelope(''), { headers: { 'content-type': 'text/xml' } })).status).toBe(415);
  });

  test('what is too long is refused before anybody has signed in', async () => {
    const { status } = await callRaw({
      ...{ port: lab.port, ca: lab.ca, host: 'mail.contoso.test', path: '/EWS/mrsproxy.svc', method: 'POST' },
      headers: { ...soapType, 'content-length': String(9 * 1_048_576) },
    });
    expect(status).toBe(400);
  });
});

describe('what a client makes of it, in the words of the published reports', () => {
  test('the proxy is disabled', async () => {
    await lab.set('-MRSProxyEnabled $false');
    expect(await messageOf(connect())).toBe(
      `CommunicationErrorTransientException: ${called} failed. Error details: The HTTP request was forbidden with client authentication scheme 'Negotiate'. --> The remote server returned an error: (403) Forbidden..`,
    );
  });

  test.each([
    ['a wrong password', '-BasicAuthentication $false', 'Negotiate,NTLM', 'wrong'],
    ['NTLM is stripped on the way', '-WindowsAuthentication $false', 'Basic realm="mail.contoso.test"', undefined],
  ])('%s', async (_, line, header, password) => {
    await lab.set(line);
    expect(await messageOf(openMrsSession(lab.endpoint({ account: lab.account(undefined, password) })))).toBe(
      `CommunicationErrorTransientException: ${called} failed. Error details: The HTTP request is unauthorized with client authentication scheme 'Negotiate'. The authentication header received from the server was '${header}'. --> The remote server returned an error: (401) Unauthorized..`,
    );
  });

  test.each([
    [404, /^EndpointNotFoundTransientException: .* --> The remote server returned an error: \(404\) Not Found\.\.$/],
    [
      405,
      /^CommunicationErrorTransientException: .*unexpected response: \(405\) Method Not Allowed\. --> The remote server returned an error: \(405\) Method Not Allowed\.\.$/,
    ],
    [500, /^CommunicationErrorTransientException: .* --> The remote server returned an error: \(500\) Internal Server Error\.\.$/],
    [
      503,
      /^CommunicationErrorTransientException: .*is unavailable\. {2}This could be .* --> The remote server returned an error: \(503\) Server Unavailable\.\.$/,
    ],
    [
      504,
      /^TimeoutErrorTransientException: The call to '.*' timed out\. Error details: The request channel timed out while waiting for a reply after 00:00:20\. Increase .* --> The remote server returned an error: \(504\) Gateway Timeout\.$/,
    ],
  ])('a gateway answers %i', async (status, expected) => {
    lab.seams = {
      at: (seam) => (seam === 'http.request' ? { rule: 'r', effect: { kind: 'status', status, headers: {}, body: 'no' } } : undefined),
    };
    expect(await messageOf(connect())).toMatch(expected);
  });

  test('a page comes instead of a message', async () => {
    const effect = { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<html/>' } as const;
    lab.seams = { at: (seam) => (seam === 'http.request' ? { rule: 'r', effect } : undefined) };
    expect(await messageOf(connect())).toMatch(
      /^CommunicationErrorTransientException: .*The content type text\/html of the response message does not match/,
    );
  });

  test('nobody has that name, nobody listens', async () => {
    const elsewhere = (url: string) => messageOf(openMrsSession(lab.endpoint({ url })));
    expect(await elsewhere('https://mail.nowhere.test/EWS/mrsproxy.svc')).toMatch(
      /^EndpointNotFoundTransientException: .* --> The remote name could not be resolved: 'mail\.nowhere\.test'\.$/,
    );
    expect(await elsewhere('https://mail.contoso.test:444/EWS/mrsproxy.svc')).toMatch(
      /^EndpointNotFoundTransientException: .* --> Unable to connect to the remote server\.$/,
    );
  });

  test('nobody answers in time', async () => {
    lab.seams = { at: (seam) => (seam === 'http.request' ? { rule: 'r', effect: { kind: 'latency', delayMs: 5_000 } } : undefined) };
    expect(await messageOf(openMrsSession(lab.endpoint({ timeoutMs: 250 })))).toBe(
      `TimeoutErrorTransientException: ${called} timed out. Error details: The request channel timed out while waiting for a reply after 00:00:00.2500000. Increase the timeout value passed to the call to Request or increase the SendTimeout value on the Binding. The time allotted to this operation may have been a portion of a longer timeout.`,
    );
  });

  test('who holds no role', async () => {
    expect(await messageOf(openMrsSession(lab.endpoint({ account: lab.account('CONTOSO\\mary') })))).toBe(
      `CommunicationErrorTransientException: ${called} failed. Error details: Access is denied..`,
    );
  });

  test('a client that knows of no tenants is not served since 2013', async () => {
    const old = { product: [14, 3, 224, 1], computerName: 'EX10', capabilities: Buffer.from('ffff05', 'hex') } as const;
    expect(await messageOf(openMrsSession(lab.endpoint({ version: old })))).toBe(
      "UnsupportedClientVersionPermanentException: Client 'EX10' (14.3.224.1 caps:05FFFF) is not served here, for want of 'TenantHint'.",
    );
  });
});

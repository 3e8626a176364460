import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic, envelope } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses, texts } from '../ews/answers.ts';
import { openEventStream } from '../ews/event-stream.ts';
import { guardedWorld } from './perimeter-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: guardedWorld({ allowedPaths: ['/EWS/*', '/Autodiscover/*'] }) });
});
afterAll(() => lab.close());

const url = 'https://mail.contoso.test/EWS/Exchange.asmx';
const device = (setting: string): Promise<unknown> => runCmdlet(lab, 'contoso', `Set-PerimeterDevice ${setting}`);
const openInbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const asMary = (headers: Readonly<Record<string, string>> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
  body: envelope(openInbox),
});
const signedIn = () => asMary({ authorization: basic('CONTOSO\\mary', lab.password) });

/** The names of the cookies that the servers are told of those that mary sends. */
async function cookiesTold(cookie: string): Promise<readonly string[]> {
  const heard = new Promise<readonly string[]>((resolve) => {
    const stop = lab.journal.subscribe(({ service }, octets) => {
      if (service !== 'ews') return;
      stop();
      resolve(octets().request?.headers ?? []);
    });
  });
  expect(await lab.https(url, asMary({ cookie }))).toMatchObject({ status: 200 });
  const sent = (await heard).filter((line) => /^cookie:/i.test(line)).flatMap((line) => line.slice('cookie:'.length).split(';'));
  return sent.map((one) => one.split('=', 1)[0]?.trim() ?? '');
}

/** The certificate that is shown for mail.contoso.test at `address:port`. */
async function shownAt(place: string): Promise<ReturnType<TLSSocket['getPeerCertificate']>> {
  const [host = '', port] = place.split(':');
  const socket = connect({ host, port: Number(port), servername: 'mail.contoso.test', ca: lab.names.ca });
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const shown = socket.getPeerCertificate();
  socket.destroy();
  return shown;
}

const places = async (): Promise<EndpointsDocument> =>
  (await fetch(`${lab.endpoints.adminUrl}/_coexist/endpoints`)).json() as Promise<EndpointsDocument>;

test('names lead to the device, which shows another certificate of the same authority with the same names', async () => {
  const { hosts, organizations } = await places();
  const inside = new URL(organizations['contoso']?.ews ?? '').host.replace('localhost', '127.0.0.1');
  expect(hosts['mail.contoso.test']).not.toBe(inside);
  const [before, behind] = [await shownAt(hosts['mail.contoso.test'] ?? ''), await shownAt(inside)];
  expect(before.fingerprint256).not.toBe(behind.fingerprint256);
  expect(before.issuer).toEqual(behind.issuer);
  for (const { subjectaltname } of [before, behind]) expect(subjectaltname).toContain('DNS:mail.contoso.test');
});

test('what is published passes, in both directions as it is; the rest is denied', async () => {
  const answer = await lab.https(url, signedIn());
  expect(responses(answer.body)).toMatchObject([{ class: 'Success' }]);
  expect(answer.headers['x-feserver']).toBe('EX-SE-01');
  const body = 'long '.repeat(300_000);
  const message = `<t:Message><t:Subject>long</t:Subject><t:Body BodyType="Text">${body}</t:Body></t:Message>`;
  const long = await lab.ews(
    'mary@contoso.test',
    `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${message}</m:Items></m:CreateItem>`,
  );
  expect(responses(long.body)).toMatchObject([{ class: 'Success' }]);
  const elsewhere = await lab.https('https://mail.contoso.test/owa/');
  expect(elsewhere).toMatchObject({ status: 403 });
  expect(Object.keys(elsewhere.headers)).not.toContain('x-feserver');
  const [denied] = await lab.exchanges({ service: 'perimeter', outcome: 'refused' });
  expect(denied?.verdict?.checks).toContainEqual(expect.objectContaining({ check: 'perimeter.path', outcome: 'failed', actual: '/owa/' }));
  // Whoever sends challenges apart has them apart.
  const { headers } = await lab.https(url, asMary());
  expect(headers['www-authenticate']).toContain('Negotiate');
  expect((await lab.exchanges({ service: 'ews', outcome: 'refused' })).at(-1)?.status).toBe(401);
});

test('what is streamed comes as it is sent', async () => {
  const mail = 'mary@contoso.test';
  const events = '<t:EventTypes><t:EventType>CreatedEvent</t:EventType></t:EventTypes>';
  const asked = `<m:Subscribe><m:StreamingSubscriptionRequest SubscribeToAllFolders="true">${events}</m:StreamingSubscriptionRequest></m:Subscribe>`;
  const { body } = await lab.ews(mail, asked);
  const stream = await openEventStream(lab, mail, texts(body, 'SubscriptionId'));
  expect(await stream.next()).toContain('ConnectionStatus');
  const message = '<t:Message><t:Subject>streamed</t:Subject></t:Message>';
  await lab.ews(mail, `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${message}</m:Items></m:CreateItem>`);
  expect((await stream.until((document) => document.includes('CreatedEvent'))).length).toBeGreaterThan(0);
  stream.destroy();
});

test('header fields go and come as it is told', async () => {
  await device("-AddRequestHeaders 'return-client-request-id: true','client-request-id: 11111111-2222-4333-8444-555555555555'");
  expect((await lab.https(url, signedIn())).headers['client-request-id']).toBe('11111111-2222-4333-8444-555555555555');
  await device('-AddRequestHeaders @() -RemoveRequestHeaders Authorization');
  expect(await lab.https(url, signedIn())).toMatchObject({ status: 401 });
  await device('-RemoveRequestHeaders @()');
});

test('whoever comes from elsewhere loses the connection before anything is said', async () => {
  await device('-SourceRanges 192.0.2.0/24,198.51.100.1-198.51.100.9');
  // Connections that stand are let be.
  await expect(shownAt((await places()).hosts['mail.contoso.test'] ?? '')).rejects.toThrow(/ECONNRESET|disconnected/);
  const [refused] = (await lab.exchanges({ service: 'perimeter', outcome: 'refused' })).filter(({ target }) => target === 'a connection');
  expect(refused?.verdict?.checks).toMatchObject([
    { check: 'perimeter.source', outcome: 'failed', expected: '192.0.2.0/24, 198.51.100.1-198.51.100.9' },
  ]);
  await device('-SourceRanges 127.0.0.0/8');
  expect((await shownAt((await places()).hosts['mail.contoso.test'] ?? '')).subjectaltname).toContain('mail.contoso.test');
  await expect(device('-SourceRanges nowhere')).rejects.toThrow('-SourceRanges takes addresses, ranges and networks, not \\"nowhere\\".');
  await device('-SourceRanges @()');
});

test('an address that asks too often loses its connection until the next minute', async () => {
  await lab.clock.freeze();
  await device('-MaxRequestsPerMinute 0');
  await expect(lab.https(url, signedIn())).rejects.toThrow(/ECONNRESET|hang up/);
  await device('-MaxRequestsPerMinute 1');
  await lab.clock.advance(60_000);
  expect(await lab.https(url, signedIn())).toMatchObject({ status: 200 });
  await expect(lab.https(url, signedIn())).rejects.toThrow(/ECONNRESET|hang up/);
  await lab.clock.advance(60_000);
  expect(await lab.https(url, signedIn())).toMatchObject({ status: 200 });
  await device('-MaxRequestsPerMinute unlimited');
});

test('a form asks browsers, and what it is told the servers are told', async () => {
  await device('-PreAuthentication Forms');
  const sent = await lab.https(url, asMary());
  expect(sent).toMatchObject({ status: 302, headers: { location: '/perimeter/logon?url=%2FEWS%2FExchange.asmx' } });
  const page = `https://mail.contoso.test${String(sent.headers['location'])}`;
  expect((await lab.https(page)).body).toContain('<form method="post" action="/perimeter/logon?url=%2FEWS%2FExchange.asmx">');
  const post = (password: string) =>
    lab.https(page, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ username: 'CONTOSO\\mary', password }).toString(),
    });
  expect(await post('wrong')).toMatchObject({ status: 200, body: expect.stringContaining('is not right') });
  const let_in = await post(lab.password);
  expect(let_in).toMatchObject({ status: 302, headers: { location: '/EWS/Exchange.asmx' } });
  const cookie = String([let_in.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
  const answer = await lab.https(url, asMary({ cookie }));
  expect(responses(answer.body)).toMatchObject([{ class: 'Success' }]);
  // Its session is the device's alone; other cookies are not.
  expect(await cookiesTold(cookie)).toEqual([]);
  expect(await cookiesTold(`one=1; ${cookie}; two=2`)).toEqual(['one', 'two']);
  await lab.clock.advance(16 * 60_000);
  expect(await lab.https(url, asMary({ cookie }))).toMatchObject({ status: 302 });
  // Nobody is sent away by a link.
  const away = await lab.https('https://mail.contoso.test/perimeter/logon?url=https%3A%2F%2Felsewhere.test%2F');
  expect(away.body).toContain('action="/perimeter/logon?url=%2F"');
  await device('-PreAuthentication None');
});

test('a server whose certificate the device does not trust is not passed on to', async () => {
  const [made] = await runCmdlet<{ Thumbprint: string }>(lab, 'contoso', 'New-ExchangeCertificate -SubjectName "CN=mail.contoso.test"');
  const [before] = (await runCmdlet<{ Thumbprint: string; Services: string }>(lab, 'contoso', 'Get-ExchangeCertificate')).filter(
    ({ Services }) => /IIS/.test(Services),
  );
  await runCmdlet(lab, 'contoso', `Enable-ExchangeCertificate ${made?.Thumbprint} -Services IIS`);
  // The connection that stands ends first.
  await lab.https(url, { ...signedIn(), headers: { ...signedIn().headers, connection: 'close' } });
  const answer = await lab.https(url, signedIn());
  expect(answer.status).toBe(502);
  expect((await lab.exchanges({ service: 'perimeter', outcome: 'refused' })).at(-1)).toMatchObject({ code: 'UpstreamFailed' });
  if (before !== undefined) await runCmdlet(lab, 'contoso', `Enable-ExchangeCertificate ${before.Thumbprint} -Services IIS`);
});

test('off, names lead to the servers again, and on again to the device', async () => {
  const { hosts: guarded } = await places();
  await device('-Enabled $false');
  const { hosts: open, organizations } = await places();
  expect(open['mail.contoso.test']).toBe(new URL(organizations['contoso']?.ews ?? '').host.replace('localhost', '127.0.0.1'));
  const file = readdirSync(lab.dataDir)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(lab.dataDir, name), 'utf8')) as EndpointsDocument)
    .find(({ adminUrl }) => adminUrl === lab.endpoints.adminUrl);
  expect(file?.hosts['mail.contoso.test']).toBe(open['mail.contoso.test']);
  await device('-Enabled $true');
  const { hosts: again } = await places();
  expect(again['mail.contoso.test']).not.toBe(open['mail.contoso.test']);
  expect(guarded['outlook.office365.test']).toBe(again['outlook.office365.test']);
  expect((await runCmdlet(lab, 'contoso', 'Get-PerimeterDevice'))[0]).toMatchObject({
    Enabled: true,
    PreAuthentication: 'None',
    Identity: 'Perimeter',
  });
  await expect(runCmdlet(lab, 'contoso-cloud', 'Get-PerimeterDevice')).rejects.toThrow(/not recognized/);
});

test('a lab ends while a client keeps its connection to the device', async () => {
  const own = await openTestLab({ world: guardedWorld() });
  const [host = '', port] = (own.endpoints.hosts['mail.contoso.test'] ?? '').split(':');
  const kept = connect({ host, port: Number(port), servername: 'mail.contoso.test', ca: own.names.ca });
  const closed = new Promise<void>((resolve) => kept.once('close', () => resolve()));
  kept.write('GET /EWS/Exchange.asmx HTTP/1.1\r\nhost: mail.contoso.test\r\n\r\n');
  await new Promise((resolve, reject) => kept.once('data', resolve).once('error', reject));
  await own.close();
  await closed;
  expect(kept.destroyed).toBe(true);
});

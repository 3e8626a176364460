import https from 'node:https';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../../services/cli/program.ts';
import { decodeDatabaseCookie } from '../../../shared/protocols/ews/affinity-cookies.ts';
import { decodeSubscriptionId } from '../../../shared/protocols/ews/subscription-id.ts';
import { mappedAgents } from '../../support/mapped-agents.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { worldOfTwoServers } from '../../support/several-servers.ts';
import { basic, envelope } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses, texts } from './answers.ts';
import { openEventStream } from './event-stream.ts';
import { sendMessage } from './subscriptions.ts';

const [mary, rob, administrator] = ['mary@contoso.test', 'rob@contoso.test', 'administrator@contoso.test'];
const [first, second] = ['EX-SE-01.contoso.test', 'EX-SE-02.contoso.test'];

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: worldOfTwoServers(), clock: 'frozen@2026-11-04T09:00Z' });
});
afterAll(() => lab.close());

interface Asked {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whom the caller impersonates. */
  readonly behalf?: string;
}

async function ask(body: string, { as = mary, headers = {}, behalf }: Asked = {}) {
  const who = behalf === undefined ? '' : `<t:ConnectingSID><t:PrimarySmtpAddress>${behalf}</t:PrimarySmtpAddress></t:ConnectingSID>`;
  const header = who === '' ? '' : `<t:ExchangeImpersonation>${who}</t:ExchangeImpersonation>`;
  const answer = await lab.https('https://mail.contoso.test/EWS/Exchange.asmx', {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', authorization: basic(as, lab.password), ...headers },
    body: envelope(body, header),
  });
  const set = [answer.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';', 1)[0] ?? '');
  const given = (name: string): string | undefined => set.find((cookie) => cookie.startsWith(`${name}=`));
  return { ...answer, given, backEnd: answer.headers['x-targetbeserver'], codes: responses(answer.body).map(({ code }) => code) };
}

const inbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const followed = (mail?: string) => {
  const mailbox = mail === undefined ? '' : `<t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox>`;
  const folder = `<t:FolderIds><t:DistinguishedFolderId Id="inbox">${mailbox}</t:DistinguishedFolderId></t:FolderIds>`;
  return `${folder}<t:EventTypes><t:EventType>NewMailEvent</t:EventType></t:EventTypes>`;
};
const pull = `<m:Subscribe><m:PullSubscriptionRequest>${followed()}<t:Timeout>10</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>`;
const streaming = (mail?: string) =>
  `<m:Subscribe><m:StreamingSubscriptionRequest>${followed(mail)}</m:StreamingSubscriptionRequest></m:Subscribe>`;
const stream = (ids: readonly string[]) =>
  `<m:GetStreamingEvents><m:SubscriptionIds>${ids.map((id) => `<t:SubscriptionId>${id}</t:SubscriptionId>`).join('')}</m:SubscriptionIds><m:ConnectionTimeout>1</m:ConnectionTimeout></m:GetStreamingEvents>`;
const subscriptionIn = (body: string): string => texts(body, 'SubscriptionId')[0] ?? '';
const anchoredAt = (mail: string) => ({ 'X-AnchorMailbox': mail });
const affine = (mail: string) => ({ ...anchoredAt(mail), 'X-PreferServerAffinity': 'true' });

test('each mailbox is on one server, which is that of its requests', async () => {
  const shown = await runCmdlet<{ SamAccountName: string; ServerName: string }>(lab, 'contoso', 'Get-Mailbox');
  const homes = Object.fromEntries(shown.map(({ SamAccountName, ServerName }) => [SamAccountName, ServerName]));
  expect(homes).toMatchObject({ mary: 'ex-se-02', rob: 'ex-se-01' });
  expect([(await ask(inbox)).backEnd, (await ask(inbox, { as: rob })).backEnd]).toEqual([second, first]);
  expect((await ask(inbox, { headers: anchoredAt(rob) })).backEnd).toBe(first);
  expect((await ask(inbox, { headers: anchoredAt('ROB@Contoso.test') })).backEnd).toBe(first);
  for (const nobody of ['nobody@contoso.test', 'joe@contoso.test', '~~', ''])
    expect((await ask(inbox, { headers: anchoredAt(nobody) })).backEnd).toBe(second);
  // Whom the message impersonates is not looked at: the front end does not read it.
  expect((await ask(inbox, { as: administrator, behalf: rob, headers: anchoredAt(mary) })).backEnd).toBe(second);
});

/** Asks once on a connection of its own. */
async function askAlone(url: string) {
  const { httpsAgent: agent } = mappedAgents(lab.names);
  try {
    return await new Promise<{ frontEnd: unknown; status: number | undefined; body: string }>((resolve, reject) => {
      const sent = https.get(url, { agent }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ frontEnd: response.headers['x-feserver'], status: response.statusCode, body }));
      });
      sent.on('error', reject);
    });
  } finally {
    agent.destroy();
  }
}

test('connections are taken in turn, and requests of one stay where they are', async () => {
  const seen: unknown[] = [];
  for (let connection = 0; connection < 4; connection += 1) seen.push((await askAlone('https://mail.contoso.test/')).frontEnd);
  expect(new Set(seen)).toEqual(new Set(['EX-SE-01', 'EX-SE-02']));
  expect([seen[0] === seen[1], seen[0] === seen[2], seen[1] === seen[3]]).toEqual([false, true, true]);
  const kept = [await ask(inbox), await ask(inbox), await ask(inbox)].map(({ headers }) => headers['x-feserver']);
  expect(new Set(kept).size).toBe(1);
});

test('a subscription is known to its server alone', async () => {
  const { body } = await ask(pull);
  const id = subscriptionIn(body);
  expect(decodeSubscriptionId(id)?.server).toBe(second.toLowerCase());
  const events = `<m:GetEvents><m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>${texts(body, 'Watermark')[0]}</m:Watermark></m:GetEvents>`;
  expect((await ask(events)).codes).toEqual(['NoError']);
  const lost = await ask(events, { headers: anchoredAt(rob) });
  expect(lost.codes).toEqual(['ErrorSubscriptionNotFound']);
  const { web, verdict } = await lab.exchangeOf(lost);
  expect(web).toMatchObject({ backEnd: first });
  const check = { check: 'subscription.server', outcome: 'failed', expected: second.toLowerCase(), actual: first };
  expect(verdict?.checks.at(-1)).toMatchObject(check);
  const unsubscribe = `<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`;
  expect((await ask(unsubscribe, { headers: anchoredAt(rob) })).codes).toEqual(['ErrorSubscriptionNotFound']);
  expect((await ask(unsubscribe)).codes).toEqual(['NoError']);
});

test('two mailboxes on one connection: not found without affinity, told of with it', async () => {
  const apart = [
    subscriptionIn((await ask(streaming(), { headers: anchoredAt(mary) })).body),
    subscriptionIn((await ask(streaming(rob), { headers: anchoredAt(rob) })).body),
  ];
  const refused = await ask(stream(apart), { headers: anchoredAt(mary) });
  expect(refused.status).toBe(200);
  expect(refused.codes).toEqual(['ErrorSubscriptionNotFound']);
  expect(texts(refused.body, 'ErrorSubscriptionIds')).toHaveLength(1);
  expect(texts(refused.body, 'SubscriptionId')).toEqual([apart[1]]);
  expect(texts(refused.body, 'ConnectionStatus')).toEqual(['Closed']);
  // The page's way: an administrator in the name of each, all anchored at the first, with the cookie of the first answer.
  const begun = await ask(streaming(), { as: administrator, behalf: mary, headers: affine(mary) });
  const cookie = begun.given('X-BackEndOverrideCookie') ?? '';
  expect(cookie).toMatch(/^X-BackEndOverrideCookie=EX-SE-02\.contoso\.test~\d+$/);
  const joined = await ask(streaming(), { as: administrator, behalf: rob, headers: { ...affine(mary), cookie } });
  expect(joined.given('X-BackEndOverrideCookie')).toBeUndefined();
  const together = [begun, joined].map(({ body }) => subscriptionIn(body));
  // Mary did not make them, and whoever did is not found at his own server.
  expect((await ask(stream(together), { headers: { ...affine(mary), cookie } })).codes).toEqual(['ErrorSubscriptionAccessDenied']);
  expect((await ask(stream(together), { as: administrator, headers: anchoredAt(rob) })).codes).toEqual(['ErrorSubscriptionNotFound']);
  const opened = await openEventStream(lab, administrator, together, 1, { ...affine(mary), cookie });
  const told = new Set<string>();
  for (const to of [mary, rob]) await sendMessage(lab, 'adam@contoso.test', to, 'To both');
  await opened.until((document) => {
    for (const id of texts(document, 'SubscriptionId')) told.add(id);
    return told.size === 2;
  });
  opened.destroy();
  expect([...told].toSorted()).toEqual(together.toSorted());
});

test('the cookie goes before the anchor, with the header alone, and nonsense is passed over', async () => {
  const routed = async (cookie: string, headers: Readonly<Record<string, string>> = affine(rob)) => {
    const answer = await ask(inbox, { headers: { ...headers, cookie } });
    return [answer.backEnd, answer.given('X-BackEndOverrideCookie') === undefined ? 'kept' : 'given anew'];
  };
  const good = `X-BackEndOverrideCookie=${second}~1942129154`;
  expect(await routed(good)).toEqual([second, 'kept']);
  expect(await routed(good.toLowerCase())).toEqual([second, 'kept']);
  expect(await routed(good, anchoredAt(rob))).toEqual([first, 'kept']);
  for (const value of [
    '',
    'EX-SE-02',
    `${second}~`,
    'EX-SE-03.contoso.test~1',
    'mail.fabrikam.test~1',
    `${second}~1~1`,
    '%00~1',
    'x'.repeat(3_000),
  ])
    expect(await routed(`X-BackEndOverrideCookie=${value}`)).toEqual([first, 'given anew']);
});

test('what was found for an anchor is told for ten minutes', async () => {
  const routeOf = async (headers: Readonly<Record<string, string>>) => {
    const { given } = await ask(inbox, { headers });
    return decodeDatabaseCookie(given('X-BackEndCookie')?.slice('X-BackEndCookie='.length) ?? '');
  };
  const anchored = await ask(inbox, { headers: anchoredAt(rob) });
  const now = Date.parse('2026-11-04T09:00Z');
  const set = [anchored.headers['set-cookie'] ?? []].flat().find((one) => one.startsWith('X-BackEndCookie='));
  const expires = new Date(now + 600_000).toUTCString();
  expect(set).toMatch(new RegExp(`^X-BackEndCookie=rob@contoso\\.test=[A-Za-z0-9+/]+=*; expires=${expires}; path=/EWS; secure; HttpOnly$`));
  const cookie = anchored.given('X-BackEndCookie') ?? '';
  const robs = await routeOf(anchoredAt(rob));
  expect(robs).toMatchObject({ identity: rob, forest: 'contoso.test', expires: now + 600_000 });
  expect(await routeOf({ ...anchoredAt(rob), cookie })).toBeUndefined();
  // Of somebody else, and of herself by her SID.
  expect((await routeOf({ ...anchoredAt(mary), cookie }))?.identity).toBe(mary);
  const own = await routeOf({ cookie });
  expect(own?.identity).toMatch(/^S-1-5-21-/);
  expect(own?.database).not.toBe(robs?.database);
  await lab.clock.advance(600_000);
  expect(await routeOf({ ...anchoredAt(rob), cookie })).toMatchObject({ identity: rob });
});

test('cmdlets show both, and one of them can be named', async () => {
  const shown = async (line: string) => (await runCmdlet<{ Name: string; Fqdn: string }>(lab, 'contoso', line)).map(({ Fqdn }) => Fqdn);
  expect(await shown('Get-ExchangeServer')).toEqual([first, second]);
  expect(await shown('Get-ExchangeServer ex-se-02')).toEqual([second]);
  expect(await shown('Get-ClientAccessService')).toEqual([first, second]);
  expect(await shown(`Get-ClientAccessService ${second}`)).toEqual([second]);
  await expect(runCmdlet(lab, 'contoso', 'Get-ExchangeServer EX-SE-03')).rejects.toThrow('EX-SE-01, EX-SE-02');
  await expect(runCmdlet(lab, 'contoso', 'Get-WebServicesVirtualDirectory -Server EX-SE-02')).rejects.toThrow('on EX-SE-01 alone');
});

test('load balancers are told of each server apart', async () => {
  const page = 'https://mail.contoso.test/EWS/healthcheck.htm';
  const both = async () => new Set([await askAlone(page), await askAlone(page)].map(({ status, body }) => `${status} ${body}`));
  expect(await both()).toEqual(new Set([`200 200 OK<br/>${first}`, `200 200 OK<br/>${second}`]));
  await runCmdlet(lab, 'contoso', 'Set-ClientAccessServer EX-SE-02 -IsOutOfService $true');
  expect(await both()).toEqual(new Set([`200 200 OK<br/>${first}`, '503 ']));
  await runCmdlet(lab, 'contoso', 'Set-ClientAccessServer EX-SE-02 -IsOutOfService $false');
});

test("the front end's log names both servers", async () => {
  const clientRequestId = 'of-two-servers';
  const { headers } = await ask(inbox, { headers: { ...anchoredAt(rob), 'client-request-id': clientRequestId } });
  const line = await vi.waitFor(async () => {
    let out = '';
    await runCli(['logs', '--format', 'httpproxy', '--org', 'contoso', '-n', '10000'], {
      workingDir: lab.dataDir,
      terminal: false,
      environment: { COEXIST_ADMIN_URL: lab.endpoints.adminUrl },
      print: (text) => {
        out += text;
      },
      complain: () => undefined,
      readInput: () => Promise.resolve(''),
      start: () => Promise.reject(new Error('not expected to start a lab')),
      mainModule: '',
    });
    const found = out.split('\n').find((one) => one.includes(clientRequestId));
    if (found === undefined) throw new Error(out.slice(-2_000));
    const names = /#Fields: (.*)/.exec(out)?.[1]?.split(',') ?? [];
    return Object.fromEntries(found.split(',').map((value, index) => [names[index], value]));
  });
  expect(line).toMatchObject({ ServerHostName: headers['x-feserver'], TargetServer: first });
});

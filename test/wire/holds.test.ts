import { createConnection } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { basic, envelope } from '../support/soap.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { ask } from './admin/ask.ts';

const mary = 'mary@contoso.test';
const joe = 'joe@contoso.test';
const daemon = '22222222-2222-4222-8222-222222222222';
const getFolder =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const cloudEws = 'https://outlook.office365.test/EWS/Exchange.asmx';

/** What is used for the first time has to be loaded. */
const patient = { timeout: 20_000 };

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());
afterEach(async () => {
  for (const { id } of await breakpoints()) await admin('DELETE', `/breakpoints/${id}`);
  for (const { id } of await held()) await admin('POST', `/held/${id}/continue`);
  const { status } = await lab.ews(mary, getFolder);
  if (status !== 200) throw new Error(`when nothing is held the answer is ${status}`);
});

interface Held {
  readonly id: string;
  readonly breakpoint: string;
  readonly seam: string;
  readonly traceId: string;
  readonly target: string;
  readonly headers: readonly string[] | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly editable: readonly string[];
  readonly client: Readonly<Record<string, unknown>>;
}

const admin = (method: string, path: string, body?: unknown): ReturnType<typeof ask> =>
  ask(lab.endpoints.adminUrl, method, `/_coexist/v1${path}`, body);
const held = async (): Promise<readonly Held[]> => ((await admin('GET', '/held')).body as { held: readonly Held[] }).held;
const breakpoints = async (): Promise<readonly { readonly id: string; readonly stopped: number }[]> =>
  ((await admin('GET', '/breakpoints')).body as { breakpoints: readonly { id: string; stopped: number }[] }).breakpoints;

async function stopAt(breakpoint: object): Promise<void> {
  expect(await admin('POST', '/breakpoints', breakpoint)).toMatchObject({ status: 201 });
}

/** The one hop that waits, as soon as it does. */
async function nextHeld(): Promise<Held> {
  await expect.poll(held, patient).toHaveLength(1);
  const [only] = await held();
  if (only === undefined) throw new Error('nothing is held');
  return only;
}

const goOn = async (id: string, body?: object): Promise<void> => {
  expect(await admin('POST', `/held/${id}/continue`, body)).toMatchObject({ status: 204 });
};

/** A token of the lab's own for the daemon, by its secret. */
async function token(): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: daemon,
    client_secret: 'daemon-Pa55word!',
    scope: 'https://outlook.office365.com/.default',
  };
  const answer = await lab.https('https://login.microsoftonline.test/contoso.test/oauth2/v2.0/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'exchangelib/5.4.0 (python-requests/2.32.0)' },
    body: new URLSearchParams(form).toString(),
  });
  expect(answer).toMatchObject({ status: 200 });
  return String(JSON.parse(answer.body).access_token);
}

const asDaemon = (bearer: string, headers: Readonly<Record<string, string>> = {}) =>
  lab.https(cloudEws, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', authorization: `Bearer ${bearer}`, 'x-anchormailbox': joe, ...headers },
    body: envelope(
      getFolder,
      `<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>${joe}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`,
    ),
  });

describe('a token that is held before it is signed', () => {
  test('with another audience is refused for its audience', async () => {
    await stopAt({ seam: 'token.signing', match: { svc: 'azure-auth', op: 'client_credentials' } });
    const asked = token();
    const hop = await nextHeld();
    expect(hop).toMatchObject({
      seam: 'token.signing',
      editable: ['claims'],
      claims: { aud: expect.stringContaining('outlook.office365'), appid: daemon },
      client: { known: 'exchangelib', waits: 'until', gone: false },
    });
    await goOn(hop.id, { edit: { claims: { set: { aud: 'https://graph.microsoft.com' }, remove: ['appidacr'] } } });
    const bearer = await asked;
    const claims = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString('utf8'));
    expect(claims).toMatchObject({ aud: 'https://graph.microsoft.com', appid: daemon });
    expect(claims).not.toHaveProperty('appidacr');

    const refused = await asDaemon(bearer);
    expect(refused.status).toBe(401);
    const { verdict, faults } = await lab.exchangeOf(refused);
    const checks = verdict?.checks ?? [];
    expect(checks.find(({ outcome }) => outcome === 'failed')).toMatchObject({
      check: expect.stringMatching(/audience/),
      actual: expect.stringContaining('https://graph.microsoft.com'),
    });
    expect(faults).toEqual([]);
    expect(String(refused.headers['x-ms-diagnostics'])).toMatch(/audience/i);
    // What was done stands where it was done.
    const issued = (await lab.exchanges({ service: 'azure-auth' })).at(-1);
    expect(issued?.faults).toEqual([{ rule: 'breakpoint-1', kind: 'edit' }]);
  });

  test('left as it is, or with a claim that nobody minds, is signed well and opens the door', async () => {
    await stopAt({ seam: 'token.signing' });
    for (const body of [undefined, { edit: { claims: { set: { seen: 'by the class' } } } }]) {
      const asked = token();
      await goOn((await nextHeld()).id, body);
      expect((await asDaemon(await asked)).status).toBe(200);
    }
  });
});

describe('a request that is held', () => {
  test('shows its head without secrets, and is what it was made: other claims do not fit the signature', async () => {
    const bearer = await token();
    await stopAt({ match: { svc: 'ews', org: 'contoso-cloud' } });
    const asked = asDaemon(bearer, { 'user-agent': 'curl/8.5.0' });
    const hop = await nextHeld();
    expect(hop).toMatchObject({
      target: 'POST /EWS/Exchange.asmx',
      editable: ['headers', 'claims'],
      claims: { appid: daemon },
      client: { known: 'curl', waits: 'for ever', givesUp: null },
    });
    expect(JSON.stringify(hop)).not.toContain(bearer.split('.')[2]);
    await goOn(hop.id, { edit: { claims: { set: { appid: '11111111-2222-4222-8222-222222222222' } } } });
    const refused = await asked;
    expect(refused.status).toBe(401);
    const { verdict } = await lab.exchangeOf(refused);
    expect(verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check).toMatch(/signature/);
  });

  test('loses a header field, and takes another', async () => {
    await stopAt({ match: { svc: 'ews' }, times: 2 });
    const headerless = lab.ews(mary, getFolder);
    await goOn((await nextHeld()).id, { edit: { headers: { remove: ['Authorization'] } } });
    expect((await headerless).status).toBe(401);
    const other = lab.ews(mary, getFolder);
    await goOn((await nextHeld()).id, { edit: { headers: { set: { Authorization: basic('CONTOSO\\rob', lab.password) } } } });
    expect(await lab.exchangeOf(await other)).toMatchObject({ status: 200, caller: 'rob@contoso.test' });
    // It is spent.
    expect((await lab.ews(mary, getFolder)).status).toBe(200);
  });

  test('by its operation waits before that is carried out; the next hop of the trace waits where a step is taken', async () => {
    await stopAt({ seam: 'ews.call', match: { op: 'GetFolder' } });
    const asked = lab.ews(mary, getFolder);
    const hop = await nextHeld();
    expect(hop).toMatchObject({ seam: 'ews.call', operation: 'GetFolder', user: mary, editable: [] });
    expect(await admin('POST', `/held/${hop.id}/continue`, { edit: { headers: { set: { a: 'b' } } } })).toMatchObject({
      status: 422,
      body: { title: 'NotEditable' },
    });
    await goOn(hop.id, { step: true });
    await expect.poll(async () => (await held())[0]?.seam, patient).toBe('http.response');
    const answer = await nextHeld();
    expect(answer).toMatchObject({ breakpoint: 'step', traceId: hop.traceId });
    await goOn(answer.id, { edit: { headers: { set: { 'X-Shown': 'to a class' } } } });
    expect((await asked).headers).toMatchObject({ 'x-shown': 'to a class' });
  });

  test('that is aborted ends its connection', async () => {
    await stopAt({ match: { svc: 'ews' } });
    const asked = lab.ews(mary, getFolder);
    const lost = asked.then(
      () => 'answered',
      () => 'lost',
    );
    const hop = await nextHeld();
    expect(await admin('POST', `/held/${hop.id}/abort`)).toMatchObject({ status: 204 });
    expect(await lost).toBe('lost');
    expect(await admin('POST', `/held/${hop.id}/abort`)).toMatchObject({ status: 404 });
  });
});

test('a step of SMTP waits, and its end is a closed connection', async () => {
  await stopAt({ seam: 'smtp.stage', match: { op: 'MAIL' } });
  const [host = '', port = ''] = String(lab.endpoints.organizations['contoso']?.smtp).split(':');
  const socket = createConnection(Number(port), host);
  let heard = '';
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.setEncoding('utf8').on('data', (part: string) => {
    heard += part;
    if (/^220 .*\r\n$/.test(part)) socket.write('EHLO sender.test\r\nMAIL FROM:<a@sender.test>\r\n');
  });
  const hop = await nextHeld();
  expect(hop.target).toContain('a@sender.test');
  expect(heard).not.toMatch(/^250 2\.1\.0/m);
  await admin('POST', `/held/${hop.id}/abort`);
  await closed;
});

describe('while something is held', () => {
  test('time stands without being frozen, and goes on from there', async () => {
    await admin('POST', '/clock/resume');
    await stopAt({ match: { svc: 'ews' } });
    const asked = lab.ews(mary, getFolder);
    const hop = await nextHeld();
    const clock = async () => (await admin('GET', '/clock')).body as { now: string; mode: string; running: boolean };
    const before = await clock();
    expect(before).toMatchObject({ mode: 'real', running: false });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await clock()).toEqual(before);
    await goOn(hop.id);
    await asked;
    await expect.poll(async () => Date.parse((await clock()).now)).toBeGreaterThan(Date.parse(before.now));
    const lag = Date.now() - lab.clock.state().now;
    expect(lag).toBeGreaterThanOrEqual(60);
    await admin('POST', '/clock/resume');
  });

  test('a client that leaves has given up', async () => {
    const events = await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/events?also=opened,held&svc=ews`);
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    let told = '';
    const heardOf = async (event: string): Promise<Record<string, unknown>> => {
      for (;;) {
        const found = new RegExp(`^event: ${event}\\ndata: (.*)$`, 'm').exec(told)?.[1];
        if (found !== undefined) return JSON.parse(found);
        const part = await reader?.read();
        if (part === undefined || part.done) throw new Error(`no ${event} in ${told}`);
        told += part.value;
      }
    };
    await stopAt({ match: { svc: 'ews' } });
    const { hosts, ca } = lab.names;
    const { request } = await import('node:https');
    const [host, port] = String(hosts['mail.contoso.test']).split(':');
    const client = request({ host, port, ca, servername: 'mail.contoso.test', method: 'POST', path: '/EWS/Exchange.asmx' });
    client.on('error', () => {}).end('<x/>');
    const { id } = await heardOf('held');
    expect(await heardOf('opened')).toMatchObject({ service: 'ews', outcome: null });
    client.destroy();
    expect(await heardOf('gave-up')).toMatchObject({ id, client: { gone: true, waits: 'unknown' } });
    expect(await held()).toEqual([]);
    await reader?.cancel();
  });

  test('who waits for a hop that it has caused is told to have left, and the hop waits on', async () => {
    await stopAt({ seam: 'dial', match: { svc: 'ews' } });
    // Asked of the server on-premises, joe's time is asked of the cloud.
    const gone = new AbortController();
    const { hosts, ca } = lab.names;
    const { request } = await import('node:https');
    const [host, port] = String(hosts['mail.contoso.test']).split(':');
    const availability =
      '<m:GetUserAvailabilityRequest><t:TimeZone><t:Bias>0</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>10</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime><t:DaylightTime><t:Bias>0</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>1</t:DayOrder><t:Month>4</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>' +
      `<m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${joe}</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData></m:MailboxDataArray>` +
      '<t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>2026-11-23T00:00:00</t:StartTime><t:EndTime>2026-11-24T00:00:00</t:EndTime></t:TimeWindow><t:RequestedView>FreeBusyMerged</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>';
    const client = request({
      ...{ host, port, ca, servername: 'mail.contoso.test', method: 'POST', path: '/EWS/Exchange.asmx', signal: gone.signal },
      headers: { host: 'mail.contoso.test', 'content-type': 'text/xml', authorization: basic('CONTOSO\\mary', lab.password) },
    });
    client.on('error', () => {}).end(envelope(availability));
    const hop = await nextHeld();
    expect(hop).toMatchObject({ seam: 'dial', editable: ['headers'] });
    gone.abort();
    await expect.poll(async () => (await held())[0]?.client['gone'], patient).toBe(true);
    await goOn(hop.id);
  });
});

describe('what is not taken', () => {
  test.each([
    [{ seam: 'tls' }, 422, 'InvalidBreakpoint'],
    [{ match: { op: 'GetItem' } }, 422, 'OperationNotKnown'],
    [{ seam: 'http.request', surprise: 1 }, 422, 'InvalidBreakpoint'],
    [{ id: 'step' }, 422, 'DuplicateBreakpoint'],
  ])('%j', async (breakpoint, status, title) => {
    expect(await admin('POST', '/breakpoints', breakpoint)).toMatchObject({ status, body: { title } });
  });

  test('frames of the message, line ends in a value, and hops that there are not', async () => {
    await stopAt({ match: { svc: 'ews' } });
    const asked = lab.ews(mary, getFolder);
    const { id } = await nextHeld();
    for (const edit of [{ headers: { set: { Host: 'x' } } }, { headers: { set: { a: 'b\r\nc: d' } } }, { claims: { set: { aud: 'x' } } }])
      expect(await admin('POST', `/held/${id}/continue`, { edit })).toMatchObject({ status: 422 });
    await goOn(id);
    expect((await asked).status).toBe(200);
    expect(await admin('POST', `/held/${id}/continue`)).toMatchObject({ status: 404 });
    expect(await admin('DELETE', '/breakpoints/none')).toMatchObject({ status: 404 });
  });
});

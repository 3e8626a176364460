import { request } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { basic, envelope } from '../support/soap.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../support/test-lab.ts';
import { ask } from './admin/ask.ts';
import { ids, responses } from './ews/answers.ts';
import { mimeOf } from './smtp/transport-lab.ts';

const mary = 'mary@contoso.test';
const getFolder =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const createItem = (subject: string): string =>
  `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject></t:Message></m:Items></m:CreateItem>`;
const drafts = (subject: string): string =>
  '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
  `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
  '<m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());
afterEach(expectToWorkWithoutRules);

async function expectToWorkWithoutRules(): Promise<void> {
  expect((await admin('DELETE', '')).status).toBe(204);
  expect((await lab.ews(mary, getFolder)).status).toBe(200);
}

const admin = (method: string, path: string, body?: unknown): ReturnType<typeof ask> =>
  ask(lab.endpoints.adminUrl, method, `/_coexist/v1/faults${path}`, body);

async function rule(body: Readonly<Record<string, unknown>>): Promise<void> {
  expect(await admin('POST', '', body)).toMatchObject({ status: 201 });
}

const code = (answer: HttpAnswer): string | undefined => responses(answer.body)[0]?.code;

/** The record of the next exchange of EWS that closes, for answers that never come. */
function nextExchange(): Promise<{ readonly outcome: string | null; readonly faults: readonly unknown[] }> {
  return new Promise((resolve) => {
    const stop = lab.journal.subscribe((record) => {
      if (record.service !== 'ews') return;
      stop();
      resolve(record);
    });
  });
}

/** Asks as mary and reads what comes until it ends, or until so many octets are there. */
function broken(body: string, enough = Number.POSITIVE_INFINITY) {
  const { ca, hosts } = lab.names;
  const listener = hosts['mail.contoso.test'];
  if (listener === undefined) throw new Error('no mail.contoso.test');
  const [host, port] = listener.split(':');
  const headers = {
    host: 'mail.contoso.test',
    'content-type': 'text/xml; charset=utf-8',
    authorization: basic('CONTOSO\\mary', lab.password),
  };
  const options = { host, port, servername: 'mail.contoso.test', ca, method: 'POST', path: '/EWS/Exchange.asmx', headers, agent: false };
  return new Promise<{ status: number | undefined; length: number; octets: Buffer; whole: boolean }>((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (Buffer.concat(chunks).length >= enough) sent.destroy();
      });
      response.on('error', () => {});
      response.on('close', () =>
        resolve({
          status: response.statusCode,
          length: Number(response.headers['content-length']),
          octets: Buffer.concat(chunks),
          whole: response.complete,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(envelope(body));
  });
}

describe('at http.request', () => {
  test('another Host is written into the request: the same organisation answers, for what the client did not ask', async () => {
    await rule({ id: 'proxy', match: { svc: 'ews', org: 'contoso' }, effect: { kind: 'host', host: 'ex-se-01.contoso.test' } });
    const answer = await lab.ews(mary, getFolder);
    expect(answer.status).toBe(200);
    expect(await lab.exchangeOf(answer)).toMatchObject({ organization: 'contoso', faults: [{ rule: 'proxy', kind: 'host' }] });
  });

  test.each(['', 'a host', 'http://mail.contoso.test', 'mail.contoso.test/EWS'])('%o is no Host to be written', async (host) => {
    expect(await admin('POST', '', { effect: { kind: 'host', host } })).toMatchObject({ status: 422 });
  });

  test('a status comes instead of the service, with its headers and its body, and nothing is done', async () => {
    const effect = { kind: 'status', status: 503, headers: { 'Retry-After': '7', 'content-type': 'text/plain' }, body: 'busy' };
    await rule({ id: 'busy', match: { svc: 'ews', org: 'contoso' }, effect });
    const answer = await lab.ews(mary, createItem('never written'));
    expect([answer.status, answer.headers['retry-after'], answer.headers['content-type'], answer.body]).toEqual([
      503,
      '7',
      'text/plain',
      'busy',
    ]);
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'fault', status: 503, faults: [{ rule: 'busy', kind: 'status' }] });
    expect((await admin('DELETE', '/busy')).status).toBe(204);
    expect(ids((await lab.ews(mary, drafts('never written'))).body)).toEqual([]);
  });

  test('a rule for one organisation leaves the others alone', async () => {
    await rule({ match: { org: 'contoso' }, effect: { kind: 'status', status: 500 } });
    expect((await lab.ews(mary, getFolder)).status).toBe(500);
    expect((await lab.ews('joe@contoso.test', getFolder)).status).toBe(200);
    expect((await lab.ews('pat@fabrikam.test', getFolder)).status).toBe(200);
  });

  test('after two that pass, twice, then never again', async () => {
    await rule({ id: 'window', match: { svc: 'ews' }, effect: { kind: 'status', status: 429 }, after: 2, times: 2 });
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) statuses.push((await lab.ews(mary, getFolder)).status);
    expect(statuses).toEqual([200, 200, 429, 429, 200, 200]);
    expect((await admin('GET', '/window')).body).toMatchObject({ matched: 6, acted: 2 });
  });

  test('latency holds the request up, and it is answered', async () => {
    await rule({ id: 'slow', match: { svc: 'ews' }, effect: { kind: 'latency', delayMs: 120 }, times: 1 });
    const startedAt = performance.now();
    const answer = await lab.ews(mary, getFolder);
    // A timer may fire a little early against this clock.
    expect(performance.now() - startedAt).toBeGreaterThan(115);
    expect(code(answer)).toBe('NoError');
    const record = await lab.exchangeOf(answer);
    expect(record).toMatchObject({ outcome: 'answered', faults: [{ rule: 'slow', kind: 'latency' }] });
    expect(record.durationMs).toBeGreaterThan(115);
  });

  test.each(['reset', 'refuse'])('%s: the connection goes, without an answer', async (kind) => {
    await rule({ id: kind, seam: 'http.request', match: { svc: 'ews' }, effect: { kind }, times: 1 });
    const closed = nextExchange();
    await expect(lab.ews(mary, createItem(`lost by ${kind}`))).rejects.toThrow(/ECONNRESET|hang up/);
    expect(await closed).toMatchObject({ outcome: 'fault', status: null, faults: [{ rule: kind, kind }] });
    expect(ids((await lab.ews(mary, drafts(`lost by ${kind}`))).body)).toEqual([]);
  });
});

describe('at soap.response', () => {
  test('by operation and user: the answer is replaced, what was asked is done', async () => {
    await rule({
      id: 'lost',
      seam: 'soap.response',
      match: { op: 'CreateItem', user: mary },
      effect: { kind: 'status', status: 502, body: 'bad gateway' },
    });
    const answer = await lab.ews(mary, createItem('written'));
    expect([answer.status, answer.body]).toEqual([502, 'bad gateway']);
    expect(await lab.exchangeOf(answer)).toMatchObject({
      outcome: 'fault',
      operation: 'CreateItem',
      caller: mary,
      status: 502,
      faults: [{ rule: 'lost', kind: 'status' }],
    });
    expect(ids((await lab.ews(mary, drafts('written'))).body)).toHaveLength(1);
    expect((await lab.ews('rob@contoso.test', createItem('of another'))).status).toBe(200);
  });

  test('latency', async () => {
    await rule({
      id: 'late',
      seam: 'soap.response',
      match: { op: 'Get*' },
      effect: { kind: 'latency', delayMs: 80, jitterMs: 5 },
      times: 1,
    });
    const startedAt = performance.now();
    const answer = await lab.ews(mary, getFolder);
    expect(performance.now() - startedAt).toBeGreaterThan(75);
    expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'answered', faults: [{ rule: 'late', kind: 'latency' }] });
    expect(code(answer)).toBe('NoError');
  });
});

test('at http.response the status is replaced after the service has answered', async () => {
  await rule({
    id: 'garbled',
    seam: 'http.response',
    match: { svc: 'ews' },
    effect: { kind: 'status', status: 200, body: '<html>sign in</html>' },
    times: 1,
  });
  const answer = await lab.ews(mary, createItem('answered otherwise'));
  expect([answer.status, answer.body]).toEqual([200, '<html>sign in</html>']);
  expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'fault', faults: [{ rule: 'garbled' }] });
  expect(ids((await lab.ews(mary, drafts('answered otherwise'))).body)).toHaveLength(1);
});

describe('an answer that does not arrive as it should', () => {
  test.each([0, 100])('truncate: %i octets of the body arrive, the head has promised all, and what was asked is done', async (bytes) => {
    await rule({ id: 'cut', match: { svc: 'ews', op: 'CreateItem' }, effect: { kind: 'truncate', bytes } });
    const closed = nextExchange();
    const { status, length, octets, whole } = await broken(createItem(`cut off at ${bytes}`));
    expect([status, octets.length, whole]).toEqual([200, bytes, false]);
    expect(length).toBeGreaterThan(500);
    expect('<?xml version="1.0"'.startsWith(octets.toString().slice(0, 19))).toBe(true);
    expect(await closed).toMatchObject({ outcome: 'fault', faults: [{ rule: 'cut', kind: 'truncate' }] });
    expect(ids((await lab.ews(mary, drafts(`cut off at ${bytes}`))).body)).toHaveLength(1);
  });

  test('truncate: an answer that is shorter arrives whole', async () => {
    await rule({ match: { svc: 'ews' }, effect: { kind: 'truncate', bytes: 1_000_000 } });
    expect(code(await lab.ews(mary, getFolder))).toBe('NoError');
  });

  test('drip: the head comes at once, the body drop by drop, and it is the same', async () => {
    await rule({ id: 'drops', match: { svc: 'ews' }, effect: { kind: 'drip', bytes: 200, everyMs: 20 }, times: 1 });
    const startedAt = performance.now();
    const answer = await lab.ews(mary, getFolder);
    const drops = Math.ceil(answer.octets.length / 200);
    expect(drops).toBeGreaterThan(3);
    expect(performance.now() - startedAt).toBeGreaterThan((drops - 1) * 19);
    expect(code(answer)).toBe('NoError');
    expect(await lab.exchangeOf(answer)).toMatchObject({ status: 200, outcome: 'fault', faults: [{ rule: 'drops', kind: 'drip' }] });
  });

  test('drip: a client that leaves ends it', async () => {
    await rule({ id: 'forever', match: { svc: 'ews' }, effect: { kind: 'drip', bytes: 1, everyMs: 600_000 } });
    const closed = nextExchange();
    const { whole, octets } = await broken(getFolder, 1);
    expect([whole, octets.length]).toEqual([false, 1]);
    expect(await closed).toMatchObject({ outcome: 'fault', faults: [{ rule: 'forever' }] });
  });
});

describe('what the other side is made to say of a message that is sent to it', () => {
  const sendTo = (address: string, subject: string): string =>
    `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`;
  const sentBy = async (organization: string): Promise<readonly unknown[]> =>
    (await lab.exchanges({ organization, operation: 'SEND' })).filter(({ direction }) => direction === 'outgoing');

  test('a refusal for good comes back to the sender in its words', async () => {
    const effect = { kind: 'reply', code: 550, text: '5.7.1 Message rejected by a filter' };
    await rule({ id: 'filter', match: { org: 'contoso', op: 'SEND' }, effect });
    await lab.ews(mary, sendTo('pat@fabrikam.test', 'filtered'));
    await lab.mailSent();
    expect((await sentBy('contoso')).at(-1)).toMatchObject({ outcome: 'fault', status: 550, faults: [{ rule: 'filter', kind: 'reply' }] });
    expect(await mimeOf(lab, mary, 'Undeliverable: filtered')).toContain('550 5.7.1 Message rejected by a filter');
  });

  test('another is tried again', async () => {
    const effect = { kind: 'reply', code: 451, text: '4.7.500 Server busy' };
    await rule({ match: { org: 'contoso', op: 'SEND' }, effect, times: 1 });
    await lab.ews(mary, sendTo('pat@fabrikam.test', 'deferred'));
    const received = (): Promise<readonly unknown[]> =>
      lab.ews('pat@fabrikam.test', drafts('deferred').replace('"drafts"', '"inbox"')).then(({ body }) => ids(body));
    await lab.mailSent();
    expect(await received()).toEqual([]);
    await lab.clock.advance(3_600_000);
    await lab.mailSent();
    expect(await received()).toHaveLength(1);
  });
});

test('x-ms-diagnostics of a refused token stand in a status', async () => {
  const headers = {
    'www-authenticate': 'Bearer',
    'x-ms-diagnostics': '2000003;reason="The hostname component of the audience claim value is invalid.";error_category="invalid_resource"',
  };
  await rule({ match: { svc: 'ews', host: 'mail.contoso.test' }, effect: { kind: 'status', status: 401, headers } });
  const answer = await lab.ews(mary, getFolder);
  expect([answer.status, answer.headers]).toEqual([401, expect.objectContaining(headers)]);
});

test('a rule for one trace leaves the others alone', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  await rule({ match: { svc: 'ews', trace }, effect: { kind: 'status', status: 503 } });
  const traced = (id: string): Promise<HttpAnswer> =>
    lab.https('https://mail.contoso.test/EWS/Exchange.asmx', {
      method: 'POST',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        authorization: basic('CONTOSO\\mary', lab.password),
        traceparent: `00-${id}-00f067aa0ba902b7-01`,
      },
      body: envelope(getFolder),
    });
  expect((await traced(trace)).status).toBe(503);
  expect((await traced(trace.replace('4b', '5c'))).status).toBe(200);
});

test('of several rules the first that would act does', async () => {
  await rule({ id: 'first', match: { svc: 'ews' }, effect: { kind: 'status', status: 500 }, times: 1 });
  await rule({ id: 'second', match: { svc: 'ews' }, effect: { kind: 'status', status: 503 } });
  expect([(await lab.ews(mary, getFolder)).status, (await lab.ews(mary, getFolder)).status]).toEqual([500, 503]);
});

test.each([
  ['an unknown kind', { effect: { kind: 'explode' } }, /explode/],
  ['a kind at a seam where it cannot act', { seam: 'soap.response', effect: { kind: 'reset' } }, /reset cannot act at soap\.response/],
  ['a member that nobody knows', { effect: { kind: 'reset' }, matches: {} }, /matches/],
  ['a probability beyond one', { effect: { kind: 'reset' }, probability: 2 }, /probability/],
])('%s is refused with a problem that says why', async (_, body, why) => {
  const answer = await admin('POST', '', body);
  expect(answer.status).toBe(422);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(JSON.stringify(answer.body)).toMatch(why);
  expect((await admin('GET', '')).body).toEqual({ faults: [] });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, ask } from './ask.ts';
import { type FakeLab, startFakeLab } from './lab.ts';

let lab: FakeLab;
beforeEach(async () => {
  lab = await startFakeLab();
});
afterEach(() => lab.close());

interface Asked {
  readonly target?: string;
  readonly op?: string;
  readonly caller?: string;
  readonly status?: number;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly direction?: 'incoming' | 'outgoing';
  readonly protocol?: 'https' | 'smtp';
}

function record({ target = 'POST /EWS/Exchange.asmx', op = 'GetFolder', caller = 'mary@contoso.test', ...rest }: Asked = {}): void {
  const { status = 200, headers = [], body, direction = 'incoming', protocol = 'https' } = rest;
  const start = { service: 'ews', organization: 'contoso', host: 'mail.contoso.test', at: Date.UTC(2026, 10, 1, 9) };
  const exchange = lab.journal.open({ ...start, direction, protocol, target });
  exchange.note({ operation: op, caller, status });
  if (headers.length > 0 || body !== undefined) exchange.received(headers, body === undefined ? undefined : Buffer.from(body));
  exchange.close('answered', start.at);
}

const question = (name: string, criteria: unknown): Promise<Answer> => ask(lab.url, 'POST', `/_coexist/v1/requests/${name}`, criteria);
const count = async (criteria: object): Promise<unknown> => (await question('count', criteria)).body;

test('a request is told with head and body, newest first, without secrets', async () => {
  record({ op: 'FindItem' });
  record({ headers: ['Authorization: Basic bWFyeTpoaWRkZW4=', 'X-A: 1', 'X-A: 2'], body: '<a><Password>hidden</Password></a>' });
  record({ direction: 'outgoing' });
  const { status, body } = await question('find', {});
  expect([status, body]).toEqual([
    200,
    {
      complete: true,
      requests: [
        expect.objectContaining({
          ...{ service: 'ews', organization: 'contoso', operation: 'GetFolder', caller: 'mary@contoso.test' },
          ...{ method: 'POST', url: '/EWS/Exchange.asmx', host: 'mail.contoso.test', at: '2026-11-01T09:00:00.000Z', status: 200 },
          headers: { authorization: expect.stringMatching(/^Basic user=mary sha256:/), 'x-a': '1, 2' },
          body: expect.stringMatching(/^<a><Password>sha256:\w+<\/Password><\/a>$/),
        }),
        expect.objectContaining({ operation: 'FindItem', headers: {}, body: null }),
      ],
    },
  ]);
});

describe('criteria', () => {
  beforeEach(() => {
    record({ headers: ['User-Agent: curl/8'], body: '<GetFolder/>' });
    record({ target: 'GET /autodiscover?a=b&c=', op: 'Autodiscover', caller: 'rob@contoso.test', status: 401 });
    record({ target: 'RCPT', protocol: 'smtp', op: 'RCPT' });
  });

  test.each<[string, object, number]>([
    ['none', {}, 3],
    ['an operation', { op: 'GetFolder' }, 1],
    ['caller and status', { user: 'rob@contoso.test', status: 401 }, 1],
    ['two that no request has both', { op: 'GetFolder', status: 401 }, 0],
    ['a method, in any case', { method: 'post' }, 1],
    ['path and query', { url: '/autodiscover?a=b&c=' }, 1],
    ['a path', { urlPath: '/autodiscover' }, 1],
    ['a part of the path is not the path', { urlPath: '/auto' }, 0],
    ['a pattern for the whole', { urlPattern: '/auto.*' }, 1],
    ['a pattern for a part is none for the whole', { urlPattern: 'auto' }, 0],
    ['a query parameter', { queryParameters: { a: { equalTo: 'b' } } }, 1],
    ['an empty one is there', { queryParameters: { c: { equalTo: '' } } }, 1],
    ['absence', { queryParameters: { a: { absent: true } } }, 2],
    ['a header', { headers: { 'user-agent': { contains: 'curl' } } }, 1],
    ['its case', { headers: { 'User-Agent': { equalTo: 'CURL/8' } } }, 0],
    ['its case aside', { headers: { 'User-Agent': { equalTo: 'CURL/8', caseInsensitive: true } } }, 1],
    ['what is not in it', { headers: { 'user-agent': { doesNotContain: 'curl' } } }, 2],
    ['a body', { bodyPatterns: [{ matches: '<Get\\w+/>' }, { doesNotMatch: 'x.*' }] }, 1],
  ])('%s', async (_, criteria, expected) => {
    expect(await count(criteria)).toEqual({ count: expected, complete: true });
    expect(((await question('find', criteria)).body as { requests: unknown[] }).requests).toHaveLength(expected);
  });

  test.each([
    [{ ops: 'x' }, /ops/],
    [{ headers: { a: { equals: 'x' } } }, /headers/],
    [{ urlPattern: '(' }, /is not a regular expression/],
    [{ bodyPatterns: [{ matches: '(' }] }, /is not a regular expression|Invalid input/],
    [{ limit: 0 }, /limit/],
    [{ since: 'noon' }, /neither a time/],
  ])('%j is refused', async (criteria, message) => {
    for (const name of ['find', 'count', 'near-misses'])
      expect(await question(name, criteria)).toMatchObject({ status: 400, body: { detail: expect.stringMatching(message) } });
  });

  test('a pattern that backtracks without end is given up, and the lab goes on', async () => {
    record({ body: 'a'.repeat(50) });
    expect(await question('count', { bodyPatterns: [{ matches: '(a+)+b' }] })).toMatchObject({ status: 422 });
    expect((await ask(lab.url, 'GET', '/livez')).status).toBe(200);
  });
});

test('near misses are those that fail the fewest criteria, and tell which', async () => {
  record({ op: 'FindItem', caller: 'rob@contoso.test' });
  record({ op: 'FindItem', headers: ['User-Agent: curl/8'] });
  record({ headers: ['User-Agent: curl/8'] });
  record({ op: 'SyncFolderItems', caller: 'adam@contoso.test' });
  const criteria = { op: 'GetFolder', user: 'mary@contoso.test', headers: { 'user-agent': { contains: 'curl' } } };
  const { body } = await question('near-misses', criteria);
  expect(body).toMatchObject({
    nearMisses: [
      {
        request: { operation: 'FindItem', caller: 'mary@contoso.test' },
        distance: 1 / 3,
        unmet: [{ criterion: 'op', expected: 'GetFolder', actual: 'FindItem' }],
      },
      { request: { operation: 'SyncFolderItems' }, distance: 1 },
      {
        request: { operation: 'FindItem', caller: 'rob@contoso.test' },
        unmet: expect.arrayContaining([{ criterion: 'header user-agent', expected: 'contains curl', actual: null }]),
      },
    ],
  });
});

test('GET lists, DELETE begins anew and leaves the journal as it is', async () => {
  for (const op of ['A', 'B', 'C']) record({ op });
  expect((await ask(lab.url, 'GET', '/_coexist/v1/requests?limit=1')).body).toMatchObject({
    requests: [{ operation: 'C' }],
    meta: { total: 3 },
  });
  expect((await ask(lab.url, 'GET', '/_coexist/v1/requests?op=A')).body).toMatchObject({
    requests: [{ operation: 'A' }],
    meta: { total: 1 },
  });
  expect((await ask(lab.url, 'DELETE', '/_coexist/v1/requests')).status).toBe(204);
  expect(await count({})).toEqual({ count: 0, complete: true });
  record({ op: 'D' });
  expect(await count({})).toEqual({ count: 1, complete: true });
  expect((await ask(lab.url, 'GET', '/_coexist/v1/exchanges')).body).toMatchObject({ exchanges: [{}, {}, {}, {}] });
});

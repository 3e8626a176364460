import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseAdminToken } from '../../../services/admin/access.ts';
import { longestCmdletLine } from '../../../shared/domain/world/vocabulary.ts';
import { ask, askWith } from './ask.ts';
import { type FakeLab, startFakeLab } from './lab.ts';

let lab: FakeLab;
beforeEach(async () => {
  lab = await startFakeLab();
});
afterEach(() => lab.close());

describe('what is refused', () => {
  test.each<readonly [method: string, path: string, body: unknown, status: number, detail: RegExp]>([
    ['GET', '/nothing', undefined, 404, /There is no GET \/nothing here/],
    ['DELETE', '/_coexist/v1/clock', undefined, 404, /There is no DELETE/],
    ['POST', '/_coexist/v1/clock/set', {}, 400, /body\.at: Invalid input: expected string/],
    ['POST', '/_coexist/v1/clock/set', { at: '2026-02-30T00:00Z' }, 400, /body\.at: "2026-02-30T00:00Z" is not an ISO 8601 time/],
    ['POST', '/_coexist/v1/clock/freeze', { now: 1 }, 400, /body: Unrecognized key: "now"/],
    ['POST', '/_coexist/v1/clock/advance', { by: '-5m' }, 400, /body\.by: time only advances forth/],
    ['POST', '/_coexist/v1/clock/advance', { by: '999999999d' }, 400, /is not a duration/],
    ['PUT', '/_coexist/v1/clock/skew/nowhere', { by: '5m' }, 422, /has no organization nowhere/],
    ['POST', '/_coexist/v1/faults', { effect: {} }, 422, /seam: is required/],
    ['GET', '/_coexist/v1/faults/a%20b', undefined, 400, /path: is not the id of a fault/],
    ['GET', '/_coexist/v1/exchanges?since=yesterday', undefined, 400, /query\.since: "yesterday" is neither/],
    ['GET', '/_coexist/v1/exchanges?limit=0', undefined, 400, /query\.limit/],
    ['GET', '/_coexist/v1/exchanges?organisation=x', undefined, 400, /Unrecognized key: "organisation"/],
    ['GET', '/_coexist/v1/traces/00000000', undefined, 404, /No exchange of a trace 00000000/],
    ['GET', '/_coexist/v1/traces/00000000/outline', undefined, 404, /No exchange of a trace 00000000/],
    ['GET', '/_coexist/v1/traces/00000000/exchanges/0000000000000000', undefined, 404, /No exchange of a trace 00000000/],
    ['GET', '/_coexist/v1/traces/00000000/exchanges/x', undefined, 400, /is not the id of a span/],
    ['GET', '/_coexist/v1/traces/xyz', undefined, 400, /is not a trace id/],
    ['GET', '/_coexist/v1/traces/00000000.zip', undefined, 404, /00000000/],
    ['PUT', '/_coexist/v1/endpoints', { nowhere: { https: 1 } }, 422, /no organization "nowhere"; it has contoso, azure-auth/],
    ['PUT', '/_coexist/v1/endpoints', { contoso: { https: 0 } }, 400, /body\.contoso\.https/],
    ['POST', '/_coexist/v1/reset', { to: 'empty' }, 400, /only "seed" is supported/],
    ['POST', '/_coexist/v1/cmdlets', { line: 'Get-X' }, 400, /body\.organization/],
    ['POST', '/_coexist/v1/cmdlets', { line: '', organization: 'contoso' }, 400, /body\.line/],
    ['POST', '/_coexist/v1/cmdlets', { line: 'Get-X', organization: 'contoso', as: 'x'.repeat(257) }, 400, /body\.as/],
    ['POST', '/_coexist/v1/cmdlets', { line: 'Get-X', organization: 'contoso', user: 'x' }, 400, /Unrecognized key: "user"/],
    ['POST', '/_coexist/v1/cmdlets', { line: 'Get-X', organization: 'nowhere' }, 422, /no organisation nowhere/],
    ['POST', '/_coexist/v1/faults', '{"seam":', 400, /./],
  ])('%s %s %j', async (method, path, body, status, detail) => {
    const answer = await ask(lab.url, method, path, body);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: 'about:blank', status, detail: expect.stringMatching(detail) });
    expect(answer.status).toBe(status);
  });

  test('a cmdlet line over the bound', async () => {
    const line = 'x'.repeat(longestCmdletLine + 1);
    const answer = await ask(lab.url, 'POST', '/_coexist/v1/cmdlets', { line, organization: 'contoso' });
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/body\.line/) } });
  });

  test('a body over the bound', async () => {
    expect(await ask(lab.url, 'POST', '/_coexist/v1/faults', `"${'x'.repeat(1_100_000)}"`)).toMatchObject({
      status: 413,
      body: { status: 413 },
    });
  });

  test('a body that is not JSON, as a page elsewhere could send it', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await ask(lab.url, 'POST', '/_coexist/v1/reset', 'to=seed', { 'content-type': type })).toMatchObject({ status: 415 });
    }
    expect(lab.calls).toEqual([]);
  });

  test('a defect tells the caller nothing and is entered in the journal', async () => {
    const answer = await ask(lab.url, 'POST', '/_coexist/v1/faults', { seam: 'explode' });
    expect(answer).toMatchObject({ status: 500, body: { title: 'Internal error' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|\.ts/);
    expect(lab.journal.defects()).toMatchObject([
      { service: 'admin', target: 'POST /_coexist/v1/faults', error: { message: 'internal: /secret/path' } },
    ]);
  });

  test('octets that are no HTTP', async () => {
    const socket = connect(Number(new URL(lab.url).port), '127.0.0.1');
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      socket.on('data', (part) => {
        text += part.toString('latin1');
      });
      socket.on('close', () => resolve(text)).on('error', reject);
      socket.write(Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 0, 0, 13, 10, 13, 10]));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(await ask(lab.url, 'GET', '/livez')).toMatchObject({ status: 200 });
  });
});

describe('who may ask', () => {
  test.each([
    [{}, 200],
    [{ host: 'localhost:4460' }, 200],
    [{ host: '[::1]:4460' }, 200],
    [{ host: '127.9.9.9' }, 200],
    [{ host: 'evil.example' }, 403],
    [{ host: 'localhost.evil.example:4460' }, 403],
    [{ host: 'localhost@evil.example' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ host: '10.0.0.1' }, 403],
    [{ host: 'localhost:4460', origin: 'http://localhost:4460' }, 200],
    [{ host: 'localhost:4460', origin: 'http://localhost:3000' }, 403],
    [{ host: 'localhost:4460', origin: 'https://localhost:4460' }, 403],
    [{ host: 'localhost:4460', origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
  ] as const)('%j -> %i', async (headers, status) => {
    expect((await askWith(lab.url, headers)).status).toBe(status);
  });

  test('with a token, whoever has it, by whatever name', async () => {
    const token = chooseAdminToken('0.0.0.0', null) ?? '';
    expect(token).toMatch(/^[\w-]{32}$/);
    await lab.close();
    lab = await startFakeLab({ token, host: '0.0.0.0' });
    const status = async (headers: Record<string, string>, path = '/_coexist/info'): Promise<number | undefined> =>
      (await askWith(lab.url, headers, 'GET', path)).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: `Bearer ${token}x` })).toBe(401);
    expect(await status({ authorization: `Bearer ${token.slice(0, -1)}` })).toBe(401);
    expect(await status({ authorization: `Basic ${token}` })).toBe(401);
    expect(await status({ authorization: `Bearer ${token}`, host: 'coexist.internal:4460' })).toBe(200);
    expect(await status({ authorization: `Bearer ${token}`, host: 'a', origin: 'http://b' })).toBe(403);
    expect(await status({ host: 'coexist.internal' }, '/livez')).toBe(200);
    expect(await status({ host: 'coexist.internal' }, '/readyz?x=1')).toBe(200);
    expect(await status({}, '/livez/../_coexist/info')).toBe(401);
  });

  test('a port that others reach is not opened without one', async () => {
    expect(chooseAdminToken('127.0.0.1', null)).toBeNull();
    expect(chooseAdminToken('127.0.0.1', 'configured')).toBe('configured');
    expect(chooseAdminToken('::', null)).not.toBe(chooseAdminToken('::', null));
    await expect(startFakeLab({ host: '0.0.0.0', token: null })).rejects.toThrow('needs a token');
  });
});

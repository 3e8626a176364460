import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMrsSession } from '../../../shared/protocols/mrs/client.ts';
import { writeVersion } from '../../../shared/protocols/mrs/version.ts';
import { openProxyLab, type ProxyLab } from './lab.ts';

let lab: ProxyLab;
beforeAll(async () => {
  lab = await openProxyLab();
  await lab.set('-MRSProxyEnabled $true');
});
afterAll(() => lab.close());

test('a session opens, shakes hands and ends: what a connectivity test does', async () => {
  const session = await openMrsSession(lab.endpoint());
  expect(writeVersion(session.server)).toBe('15.2.2562.17 caps:0400001F7FFFFFCB07FFFF');
  expect(session.name).toBe(`${lab.url} EX-SE-01.contoso.test (15.2.2562.17 caps:0400001F7FFFFFCB07FFFF)`);
  await session.close();
  const seen = (await lab.lab.exchanges({ service: 'mrsproxy' })).map(({ status, operation }) => `${status} ${operation}`);
  expect(seen).toEqual([
    '401 mrsproxy.svc',
    '200 CreateSequence',
    '200 ExchangeVersionInformation',
    '200 LastMessage',
    '200 TerminateSequence',
  ]);
});

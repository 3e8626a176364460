import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasExchangelib, python } from '../support/exchangelib.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

describe.skipIf(!hasExchangelib)('exchangelib as Debian ships it', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
  });
  afterAll(() => lab.close());

  test('is told of mail by pull, by stream and by call', async () => {
    const file = join(lab.dataDir, 'endpoints-for-python.json');
    writeFileSync(file, JSON.stringify(lab.endpoints));
    const { proxyUrl, caFile } = lab.endpoints;
    const proxies = { HTTPS_PROXY: proxyUrl ?? '', HTTP_PROXY: proxyUrl ?? '' };
    const env = { ...process.env, ...proxies, COEXIST_ENDPOINTS: file, REQUESTS_CA_BUNDLE: caFile };
    const child = spawn(python, [join(import.meta.dirname, 'exchangelib', 'notifications.py')], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const checks = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as { check: string; ok: boolean }] : []));
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    if (code !== 0) throw new Error(output.slice(-3000));
    expect(checks.length).toBeGreaterThanOrEqual(14);
  }, 120_000);
});

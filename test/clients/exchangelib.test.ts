import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasExchangelib, python } from '../support/exchangelib.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const scripts = join(import.meta.dirname, 'exchangelib');

describe.skipIf(!hasExchangelib)('exchangelib as Debian ships it', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
  });
  afterAll(async () => {
    await lab.close();
  });

  test('from an address through Autodiscover to folders, items and a sent message', async () => {
    const checks = await run('mailbox.py');
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(33);
  }, 120_000);

  test('a budget that is used up: it waits as long as BackOffMilliseconds says', async () => {
    // The debt of one request is paid within seconds of the world's time.
    await runCmdlet(lab, 'contoso', 'New-ThrottlingPolicy Tight -EwsMaxBurst 0 -EwsCutoffBalance 0 -EwsRechargeRate 18000');
    await runCmdlet(lab, 'contoso', 'Set-Mailbox mary -ThrottlingPolicy Tight');
    const checks = await run('throttled.py');
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.length).toBe(2);
    await lab.journal.flush();
    const busy = (await lab.exchanges({})).filter(({ code }) => code === 'ErrorServerBusy');
    expect(busy.length).toBeGreaterThan(0);
  }, 120_000);

  async function run(script: string): Promise<readonly { readonly check: string; readonly ok: boolean; readonly actual: string | null }[]> {
    const file = join(lab.dataDir, 'endpoints-for-python.json');
    writeFileSync(file, JSON.stringify(lab.endpoints));
    const { proxyUrl, caFile } = lab.endpoints;
    const variables = { COEXIST_ENDPOINTS: file, HTTPS_PROXY: proxyUrl ?? '', HTTP_PROXY: proxyUrl ?? '', REQUESTS_CA_BUNDLE: caFile };
    const { output, code } = await runProgram(python, [join(scripts, script)], { ...process.env, ...variables });
    const checks = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
    if (code !== 0 && checks.every(({ ok }) => ok)) throw new Error(`${script} ended with ${code}:\n${output.slice(-3000)}`);
    return checks;
  }
});

/** Runs a program without blocking this process, in which the lab lives. */
async function runProgram(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ output: string; code: number | null }> {
  const { spawn } = await import('node:child_process');
  const child = spawn(file, args, { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { output, code };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { controlOf } from '../support/control.ts';
import { end, type LabProcess, startLabProcess } from '../support/lab-process.ts';
import { ask } from '../wire/admin/ask.ts';

test('a lab that is killed while something is being broken knows it afterwards, and takes back what had been done', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-begun-'));
  let lab: LabProcess | undefined;
  onTestFinished(async () => {
    await end(lab);
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (): Promise<LabProcess> => {
    lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data'), '--persist'], { cwd: folder });
    return lab;
  };
  const first = await start();
  const { call, cmdlet } = controlOf(first);
  await cmdlet('contoso', 'New-FederationTrust "Microsoft Federation Gateway"');
  const keys = (await call('GET', '/keys'))['keys'];
  // The gateway's metadata never come: the break stands between rolling the key over and reading them.
  await ask(first.endpoints.adminUrl, 'POST', '/_coexist/v1/faults', {
    id: 'never',
    seam: 'dial',
    match: { org: 'contoso' },
    effect: { kind: 'latency', delayMs: 600_000 },
  });
  const never = ask(first.endpoints.adminUrl, 'POST', '/_coexist/v1/topology/break/token-signature').catch(() => undefined);
  await expect.poll(async () => (await call('GET', '/faults'))['faults'], { timeout: 30_000 }).toMatchObject([{ acted: 1 }]);
  expect((await call('GET', '/topology'))['broken']).toEqual([]);
  first.child.kill('SIGKILL');
  expect((await first.ended).signal).toBe('SIGKILL');
  await never;

  const again = controlOf(await start());
  expect((await again.call('GET', '/topology'))['broken']).toMatchObject([{ id: 'token-signature', variant: 'keys-rolled' }]);
  expect((await again.call('GET', '/keys'))['keys']).not.toEqual(keys);
  expect((await again.call('GET', '/topology/lint'))['findings']).not.toEqual([]);
  await again.call('POST', '/topology/fix/token-signature');
  expect((await again.call('GET', '/keys'))['keys']).toEqual(keys);
  expect(await again.call('GET', '/topology/lint')).toMatchObject({ findings: [] });
  expect((await again.call('GET', '/topology'))['broken']).toEqual([]);
}, 120_000);

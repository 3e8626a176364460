import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { createDatabase, findPostgres, startServer, startServerAgain, stopServer, urlOf } from '../support/postgres-server.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { cloud, deliveryDomain, holdings, onPremises } from '../wire/migration/moving-lab.ts';

const mary = 'mary@contoso.test';
const found = await findPostgres();
const binaries = found !== undefined && 'binaries' in found ? found.binaries : undefined;

describe.skipIf(binaries === undefined)('a lab whose database is stopped as when power fails, and comes back', () => {
  let folder: string;
  let lab: LabProcess;
  let client: WireClient;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coexist-stopped-'));
    await startServer(String(binaries), folder, false);
    const database = await createDatabase(urlOf(folder), 'coexist');
    const flags = ['--persist', database, '--port', '0', '--data-dir', join(folder, 'lab'), '--output', 'json'];
    lab = await startLabProcess(flags, { cwd: tmpdir() });
    client = wireClient(lab.endpoints);
  }, 120_000);
  afterEach(async () => {
    client.close();
    await end(lab);
    await stopServer(folder);
    await rm(folder, { recursive: true, force: true });
  });

  test('goes on with the mailbox that it was moving, long before its lease is over', { timeout: 180_000 }, async () => {
    await runCmdlet(lab, onPremises, 'Start-ADSyncSyncCycle');
    const before = await holdings(client, mary, onPremises);
    const credential = `@{UserName='CONTOSO\\administrator'; Password='${lab.endpoints.users[0]?.password}'}`;
    const remote = `-Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain ${deliveryDomain}`;
    await runCmdlet(lab, cloud, `New-MoveRequest ${mary} ${remote}`);
    const told = async () =>
      (await runCmdlet<{ Status: string; PercentComplete: number }>(lab, cloud, `Get-MoveRequestStatistics ${mary}`))[0];
    await expect.poll(async () => (await told())?.PercentComplete, { timeout: 30_000, interval: 5 }).toBeGreaterThan(20);
    await stopServer(folder);
    await startServerAgain(String(binaries), folder, false);
    // Half a minute is what a failure may make it wait (`retryDelayMs`).
    await expect.poll(async () => (await told().catch(() => undefined))?.Status, { timeout: 60_000 }).toBe('Completed');
    expect(await holdings(client, mary, cloud)).toEqual(before);
  });
});

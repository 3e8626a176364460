import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { seededRandom } from '../../shared/kernel/random.ts';
import { killAfter } from '../support/kill-after.ts';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { cloud, type Home, onPremises } from '../wire/migration/moving-lab.ts';
import {
  mapOf,
  message,
  post,
  preparePublicFolders,
  publicFolderIds,
  publicHoldings,
  synchroniseMail,
} from '../wire/migration/public-lab.ts';

let folder: string;
let lab: LabProcess;
let client: WireClient;
async function start(): Promise<void> {
  lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data'), '--persist'], { cwd: folder });
  client = wireClient(lab.endpoints);
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-public-folders-'));
  await start();
});
afterEach(async () => {
  client.close();
  await end(lab);
  rmSync(folder, { recursive: true, force: true });
});

type Moment = readonly [operation: string, first: number, last: number, mostMs: number];
const copying: readonly Moment[] = [
  ['', 1, 40, 50],
  ['ISourceMailbox_ExportMessages', 1, 2, 60],
  ['IMailbox_EnumerateFolderHierarchyPaged2', 3, 4, 20],
];
const completing: readonly Moment[] = [
  ['IMailbox_SetInTransitStatus', 1, 1, 20],
  ['IMailbox_EnumerateFolderHierarchyPaged2', 1, 2, 40],
  ['IMailbox_SetInTransitStatus', 1, 2, 40],
];

const run = <Shown = Readonly<Record<string, unknown>>>(line: string, organization: Home = cloud) =>
  runCmdlet<Shown>(lab, organization, line);
/** What waits for half a minute does not wait for it here; a lab that was killed meanwhile has no time. */
async function advance(): Promise<void> {
  const body = JSON.stringify({ by: '30s' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${lab.endpoints.adminUrl}/_coexist/v1/clock/advance`, { method: 'POST', headers, body }).catch(() => undefined);
}
const statusOf = async (): Promise<string> => {
  await advance();
  return String((await run('Get-MigrationBatch').catch(() => []))[0]?.['Status']);
};

test('kill -9 while public folders are migrated, and while that is completed, loses and doubles nothing', async () => {
  const random = seededRandom(inject('seed'));
  let kills = 0;
  const killed = async ([operation, first, last, mostMs]: Moment, meanwhile?: () => Promise<unknown>): Promise<void> => {
    const killing = killAfter(lab, operation, first + random.integer(last - first + 1), random.integer(mostMs));
    const look = async (): Promise<string | null> => {
      await advance();
      await meanwhile?.().catch(() => undefined);
      return lab.child.signalCode ?? (await run('Get-MigrationUser').catch(() => []))[0]?.['Status']?.toString() ?? null;
    };
    await expect.poll(look, { timeout: 60_000 }).toBe('SIGKILL');
    await Promise.all([killing, lab.ended]);
    kills += 1;
    client.close();
    await start();
  };
  await run('Start-ADSyncSyncCycle', onPremises);
  const credential = `@{UserName='CONTOSO\\administrator'; Password='${lab.endpoints.users[0]?.password}'}`;
  await preparePublicFolders({ run, credential });
  await synchroniseMail({ run });
  const names = ['Sales', 'Orders', 'Old', 'People'];
  for (let number = 0; number < 60; number += 1) {
    const { id = '' } = (await publicFolderIds(client, onPremises)).get(names[number % names.length] ?? '') ?? {};
    expect((await post(client, id, message(`item ${number}`))).code).toBe('NoError');
  }
  const map = mapOf(['\\', 'Mailbox1'], ['\\Sales\\Orders', 'Mailbox2']);
  await run(`New-MigrationBatch -Name public -SourceEndpoint folders -CSVData ${map} -AutoStart`);
  for (const moment of copying) await killed(moment);
  await expect.poll(statusOf, { timeout: 120_000 }).toBe('Synced');
  await run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $true', onPremises);
  // Who has had no answer says it once more.
  let isAnswered = false;
  const completed = async (): Promise<string> => {
    const status = await statusOf();
    if (isAnswered || !['Synced', 'Completing'].includes(status)) return status;
    await run('Complete-MigrationBatch public').then(
      () => {
        isAnswered = true;
      },
      () => undefined,
    );
    return status;
  };
  for (const moment of completing) {
    // Slow machines may have noted the end before they were killed.
    if ((await statusOf()) === 'Completed') break;
    await killed(moment, completed);
  }
  expect(kills).toBeGreaterThan(copying.length);
  await expect.poll(completed, { timeout: 120_000 }).toBe('Completed');
  await run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $false', onPremises);
  const before = await publicHoldings(client, onPremises);
  expect(before.filter((line) => line.includes('"item ')).length).toBe(60);
  expect(await publicHoldings(client, cloud)).toEqual(before);
  expect(await run('Get-MailPublicFolder orders')).toMatchObject([{ ExternalEmailAddress: '', ParentPath: '\\Sales' }]);
}, 400_000);

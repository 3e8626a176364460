import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { seededRandom } from '../../shared/kernel/random.ts';
import { killAfter } from '../support/kill-after.ts';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { cloud, deliveryDomain, holdings, mailboxesInUse, onPremises, write } from '../wire/migration/moving-lab.ts';

const mary = 'mary@contoso.test';

let folder: string;
let lab: LabProcess;
let client: WireClient;
async function start(): Promise<void> {
  lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data'), '--persist'], { cwd: folder });
  client = wireClient(lab.endpoints);
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coexist-move-durability-'));
  await start();
});
afterEach(async () => {
  client.close();
  await end(lab);
  rmSync(folder, { recursive: true, force: true });
});

/** One lab after the other, each killed at a moment of its own: that call of an operation, of any for '', and some milliseconds. */
const moments: readonly { readonly operation: string; readonly first: number; readonly last: number; readonly mostMs: number }[] = [
  { operation: '', first: 1, last: 60, mostMs: 50 },
  { operation: 'ISourceMailbox_ExportMessages', first: 1, last: 1, mostMs: 100 },
  { operation: 'IMailbox_GetMailboxSecurityDescriptor', first: 1, last: 1, mostMs: 20 },
  { operation: 'IMailbox_SetInTransitStatus', first: 2, last: 3, mostMs: 20 },
  { operation: 'IMailbox_UpdateMovedMailbox4', first: 1, last: 1, mostMs: 20 },
  { operation: 'IMailbox_DeleteMailbox', first: 1, last: 1, mostMs: 20 },
];
const inUse = (): Promise<number> => mailboxesInUse({ ...client, endpoints: lab.endpoints }, mary);
const statusOf = async (): Promise<string> => {
  const [told] = await runCmdlet<{ Status: string }>(lab, cloud, `Get-MoveRequest ${mary}`);
  return told?.Status ?? 'none';
};

test('kill -9 in mid-move, again and again, loses and doubles no item, and leaves one mailbox in use', async () => {
  const random = seededRandom(inject('seed'));
  await runCmdlet(lab, onPremises, 'Start-ADSyncSyncCycle');
  const before = await holdings(client, mary, onPremises);
  expect(before.length).toBeGreaterThan(500);
  const [written, unanswered] = [new Set<string>(), new Set<string>()];
  await beginMove();
  let kills = 0;
  for (const { operation, first, last, mostMs } of moments) {
    const killing = killAfter(lab, operation, first + random.integer(last - first + 1), random.integer(mostMs));
    // Nobody knows what is in use in a lab that is killed meanwhile.
    expect(await inUse().catch(() => 0)).toBeLessThan(2);
    await writeMeanwhile(`meanwhile ${kills}`, written, unanswered);
    await killing;
    expect((await lab.ended).signal).toBe('SIGKILL');
    kills += 1;
    client.close();
    await start();
    // Slow machines may have noted the end before they were killed.
    if ((await statusOf().catch(() => '')) === 'Completed') break;
  }
  expect(kills).toBeGreaterThan(3);
  await expect.poll(statusOf, { timeout: 60_000 }).toBe('Completed');
  const after = await holdings(client, mary, cloud);
  const subjects = after.flatMap((line) => /"(meanwhile \d+ \d+)"/.exec(line)?.[1] ?? []);
  expect(after.filter((line) => !line.includes('"meanwhile '))).toEqual(before);
  expect(written.size).toBeGreaterThan(0);
  expect(subjects).toEqual([...new Set(subjects)]);
  expect(new Set(subjects)).toEqual(new Set([...written, ...subjects.filter((subject) => unanswered.has(subject))]));
  expect(await inUse()).toBe(1);
}, 180_000);

async function beginMove(): Promise<void> {
  const credential = `@{UserName='CONTOSO\\administrator'; Password='${lab.endpoints.users[0]?.password}'}`;
  const remote = `-Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain ${deliveryDomain}`;
  await runCmdlet(lab, cloud, `New-MoveRequest ${mary} ${remote}`);
}

/** She writes until the lab is killed, or enough; while her mailbox is locked, or has gone, nothing is taken. */
async function writeMeanwhile(prefix: string, written: Set<string>, unanswered: Set<string>): Promise<void> {
  for (let number = 0; number < 12; number += 1) {
    const subject = `${prefix} ${number}`;
    try {
      if ((await write(client, mary, onPremises, subject)).id !== undefined) written.add(subject);
    } catch {
      unanswered.add(subject);
      return;
    }
  }
}

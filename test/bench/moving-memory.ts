import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { allocator, nodeFlags } from '../../services/heap.ts';
import { present } from '../../shared/kernel/assert.ts';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';

const name = 'packrat';
const mail = `${name}@contoso.test`;
const password = 'Pa55word!move';
const pollMs = 500;

/** What a move of a mailbox took. */
export interface Watched {
  /** Most resident memory of the process while it moved; MiB. */
  readonly peakMib: number;
  /** Before it began. */
  readonly beforeMib: number;
  readonly seconds: number;
  readonly items: number;
}

/**
 * Moves a mailbox of so many MiB, a letter with a file of 1 MiB each, in a lab with its store on disk: both organisations, proxy
 * and service are one process, which is started as `coexist up --detach` does. Linux: the kernel keeps the peak.
 */
export async function movedUnderWatch(mib: number): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
  let lab: LabProcess | undefined;
  let client: WireClient | undefined;
  try {
    const flags = ['--port', '0', '--data-dir', join(folder, 'data'), '--persist', join(folder, 'store')];
    lab = await startLabProcess(flags, { cwd: folder, nodeFlags, environment: allocator });
    await hire(lab);
    const { endpoints } = lab;
    const users = [...endpoints.users, { mail, userName: mail, password, organization: 'contoso' }];
    client = wireClient({ ...endpoints, users });
    for (let index = 0; index < mib; index += 1) await store(client, index);
    return await watch(lab, mib);
  } finally {
    client?.close();
    await end(lab);
    await rm(folder, { recursive: true, force: true });
  }
}

async function hire(lab: LabProcess): Promise<void> {
  await runCmdlet(lab, 'contoso', `New-Mailbox -Name ${name} -UserPrincipalName ${mail} -Password ${password}`);
  const quotas =
    '-UseDatabaseQuotaDefaults $false -ProhibitSendQuota Unlimited -ProhibitSendReceiveQuota Unlimited -IssueWarningQuota Unlimited';
  await runCmdlet(lab, 'contoso', `Set-Mailbox ${name} ${quotas}`);
  await runCmdlet(lab, 'contoso', 'Start-ADSyncSyncCycle -PolicyType Delta');
  await runCmdlet(lab, 'contoso', 'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -MRSProxyEnabled $true');
}

async function store(client: WireClient, index: number): Promise<void> {
  const file = randomBytes(1_024 ** 2).toString('base64');
  const attachments = `<t:Attachments><t:FileAttachment><t:Name>file.bin</t:Name><t:Content>${file}</t:Content></t:FileAttachment></t:Attachments>`;
  const message = `<t:Message><t:Subject>letter ${index}</t:Subject>${attachments}</t:Message>`;
  const body = `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${message}</m:Items></m:CreateItem>`;
  const answer = await client.ews(mail, body);
  if (!answer.body.includes('ResponseClass="Success"')) throw new Error(answer.body.slice(0, 500));
}

async function watch(lab: LabProcess, items: number): Promise<Watched> {
  const { pid } = lab.child;
  const beforeMib = await memory(pid, 'VmRSS');
  // The peak begins anew (proc(5), clear_refs).
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  const administrator = present(lab.endpoints.users[0], 'a user').password;
  const credential = `@{UserName='CONTOSO\\administrator'; Password='${administrator}'}`;
  const domain = 'contoso.mail.onmicrosoft.test';
  const startedMs = performance.now();
  const remote = `-Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain ${domain}`;
  await runCmdlet(lab, 'contoso-cloud', `New-MoveRequest ${mail} ${remote}`);
  while (true) {
    const [told] = await runCmdlet<{ Status: string }>(lab, 'contoso-cloud', `Get-MoveRequestStatistics ${mail}`);
    if (told?.Status === 'Completed') break;
    if (told?.Status !== 'InProgress' && told?.Status !== 'Queued' && told?.Status !== 'CompletionInProgress')
      throw new Error(JSON.stringify(told));
    await pause(pollMs);
  }
  return { peakMib: await memory(pid, 'VmHWM'), beforeMib, seconds: (performance.now() - startedMs) / 1_000, items };
}

async function memory(pid: number | undefined, what: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1_024;
}

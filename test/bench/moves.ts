import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab } from '../../services/lab/service.ts';
import type { RunningLab } from '../../services/main.ts';
import { localMailbox } from '../../shared/domain/directory/recipient.ts';
import type { ItemDraft } from '../../shared/domain/mailbox/draft.ts';
import { requireFolder } from '../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../shared/domain/mailbox/item-writes.ts';
import { present } from '../../shared/kernel/assert.ts';
import { labGround, moveMailbox } from '../support/move-mailbox.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { copiedByCurl } from './curl-copy.ts';
import { largeMessage, mixedItem } from './moving-items.ts';
import { movedUnderWatch } from './moving-memory.ts';
import { besideRow, median, type Row } from './row.ts';

const rounds = 3;
const items = 2_000;
const largeItems = 60;
const atOnce = 20;
const itemsOfEach = 200;
const deliveryDomain = 'contoso.mail.onmicrosoft.test';

/**
 * Moves of whole mailboxes from their beginning to their end, both organisations in one process: beside the same steps on the store
 * without request, report and protocol, beside curl that fetches the same octets over TLS, many at once, and what memory they take.
 */
export async function moveRows(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
  const lab = await startLab({ dataDir: folder });
  try {
    await runCmdlet(lab, 'contoso', 'Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -MRSProxyEnabled $true');
    const people = await hire(lab, 4 * rounds + 3 + rounds * atOnce);
    // The services that moves need are loaded with the first.
    await move(lab, [present(people.pop(), 'somebody')]);
    return [...(await mixedRows(lab, people)), ...(await largeRows(lab, people, folder)), await manyRow(lab, people), await memoryRow()];
  } finally {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** People with mailboxes on-premises, whom the cloud knows. */
async function hire(lab: RunningLab, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `mover${index}`);
  for (const name of names)
    await runCmdlet(lab, 'contoso', `New-Mailbox -Name ${name} -UserPrincipalName ${name}@contoso.test -Password Pa55word!move`);
  await runCmdlet(lab, 'contoso', 'Start-ADSyncSyncCycle -PolicyType Delta');
  return names;
}

async function mixedRows(lab: RunningLab, people: string[]): Promise<readonly Row[]> {
  const { wire, straight } = await bothWays(lab, people, items, mixedItem);
  return [besideRow(`moves: items of a move beside the store straight, ${items} mixed items`, wire, straight, 0.25)];
}

async function largeRows(lab: RunningLab, people: string[], folder: string): Promise<readonly Row[]> {
  const { wire, straight, bytes } = await bothWays(lab, people, largeItems, largeMessage);
  const perItem = bytes / 1_024 ** 2;
  const copied = await copiedByCurl(folder, bytes * largeItems);
  const octets = besideRow('moves: MiB of a move beside the store straight', wire * perItem, straight * perItem, 0.25);
  return [octets, { ...besideRow('moves: MiB of a move beside curl over TLS', wire * perItem, copied, 0), limit: '', passed: undefined }];
}

type Kind = (number: number) => ItemDraft;

/** Items a second over the wire and without, in rounds that alternate, after one of each; `bytes`: what an item has. */
async function bothWays(lab: RunningLab, people: string[], count: number, kind: Kind) {
  const [wire, straight]: [number[], number[]] = [[], []];
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const [one, other] = [present(people.pop(), 'somebody'), present(people.pop(), 'somebody')];
    bytes = (await fill(lab, one, count, kind)) / count;
    await fill(lab, other, count, kind);
    wire.push(count / (await secondsOf(() => move(lab, [one]))));
    straight.push(count / (await secondsOf(() => moveStraight(lab, other))));
  }
  return { wire: median(wire), straight: median(straight), bytes };
}

async function manyRow(lab: RunningLab, people: string[]): Promise<Row> {
  const [alone, together]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const many = people.splice(0, round === 0 ? atOnce + 2 : atOnce);
    const first = round === 0 ? many.splice(0, 2) : [];
    for (const name of [...first, ...many]) await fill(lab, name, itemsOfEach, mixedItem);
    for (const name of first) alone.push(itemsOfEach / (await secondsOf(() => move(lab, [name]))));
    together.push((itemsOfEach * many.length) / (await secondsOf(() => move(lab, many))));
  }
  return besideRow(`moves: items of ${atOnce} moves at once beside one, ${itemsOfEach} items each`, median(together), median(alone), 0.7);
}

async function memoryRow(): Promise<Row> {
  const small = await movedUnderWatch(20);
  const large = await movedUnderWatch(200);
  const more = large.peakMib - small.peakMib;
  return {
    what: 'moves: most memory of the process, mailbox of 200 MiB beside 20 MiB',
    measured: `${large.peakMib.toFixed(0)} MiB (${small.peakMib.toFixed(0)} MiB)`,
    limit: '400 MiB',
    passed: large.peakMib <= 400 && more <= 200,
  };
}

async function move(lab: RunningLab, names: readonly string[]): Promise<void> {
  const password = present(lab.endpoints.users[0], 'a user').password;
  const credential = `@{UserName='CONTOSO\\administrator'; Password='${password}'}`;
  const remote = `-Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain ${deliveryDomain}`;
  await Promise.all(names.map((name) => runCmdlet(lab, 'contoso-cloud', `New-MoveRequest ${name}@contoso.test ${remote}`)));
  await lab.moved();
  for (const name of names) {
    const [told] = await runCmdlet<{ Status: string; Message: string }>(lab, 'contoso-cloud', `Get-MoveRequestStatistics ${name}`);
    if (told?.Status !== 'Completed') throw new Error(`the move of ${name}: ${JSON.stringify(told)}`);
  }
}

async function moveStraight(lab: RunningLab, name: string): Promise<void> {
  const { mailboxGuid } = await mailboxOf(lab, name);
  const of = { mailboxGuid, kind: 'primary', holder: name } as const;
  await moveMailbox(lab, { from: 'contoso', to: 'contoso-cloud', of, deliveryDomain });
}

/** Fills in slices, as the seed does; the octets that the items have. */
async function fill(lab: RunningLab, name: string, count: number, kind: Kind): Promise<number> {
  const { mailbox } = await mailboxOf(lab, name);
  const { counter } = await requireFolder(lab.store.read, mailbox, 'inbox');
  const slice = 20;
  for (let first = 0; first < count; first += slice) {
    const drafts = Array.from({ length: Math.min(slice, count - first) }, (_, index) => kind(first + index));
    await lab.store.transaction((tx) => createItems(tx, mailbox, counter, drafts, lab.clock.state().now));
  }
  const sizes = await lab.store.read.selectFrom('item').select('size').where('mailbox', '=', mailbox).execute();
  return sizes.reduce((sum, { size }) => sum + (size ?? 0), 0);
}

async function mailboxOf(lab: RunningLab, name: string) {
  const { directory } = await labGround(lab, 'contoso');
  const owner = present(await directory.byAddress(`${name}@contoso.test`), name);
  directory.close();
  return { mailbox: present(localMailbox(owner), 'a mailbox'), mailboxGuid: present(owner.exchangeGuid, 'a mailbox') };
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1_000;
}

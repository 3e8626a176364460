import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { responses } from '../ews/answers.ts';
import { cloud, type MovingLab, onPremises, remove } from './moving-lab.ts';
import {
  createFolder,
  mapOf,
  message,
  openPublicLab,
  post,
  publicFolderIds,
  publicHoldings,
  synchroniseMail,
  visitor,
} from './public-lab.ts';

let moving: MovingLab;
beforeAll(async () => {
  moving = await openPublicLab();
  await synchroniseMail(moving);
});
afterAll(() => moving.close());

const statistics = async () => (await moving.run('Get-PublicFolderMailboxMigrationRequestStatistics Mailbox1'))[0];

/** The server's answer to moving an item, or a folder, to another public folder. */
async function moveTo(what: 'Item' | 'Folder', id: string, folder: string): Promise<string> {
  const { body } = await moving.lab.ews(
    visitor[onPremises],
    `<m:Move${what}><m:ToFolderId><t:FolderId Id="${folder}"/></m:ToFolderId><m:${what}Ids><t:${what}Id Id="${id}"/></m:${what}Ids></m:Move${what}>`,
    { organization: onPremises },
  );
  return responses(body)[0]?.code ?? 'none';
}

test('whatever connection is cut at whatever call, no public folder or item is lost or doubled', { timeout: 240_000 }, async () => {
  const { lab, run } = moving;
  const chance = seededRandom('public cuts');
  const pick = <T>(members: readonly T[]): T | undefined => members[Math.floor(chance.next() * members.length)];
  for (let number = 0; number < 40; number += 1) {
    const [, { id }] = pick([...(await publicFolderIds(lab, onPremises))]) ?? ['', { id: '' }];
    await post(lab, id, message(`before ${number}`));
  }
  const rule = (seam: string, kind: string, svc: string) => ({ seam, match: { svc }, effect: { kind }, probability: 0.03, seed: seam });
  const map = mapOf(['\\', 'Mailbox1'], ['\\Sales\\Orders', 'Mailbox2']);
  await run(`New-MigrationBatch -Name PublicFolderMigration -SourceEndpoint folders -CSVData ${map}`);
  lab.faults.add(rule('dial', 'reset', 'migration'));
  lab.faults.add(rule('http.request', 'reset', 'mrsproxy'));
  const late = {
    seam: 'http.response',
    match: { svc: 'mrsproxy' },
    effect: { kind: 'status', status: 503 },
    probability: 0.03,
    seed: 'late',
  };
  lab.faults.add(late);
  await run('Start-MigrationBatch PublicFolderMigration');
  let isLocked = false;
  const mine: string[] = [];
  for (let visits = 0; ; visits += 1) {
    if (visits > 400) throw new Error(`the migration does not end: ${JSON.stringify(await statistics())}`);
    await lab.moved();
    const told = await statistics();
    if (told?.['Status'] === 'Completed') break;
    expect(['InProgress', 'Queued', 'Synced', 'CompletionInProgress']).toContain(told?.['Status']);
    if (!isLocked && visits < 30) await disturb(visits, mine, pick, chance.next());
    else if (!isLocked && told?.['Status'] === 'Synced') {
      isLocked = true;
      await run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $true', onPremises);
      await completed();
      continue;
    }
    if (told?.['Status'] === 'Synced' && !isLocked) await run('Set-MigrationBatch PublicFolderMigration -SyncNow');
    else await lab.clock.advance(30_000);
  }
  const acted = lab.faults.list().reduce((sum, one) => sum + Number(one['acted']), 0);
  lab.faults.clear();
  expect([acted, mine.length].every((count) => count > 10)).toBe(true);
  await run('Set-OrganizationConfig -PublicFolderMailboxesLockedForNewConnections $false', onPremises);
  expect(await publicHoldings(lab, cloud)).toEqual(await publicHoldings(lab, onPremises));
  const paths = async (organization: typeof cloud | typeof onPremises) =>
    (await run('Get-PublicFolder \\ -Recurse', organization)).map(({ Identity }) => String(Identity)).toSorted();
  expect(await paths(cloud)).toEqual(await paths(onPremises));
});

/** The check of the source goes over the same connections: it is asked until it is answered. */
async function completed(): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await moving.run('Complete-MigrationBatch PublicFolderMigration');
      return;
    } catch (error) {
      if (attempt > 50 || !/could not be completed/.test(String(error))) throw error;
    }
  }
}

/** Somebody works in the folders: he posts, deletes, moves items and folders, makes, renames and removes folders. */
async function disturb(number: number, mine: string[], pick: <T>(members: readonly T[]) => T | undefined, what: number): Promise<void> {
  const { lab, run } = moving;
  const folders = await publicFolderIds(lab, onPremises);
  const idOf = (name: string): string => folders.get(name)?.id ?? '';
  const { id = '' } = await post(lab, idOf(pick(['Sales', 'Orders', 'Old']) ?? ''), message(`while ${number}`));
  if (id !== '') mine.push(id);
  const victim = pick(mine);
  if (what < 0.3 && victim !== undefined) await remove(lab, visitor[onPremises], onPremises, victim);
  else if (what < 0.5 && victim !== undefined) await moveTo('Item', victim, idOf('Orders'));
  else if (what < 0.65) await createFolder(lab, 'Sales', 'Folder', `made ${number}`);
  else if (what < 0.8) await moveTo('Folder', idOf('Old'), idOf(number % 2 === 0 ? 'Sales' : 'Orders'));
  else if (what < 0.9) await run(`Set-PublicFolder \\Secret -Name "Secret ${number}"`, onPremises).catch(() => []);
  else {
    const made = [...folders.keys()].find((name) => name.startsWith('made '));
    if (made !== undefined) await run(`Remove-PublicFolder "\\Sales\\${made}" -Recurse -Confirm:$false`, onPremises).catch(() => []);
  }
}

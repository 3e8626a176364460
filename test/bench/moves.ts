import { startLab } from '../../services/lab/service.ts';
import type { RunningLab } from '../../services/main.ts';
import { openStoreDestination } from '../../shared/bridges/migration/store-destination.ts';
import type { MoveGround } from '../../shared/bridges/migration/store-end.ts';
import { openStoreSource } from '../../shared/bridges/migration/store-source.ts';
import { openDirectory } from '../../shared/domain/directory/directory.ts';
import { openRegistry } from '../../shared/domain/organization/registry.ts';
import { present } from '../../shared/kernel/assert.ts';
import { createIdentifiers } from '../../shared/kernel/ids.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import { readBlob } from '../../shared/store/blob.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { fillFolder } from './bench-lab.ts';
import { median, type Row } from './row.ts';

const rounds = 2;
/** The goal: a move is at least a quarter as fast as the same rows read and written without a protocol. */
const least = 0.25;
const many = 20;
/** Messages beside those of the seed. */
const filled = 5_000;

/** A move by cmdlet, over TLS and the proxy, beside the same items read from one mailbox of the store and written to another. */
export async function moveRows(): Promise<readonly Row[]> {
  const straight: number[] = [];
  const moves: { readonly ms: number; readonly items: number; readonly octets: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const lab = await startLab();
    try {
      await prepare(lab, ['adam', 'mary']);
      // The first move of a process loads what moves.
      await moveAll(lab, ['adam']);
      await fillFolder({ ...lab, clock: { now: () => lab.clock.state().now } }, 'Filled', filled);
      straight.push(await copyStraight(lab));
      moves.push(await moveAll(lab, ['mary']));
    } finally {
      await lab.close();
    }
  }
  const [items, octets] = [moves[0]?.items ?? 0, moves[0]?.octets ?? 0];
  const seconds = median(moves.map(({ ms }) => ms)) / 1_000;
  const part = median(straight) / 1_000 / seconds;
  return [
    {
      what: `a move of ${items} items beside the same rows without a protocol`,
      measured: `${part.toFixed(2)} (${(items / seconds).toFixed(0)} items/s, ${(octets / seconds / 1_024).toFixed(0)} KB/s)`,
      limit: `${least}`,
      passed: part >= least,
    },
    await manyAtOnce(),
  ];
}

async function manyAtOnce(): Promise<Row> {
  const lab = await startLab();
  try {
    const names = Array.from({ length: many }, (_, index) => `mover${index}`);
    for (const name of names)
      await runCmdlet(lab, 'contoso', `New-Mailbox -Name ${name} -UserPrincipalName ${name}@contoso.test -Password Pa55w.rd`);
    await runCmdlet(lab, 'contoso', 'Start-ADSyncSyncCycle');
    const { ms } = await moveAll(lab, names);
    return {
      what: `${many} small mailboxes moved at once`,
      measured: `${(ms / 1_000).toFixed(1)} s`,
      limit: '',
      passed: undefined,
    };
  } finally {
    await lab.close();
  }
}

async function prepare(lab: RunningLab, names: readonly string[]): Promise<void> {
  for (const name of names)
    await runCmdlet(lab, 'contoso-cloud', `Set-MailUser ${name} -EmailAddresses @{Add='smtp:${name}@contoso.mail.onmicrosoft.test'}`);
}

async function moveAll(lab: RunningLab, names: readonly string[]): Promise<{ ms: number; items: number; octets: number }> {
  const credential = `@{UserName='CONTOSO\\administrator'; Password='${present(lab.endpoints.users[0], 'a user').password}'}`;
  const remote = `-Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain contoso.mail.onmicrosoft.test`;
  const from = performance.now();
  for (const name of names) await runCmdlet(lab, 'contoso-cloud', `New-MoveRequest ${name}@contoso.test ${remote}`);
  await lab.moved();
  const ms = performance.now() - from;
  let [items, octets] = [0, 0];
  for (const name of names) {
    const line = `Get-MoveRequestStatistics ${name}@contoso.test`;
    const [told] = await runCmdlet<{ Status: string; ItemsTransferred: number; BytesTransferred: string }>(lab, 'contoso-cloud', line);
    if (told?.Status !== 'Completed') throw new Error(`${name} is ${told?.Status}`);
    items += told.ItemsTransferred;
    octets += Number(/\(([\d,]+) bytes\)/.exec(told.BytesTransferred)?.[1]?.replaceAll(',', '') ?? 0);
  }
  return { ms, items, octets };
}

/** Reads all of mary's mailbox and writes it into another one, which goes again; milliseconds. */
async function copyStraight({ store, clock }: RunningLab): Promise<number> {
  const registry = openRegistry(store);
  const organizations = await registry.current();
  const identifiers = createIdentifiers(seededRandom('bench'));
  const grounds = ['contoso', 'contoso-cloud'].map((name): MoveGround & { close(): void } => {
    const directory = openDirectory(store, name);
    return {
      ...{ store, directory, identifiers, organization: present(organizations.byName(name), name) },
      ...{ blobs: (hash) => readBlob(store.read, hash), now: () => clock.state().now, close: () => directory.close() },
    };
  });
  const [there, here] = [present(grounds[0], 'the source'), present(grounds[1], 'the target')];
  const mailboxGuid = present((await there.directory.byAddress('mary@contoso.test'))?.exchangeGuid, 'the mailbox of mary');
  const of = { mailboxGuid, kind: 'primary', holder: 'bench' } as const;
  const [source, destination] = [await openStoreSource(there, of), await openStoreDestination(here, of)];
  const from = performance.now();
  await destination.create();
  await destination.setInTransit('SyncDestination');
  for await (const folders of source.folders()) {
    await destination.putFolders(folders);
    for (const { entryId, search } of folders) {
      if (search !== null) continue;
      for await (const messages of source.messages(entryId)) {
        for await (const portion of source.export(messages)) await destination.putMessages(portion.filter((one) => 'octets' in one));
      }
    }
  }
  const ms = performance.now() - from;
  await destination.deleteMailbox();
  await source.close();
  for (const ground of grounds) ground.close();
  registry.close();
  return ms;
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRemoteDestination } from '../../../shared/bridges/migration/remote-destination.ts';
import { openRemoteSource } from '../../../shared/bridges/migration/remote-source.ts';
import { openStoreDestination } from '../../../shared/bridges/migration/store-destination.ts';
import type { MoveGround } from '../../../shared/bridges/migration/store-end.ts';
import { openStoreSource } from '../../../shared/bridges/migration/store-source.ts';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import { openRegistry, type Registry } from '../../../shared/domain/organization/registry.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { createIdentifiers, type Guid } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import type { Dialer } from '../../../shared/net/dialer.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { contentOf } from '../../contracts/migration/support.ts';
import { copyAll } from '../../support/move-mailbox.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { dialerOf, endpointOf } from './lab.ts';

let lab: TestLab;
let dialer: Dialer;
let registry: Registry;
const directories: Directory[] = [];
beforeAll(async () => {
  lab = await openTestLab();
  dialer = dialerOf(lab);
  registry = openRegistry(lab.store);
  await runCmdlet(lab, 'contoso', 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -MRSProxyEnabled $true');
});
afterAll(async () => {
  registry.close();
  for (const one of directories) one.close();
  await dialer.close();
  await lab.close();
});

async function groundOf(name: string): Promise<MoveGround> {
  const directory = openDirectory(lab.store, name);
  directories.push(directory);
  return {
    ...{ store: lab.store, directory, identifiers: createIdentifiers(seededRandom(name)) },
    blobs: (hash) => readBlob(lab.store.read, hash),
    organization: present((await registry.current()).byName(name), name),
    now: () => lab.clock.state().now,
  };
}

test("a mailbox of the store is copied into another organisation's by the proxy, item by item", async () => {
  const [premises, cloud] = [await groundOf('contoso'), await groundOf('contoso-cloud')];
  const mailboxGuid = present((await premises.directory.byAddress('mary@contoso.test'))?.exchangeGuid, 'the mailbox of mary');
  const account = { is: 'account', userName: 'CONTOSO\\administrator', password: lab.password } as const;
  const end = { ...endpointOf(dialer, cloud.identifiers, account), mailboxGuid, kind: 'primary' } as const;
  const from = await openRemoteSource(end);
  const here = await openStoreSource(premises, { mailboxGuid, kind: 'primary', holder: 'the test' });
  expect(await from.information()).toEqual(await here.information());
  expect(await from.recipient()).toEqual(await here.recipient());
  await from.setInTransit('SyncSource');
  await expect(here.setInTransit('SyncSource')).rejects.toMatchObject({ code: 'SourceMailboxAlreadyBeingMovedTransientException' });
  // A second session is another move.
  const second = await openRemoteSource(end);
  await expect(second.setInTransit('SyncSource')).rejects.toMatchObject({
    code: 'SourceMailboxAlreadyBeingMovedTransientException',
    values: { Kind: 'Transient', Side: 'Source' },
  });
  await second.close();
  const to = await openStoreDestination(cloud, { mailboxGuid, kind: 'primary', holder: 'the move' });
  await to.create();
  await to.setInTransit('SyncDestination');
  await copyAll(from, to);
  const target = await lab.store.read.selectFrom('mailbox').select('guid').where('stands_for', '=', mailboxGuid).executeTakeFirstOrThrow();
  expect(await contentOf(lab.store, target.guid as Guid)).toEqual(await contentOf(lab.store, mailboxGuid));
  await from.setInTransit('None');
  await from.close();
  await here.close();
});

test('nobody has the mailbox, and a person has one already', async () => {
  const premises = await groundOf('contoso');
  const account = { is: 'account', userName: 'CONTOSO\\administrator', password: lab.password } as const;
  const base = endpointOf(dialer, premises.identifiers, account);
  const nobody = '11111111-2222-4333-8444-555555555555' as Guid;
  await expect(openRemoteSource({ ...base, mailboxGuid: nobody, kind: 'primary' })).rejects.toMatchObject({
    code: 'RecipientNotFoundPermanentException',
    values: { Message: `Cannot find a recipient that has mailbox GUID '${nobody}'.` },
  });
  const rob = present((await premises.directory.byAddress('rob@contoso.test'))?.exchangeGuid, 'the mailbox of rob');
  const to = await openRemoteDestination({ ...base, mailboxGuid: rob, kind: 'primary' });
  await expect(to.create()).rejects.toMatchObject({ code: 'TargetUserAlreadyHasPrimaryMailboxException', values: { Side: 'Target' } });
  await to.close();
});

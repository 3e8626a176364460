import { expect, test } from 'vitest';
import {
  addMigrationUsers,
  getMigrationUser,
  listMigrationUsers,
  type MigrationUser,
  migrationUserOf,
  removeMigrationUser,
  saveMigrationUser,
} from '../../../shared/domain/migration/migration-users.ts';
import { createMoveRequest, removeMoveRequest } from '../../../shared/domain/migration/move-requests.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { plainRequest } from '../../support/move-requests.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const organization = 'tailspin';
const userOf = (name: string, position: number, batch = 'Wave1'): MigrationUser => ({
  ...{ guid: namedGuid('user', name), address: `${name}@contoso.test`, batch, position, parts: null },
  ...{ targetDatabase: null, targetArchiveDatabase: null, recipient: null, mailboxGuid: null, request: null, failure: null, ended: null },
});

describeOnEveryStore('migration users', (source) => {
  test('whoever is in one batch is in no other, in any case; then nobody of the list is added', async () => {
    const store = await source.open();
    const add = (...users: readonly MigrationUser[]) => store.transaction((tx) => addMigrationUsers(tx, organization, users));
    const [zoe, mary] = [userOf('Zoe', 1), userOf('mary', 2)];
    expect(await add(zoe, mary)).toBeUndefined();
    expect(await add(userOf('joe', 1, 'Wave2'), { ...userOf('MARY', 2, 'Wave2') })).toEqual(mary);
    expect(await listMigrationUsers(store.read, organization, { limit: 10 })).toEqual([zoe, mary]);
    expect(await add(userOf('joe', 1, 'Wave2'))).toBeUndefined();
    expect(
      (await listMigrationUsers(store.read, organization, { batch: 'wave1', limit: 1, offset: 1 })).map(({ address }) => address),
    ).toEqual(['mary@contoso.test']);
    expect(await getMigrationUser(store.read, organization, 'ZOE@contoso.test')).toEqual(zoe);
    expect(await getMigrationUser(store.read, 'contoso', 'zoe@contoso.test')).toBeUndefined();
    await store.transaction((tx) => removeMigrationUser(tx, organization, 'zoe@CONTOSO.test'));
    expect(await listMigrationUsers(store.read, organization, { batch: 'Wave1', limit: 10 })).toEqual([mary]);
  });

  test.each([
    ['Completed', 'Completed'],
    ['CompletedWithWarning', 'CompletedWithWarnings'],
    ['Failed', null],
  ] as const)('a request that goes as %s is remembered as %s', async (status, ended) => {
    const store = await source.open();
    const request = plainRequest('mary', { status, due: null });
    const mary = { ...userOf('mary', 1), request: request.guid };
    await store.transaction(async (tx) => {
      await addMigrationUsers(tx, organization, [userOf('mary', 1)]);
      await createMoveRequest(tx, request);
      await saveMigrationUser(tx, organization, mary);
    });
    expect(await migrationUserOf(store.read, organization, request.guid)).toEqual(mary);
    await store.transaction((tx) => removeMoveRequest(tx, request));
    expect(await getMigrationUser(store.read, organization, mary.address)).toEqual({ ...mary, ended });
  });
});

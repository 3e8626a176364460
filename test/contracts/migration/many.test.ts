import { expect, test } from 'vitest';
import { openStoreDestination } from '../../../shared/bridges/migration/store-destination.ts';
import { openStoreSource } from '../../../shared/bridges/migration/store-source.ts';
import { allFolders } from '../../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { openStore } from '../../../shared/store/database.ts';
import { copyAll } from '../../support/move-mailbox.ts';
import { draft } from './owner.ts';
import { at, contentOf, maryMailbox, ofMary, openBoth } from './support.ts';

const many = 5_000;

test('five thousand items of all kinds are copied item by item', { timeout: 120_000 }, async () => {
  const store = await openStore({ location: ':memory:' });
  const both = await openBoth(store, ['mary']);
  const random = seededRandom('many');
  const folders = (await allFolders(store.read, maryMailbox)).map(({ counter }) => counter);
  for (let written = 0; written < many; written += 100) {
    const drafts = Array.from({ length: 100 }, () => draft(random));
    await store.transaction((tx) => createItems(tx, maryMailbox, random.pick(folders), drafts, at));
  }
  const source = await openStoreSource(both.premises, ofMary);
  const destination = await openStoreDestination(both.cloud, ofMary);
  await destination.create();
  await copyAll(source, destination);
  const row = await store.read.selectFrom('mailbox').select('guid').where('stands_for', '=', maryMailbox).executeTakeFirst();
  const target = present(row, 'the target').guid as Guid;
  const expected = await contentOf(store, maryMailbox);
  expect([...expected.values()].flatMap((one) => (Array.isArray(one) ? one : []))).toHaveLength(many);
  expect(await contentOf(store, target)).toEqual(expected);
  both.close();
  await store.close();
});

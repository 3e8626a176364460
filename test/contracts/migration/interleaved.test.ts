import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStoreDestination } from '../../../shared/bridges/migration/store-destination.ts';
import { openStoreSource } from '../../../shared/bridges/migration/store-source.ts';
import { allFolders } from '../../../shared/domain/mailbox/folders.ts';
import { sizeOfMailbox } from '../../../shared/domain/mailbox/mailbox-size.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { type Random, seededRandom } from '../../../shared/kernel/random.ts';
import type { Store } from '../../../shared/store/database.ts';
import { copyAll, differing, followChanges } from '../../support/move-mailbox.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { sizeSummed } from '../mailbox/support.ts';
import { act } from './owner.ts';
import { type Both, contentOf, maryMailbox, ofMary, openBoth } from './support.ts';

class Crash extends Error {}

/** A store on which, between any two transactions, the owner of the source does something or whoever works on it dies. */
function troubled(store: Store, random: Random, trouble: { on: boolean }, owner: () => Promise<void>): Store {
  const moment = async (): Promise<void> => {
    if (!trouble.on) return;
    if (random.next() < 0.3) await owner();
    if (random.next() < 0.04) throw new Crash();
  };
  return {
    ...store,
    async transaction(work, options) {
      await moment();
      const done = await store.transaction(work, options);
      // It is committed, and whoever asked for it never hears of it.
      await moment();
      return done;
    },
  };
}

async function move(both: Both, seed: number): Promise<Guid> {
  const random = seededRandom(String(seed));
  const owner = (): Promise<void> => {
    both.time += 1_000;
    return act(both.store, maryMailbox, random, both.time);
  };
  for (let step = 0; step < 40; step += 1) await owner();
  const trouble = { on: true };
  const store = troubled(both.store, random, trouble, owner);
  let since: string | undefined;
  let isCopied = false;
  /** One life of the mover: it goes on from what the one before has kept. */
  const live = async (isLast: boolean): Promise<void> => {
    const from = await openStoreSource({ ...both.premises, store }, ofMary);
    const to = await openStoreDestination({ ...both.cloud, store }, ofMary);
    if (!(await to.exists())) await to.create();
    await from.setInTransit(isLast ? 'Locked' : 'SyncSource');
    since ??= await from.checkpoint();
    if (!isCopied) await copyAll(from, to);
    isCopied = true;
    const now = await from.checkpoint();
    await followChanges(from, to, since);
    since = now;
    if (isLast) expect(await differing(from, to)).toEqual([]);
  };
  for (let life = 0; life < 6; life += 1) {
    try {
      await live(false);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  trouble.on = false;
  await live(true);
  const made = await both.store.read.selectFrom('mailbox').select('guid').where('stands_for', '=', maryMailbox).execute();
  expect(made).toHaveLength(1);
  return present(made[0], 'the target').guid as Guid;
}

/** Counters of folders as their items say. */
async function countersTrue(store: Store, mailbox: Guid): Promise<void> {
  for (const folder of await allFolders(store.read, mailbox)) {
    const query = store.read.selectFrom('item').select(['associated', 'is_read', 'article_number']).where('mailbox', '=', mailbox);
    const items = await query.where('folder', '=', folder.counter).execute();
    const ordinary = items.filter(({ associated }) => associated === 0);
    expect([folder.item_count, folder.unread_count, folder.associated_count]).toEqual([
      ordinary.length,
      ordinary.filter(({ is_read }) => is_read === 0).length,
      items.length - ordinary.length,
    ]);
    expect(folder.last_article).toBeGreaterThanOrEqual(Math.max(0, ...items.map(({ article_number }) => article_number)));
  }
}

const runs = { memory: 25, file: 2, postgres: 2 } as const;

describeOnEveryStore('moves while the owner works and the mover dies', (source) => {
  test('both mailboxes hold the same in the end', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const both = await openBoth(await source.open(), ['mary']);
        const target = await move(both, seed);
        expect(await contentOf(both.store, target)).toEqual(await contentOf(both.store, maryMailbox));
        await countersTrue(both.store, target);
        expect(await sizeOfMailbox(both.store.read, target)).toEqual(await sizeSummed(both.store, maryMailbox));
        both.close();
      }),
      { numRuns: runs[source.kind], endOnFailure: true },
    );
  });
});

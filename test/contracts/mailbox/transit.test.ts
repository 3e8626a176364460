import { expect, test } from 'vitest';
import { copyItem } from '../../../shared/domain/mailbox/copy-item.ts';
import { createFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { deletedMailboxes, getMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import { eraseItem, moveItem, requireItem } from '../../../shared/domain/mailbox/move-item.ts';
import { mailboxPurge, purgeMailbox, softDeleteMailbox } from '../../../shared/domain/mailbox/soft-delete.ts';
import {
  endLockout,
  isLocked,
  mailboxLockout,
  mailboxState,
  readTransit,
  setTransit,
  wantsRenewal,
} from '../../../shared/domain/mailbox/transit.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { readChanges } from '../../../shared/store/change-feed.ts';
import type { Store } from '../../../shared/store/database.ts';
import { claimDueTimer } from '../../../shared/store/timer-table.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

const hour = 3_600_000;

async function due(store: Store, until: number, kind: string) {
  return store.transaction((tx) => claimDueTimer(tx, until, { owner: 'test', kinds: [kind], now: 0, leaseMs: 1 }));
}

describeOnEveryStore('mailboxes in transit', (source) => {
  test('a locked mailbox takes nothing, and is let go by itself', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const write = (): Promise<unknown> => store.transaction((tx) => createItem(tx, mailbox, inbox, message('a'), at));
    await store.transaction((tx) => setTransit(tx, mailbox, 'SyncSource', 'one', at));
    await write();
    const woken = Promise.withResolvers<void>();
    store.changes.watch(mailbox, () => woken.resolve());
    await store.transaction((tx) => setTransit(tx, mailbox, 'Locked', 'one', at));
    await woken.promise;
    await expect(write()).rejects.toMatchObject({ code: 'scope-held' });
    expect(await isLocked(store.read, mailbox, at + 2 * hour - 1)).toBe(true);
    expect(await isLocked(store.read, mailbox, at + 2 * hour)).toBe(false);
    expect(await due(store, at + 2 * hour - 1, mailboxLockout)).toBeUndefined();
    const timer = await due(store, at + 2 * hour, mailboxLockout);
    await endLockout(store)(timer as NonNullable<typeof timer>);
    await write();
    // A number that was refused is not lost: the log has no gap.
    const numbers = (await readChanges(store.read, mailbox, 0, 1_000)).map(({ sequence }) => sequence);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test('the state of a mailbox tells of its lock, and of whatever happens to what it holds', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const seen: number[] = [];
    const look = async (): Promise<void> => void seen.push((await mailboxState(store.read, mailbox, at)).lastChange);
    const write = async <T>(work: Parameters<typeof store.transaction<T>>[0]): Promise<T> => {
      const done = await store.transaction(work);
      await look();
      return done;
    };
    await look();
    const { counter } = await write((tx) => createItem(tx, mailbox, inbox, message('a'), at));
    const place = { mailbox, counter };
    await write((tx) => updateItem(tx, mailbox, counter, { set: { [tags.subject]: 'b' } }, 'any', at));
    const folder = await write((tx) => createFolder(tx, mailbox, { parent: inbox, displayName: 'f', class: 'IPF.Note' }, at));
    const moved = await write((tx) => moveItem(tx, mailbox, counter, folder.counter, at));
    await write((tx) => copyItem(tx, { ...place, ...moved }, { mailbox, folder: inbox }, at));
    await write(async (tx) => eraseItem(tx, mailbox, await requireItem(tx, mailbox, moved.counter), at));
    expect(seen).toEqual([...new Set(seen)].toSorted((left, right) => left - right));
    expect(await mailboxState(store.read, mailbox, at)).toMatchObject({ isLocked: false });
    await store.transaction((tx) => setTransit(tx, mailbox, 'Locked', 'one', at));
    expect(await mailboxState(store.read, mailbox, at + 2 * hour - 1)).toMatchObject({ isLocked: true });
    expect(await mailboxState(store.read, mailbox, at + 2 * hour)).toMatchObject({ isLocked: false });
  });

  test('another move has to wait until the one before has ended, or its time has', async () => {
    const store = await source.open();
    await withMailbox(store);
    const take = (holder: string, when: number) => store.transaction((tx) => setTransit(tx, mailbox, 'SyncSource', holder, when));
    await take('one', at);
    await expect(take('two', at + hour)).rejects.toMatchObject({ code: 'mailbox-in-transit' });
    expect(wantsRenewal(await readTransit(store.read, mailbox, at + hour / 4), at + hour / 4)).toBe(false);
    expect(wantsRenewal(await readTransit(store.read, mailbox, at + hour), at + hour)).toBe(true);
    await take('one', at + hour);
    await expect(take('two', at + 2 * hour)).rejects.toMatchObject({ code: 'mailbox-in-transit' });
    await take('two', at + 3 * hour);
    expect(await readTransit(store.read, mailbox, at + 3 * hour)).toMatchObject({ status: 'SyncSource', holder: 'two' });
  });

  test('what was written before the lock is there, and nothing comes after it', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const write = async (index: number): Promise<number> => {
      try {
        await store.transaction((tx) => createItem(tx, mailbox, inbox, message(`n${index}`), at));
        return 1;
      } catch (error) {
        if (error instanceof Refusal && error.code === 'scope-held') return 0;
        throw error;
      }
    };
    const writes = Array.from({ length: 20 }, (_, index) => write(index));
    await store.transaction((tx) => setTransit(tx, mailbox, 'Locked', 'one', at));
    const count = async (): Promise<number> =>
      (await store.read.selectFrom('item').select('counter').where('mailbox', '=', mailbox).execute()).length;
    const seen = await count();
    const written = (await Promise.all(writes)).reduce<number>((sum, one) => sum + one, 0);
    expect([seen, await count()]).toEqual([written, written]);
  });

  test('a mailbox that was taken away is kept for thirty days, and then nothing of it is left', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    await store.transaction(async (tx) => {
      await createItem(tx, mailbox, inbox, message('a'), at);
      await setTransit(tx, mailbox, 'Locked', 'one', at);
      await softDeleteMailbox(tx, mailbox, at);
      await softDeleteMailbox(tx, mailbox, at + hour);
    });
    expect(await deletedMailboxes(store.read, 'acme')).toMatchObject([{ guid: mailbox, deleted: at }]);
    await expect(store.transaction((tx) => createItem(tx, mailbox, inbox, message('b'), at))).rejects.toMatchObject({ code: 'scope-held' });
    expect(await due(store, at + 30 * 24 * hour - 1, mailboxPurge)).toBeUndefined();
    const timer = await due(store, at + 30 * 24 * hour, mailboxPurge);
    await purgeMailbox(store)(timer as NonNullable<typeof timer>);
    expect(await getMailbox(store.read, mailbox)).toBeUndefined();
    for (const table of ['item', 'folder'] as const)
      expect(await store.read.selectFrom(table).select('counter').where('mailbox', '=', mailbox).execute()).toEqual([]);
    expect(await readChanges(store.read, mailbox, 0, 10)).toEqual([]);
    expect(await store.read.selectFrom('change_counter').selectAll().where('scope', 'like', `%${mailbox}`).execute()).toEqual([]);
  });
});

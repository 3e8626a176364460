import { expect, test } from 'vitest';
import { deleteItem } from '../../../shared/domain/mailbox/delete-item.ts';
import { copyItemsIn, moveItemsIn, removeItemsIn } from '../../../shared/domain/mailbox/folder-contents.ts';
import { createFolder, deleteFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { contentsOfMailbox } from '../../../shared/domain/mailbox/mailbox-contents.ts';
import { sizeOfMailbox } from '../../../shared/domain/mailbox/mailbox-size.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, sizeSummed, withMailbox } from './support.ts';

describeOnEveryStore('the size of a mailbox', (source) => {
  test('is what its items have, whatever is done to items and folders', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const holds = async () => {
      const size = await sizeOfMailbox(store.read, mailbox);
      expect(size).toEqual(await sizeSummed(store, mailbox));
      return size;
    };
    expect(await holds()).toEqual({ inUse: 0, recoverable: 0 });
    const deletions = (await requireFolder(store.read, mailbox, 'recoverableitemsdeletions')).counter;
    const folder = await store.transaction((tx) => createFolder(tx, mailbox, { parent: inbox, displayName: 'a' }, at));
    const items = await store.transaction(async (tx) => {
      const made = [];
      for (const text of ['one', 'two', 'three', 'four'])
        made.push(await createItem(tx, mailbox, folder.counter, message(text, { [tags.body]: text.repeat(100) }), at));
      return made;
    });
    const before = (await holds()).inUse;
    expect(before).toBeGreaterThan(1_000);
    const attachment = { kind: 'file', name: 'f', isInline: false, bytes: Buffer.alloc(5_000) } as const;
    await store.transaction((tx) => updateItem(tx, mailbox, items[0]?.counter ?? 0, { attachments: { add: [attachment] } }, 'any', at));
    expect((await holds()).inUse).toBeGreaterThan(before + 4_999);
    await store.transaction((tx) => updateItem(tx, mailbox, items[0]?.counter ?? 0, { attachments: { remove: [0] } }, 'any', at));
    expect((await holds()).inUse).toBeLessThan(before + 1_000);
    const slice = { mailbox, folder: folder.counter, associated: true, limit: 10 };
    await store.transaction((tx) => copyItemsIn(tx, slice, inbox, 0, at));
    await holds();
    await store.transaction((tx) => deleteItem(tx, mailbox, items[1]?.counter ?? 0, 'soft', at));
    expect((await holds()).recoverable).toBeGreaterThan(0);
    expect(await contentsOfMailbox(store.read, mailbox)).toMatchObject({ items: 7, associated: 0, recoverable: 1 });
    await store.transaction((tx) => moveItemsIn(tx, { ...slice, folder: inbox }, deletions, at));
    await holds();
    await store.transaction((tx) => removeItemsIn(tx, { ...slice, folder: deletions }, at));
    expect((await holds()).recoverable).toBe(0);
    await store.transaction((tx) => deleteFolder(tx, mailbox, folder.counter, at));
    expect(await holds()).toEqual({ inUse: 0, recoverable: 0 });
  });

  test('of a mailbox that is older than its counters is summed up, and counted from then on', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    await store.transaction((tx) => createItem(tx, mailbox, inbox, message('old'), at));
    await store.transaction((tx) => tx.deleteFrom('change_counter').where('scope', 'like', '%size:%').execute());
    const summed = await sizeSummed(store, mailbox);
    expect(await sizeOfMailbox(store.read, mailbox)).toEqual(summed);
    await store.transaction((tx) => createItem(tx, mailbox, inbox, message('new'), at));
    const after = await sizeOfMailbox(store.read, mailbox);
    expect(after).toEqual(await sizeSummed(store, mailbox));
    expect(after.inUse).toBeGreaterThan(summed.inUse);
    expect(await store.read.selectFrom('change_counter').select('last').where('scope', '=', `size:${mailbox}`).execute()).toEqual([
      { last: after.inUse },
    ]);
  });
});

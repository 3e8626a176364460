import { expect, test } from 'vitest';
import { inSlices, sliceItems } from '../../../services/ews/folders/in-slices.ts';
import { removeItemsIn } from '../../../shared/domain/mailbox/folder-contents.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { openStore } from '../../../shared/store/database.ts';
import { at, mailbox, message, withMailbox } from '../../contracts/mailbox/support.ts';

test('others read in between while a folder is emptied, and see what is left', async () => {
  const store = await openStore({ location: ':memory:' });
  const folder = await withMailbox(store);
  const total = 5 * sliceItems.remove + 1;
  await store.transaction((tx) =>
    createItems(
      tx,
      mailbox,
      folder,
      Array.from({ length: total }, (_, index) => message(`m${index}`)),
      at,
    ),
  );
  const left = async (): Promise<number> => (await requireFolder(store.read, mailbox, folder)).item_count;
  let isDone = false;
  const emptying = inSlices(store, (tx) => removeItemsIn(tx, { mailbox, folder, associated: true, limit: sliceItems.remove }, at)).then(
    () => {
      isDone = true;
    },
  );
  const seen = new Set<number>();
  while (!isDone) {
    seen.add(await left());
    await new Promise((resolve) => setImmediate(resolve));
  }
  await emptying;
  expect(await left()).toBe(0);
  expect(seen.size).toBeGreaterThan(3);
  await store.close();
});

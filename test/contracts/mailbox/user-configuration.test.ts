import { expect, test } from 'vitest';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { configurationClass, findConfiguration } from '../../../shared/domain/mailbox/user-configuration.ts';
import type { Store } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

const work = configurationClass('WorkHours');

function put(store: Store, folder: number, kind: string, associated = true): Promise<number> {
  const draft = message(kind, {}, { class: kind, associated });
  return store.transaction(async (tx) => (await createItem(tx, mailbox, folder, draft, at)).counter);
}

describeOnEveryStore('configurations', (source) => {
  test('of several of a name the newest in the folder counts; items that are not hidden, and other names, are none', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const calendar = (await requireFolder(store.read, mailbox, 'calendar')).counter;
    const found = async (): Promise<number | undefined> => (await findConfiguration(store.read, mailbox, calendar, 'WorkHours'))?.counter;
    expect(await found()).toBeUndefined();
    const first = await put(store, calendar, work);
    expect(await found()).toBe(first);
    const second = await put(store, calendar, work);
    expect(await found()).toBe(second);
    await put(store, calendar, configurationClass('Calendar'));
    await put(store, calendar, work, false);
    const elsewhere = await put(store, inbox, work);
    expect(await found()).toBe(second);
    const moved = await store.transaction((tx) => moveItem(tx, mailbox, elsewhere, calendar, at));
    expect(await found()).toBe(moved.counter);
  });
});

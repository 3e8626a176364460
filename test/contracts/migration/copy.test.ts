import { expect, test } from 'vitest';
import { mayHoldMessages } from '../../../shared/bridges/migration/folder-record.ts';
import { openStoreDestination } from '../../../shared/bridges/migration/store-destination.ts';
import { openStoreSource } from '../../../shared/bridges/migration/store-source.ts';
import { readRecipients } from '../../../shared/domain/directory/recipients.ts';
import { createFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { sizeOfMailbox } from '../../../shared/domain/mailbox/mailbox-size.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { photoOf, readPicture, setPhoto } from '../../../shared/domain/mailbox/photos.ts';
import { listItems } from '../../../shared/domain/mailbox/read-for-move.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type Guid, namedGuid } from '../../../shared/kernel/ids.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import { openStore } from '../../../shared/store/database.ts';
import { copyAll, differing, followChanges } from '../../support/move-mailbox.ts';
import { jpegOf } from '../../support/pictures.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { message, sizeSummed } from '../mailbox/support.ts';
import { at, type Both, contentOf, maryMailbox, ofMary, openBoth } from './support.ts';

async function fill({ store }: Both): Promise<void> {
  await store.transaction(async (tx) => {
    const inbox = await requireFolder(tx, maryMailbox, 'inbox');
    const projects = await createFolder(tx, maryMailbox, { parent: inbox.counter, displayName: 'Projects' }, at);
    const attachments = [
      { kind: 'file', name: 'a.txt', contentType: 'text/plain', isInline: false, bytes: Buffer.from('hello') },
      { kind: 'item', name: 'inner', isInline: false, item: message('inner') },
      { kind: 'reference', name: 'far', isInline: false, reference: { longPathName: 'https://files.test/far' } },
    ] as const;
    const recipients = [{ kind: 'to', name: 'Rob', address: 'rob@contoso.test', routingType: 'SMTP' }] as const;
    await createItem(
      tx,
      maryMailbox,
      projects.counter,
      message('with all', { [named.keywords]: ['red'] }, { attachments, recipients }),
      at,
    );
    await createItem(
      tx,
      maryMailbox,
      inbox.counter,
      message('unread', { [tags.read]: false }, { mime: Buffer.from('Subject: unread\r\n\r\n') }),
      at,
    );
    await createItem(tx, maryMailbox, inbox.counter, message('hidden', {}, { class: 'IPM.Configuration.Lists', associated: true }), at);
  });
}

async function targetOf({ store }: Both): Promise<Guid> {
  const row = await store.read.selectFrom('mailbox').select('guid').where('stands_for', '=', maryMailbox).executeTakeFirst();
  return present(row, 'the target').guid as Guid;
}

describeOnEveryStore('moves of mailboxes', (source) => {
  test('a mailbox is copied item by item, and a second copy changes nothing', async () => {
    const both = await openBoth(await source.open());
    await fill(both);
    const from = await openStoreSource(both.premises, ofMary);
    const to = await openStoreDestination(both.cloud, ofMary);
    expect(await to.exists()).toBe(false);
    await to.create();
    await to.create();
    expect(await to.exists()).toBe(true);
    await from.setInTransit('SyncSource');
    const target = await targetOf(both);
    const expected = await contentOf(both.store, maryMailbox);
    for (const _ of [1, 2]) {
      await copyAll(from, to);
      expect(await contentOf(both.store, target)).toEqual(expected);
      expect(await sizeOfMailbox(both.store.read, target)).toEqual(await sizeSummed(both.store, maryMailbox));
    }
    both.close();
  });

  test('both sides are compared message by message: what is gone, has moved or is another at the source differs', async () => {
    const both = await openBoth(await source.open());
    await fill(both);
    const from = await openStoreSource(both.premises, ofMary);
    const to = await openStoreDestination(both.cloud, ofMary);
    await to.create();
    await copyAll(from, to);
    expect(await differing(from, to)).toEqual([]);
    await both.store.transaction(async (tx) => {
      const [inbox, drafts] = [await requireFolder(tx, maryMailbox, 'inbox'), await requireFolder(tx, maryMailbox, 'drafts')];
      const items = await listItems(tx, maryMailbox, inbox.counter, 0, 10);
      const [unread, hidden] = [present(items[0], 'unread'), present(items[1], 'hidden')];
      await moveItem(tx, maryMailbox, unread.counter, drafts.counter, at);
      await updateItem(tx, maryMailbox, hidden.counter, { set: { [named.keywords]: ['red', 'green'] } }, 'any', at);
      await createItem(tx, maryMailbox, inbox.counter, message('late'), at);
    });
    expect(await differing(from, to)).toEqual(['hidden', 'late', 'unread']);
    both.close();
  });

  test('which folders are empty is found by looking into them where that is asked for', async () => {
    const both = await openBoth(await source.open());
    await fill(both);
    const from = await openStoreSource(both.premises, ofMary);
    const holding = async (besides: { looked?: boolean }): Promise<readonly string[]> => {
      const names: string[] = [];
      for await (const folders of from.folders(besides))
        names.push(...folders.filter(mayHoldMessages).map(({ displayName }) => displayName));
      return names.toSorted();
    };
    expect(await holding({})).toEqual(['Inbox', 'Projects']);
    expect(await holding({ looked: true })).toEqual(['Inbox', 'Projects']);
    const tell = (name: string, count: number) =>
      both.store.transaction((tx) =>
        tx
          .updateTable('folder')
          .set({ item_count: count, associated_count: 0 })
          .where('mailbox', '=', maryMailbox)
          .where('display_name', '=', name)
          .execute(),
      );
    await tell('Projects', 0);
    await tell('Drafts', 3);
    expect(await holding({})).toEqual(['Drafts', 'Inbox']);
    expect(await holding({ looked: true })).toEqual(['Inbox', 'Projects']);
  });

  test('what happens after a checkpoint is brought over', async () => {
    const both = await openBoth(await source.open());
    await fill(both);
    const from = await openStoreSource(both.premises, ofMary);
    const to = await openStoreDestination(both.cloud, ofMary);
    await to.create();
    const since = await from.checkpoint();
    await copyAll(from, to);
    await both.store.transaction(async (tx) => {
      const inbox = await requireFolder(tx, maryMailbox, 'inbox');
      await createItem(tx, maryMailbox, inbox.counter, message('late'), at);
      await createFolder(tx, maryMailbox, { parent: inbox.counter, displayName: 'Later' }, at);
    });
    await followChanges(from, to, since);
    expect(await contentOf(both.store, await targetOf(both))).toEqual(await contentOf(both.store, maryMailbox));
    both.close();
  });
});

test('a photograph comes along where the stores have nothing in common', async () => {
  const [here, there] = [await openStore({ location: ':memory:' }), await openStore({ location: ':memory:' })];
  const [premises, cloud] = [await openBoth(here, ['mary']), await openBoth(there, ['mary'])];
  const picture = jpegOf(64, 64);
  const [mary] = await readRecipients(here.read, 'contoso', [namedGuid('on-premises', 'mary')]);
  await here.transaction((tx) => setPhoto(tx, present(mary, 'Mary'), maryMailbox, picture, at));
  const from = await openStoreSource(premises.premises, ofMary);
  const to = await openStoreDestination(cloud.cloud, ofMary);
  await to.create();
  await copyAll(from, to);
  const hash = present(await photoOf(there.read, { details: {} }, await targetOf(cloud), false), 'the photograph');
  expect((await readPicture(there.read, hash)).octets.equals(picture)).toBe(true);
  for (const both of [premises, cloud]) both.close();
  for (const store of [here, there]) await store.close();
});

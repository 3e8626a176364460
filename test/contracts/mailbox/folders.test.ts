import { expect, test } from 'vitest';
import { findFolders } from '../../../shared/domain/mailbox/find-folders.ts';
import { createFolder, deleteFolder, updateFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { descendantFolders, getFolder, getFolderByRole, requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { getItems } from '../../../shared/domain/mailbox/items.ts';
import { createMailbox, getMailbox, getMailboxesOf } from '../../../shared/domain/mailbox/mailboxes.ts';
import { folderProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { propertyTag, tags } from '../../../shared/kernel/mapi.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

const all = { offset: 0, count: 1000, from: 'beginning' } as const;

describeOnEveryStore('folders of a mailbox', (source) => {
  test('a new mailbox has the standard tree', async () => {
    const store = await source.open();
    await withMailbox(store);
    const root = await requireFolder(store.read, mailbox, 'root');
    expect(root.parent).toBeNull();
    const top = await requireFolder(store.read, mailbox, 'msgfolderroot');
    const { items } = await findFolders(store.read, { mailbox, parent: top.counter, deep: false, page: all });
    expect(items.map((folder) => [folder.role, folder.display_name, folder.class])).toEqual([
      ['archive', 'Archive', 'IPF.Note'],
      ['calendar', 'Calendar', 'IPF.Appointment'],
      ['contacts', 'Contacts', 'IPF.Contact'],
      ['conversationactionsettings', 'Conversation Action Settings', 'IPF.Configuration'],
      ['conversationhistory', 'Conversation History', ''],
      ['deleteditems', 'Deleted Items', 'IPF.Note'],
      ['drafts', 'Drafts', 'IPF.Note'],
      ['inbox', 'Inbox', 'IPF.Note'],
      ['journal', 'Journal', 'IPF.Journal'],
      ['junkemail', 'Junk Email', 'IPF.Note'],
      ['notes', 'Notes', 'IPF.StickyNote'],
      ['outbox', 'Outbox', 'IPF.Note'],
      ['sentitems', 'Sent Items', 'IPF.Note'],
      ['tasks', 'Tasks', 'IPF.Task'],
    ]);
    expect(folderProperty(top, tags.folderChildCount)).toBe(items.length);
    const hidden = items.filter((folder) => folderProperty(folder, tags.attributeHidden) === true);
    expect(hidden.map(({ role }) => role)).toEqual(['conversationactionsettings']);
    expect(folderProperty(top, tags.subfolders)).toBe(true);
    expect((await getFolderByRole(store.read, mailbox, 'recoverableitemspurges'))?.display_name).toBe('Purges');
    expect(await getMailbox(store.read, mailbox)).toMatchObject({ organization: 'acme', kind: 'primary' });
    expect((await getMailboxesOf(store.read, namedGuid('mary'))).map((one) => one.guid)).toEqual([mailbox]);
    const again = {
      guid: mailbox,
      organization: 'x',
      recipient: mailbox,
      kind: 'primary',
      databaseGuid: mailbox,
      replicaGuid: mailbox,
    } as const;
    await expect(store.transaction((tx) => createMailbox(tx, again, at))).rejects.toMatchObject({ code: 'mailbox-exists' });
  });

  test('folders are created, found deep, renamed and removed', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const rare = propertyTag(0x3004, 'String');
    const { projects, sub } = await store.transaction(async (tx) => {
      const draft = { parent: inbox, displayName: 'Projéts', properties: { [rare]: 'note', [tags.contentCount]: 99 } };
      const projects = await createFolder(tx, mailbox, draft, at + 1);
      const sub = await createFolder(tx, mailbox, { parent: projects.counter, displayName: 'a', class: 'IPF.Task' }, at + 2);
      return { projects, sub };
    });
    expect(projects).toMatchObject({ class: 'IPF.Note', item_count: 0, change_number: projects.counter });
    const stored = await requireFolder(store.read, mailbox, projects.counter);
    expect(folderProperty(stored, rare)).toBe('note');
    expect(folderProperty(stored, tags.displayName)).toBe('Projéts');
    expect(folderProperty(await requireFolder(store.read, mailbox, sub.counter), tags.containerClass)).toBe('IPF.Task');
    expect((await descendantFolders(store.read, mailbox, inbox)).map((folder) => folder.display_name)).toEqual(['a', 'Projéts']);
    const tasks = { kind: 'compare', property: tags.containerClass, operator: '=', with: { value: 'ipf.task' } } as const;
    const found = await findFolders(store.read, { mailbox, parent: inbox, deep: true, restriction: tasks, page: all });
    expect(found).toMatchObject({ total: 1, items: [{ counter: sub.counter }], last: true });

    await expect(store.transaction((tx) => createFolder(tx, mailbox, { parent: inbox, displayName: 'PROJÉTS' }, at))).rejects.toMatchObject(
      { code: 'folder-exists' },
    );
    await expect(store.transaction((tx) => createFolder(tx, mailbox, { parent: 9999, displayName: 'x' }, at))).rejects.toMatchObject({
      code: 'folder-not-found',
    });
    const rename = (counter: number, expected: number | 'any') =>
      store.transaction((tx) =>
        updateFolder(tx, mailbox, counter, { set: { [tags.displayName]: 'Work' }, remove: [rare] }, expected, at + 3),
      );
    await expect(rename(inbox, 'any')).rejects.toMatchObject({ code: 'distinguished-folder' });
    await expect(rename(projects.counter, 1)).rejects.toMatchObject({ code: 'change-key-stale' });
    const renamed = await rename(projects.counter, projects.change_number);
    expect(renamed.change_number).toBeGreaterThan(projects.change_number);
    const read = await requireFolder(store.read, mailbox, projects.counter);
    expect(read).toMatchObject({ display_name: 'Work', display_name_fold: 'work', modified: at + 3 });
    expect(folderProperty(read, rare)).toBeUndefined();

    const item = await store.transaction((tx) => createItem(tx, mailbox, sub.counter, message('x'), at));
    await expect(store.transaction((tx) => deleteFolder(tx, mailbox, inbox, at))).rejects.toMatchObject({ code: 'distinguished-folder' });
    await store.transaction((tx) => deleteFolder(tx, mailbox, projects.counter, at + 4));
    expect(await getFolder(store.read, mailbox, sub.counter)).toBeUndefined();
    expect((await getItems(store.read, mailbox, [item.counter], { properties: [] })).size).toBe(0);
    expect((await requireFolder(store.read, mailbox, inbox)).child_count).toBe(0);
  });

  test('pages of folders, from either end', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    await store.transaction(async (tx) => {
      for (const name of ['e', 'B', 'ä', 'c', 'd']) await createFolder(tx, mailbox, { parent: inbox, displayName: name }, at);
    });
    const page = async (offset: number, count: number, from: 'beginning' | 'end') => {
      const found = await findFolders(store.read, { mailbox, parent: inbox, deep: false, page: { offset, count, from } });
      return [found.items.map((folder) => folder.display_name).join(''), found.nextOffset, found.last, found.total];
    };
    expect(await page(0, 2, 'beginning')).toEqual(['Bc', 2, false, 5]);
    expect(await page(4, 2, 'beginning')).toEqual(['ä', 5, true, 5]);
    expect(await page(9, 2, 'beginning')).toEqual(['', 9, true, 5]);
    expect(await page(0, 2, 'end')).toEqual(['eä', 2, false, 5]);
    expect(await page(4, 2, 'end')).toEqual(['B', 5, true, 5]);
  });
});

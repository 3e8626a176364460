import { expect, test } from 'vitest';
import { defaultWorkingHours, setWorkingHours, workingHoursOf } from '../../../shared/domain/calendar/working-hours.ts';
import { folderByPath } from '../../../shared/domain/mailbox/folder-path.ts';
import { folderPermissions, folderRights, setFolderPermission } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderRoles } from '../../../shared/domain/mailbox/folder-roles.ts';
import { createFolder } from '../../../shared/domain/mailbox/folder-writes.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, withMailbox } from './support.ts';

const rob = namedGuid('rob');

describeOnEveryStore('permissions of folders', (source) => {
  test('a row is added, replaced and taken away; the folder changes with it', async () => {
    const store = await source.open();
    await withMailbox(store);
    const calendar = () => requireFolder(store.read, mailbox, 'calendar');
    const before = await calendar();
    const set = (member: 'Default' | typeof rob, rights: number | undefined) =>
      store.transaction(async (tx) => setFolderPermission(tx, await requireFolder(tx, mailbox, 'calendar'), member, rights, at + 1));
    const rows = async () => folderPermissions(await calendar()).map(({ member, rights }) => [member, rights]);
    expect(await rows()).toEqual([
      ['Default', folderRights.freeBusySimple],
      ['Anonymous', 0],
    ]);
    await set(rob, folderRoles.Reviewer);
    await set('Default', 0);
    await set(rob, folderRoles.Editor);
    expect(await rows()).toEqual([
      ['Default', 0],
      ['Anonymous', 0],
      [rob, folderRoles.Editor],
    ]);
    expect((await calendar()).change_number).toBeGreaterThan(before.change_number);
    await set(rob, undefined);
    await set('Default', undefined);
    expect(await rows()).toEqual([
      ['Default', folderRights.freeBusySimple],
      ['Anonymous', 0],
    ]);
    await expect(store.transaction((tx) => setFolderPermission(tx, before, rob, 0, at))).rejects.toMatchObject({
      code: 'change-key-stale',
    });
  });

  test('a folder is found by its path, in any case', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const made = await store.transaction((tx) => createFolder(tx, mailbox, { parent: inbox, displayName: 'Reports' }, at));
    const found = async (...names: string[]) => (await folderByPath(store.read, mailbox, names))?.counter;
    expect(await found('INBOX', 'reports')).toBe(made.counter);
    expect(await found()).toBe((await requireFolder(store.read, mailbox, 'msgfolderroot')).counter);
    expect([await found('Reports'), await found('Inbox', 'x'), await found(...Array.from({ length: 100 }, () => 'Inbox'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('working hours lie with the calendar and leave its permissions alone', async () => {
    const store = await source.open();
    await withMailbox(store);
    const calendar = () => requireFolder(store.read, mailbox, 'calendar');
    expect(workingHoursOf(await calendar())).toEqual(defaultWorkingHours);
    const hours = { timeZone: 'Tokyo Standard Time', days: [0, 6], startMinutes: 0, endMinutes: 90 };
    await store.transaction(async (tx) => {
      await setFolderPermission(tx, await requireFolder(tx, mailbox, 'calendar'), rob, folderRoles.Author, at);
      await setWorkingHours(tx, await requireFolder(tx, mailbox, 'calendar'), hours, at);
    });
    expect(workingHoursOf(await calendar())).toEqual(hours);
    expect(folderPermissions(await calendar())[2]).toEqual({ member: rob, rights: folderRoles.Author });
  });
});

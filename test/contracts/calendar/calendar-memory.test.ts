import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workingHoursIn } from '../../../shared/bridges/calendar/working-hours.ts';
import { type OpenCalendar, openCalendar } from '../../../shared/domain/calendar/calendar-memory.ts';
import { defaultWorkingHours, setWorkingHours } from '../../../shared/domain/calendar/working-hours.ts';
import type { FolderRow } from '../../../shared/domain/mailbox/folder-columns.ts';
import { folderPermissions, setFolderPermission } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { setTransit } from '../../../shared/domain/mailbox/transit.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import type { Transaction } from '../../../shared/domain/organization/transaction.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import type { Store } from '../../../shared/store/database.ts';
import { loadSnapshot, writeSnapshot } from '../../../shared/store/snapshot.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, withMailbox } from '../mailbox/support.ts';

const hourMs = 3_600_000;
const window = { start: at, end: at + 24 * hourMs };

async function enter(store: Store, subject: string): Promise<number> {
  return store.transaction(async (tx) => {
    const properties = { [tags.subject]: subject, [named.appointmentStartWhole]: at, [named.appointmentEndWhole]: at + hourMs };
    const draft = { class: 'IPM.Appointment', properties, recipients: [], attachments: [] };
    return (await createItem(tx, mailbox, (await requireFolder(tx, mailbox, 'calendar')).counter, draft, at)).counter;
  });
}

/** What is read of a calendar, as free/busy reads it. */
async function look(
  store: Store,
): Promise<OpenCalendar & { readonly subjects: readonly string[]; readonly folder: FolderRow; readonly hours: unknown }> {
  const opened = await openCalendar(store, mailbox, at);
  const folder = present(opened.calendar.folder, 'the calendar');
  const events = await opened.calendar.events(window);
  const hours = await opened.calendar.once('working hours', () => workingHoursIn(store.read, folder));
  return { ...opened, subjects: events.map(({ subject }) => subject), folder, hours };
}

describeOnEveryStore('a calendar that was read', (source) => {
  test('is read once, in each window', async () => {
    const store = await source.open();
    await withMailbox(store);
    await enter(store, 'Review');
    const first = (await openCalendar(store, mailbox, at)).calendar;
    const events = await first.events(window);
    expect(await first.events({ ...window })).toBe(events);
    const again = (await openCalendar(store, mailbox, at)).calendar;
    expect(again).toBe(first);
    expect(await again.events(window)).toBe(events);
    expect(await again.events({ start: at + hourMs, end: at + 2 * hourMs })).toEqual([]);
  });

  test('is read again when anything of it has changed, by whatever process', async () => {
    const store = await source.open();
    const other = await source.another();
    await withMailbox(store);
    expect(await look(store)).toMatchObject({ subjects: [], hours: defaultWorkingHours, isLocked: false });
    const counter = await enter(other, 'Review');
    expect((await look(store)).subjects).toEqual(['Review']);
    const change = (work: (tx: Transaction) => Promise<unknown>) => other.transaction(work);
    await change((tx) => updateItem(tx, mailbox, counter, { set: { [tags.subject]: 'Party' } }, 'any', at));
    expect((await look(store)).subjects).toEqual(['Party']);
    const hours = { ...defaultWorkingHours, days: [1, 2], startMinutes: 540 };
    await change(async (tx) => setWorkingHours(tx, await requireFolder(tx, mailbox, 'calendar'), hours, at));
    expect((await look(store)).hours).toEqual(hours);
    await change(async (tx) => setFolderPermission(tx, await requireFolder(tx, mailbox, 'calendar'), 'Default', 0, at));
    expect(folderPermissions((await look(store)).folder)).toContainEqual({ member: 'Default', rights: 0 });
    await change((tx) => setTransit(tx, mailbox, 'Locked', 'a move', at));
    expect((await look(store)).isLocked).toBe(true);
    await change((tx) => setTransit(tx, mailbox, 'None', 'a move', at));
    expect((await look(store)).isLocked).toBe(false);
  });

  test('is read again when all was replaced and the numbers have come as far as before', async () => {
    const store = await source.open();
    await withMailbox(store);
    const folder = await mkdtemp(join(tmpdir(), 'coexist-calendar-'));
    try {
      await writeSnapshot(store, join(folder, 'before'));
      await enter(store, 'Review');
      const { calendar, subjects } = await look(store);
      expect(subjects).toEqual(['Review']);
      expect(await loadSnapshot(store, join(folder, 'before'))).toBe('loaded');
      await enter(store, 'Party');
      expect((await look(store)).subjects).toEqual(['Party']);
      // Whoever has it still sees no less than he has seen.
      expect(await calendar.events(window)).toMatchObject([{ subject: 'Review' }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('is forgotten when very much is remembered', async () => {
    const store = await source.open();
    await withMailbox(store);
    const { calendar } = await openCalendar(store, mailbox, at);
    for (let hour = 0; hour < 50_000; hour += 1) await calendar.once(String(hour), async () => hour);
    expect((await openCalendar(store, mailbox, at)).calendar).not.toBe(calendar);
  });

  test('that could not be read is read again', async () => {
    const store = await source.open();
    await withMailbox(store);
    const { calendar } = await openCalendar(store, mailbox, at);
    await expect(calendar.once('something', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await calendar.once('something', async () => 'there')).toBe('there');
  });
});

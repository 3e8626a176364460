import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyValue, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from '../mailbox/folder-columns.ts';
import { allFolders, foldersBelow } from '../mailbox/folders.ts';
import { scanEach } from '../mailbox/scan-items.ts';
import { type Reminder, reminderKeys, reminderOf } from './reminder.ts';

/** A reminder and the item that it is of. */
export interface FoundReminder extends Reminder {
  /** Object counters of the item and its folder. */
  readonly item: number;
  readonly folder: number;
  readonly group: 'appointment' | 'task';
}

export interface ReminderQuery {
  readonly mailbox: Guid;
  /** Which of them are wanted. */
  readonly fits: (reminder: Reminder & Pick<FoundReminder, 'group'>) => boolean;
  readonly atMost: number;
}

/**
 * The reminders of a mailbox, the earliest first: of appointments and tasks in folders of theirs, other than deleted ones.
 * It looks at all items of those folders, in slices. Refuses with `query-too-large`.
 */
export async function findReminders(executor: Executor, query: ReminderQuery, instant: Instant): Promise<readonly FoundReminder[]> {
  const folders = await allFolders(executor, query.mailbox);
  const top = folders.find(({ role }) => role === 'msgfolderroot')?.counter;
  const trash = folders.find(({ role }) => role === 'deleteditems')?.counter;
  const deleted = new Set(trash === undefined ? [] : [trash, ...foldersBelow(folders, trash).map(({ counter }) => counter)]);
  const wanted = top === undefined ? [] : foldersBelow(folders, top).filter(({ counter }) => !deleted.has(counter));
  let found: FoundReminder[] = [];
  for (const folder of wanted) {
    const group = groupOf(folder);
    if (group !== undefined) found = await remindersIn(executor, query, { folder: folder.counter, group }, found, instant);
  }
  return earliest(found, query.atMost);
}

async function remindersIn(
  executor: Executor,
  { mailbox, fits, atMost }: ReminderQuery,
  place: Pick<FoundReminder, 'folder' | 'group'>,
  before: readonly FoundReminder[],
  instant: Instant,
): Promise<FoundReminder[]> {
  let found = [...before];
  const restriction = { kind: 'compare', property: named.reminderSet, operator: '=', with: { value: true } } as const;
  const scan = { mailbox, folder: place.folder, associated: false, restriction };
  await scanEach(executor, scan, [tags.messageClass, ...reminderKeys], (item, read) => {
    if (!isOf(place.group, read(tags.messageClass))) return;
    const reminder = reminderOf(read, place.group, instant);
    if (reminder === undefined || !fits({ ...reminder, group: place.group })) return;
    found.push({ ...reminder, ...place, item });
    // What comes after the last that is told is not kept, however many there are.
    if (found.length >= 2 * atMost + 1_000) found = earliest(found, atMost);
  });
  return found;
}

function earliest(found: readonly FoundReminder[], atMost: number): FoundReminder[] {
  return found.toSorted((left, right) => left.signal - right.signal || left.item - right.item).slice(0, atMost);
}

const classes = { appointment: 'ipm.appointment', task: 'ipm.task' } as const;
const containers = { appointment: 'ipf.appointment', task: 'ipf.task' } as const;

function groupOf({ class: container }: FolderRow): FoundReminder['group'] | undefined {
  return (['appointment', 'task'] as const).find((group) => isBelow(container, containers[group]));
}

function isOf(group: FoundReminder['group'], itemClass: PropertyValue | undefined): boolean {
  return typeof itemClass === 'string' && isBelow(itemClass, classes[group]);
}

function isBelow(name: string, prefix: string): boolean {
  const folded = name.toLowerCase();
  return folded === prefix || folded.startsWith(`${prefix}.`);
}

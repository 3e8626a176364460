import { namedGuid } from '../../kernel/ids.ts';
import { namedProperty } from '../../kernel/mapi.ts';
import type { FolderRow } from '../mailbox/folder-columns.ts';
import { folderProperty } from '../mailbox/property-reader.ts';

/** What a mailbox does by itself with messages about meetings; names and usual values as Set-CalendarProcessing has them. */
export interface CalendarProcessing {
  /** `AutoUpdate`: the calendar follows what comes; `AutoAccept`: requests are answered, too. */
  readonly automateProcessing: 'None' | 'AutoUpdate' | 'AutoAccept';
  readonly addNewRequestsTentatively: boolean;
}

const usual: CalendarProcessing = { automateProcessing: 'AutoUpdate', addNewRequestsTentatively: true };

/** What is set lies with the properties of the calendar folder, in a property set of our own. */
const key = namedProperty(namedGuid('coexist', 'folder settings'), 'CalendarProcessing', 'String');

/**
 * How a mailbox processes, of its calendar folder that was read. Rooms and equipment answer requests unless they are told
 * otherwise, as those that the admin center makes.
 *
 * @param type of the recipient that the mailbox belongs to
 */
export function calendarProcessing(calendar: FolderRow, type: string): CalendarProcessing {
  const kept = folderProperty(calendar, key);
  const isResource = type === 'RoomMailbox' || type === 'EquipmentMailbox';
  const given = typeof kept === 'string' ? (JSON.parse(kept) as Partial<CalendarProcessing>) : {};
  return { ...usual, ...(isResource ? { automateProcessing: 'AutoAccept' } : {}), ...given };
}

import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from '../mailbox/folder-columns.ts';
import { updateFolder } from '../mailbox/folder-writes.ts';
import { folderProperty } from '../mailbox/property-reader.ts';

/** What a mailbox does by itself with messages about meetings; names and usual values as Set-CalendarProcessing has them. */
export interface CalendarProcessing {
  /** `AutoUpdate`: the calendar follows what comes; `AutoAccept`: requests are answered, too. */
  readonly automateProcessing: 'None' | 'AutoUpdate' | 'AutoAccept';
  /** Absent from calendars until they are answered, when false. */
  readonly addNewRequestsTentatively: boolean;
  /** Whether a resource answers people of other organisations, too. */
  readonly processExternalMeetingMessages: boolean;
  readonly allowConflicts: boolean;
  readonly allowRecurringMeetings: boolean;
  /** How far ahead a resource may be booked. */
  readonly bookingWindowInDays: number;
  /** Whether a series must end within that, too. */
  readonly enforceSchedulingHorizon: boolean;
  /** Minutes; 0: as long as one likes. */
  readonly maximumDurationInMinutes: number;
  /** Occurrences of a series that may meet with something else, by number and by share. */
  readonly maximumConflictInstances: number;
  readonly conflictPercentageAllowed: number;
  readonly scheduleOnlyDuringWorkHours: boolean;
  /** Whether everybody may book, or those alone, and the members of groups, whose object GUIDs are listed. */
  readonly allBookInPolicy: boolean;
  readonly bookInPolicy: readonly Guid[];
  /** Who else may ask, so that a delegate decides: for what the rules allow, */
  readonly allRequestInPolicy: boolean;
  readonly requestInPolicy: readonly Guid[];
  /** and for what they do not. */
  readonly allRequestOutOfPolicy: boolean;
  readonly requestOutOfPolicy: readonly Guid[];
  /** Whether delegates get a copy of what they are to decide on. */
  readonly forwardRequestsToDelegates: boolean;
  /** Whether the time is shown as tentative until they have, or as free. */
  readonly tentativePendingApproval: boolean;
  readonly addOrganizerToSubject: boolean;
  readonly deleteSubject: boolean;
  readonly deleteComments: boolean;
  readonly deleteAttachments: boolean;
  readonly removePrivateProperty: boolean;
  readonly enableResponseDetails: boolean;
  /** Whether whoever is refused is told who has the resource. */
  readonly organizerInfo: boolean;
  readonly addAdditionalResponse: boolean;
  readonly additionalResponse: string;
}

const usual: CalendarProcessing = {
  automateProcessing: 'AutoUpdate',
  addNewRequestsTentatively: true,
  processExternalMeetingMessages: false,
  allowConflicts: false,
  allowRecurringMeetings: true,
  bookingWindowInDays: 180,
  enforceSchedulingHorizon: true,
  maximumDurationInMinutes: 1440,
  maximumConflictInstances: 0,
  conflictPercentageAllowed: 0,
  scheduleOnlyDuringWorkHours: false,
  allBookInPolicy: true,
  bookInPolicy: [],
  allRequestInPolicy: false,
  requestInPolicy: [],
  allRequestOutOfPolicy: false,
  requestOutOfPolicy: [],
  forwardRequestsToDelegates: true,
  tentativePendingApproval: true,
  addOrganizerToSubject: true,
  deleteSubject: true,
  deleteComments: true,
  deleteAttachments: true,
  removePrivateProperty: true,
  enableResponseDetails: true,
  organizerInfo: true,
  addAdditionalResponse: false,
  additionalResponse: '',
};

/** What is set lies with the properties of the calendar folder, in a property set of our own. */
const key = namedProperty(namedGuid('coexist', 'folder settings'), 'CalendarProcessing', 'String');

/**
 * How a mailbox processes, of its calendar folder that was read. Rooms and equipment answer requests unless they are told
 * otherwise, as those that the admin center makes.
 *
 * @param type of the recipient that the mailbox belongs to
 */
export function calendarProcessing(calendar: FolderRow, type: string): CalendarProcessing {
  return { ...usual, ...(isResource(type) ? { automateProcessing: 'AutoAccept' } : {}), ...kept(calendar) };
}

/** Whether a mailbox belongs to something that is booked. */
export function isResource(type: string): boolean {
  return type === 'RoomMailbox' || type === 'EquipmentMailbox';
}

/** Sets what is given. `calendar` was read in the same transaction. Refuses with `change-key-stale` when it has changed. */
export async function setCalendarProcessing(
  tx: Executor,
  calendar: FolderRow,
  changes: Partial<CalendarProcessing>,
  instant: Instant,
): Promise<void> {
  const set = { [key]: JSON.stringify({ ...kept(calendar), ...changes }) };
  await updateFolder(tx, calendar.mailbox as Guid, calendar.counter, { set }, calendar.change_number, instant);
}

/** Settings that name people and groups. */
const peopleSettings = ['bookInPolicy', 'requestInPolicy', 'requestOutOfPolicy'] as const satisfies readonly (keyof CalendarProcessing)[];

/**
 * The properties of a calendar folder with the people of its lists called otherwise: while a mailbox moves, not by their object
 * GUIDs, which other people have elsewhere. Undefined where nobody is named. Whom `change` does not know is left out.
 */
export function withPeople(properties: PropertyBag, change: (person: string) => string | undefined): PropertyBag | undefined {
  const text = properties[key];
  const settings = typeof text === 'string' ? (JSON.parse(text) as Partial<Record<string, readonly string[]>>) : {};
  const naming = peopleSettings.filter((list) => (settings[list] ?? []).length > 0);
  if (naming.length === 0) return undefined;
  const changed = naming.map((list) => [list, (settings[list] ?? []).flatMap((person) => change(person) ?? [])] as const);
  return { ...properties, [key]: JSON.stringify({ ...settings, ...Object.fromEntries(changed) }) };
}

function kept(calendar: FolderRow): Partial<CalendarProcessing> {
  const text = folderProperty(calendar, key);
  return typeof text === 'string' ? (JSON.parse(text) as Partial<CalendarProcessing>) : {};
}

import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { everyScope } from '../../store/change-feed.ts';
import type { Store } from '../../store/database.ts';
import type { FolderRow } from '../mailbox/folder-columns.ts';
import { getFolderByRole } from '../mailbox/folders.ts';
import { mailboxState } from '../mailbox/transit.ts';
import { type CalendarEvent, calendarEvents } from './calendar-events.ts';
import type { Period } from './free-busy.ts';

/** A mailbox's calendar: what is read of it is read once, as long as nothing changes in the mailbox. */
export interface KnownCalendar {
  /** Its folder; undefined where the mailbox has none. */
  readonly folder: FolderRow | undefined;
  /** As {@link calendarEvents}. */
  events(window: Period): Promise<readonly CalendarEvent[]>;
  /** What `read` makes of the folder and of what lies in it: asked for by the same name it is the same. */
  once<T>(name: string, read: () => Promise<T>): Promise<T>;
}

/** A calendar that somebody has come to. */
export interface OpenCalendar {
  /** A move has locked the mailbox: nobody is to read it. */
  readonly isLocked: boolean;
  readonly calendar: KnownCalendar;
}

/** Events and other things remembered at most, of all calendars of a store: some 20 MiB. */
const mostRemembered = 50_000;
/** A folder with its properties weighs so many events. */
const calendarWeight = 10;

interface Remembered {
  readonly lastChange: number;
  readonly calendar: KnownCalendar;
}

/** By mailbox, until the content of the store is replaced as a whole: its numbers then begin again. */
class CalendarMemory {
  readonly #calendars = new Map<Guid, Remembered>();
  #weight = 0;

  get(mailbox: Guid, lastChange: number): KnownCalendar | undefined {
    const known = this.#calendars.get(mailbox);
    return known?.lastChange === lastChange ? known.calendar : undefined;
  }

  put(mailbox: Guid, remembered: Remembered): void {
    this.weigh(calendarWeight);
    this.#calendars.set(mailbox, remembered);
  }

  weigh(weight: number): void {
    this.#weight += weight;
    if (this.#weight <= mostRemembered) return;
    this.#calendars.clear();
    this.#weight = weight;
  }
}

const memories = new WeakMap<Store, CalendarMemory>();

function memoryOf(store: Store): CalendarMemory {
  const known = memories.get(store);
  if (known !== undefined) return known;
  const made = new CalendarMemory();
  memories.set(store, made);
  const stop = store.changes.watch(everyScope, (woken) => {
    if (woken !== everyScope) return;
    stop();
    // Whoever reads now may still hold what was: he puts it where nobody looks.
    memories.delete(store);
  });
  return made;
}

/**
 * Comes to a mailbox's calendar, in one statement where it is known: whatever changes in a mailbox takes a number of it in its transaction, so
 * that all is as it was as long as the last number is the same, also where another process writes. Not inside a transaction.
 */
export async function openCalendar(store: Store, mailbox: Guid, at: Instant): Promise<OpenCalendar> {
  // Before the state is read: what is read after a replacement must not be remembered from before it.
  const memory = memoryOf(store);
  const { isLocked, lastChange } = await mailboxState(store.read, mailbox, at);
  const known = memory.get(mailbox, lastChange);
  if (known !== undefined) return { isLocked, calendar: known };
  const folder = await getFolderByRole(store.read, mailbox, 'calendar');
  const calendar = calendarOf(store, { mailbox, folder, memory });
  memory.put(mailbox, { lastChange, calendar });
  return { isLocked, calendar };
}

interface Parts {
  readonly mailbox: Guid;
  readonly folder: FolderRow | undefined;
  readonly memory: CalendarMemory;
}

/** Long texts weigh more. */
function weightOfEvents(events: readonly CalendarEvent[]): number {
  return events.reduce((sum, { subject, location }) => sum + 1 + ((subject.length + location.length) >> 8), 1);
}

function calendarOf({ read }: Store, { mailbox, folder, memory }: Parts): KnownCalendar {
  const values = new Map<string, unknown>();
  const once = async <T>(name: string, make: () => Promise<T>, weightOf: (value: T) => number = () => 1): Promise<T> => {
    if (values.has(name)) return values.get(name) as T;
    const value = await make();
    memory.weigh(weightOf(value));
    values.set(name, value);
    return value;
  };
  return {
    folder,
    once,
    events: async (window) =>
      folder === undefined
        ? []
        : once(`events ${window.start} ${window.end}`, () => calendarEvents(read, mailbox, window, folder), weightOfEvents),
  };
}

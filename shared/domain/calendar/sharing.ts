import { folderRights } from '../mailbox/folder-permissions.ts';
import type { CalendarEvent } from './calendar-events.ts';
import { calendarRefusal } from './errors.ts';

/** How much of a calendar somebody sees, least first. */
export const calendarAccesses = ['None', 'AvailabilityOnly', 'LimitedDetails', 'FullDetails'] as const;
export type CalendarAccess = (typeof calendarAccesses)[number];

/** How much of a calendar the rights in its folder show (MS-OXCPERM 2.2.7). */
export function accessByRights(rights: number): CalendarAccess {
  if ((rights & folderRights.readAny) !== 0) return 'FullDetails';
  if ((rights & folderRights.freeBusyDetailed) !== 0) return 'LimitedDetails';
  return (rights & folderRights.freeBusySimple) === 0 ? 'None' : 'AvailabilityOnly';
}

/** The lesser of two. */
export function lesserAccess(left: CalendarAccess, right: CalendarAccess): CalendarAccess {
  return calendarAccesses.indexOf(left) < calendarAccesses.indexOf(right) ? left : right;
}

/** What an answer about a calendar holds. */
export interface FreeBusyContent {
  /** The string of digits. */
  readonly merged: boolean;
  /** Each event with its times. */
  readonly events: boolean;
  /** What the events are about; only beside them. */
  readonly details: boolean;
}

/** FreeBusyViewType as Microsoft's page lists it: each view and what stands in it. */
const views = {
  None: { merged: false, events: false, details: false },
  MergedOnly: { merged: true, events: false, details: false },
  FreeBusy: { merged: false, events: true, details: false },
  FreeBusyMerged: { merged: true, events: true, details: false },
  Detailed: { merged: false, events: true, details: true },
  DetailedMerged: { merged: true, events: true, details: true },
} as const satisfies Record<string, FreeBusyContent>;

export type FreeBusyViewName = keyof typeof views;
export const freeBusyViewNames = Object.keys(views) as FreeBusyViewName[];

/** What one or more views hold together. Refuses with `view-not-askable`: `None` stands in answers only. */
export function contentOf(names: readonly FreeBusyViewName[]): FreeBusyContent {
  const asked = names.map((name) => views[name]);
  const content = {
    merged: asked.some(({ merged }) => merged),
    events: asked.some(({ events }) => events),
    details: asked.some(({ details }) => details),
  };
  if (!content.merged && !content.events) throw calendarRefusal('view-not-askable', names.join(' '));
  return content;
}

/** The view that holds exactly that. */
export function viewOf({ merged, events, details }: FreeBusyContent): FreeBusyViewName {
  const found = freeBusyViewNames.find((name) => {
    const view = views[name];
    return view.merged === merged && view.events === events && view.details === details;
  });
  return found ?? 'None';
}

/** What is left of the content that was asked for where somebody sees only so much. */
export function contentWithin(asked: FreeBusyContent, access: CalendarAccess): FreeBusyContent {
  if (access === 'None') return views.None;
  return { ...asked, details: asked.details && access !== 'AvailabilityOnly' };
}

/** Whether somebody sees what an event is about; of a private one only whoever sees those too. */
export function showsSubject({ isPrivate }: Pick<CalendarEvent, 'isPrivate'>, access: CalendarAccess, seesPrivate: boolean): boolean {
  return (access === 'FullDetails' || access === 'LimitedDetails') && (!isPrivate || seesPrivate);
}

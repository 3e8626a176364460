import type { Guid } from '../../kernel/ids.ts';
import type { ReplyPeriod } from '../mailbox/automatic-replies.ts';

/** What of a calendar its owner misses: events by their items, of a series one occurrence by the day of its pattern. */
export type Missed = 'all' | readonly { readonly item: number; readonly day?: number | undefined }[];

/** The kind of timer by which a calendar is cleared of what its owner misses; payload {@link CalendarClearing}. */
export const calendarClearing = 'calendar-clearing';
export interface CalendarClearing {
  readonly mailbox: Guid;
  readonly period: ReplyPeriod;
  readonly missed: Missed;
  /** HTML that is told those whom it concerns. */
  readonly reply: string;
}

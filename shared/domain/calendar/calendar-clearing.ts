import type { Guid } from '../../kernel/ids.ts';
import type { ReplyPeriod } from '../mailbox/automatic-replies.ts';

/** An event by its item, of a series one occurrence by the day of its pattern. */
export interface MissedEvent {
  readonly item: number;
  readonly day?: number | undefined;
}

/** What of a calendar its owner misses. */
export type Missed = 'all' | readonly MissedEvent[];

/** The kind of timer by which a calendar is cleared of what its owner misses; payload {@link CalendarClearing}. */
export const calendarClearing = 'calendar-clearing';
export interface CalendarClearing {
  readonly mailbox: Guid;
  readonly period: ReplyPeriod;
  readonly missed: Missed;
  /** HTML that is told those whom it concerns. */
  readonly reply: string;
}

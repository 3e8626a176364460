import { Refusal } from '../../kernel/refusal.ts';

/** Why a question about calendars is refused. */
export type CalendarRefusalCode =
  | 'time-zone-invalid'
  | 'window-empty'
  | 'window-too-long'
  | 'merged-interval-invalid'
  | 'view-not-askable'
  | 'too-many-events'
  | 'recurrence-invalid'
  | 'recurrence-too-large'
  | 'occurrence-crosses-another'
  | 'occurrence-overlaps-another'
  | 'suggestion-options-invalid';

/** A refusal of this list; the detail is for the journal. */
export function calendarRefusal(code: CalendarRefusalCode, detail: string): Refusal<CalendarRefusalCode> {
  return new Refusal(code, { detail });
}

/** Why octets were not read as iCalendar, or an object not as what it should be. */
export type ICalendarErrorCode = 'too-big' | 'too-many' | 'too-deep' | 'malformed' | 'unsupported';

/** The only error that this room throws. The message says what was met, never the octets; `line` counts from 1 as editors do. */
export class ICalendarError extends Error {
  readonly code: ICalendarErrorCode;
  readonly line: number;
  constructor(code: ICalendarErrorCode, line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = 'ICalendarError';
    this.code = code;
    this.line = line;
  }
}

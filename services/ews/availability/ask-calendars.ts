import type { MailboxData } from './attendees.ts';
import type { FreeBusyResponse } from './failure.ts';
import type { AvailabilityQuestion } from './question.ts';

/** What the calendars of some mailboxes show to whoever asks, in the order of the mailboxes; none of them is a group. */
export type AskCalendars = (mailboxes: readonly MailboxData[], question: AvailabilityQuestion) => Promise<readonly FreeBusyResponse[]>;

import { calendarFailure } from '../../../shared/bridges/calendar/calendar-opening.ts';
import { type KnownCalendar, openCalendar } from '../../../shared/domain/calendar/calendar-memory.ts';
import type { EwsCall } from '../context.ts';
import type { MailboxFailure } from '../elsewhere/failure.ts';
import type { RecipientPlace } from '../recipient-place.ts';

/** The calendar of a mailbox here, or why it cannot be read now, whoever asks. */
export async function openCalendarOf(
  { context, organization, instant, exchange }: Pick<EwsCall, 'context' | 'organization' | 'instant' | 'exchange'>,
  { mailbox, owner }: Extract<RecipientPlace, { is: 'local' }>,
): Promise<{ readonly calendar: KnownCalendar; readonly failure: MailboxFailure | undefined }> {
  const { isLocked, calendar } = await openCalendar(context.store, mailbox, instant);
  const asked = { service: 'ews', organization: organization.name, operation: 'GetUserAvailability' };
  const failure = calendarFailure({ seams: context.seams, ...asked }, { isLocked, address: owner.primaryAddress }, (rule, kind) =>
    exchange.faulted(rule, kind),
  );
  return { calendar, failure };
}

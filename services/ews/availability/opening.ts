import { calendarFailure } from '../../../shared/bridges/calendar/calendar-opening.ts';
import type { EwsCall } from '../context.ts';
import type { MailboxFailure } from '../elsewhere/failure.ts';
import type { RecipientPlace } from '../recipient-place.ts';

/** Why the calendar of a mailbox here cannot be read now, whoever asks; undefined where it can. */
export function openingFailure(
  { context, organization, instant, exchange }: Pick<EwsCall, 'context' | 'organization' | 'instant' | 'exchange'>,
  { mailbox, owner }: Extract<RecipientPlace, { is: 'local' }>,
): Promise<MailboxFailure | undefined> {
  const asked = { service: 'ews', organization: organization.name, operation: 'GetUserAvailability' };
  return calendarFailure(
    { seams: context.seams, read: context.store.read, at: instant, ...asked },
    { mailbox, address: owner.primaryAddress },
    (rule, kind) => exchange.faulted(rule, kind),
  );
}

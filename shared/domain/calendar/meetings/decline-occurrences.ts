import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import { named, tags } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import type { ItemDraft } from '../../mailbox/draft.ts';
import { itemProperty } from '../../mailbox/property-reader.ts';
import type { CalendarProcessing } from '../calendar-processing.ts';
import { onDay } from '../global-object-id.ts';
import { automaticAnswer } from './automatic-answer.ts';
import { bookingAnswer } from './booking-answer.ts';
import { findMeeting, meetingName } from './find-meeting.ts';
import { removeHeld } from './held-meeting.ts';
import type { BookingConflict } from './judge-booking.ts';
import { inBag } from './meeting-facts.ts';
import type { MeetingParty } from './meeting-messages.ts';
import { ofOccurrence } from './occurrence-message.ts';

/** Occurrences of which the organizer hears one by one; further ones are declined without. A bound of ours. */
const mostTold = 50;

/**
 * Declines those occurrences of a series that a resource has taken which meet with something else; answers what the organizer is
 * told of each, where he is told reasons (page of Set-CalendarProcessing: AllowConflicts).
 */
export async function declineOccurrences(
  tx: Executor,
  mailbox: Guid,
  { properties, ...request }: ItemDraft,
  {
    conflicts,
    processing,
    resource,
  }: { readonly conflicts: readonly BookingConflict[]; readonly processing: CalendarProcessing; readonly resource: MeetingParty },
  instant: Instant,
): Promise<readonly ItemDraft[]> {
  const series = meetingName(inBag(properties));
  const told: ItemDraft[] = [];
  for (const conflict of conflicts) {
    if (series === undefined || conflict.occurrence === undefined) continue;
    const { day, start, end } = conflict.occurrence;
    const globalObjectId = onDay(Buffer.from(series.globalObjectId, 'base64'), day).toString('base64');
    const held = await findMeeting(tx, mailbox, { ...series, globalObjectId });
    if (held?.occurrence === undefined || held.occurrence.isDeleted) continue;
    await removeHeld(tx, mailbox, held, 'to-deleted-items', {}, instant);
    if (!processing.enableResponseDetails || told.length === mostTold) continue;
    const own = {
      [named.appointmentStartWhole]: start,
      [named.appointmentEndWhole]: end,
      [named.globalObjectId]: globalObjectId,
      [named.exceptionReplaceTime]: Number(itemProperty(held.row, named.exceptionReplaceTime) ?? start),
    };
    const asked = { ...request, properties: ofOccurrence({ ...properties, ...own }) };
    const body = { [tags.body]: bookingAnswer({ is: 'refused', why: { is: 'conflicts', conflicts: [conflict] } }, processing) };
    told.push(await automaticAnswer(tx, mailbox, asked, { answered: 'declined', party: resource, body }, instant));
  }
  return told;
}

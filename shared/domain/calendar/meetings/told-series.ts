import { named, type PropertyBag, type PropertyKey } from '../../../kernel/mapi.ts';
import type { AttachmentDraft, ItemDraft } from '../../mailbox/draft.ts';
import { dayOfException, type SeriesException } from '../recurrence/series.ts';
import { recurrenceProperties, seriesOf } from '../recurrence/series-properties.ts';
import { wallTimeAt } from '../time-zone.ts';
import { asked, carried } from './carried.ts';
import { inBag, states } from './meeting-facts.ts';

const dayMs = 86_400_000;

/** The recurrence of a meeting as those have it who are asked to it: its exceptions are somebody else's meetings, too. */
export function toldSeries(meeting: PropertyBag): PropertyBag {
  if (meeting[named.recurring] !== true) return {};
  const known = seriesOf(inBag(meeting));
  if (known === undefined || !known.series.exceptions.some(isOrganizers)) return {};
  return recurrenceProperties({ ...known.series, exceptions: known.series.exceptions.map(told) }, known.zone);
}

function isOrganizers({ meetingType, status, isReminderSet, reminderMinutes }: SeriesException): boolean {
  return [meetingType, status, isReminderSet, reminderMinutes].some((one) => one !== undefined);
}

/** How busy somebody is, and what reminds him, is for himself to say. */
function told({
  meetingType,
  status: _status,
  isReminderSet: _set,
  reminderMinutes: _minutes,
  ...exception
}: SeriesException): SeriesException {
  return { ...exception, ...(meetingType === undefined ? {} : { meetingType: meetingType | states.meeting | states.received }) };
}

/**
 * What is attached to a meeting, for those who are asked: of exceptions what is everybody's, and nothing of who has answered; nothing
 * of those that the series has no more.
 */
export function toldAttachments({ properties: meeting, attachments }: ItemDraft): readonly AttachmentDraft[] {
  const known = meeting[named.recurring] === true ? seriesOf(inBag(meeting)) : undefined;
  const days = new Set(known?.series.exceptions.map(dayOfException));
  return attachments.flatMap((attachment) => {
    if (attachment.kind !== 'item' || attachment.isException !== true) return [attachment];
    const { item } = attachment;
    const instead = item.properties[named.exceptionReplaceTime];
    if (known === undefined || typeof instead !== 'number' || !days.has(Math.floor(wallTimeAt(known.zone, instead) / dayMs))) return [];
    const properties = Object.fromEntries(Object.entries(carried(item.properties)).filter(([key]) => !reminders.has(key as PropertyKey)));
    return [{ ...attachment, item: { ...item, properties, recipients: asked(item.recipients) } }];
  });
}

const reminders: ReadonlySet<PropertyKey> = new Set([
  named.reminderSet,
  named.reminderMinutes,
  named.reminderTime,
  named.reminderSignalTime,
]);

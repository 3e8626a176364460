import { appointmentFromMime } from '../../../shared/bridges/message/appointment-from-mime.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { named, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { ItemElement } from '../../../shared/protocols/ews/item-elements.ts';
import { ICalendarError } from '../../../shared/protocols/icalendar/errors.ts';
import { MimeError } from '../../../shared/protocols/mime/errors.ts';
import { utcZone, zoneOfStored } from '../calendar/named-zone.ts';
import type { Ground } from '../calendar/settle-appointment.ts';
import { ewsRefusal } from '../failures.ts';
import type { Draft } from './draft.ts';

/**
 * The item that base64 text stands for: of a CalendarItem iCalendar, alone or in a message, of anything else a message.
 * Refuses with ErrorMimeContentInvalidBase64String, ErrorMimeContentInvalid, and with ErrorMimeContentConversionFailed what is no valid
 * iCalendar (Microsoft's page "ResponseCode").
 */
export async function itemFromMime(
  { instant, zone = utcZone }: Pick<Ground, 'instant' | 'zone'>,
  element: ItemElement,
  text: string,
): Promise<ItemDraft> {
  const bare = text.replace(/\s+/g, '');
  const octets = Buffer.from(bare, 'base64');
  if (octets.toString('base64').replace(/=+$/, '') !== bare.replace(/=+$/, '')) throw ewsRefusal('ErrorMimeContentInvalidBase64String');
  try {
    if (element !== 'CalendarItem') return await draftFromMime(octets, instant);
    return await appointmentFromMime(octets, { name: zone.id, rule: zone.ruleAt(instant) });
  } catch (error) {
    if (error instanceof MimeError) throw ewsRefusal('ErrorMimeContentInvalid', { detail: error.message });
    if (error instanceof ICalendarError) throw ewsRefusal('ErrorMimeContentConversionFailed', { detail: error.message });
    throw error;
  }
}

/** What iCalendar does not say, or says of others, when an appointment is given another one. */
const kept: ReadonlySet<PropertyKey> = new Set([
  named.globalObjectId,
  named.cleanGlobalObjectId,
  named.appointmentStateFlags,
  named.responseStatus,
  tags.sentRepresentingName,
  tags.sentRepresentingSmtpAddress,
  tags.sentRepresentingAddressType,
  tags.sentRepresentingEmailAddress,
  tags.senderName,
  tags.senderSmtpAddress,
  tags.senderAddressType,
  tags.senderEmailAddress,
]);

/**
 * Puts what iCalendar says in the place of what an appointment says; it stays the same meeting of the same people.
 *
 * @param exceptionsThere the numbers of the messages of its exceptions, which go
 */
export function replaceAppointment(draft: Draft, { properties, attachments }: ItemDraft, exceptionsThere: readonly number[]): void {
  draft.replaceAttachments(exceptionsThere, attachments);
  for (const key of [tags.body, tags.bodyHtml, named.keywords, named.contacts]) if (properties[key] === undefined) draft.remove(key);
  for (const [key, value] of Object.entries(properties) as [PropertyKey, PropertyValue][]) if (!kept.has(key)) draft.set(key, value);
  if (properties[named.recurring] !== true) draft.words.recurrence = 'none';
  takeZones(draft);
}

/** Keeps an appointment on the clocks that its iCalendar names, whatever the request's are. */
export function takeZones(draft: Draft): void {
  const start = zoneOfStored(draft.properties[named.timeZoneDefinitionStartDisplay]);
  const end = zoneOfStored(draft.properties[named.timeZoneDefinitionEndDisplay]);
  if (start !== undefined) draft.words.startZone = start;
  if (end !== undefined) draft.words.endZone = end;
}

import { isOrganized, meetingMessageKind } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { forwardNotification, meetingRequest } from '../../../shared/domain/calendar/meetings/meeting-messages.ts';
import type { RecipientDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { splitSubject } from '../../../shared/domain/mailbox/subject.ts';
import { remoteDomainOf } from '../../../shared/domain/mailflow/remote-domains.ts';
import { domainTypeOf } from '../../../shared/domain/organization/accepted-domains.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import type { EwsCall } from '../context.ts';
import { Draft } from '../drafts/draft.ts';
import { type Reference, writeAnswerBody, writeAnswerFields } from '../drafts/response-draft.ts';
import { sendDraft } from '../drafts/send.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenFolder, OpenMailbox } from '../mailboxes.ts';
import { storedMeeting, storedOccurrence } from '../occurrences/stored-occurrence.ts';
import { isOwner } from './reference.ts';
import { sendMeeting } from './send-meeting.ts';

/** Whether to forward an item is to ask more people to a meeting. */
export function isForwardable({ class: itemClass }: ItemRow): boolean {
  return itemElementOf(itemClass) === 'CalendarItem' || meetingMessageKind(itemClass) === 'request';
}

/**
 * Asks more people to a meeting in its organizer's name, as somebody who has been asked himself, and tells the organizer
 * so (MS-OXOCAL 2.2.10: the meeting forward notification). Refuses as sending does.
 */
export async function forwardMeeting(
  call: EwsCall,
  { opened, row, occurrence }: Reference,
  object: WireResponseObject,
  from: OpenMailbox,
  copyTo: OpenFolder | undefined,
): Promise<void> {
  const original =
    occurrence === undefined ? await storedMeeting(call, opened.mailbox, row) : await storedOccurrence(call.context.store.read, occurrence);
  const request = meetingRequest({ ...original, recipients: [] }, 'request');
  const draft = new Draft(request);
  draft.set(tags.subject, `FW: ${splitSubject(String(original.properties[tags.subject] ?? '')).normalized}`);
  writeAnswerBody(draft, original, object);
  writeAnswerFields(draft, object);
  if (draft.allRecipients.length === 0) throw ewsRefusal('ErrorMissingRecipients');
  const organizer = itemProperty(row, tags.sentRepresentingSmtpAddress);
  await sendDraft(call, from, draft, { copyTo, isForOrganizer: true });
  const isHis = isOwner(from, organizer) || (itemElementOf(row.class) === 'CalendarItem' && isOrganized((key) => itemProperty(row, key)));
  if (!isHis) await notifyOrganizer(call, from, original.properties, draft.allRecipients);
}

/**
 * Tells an organizer elsewhere where the remote domain of his address takes such notices (page of Set-RemoteDomain,
 * MeetingForwardNotificationEnabled: off unless switched on); colleagues always.
 */
async function notifyOrganizer(
  call: EwsCall,
  from: OpenMailbox,
  properties: Parameters<typeof forwardNotification>[0],
  added: readonly RecipientDraft[],
): Promise<void> {
  const { displayName: name, primaryAddress: address } = from.owner;
  const notification = forwardNotification(properties, { name, address }, added);
  const [organizer] = notification.recipients;
  if (organizer === undefined || !(await isTold(call, organizer.address))) return;
  await sendMeeting(call, from, notification, {});
}

async function isTold({ context, organization }: EwsCall, address: string): Promise<boolean> {
  if ((await context.directory(organization.name).byAddress(address)) !== undefined) return true;
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) return false;
  const settings = await context.settings(organization.name);
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return domainTypeOf(organization, settings, domain) !== undefined || remoteDomainOf(settings, domain).MeetingForwardNotificationEnabled;
}

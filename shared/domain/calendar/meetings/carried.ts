import { named, type PropertyBag, type PropertyKey, propertySets, tags } from '../../../kernel/mapi.ts';
import type { RecipientDraft } from '../../mailbox/draft.ts';
import { recipientFlags } from './meeting-facts.ts';

/** What of a meeting is everybody's: messages about it have these, and so have the appointments that are made of them. */
export function carried(meeting: PropertyBag): PropertyBag {
  return Object.fromEntries(Object.entries(meeting).filter(([key]) => isCarried(key as PropertyKey)));
}

/** Whether a property of a meeting is the same for everybody who is asked to it. */
export function isCarried(key: PropertyKey): boolean {
  return shared.has(key) || (meetingSets.some((prefix) => key.startsWith(prefix)) && !own.has(key));
}

/** People who are asked, without what is known of their answers: that is the organizer's to know. */
export function asked(recipients: readonly RecipientDraft[]): readonly RecipientDraft[] {
  return recipients
    .filter(({ properties }) => (Number(properties?.[tags.recipientFlags] ?? 0) & recipientFlags.organizer) === 0)
    .map(({ kind, name, address, routingType }) => ({ kind, name, address, routingType }));
}

const shared: ReadonlySet<PropertyKey> = new Set([
  tags.subject,
  tags.body,
  tags.bodyHtml,
  tags.importance,
  tags.sensitivity,
  tags.conversationTopic,
  tags.conversationIndex,
  tags.conversationIndexTracking,
  tags.responseRequested,
  tags.replyRequested,
  tags.startDate,
  tags.endDate,
  tags.ownerAppointmentId,
  named.reminderSet,
  named.reminderMinutes,
  named.reminderTime,
  named.reminderSignalTime,
  named.doNotForward,
]);

/** What is known of a place beside its name (observed; PSETID_Location). */
export const locationSet = 'a719e259-2a9a-4fb8-bab3-3a9f02970e4b';

const meetingSets = [propertySets.Appointment, propertySets.Meeting, locationSet].map((set) => `{${set}}:`);

/** What each copy has for itself. */
const own: ReadonlySet<PropertyKey> = new Set([
  named.busyStatus,
  named.intendedBusyStatus,
  named.appointmentStateFlags,
  named.responseStatus,
  named.appointmentReplyTime,
  named.appointmentReplyName,
  named.invited,
  named.meetingType,
  named.changeHighlight,
  named.oldLocation,
  named.oldWhenStartWhole,
  named.oldWhenEndWhole,
  named.appointmentLastSequence,
  named.attendeeCriticalChange,
  named.appointmentMessageClass,
  named.appointmentCounterProposal,
  named.appointmentProposalNumber,
  named.appointmentProposedStartWhole,
  named.appointmentProposedEndWhole,
]);

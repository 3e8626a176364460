import { newGlobalObjectId } from '../../../shared/domain/calendar/global-object-id.ts';
import { responses, stateOf, states } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { isConversationIndex, newConversationIndex } from '../../../shared/domain/mailbox/conversation.ts';
import type { RecipientDraft } from '../../../shared/domain/mailbox/draft.ts';
import { splitSubject } from '../../../shared/domain/mailbox/subject.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import type { EwsCall } from '../context.ts';
import type { Draft } from '../drafts/draft.ts';
import { writeAuthor } from '../drafts/send.ts';
import type { OpenMailbox } from '../mailboxes.ts';

/** Whether people are asked to what a draft of an appointment is. */
export function hasAttendees(draft: Draft): boolean {
  return draft.allRecipients.some(({ kind }) => kind !== 'reply-to');
}

/**
 * Writes what an appointment of the organizer says of itself as soon as others are asked to it (MS-OXOCAL 3.1.4.7.1), and
 * who that organizer is. `isSent`: they are told.
 */
export async function settleMeeting(call: EwsCall, mailbox: OpenMailbox, draft: Draft, isSent: boolean): Promise<void> {
  if (draft.current(tags.sentRepresentingSmtpAddress) === undefined) await writeAuthor(call, mailbox, draft);
  if (draft.current(named.cleanGlobalObjectId) === undefined) {
    const id = newGlobalObjectId(call.instant, call.context.identifiers.guid());
    if (draft.current(named.globalObjectId) === undefined) draft.set(named.globalObjectId, id);
    draft.set(named.cleanGlobalObjectId, draft.current(named.globalObjectId) ?? id);
  }
  if (!hasAttendees(draft)) return;
  await withNames(call, draft);
  draft.set(named.appointmentStateFlags, stateOf((key) => draft.current(key)) | states.meeting);
  draft.set(named.responseStatus, responses.organized);
  if (draft.current(named.appointmentSequence) === undefined) draft.set(named.appointmentSequence, 0);
  if (draft.current(named.ownerCriticalChange) === undefined) draft.set(named.ownerCriticalChange, call.instant);
  if (draft.current(tags.responseRequested) === undefined) draft.set(tags.responseRequested, true);
  settleConversation(call, draft);
  if (isSent) draft.set(named.invited, true);
  else if (draft.current(named.invited) === undefined) draft.set(named.invited, false);
}

/** An appointment that others are asked to is a meeting, whether they are told or not. */
export function markMeeting(draft: Draft): void {
  const state = stateOf((key) => draft.current(key));
  if (hasAttendees(draft) && (state & states.meeting) === 0) draft.set(named.appointmentStateFlags, state | states.meeting);
}

/** All that is written about a meeting is one conversation. */
function settleConversation({ instant }: EwsCall, draft: Draft): void {
  const index = draft.current(tags.conversationIndex);
  if (typeof index === 'string' && isConversationIndex(Buffer.from(index, 'base64'))) return;
  const topic = splitSubject(String(draft.current(tags.subject) ?? '')).normalized;
  draft.set(tags.conversationTopic, topic);
  draft.set(tags.conversationIndex, newConversationIndex(topic, instant).toString('base64'));
}

/** Fills in the names of attendees of whom the address alone was given. */
export async function withNames(call: EwsCall, draft: Draft): Promise<void> {
  for (const kind of ['to', 'cc', 'bcc'] as const) {
    const given = draft.recipients(kind);
    const known = await Promise.all(given.map((recipient) => withName(call, recipient)));
    if (known.some((recipient, index) => recipient !== given[index])) draft.setRecipients(kind, known);
  }
}

async function withName({ context, organization }: EwsCall, recipient: RecipientDraft): Promise<RecipientDraft> {
  if (recipient.name !== '' || recipient.address === '') return recipient;
  const found = await context.directory(organization.name).byAddress(recipient.address);
  return found === undefined ? recipient : { ...recipient, name: found.displayName };
}

import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import { named, type PropertyBag, tags } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import type { ItemDraft, RecipientDraft } from '../../mailbox/draft.ts';
import { itemProperty } from '../../mailbox/property-reader.ts';
import { attendeesOf, changeHeld, type HeldMeeting } from './held-meeting.ts';
import { answeredBy, isOrganized, responses } from './meeting-facts.ts';

/** Whoever sent a message: all addresses of his, in small letters, beside the one that the message names. */
export interface MeetingSender {
  readonly addresses: readonly string[];
}

/**
 * Notes at the organizer's meeting how somebody has answered, where the answer is to the meeting as it is now and later
 * than the one that is known. Whoever was not asked is added as somebody who need not come (inferred).
 * An answer to one occurrence makes that an exception.
 */
export async function trackResponse(
  tx: Executor,
  mailbox: Guid,
  meeting: HeldMeeting,
  { class: messageClass, properties }: ItemDraft,
  sender: MeetingSender,
  instant: Instant,
): Promise<boolean> {
  const answered = answeredBy(messageClass);
  if (answered === undefined || !isOrganized((key) => itemProperty(meeting.row, key))) return false;
  const sequence = Number(itemProperty(meeting.row, named.appointmentSequence) ?? 0);
  if (Number(properties[named.appointmentSequence] ?? 0) < sequence) return false;
  const at = Number(properties[named.attendeeCriticalChange] ?? properties[tags.clientSubmitTime] ?? instant);
  const address = String(properties[tags.sentRepresentingSmtpAddress] ?? '');
  const his = new Set([address.toLowerCase(), ...sender.addresses]);
  const known = await attendeesOf(tx, mailbox, meeting);
  const track = trackOf(responses[answered], at, properties);
  const index = known.findIndex((recipient) => his.has(recipient.address.toLowerCase()));
  const before = known[index];
  if (Number(before?.properties?.[tags.recipientTrackStatusTime] ?? 0) > at) return false;
  const name = String(properties[tags.sentRepresentingName] ?? address);
  const person: RecipientDraft = before ?? { kind: 'cc', name, address, routingType: 'SMTP' };
  const noted = { ...person, properties: { ...withoutAnswer(person).properties, ...track } };
  const recipients = before === undefined ? [...known, noted] : known.with(index, noted);
  await changeHeld(tx, mailbox, meeting, { set: {}, recipients }, instant);
  return true;
}

function trackOf(status: number, at: Instant, properties: PropertyBag): PropertyBag {
  const [start, end] = [properties[named.appointmentProposedStartWhole], properties[named.appointmentProposedEndWhole]];
  const isProposal = properties[named.appointmentCounterProposal] === true && typeof start === 'number' && typeof end === 'number';
  return {
    [tags.recipientTrackStatus]: status,
    [tags.recipientTrackStatusTime]: at,
    ...(isProposal
      ? { [tags.recipientProposed]: true, [tags.recipientProposedStartTime]: start, [tags.recipientProposedEndTime]: end }
      : {}),
  };
}

const answerKeys: ReadonlySet<string> = new Set([
  tags.recipientTrackStatus,
  tags.recipientTrackStatusTime,
  tags.recipientProposed,
  tags.recipientProposedStartTime,
  tags.recipientProposedEndTime,
]);

/** An attendee as if he had not answered yet: a later answer, or a new time, makes what he said before void. */
export function withoutAnswer({ properties = {}, ...person }: RecipientDraft): RecipientDraft {
  const kept = Object.entries(properties).filter(([key]) => !answerKeys.has(key));
  return kept.length === 0 ? person : { ...person, properties: Object.fromEntries(kept) };
}

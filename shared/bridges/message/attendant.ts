import { type CalendarProcessing, calendarProcessing } from '../../domain/calendar/calendar-processing.ts';
import { type BookingReceipt, bookResource } from '../../domain/calendar/meetings/book-resource.ts';
import { declineAbsent } from '../../domain/calendar/meetings/decline-absent.ts';
import type { Asker } from '../../domain/calendar/meetings/judge-booking.ts';
import { isDelegatedCopy, meetingMessageKind } from '../../domain/calendar/meetings/meeting-facts.ts';
import { receiveMeetingMessage } from '../../domain/calendar/meetings/receive.ts';
import { defaultWorkingHours, type WorkingHours } from '../../domain/calendar/working-hours.ts';
import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { declineInForce, readAutomaticReplies } from '../../domain/mailbox/automatic-replies.ts';
import { type Deposit, deliver } from '../../domain/mailbox/deliver.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { requireFolder } from '../../domain/mailbox/folders.ts';
import { senderOf } from '../../domain/mailbox/junk-email.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid, Identifiers } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import { workingHoursIn } from '../calendar/working-hours.ts';
import { mimeFromDraft } from './mime-from-draft.ts';
import type { Outgoing } from './on-the-way.ts';
import { approvalRequest, approversOf, askerAmong } from './resource-requests.ts';

/** What looks after a calendar when a message about a meeting comes: all that must be known before the transaction. */
export interface Attendant {
  readonly owner: Recipient;
  readonly processing: CalendarProcessing;
  readonly hours: WorkingHours;
  /** Addresses of whoever sent the message, in small letters. */
  readonly sender: readonly string[];
  /** What whoever asks may do, where the mailbox is one that answers by itself. */
  readonly asker: Asker;
  /** The mailboxes of those who decide on what he may only ask for. */
  readonly approvers: readonly Guid[];
  /** The organizer's mailbox, where he has one here that can be written to. */
  readonly organizer: Guid | null;
  /** Where he is written to otherwise. */
  readonly organizerAddress: string;
  /** What organizers are told whose requests the owner declines while he is away; undefined: he does not. */
  readonly decline: string | undefined;
  /** For the response that the mailbox may give. */
  readonly messageId: string;
}

interface AttendantGround {
  readonly read: Store['read'];
  readonly directory: Directory;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  readonly isHeld?: ((mailbox: Guid) => Promise<boolean>) | undefined;
}

/** The attendant for a message that comes into a mailbox; undefined for what is about no meeting, and where it is switched off. */
export async function attendantFor(
  { read, directory, identifiers, isHeld }: AttendantGround,
  mailbox: Guid,
  owner: Recipient,
  draft: ItemDraft,
  instant: Instant,
): Promise<Attendant | undefined> {
  // Whoever gets a copy as somebody's delegate has the meeting in that one's calendar.
  if (meetingMessageKind(draft.class) === undefined || isDelegatedCopy(draft.properties, owner.addresses)) return undefined;
  const calendar = await requireFolder(read, mailbox, 'calendar');
  const processing = calendarProcessing(calendar, owner.type);
  if (processing.automateProcessing === 'None') return undefined;
  if (processing.automateProcessing === 'AutoAccept' && !processing.processExternalMeetingMessages && isExternal(draft)) return undefined;
  const sender = await directory.byAddress(senderOf(draft.properties));
  const organizer = await directory.byAddress(String(draft.properties[tags.sentRepresentingSmtpAddress] ?? ''));
  const place = organizer === undefined ? null : localMailbox(organizer);
  const hours = await workingHoursIn(read, calendar);
  const asker = await askerAmong(directory, processing, [organizer, sender]);
  return {
    owner,
    processing,
    hours: hours === 'malformed' ? defaultWorkingHours : hours,
    sender: sender?.addresses.map((address) => address.replace(/^smtp:/i, '').toLowerCase()) ?? [],
    asker,
    approvers:
      meetingMessageKind(draft.class) === 'request' ? await approversOf({ read, directory, isHeld }, owner, processing, asker) : [],
    organizer: place !== null && (await isHeld?.(place)) ? null : place,
    organizerAddress: organizer?.targetAddress ?? String(draft.properties[tags.sentRepresentingSmtpAddress] ?? ''),
    decline: declineInForce(await readAutomaticReplies(read, mailbox), instant)?.html,
    messageId: `<${identifiers.guid()}@${owner.primaryAddress.replace(/^.*@/, '')}>`,
  };
}

/** Whether a message came from another organisation, by what the transport has written above it (X-MS-Exchange-Organization-AuthAs). */
function isExternal({ properties }: ItemDraft): boolean {
  const said = /^X-MS-Exchange-Organization-AuthAs:[ \t]*(\w+)/im.exec(String(properties[tags.transportMessageHeaders] ?? ''))?.[1];
  return said !== undefined && said !== 'Internal';
}

/**
 * Does in the calendar what a message says, before it is put into the mailbox; answers how it is put there. A resource
 * answers at once, and what it has answered goes to Deleted Items.
 */
export async function attend(
  tx: Transaction,
  mailbox: Guid,
  attendant: Attendant,
  draft: ItemDraft,
  instant: Instant,
): Promise<Partial<Deposit> & { readonly answers?: readonly Outgoing[] }> {
  const { owner, processing, hours, sender, asker, approvers } = attendant;
  const party = { name: owner.displayName, address: owner.primaryAddress };
  if (processing.automateProcessing !== 'AutoAccept' && attendant.decline !== undefined) {
    const { set, response, ...received } = await declineAbsent(
      tx,
      mailbox,
      draft,
      { addresses: sender, party, reply: attendant.decline },
      instant,
    );
    if (response === undefined) return { set };
    const answers = await tellOrganizer(tx, attendant, { ...received, set, response }, instant);
    return { answers, set: { ...set, [tags.read]: true }, place: 'deleteditems' };
  }
  if (processing.automateProcessing !== 'AutoAccept') {
    const { set } = await receiveMeetingMessage(
      tx,
      mailbox,
      draft,
      { addresses: sender, addsRequests: processing.addNewRequestsTentatively },
      instant,
    );
    return { set };
  }
  const received = await bookResource(tx, mailbox, draft, { resource: party, processing, hours, asker, sender }, instant);
  const answers = await tellOrganizer(tx, attendant, received, instant);
  const { outcome, verdict, set } = received;
  if (verdict?.is === 'pending') {
    const copy = approvalRequest(draft, owner, verdict.why, processing);
    for (const approver of approvers) await deliver(tx, approver, copy, instant, { place: 'inbox' });
    // Where nobody gets it, it waits in the Inbox for whoever opens the mailbox (inferred).
    if (approvers.length === 0) return { answers, set };
  }
  return { answers, set: { ...set, [tags.read]: true }, ...(outcome === 'ignored' ? {} : { place: 'deleteditems' }) };
}

/**
 * The responses of a resource lie in the organizer's Inbox at once, and he has noted them; rules are not asked. To an organizer
 * elsewhere they are mailed.
 */
async function tellOrganizer(
  tx: Transaction,
  attendant: Attendant,
  { response, declined = [] }: BookingReceipt,
  at: Instant,
): Promise<readonly Outgoing[]> {
  const mailed: Outgoing[] = [];
  for (const [index, told] of [...(response === undefined ? [] : [response]), ...declined].entries()) {
    const messageId = index === 0 ? attendant.messageId : attendant.messageId.replace('<', `<${index}.`);
    const one = await tellOf(tx, attendant, { ...told, properties: { ...told.properties, [tags.internetMessageId]: messageId } }, at);
    if (one !== undefined) mailed.push(one);
  }
  return mailed;
}

async function tellOf(
  tx: Transaction,
  { owner, organizer, organizerAddress }: Attendant,
  message: ItemDraft,
  at: Instant,
): Promise<Outgoing | undefined> {
  if (organizer === null) {
    if (!/^[^@\s]+@[^@\s]+$/.test(organizerAddress)) return undefined;
    const id = String(message.properties[tags.internetMessageId]);
    const mime = mimeFromDraft(message, id.replaceAll(/[^0-9a-z]/gi, '').slice(0, 32));
    return { draft: { ...message, mime }, sender: owner.primaryAddress, recipients: [organizerAddress] };
  }
  const addresses = owner.addresses.map((address) => address.replace(/^smtp:/i, '').toLowerCase());
  const { set } = await receiveMeetingMessage(tx, organizer, message, { addresses, addsRequests: false }, at);
  await deliver(tx, organizer, message, at, { place: 'inbox', set });
  return undefined;
}

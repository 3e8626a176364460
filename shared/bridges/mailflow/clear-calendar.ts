import type { CalendarClearing, MissedEvent } from '../../domain/calendar/calendar-clearing.ts';
import { type CalendarEvent, calendarEvents } from '../../domain/calendar/calendar-events.ts';
import type { Period } from '../../domain/calendar/free-busy.ts';
import { type HeldMeeting, heldOccurrence, removeHeld } from '../../domain/calendar/meetings/held-meeting.ts';
import { answerShown, letGo } from '../../domain/calendar/meetings/let-go.ts';
import { inBag, isCancelled, isOrganized, stateOf, states } from '../../domain/calendar/meetings/meeting-facts.ts';
import { calledOff, meetingCancellation, meetingResponse } from '../../domain/calendar/meetings/meeting-messages.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { readAutomaticReplies } from '../../domain/mailbox/automatic-replies.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { requireFolder } from '../../domain/mailbox/folders.ts';
import { createItem } from '../../domain/mailbox/item-writes.ts';
import { getItem } from '../../domain/mailbox/items.ts';
import { getMailbox } from '../../domain/mailbox/mailboxes.ts';
import { plainText } from '../../domain/mailbox/plain-text.ts';
import type { TransportFacts } from '../../domain/mailflow/transport-message.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyBag, tags } from '../../kernel/mapi.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { withoutBlindCopies } from '../../protocols/mime/blind-copies.ts';
import { draftFromMime } from '../message/draft-from-mime.ts';
import { mimeFromDraft } from '../message/mime-from-draft.ts';
import { storedMeeting } from '../message/stored-meeting.ts';
import { carryOutAcceptance, planAcceptance, type TransportGround } from './accept.ts';
import { pastHeld } from './past-held.ts';

/** Whose calendar is cleared, and what is told of it. */
interface Clearer {
  readonly store: Pick<Store, 'read' | 'transaction'>;
  readonly ground: TransportGround;
  readonly owner: Recipient;
  readonly mailbox: Guid;
  readonly reply: PropertyBag;
  readonly at: Instant;
}

/**
 * Takes out of a calendar what its owner misses (page of Set-MailboxAutoReplyConfiguration: DeclineEventsForScheduledOOF and what
 * belongs to it): what he was asked to is declined, what he has asked others to is called off (inferred), and all of it goes to Deleted Items. The
 * appointment that shows the absence stays. Each event is a transaction of its own; what has gone meanwhile is passed over.
 *
 * @param groundOf how an organisation takes messages
 */
export async function clearCalendar(
  store: Pick<Store, 'read' | 'transaction'>,
  groundOf: (organization: string) => Promise<TransportGround>,
  { mailbox, period, missed, reply }: CalendarClearing,
  at: Instant,
): Promise<void> {
  const known = await getMailbox(store.read, mailbox);
  if (known === undefined) return;
  const ground = await groundOf(known.organization);
  const owner = await ground.directory.byGuid(known.recipient);
  // Its owner may have moved meanwhile.
  if (owner === undefined || localMailbox(owner) !== mailbox) return;
  const { meetings } = await readAutomaticReplies(store.read, mailbox);
  const body = reply === '' ? {} : { [tags.bodyHtml]: reply, [tags.body]: plainText(reply) };
  const clearer: Clearer = { store, ground, owner, mailbox, reply: body, at };
  for await (const event of eventsOf(store.read, mailbox, period))
    if (event.item !== meetings.event && (missed === 'all' || missed.some((one) => names(one, event)))) await clear(clearer, event);
}

/** A period of so many milliseconds is not divided further. */
const shortest = 3_600_000;

/** The events of a period; of one that has more than are shown at once those of its halves, an event that lies in both twice. */
async function* eventsOf(read: Transaction, mailbox: Guid, { start, end }: Period): AsyncGenerator<CalendarEvent> {
  try {
    return yield* await calendarEvents(read, mailbox, { start, end });
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'too-many-events') || end - start <= shortest) throw error;
  }
  const middle = start + Math.floor((end - start) / 2);
  yield* eventsOf(read, mailbox, { start, end: middle });
  yield* eventsOf(read, mailbox, { start: middle, end });
}

/** A series is named by any of its occurrences in the period, or by itself. */
function names(one: MissedEvent, { item, day }: MissedEvent): boolean {
  return one.item === item && (one.day === undefined || one.day === day);
}

async function clear(clearer: Clearer, event: MissedEvent): Promise<void> {
  const { store, ground, mailbox, owner, at } = clearer;
  const held = await heldEvent(store.read, mailbox, event);
  if (held === undefined) return;
  const meeting = await storedMeeting(store.read, mailbox, held, ground.blobs);
  const { properties } = meeting;
  const isHeld = (stateOf(inBag(properties)) & states.meeting) !== 0 && !isCancelled(inBag(properties));
  const message = isHeld ? messageAbout(meeting, clearer) : undefined;
  const shown = isHeld ? shownOf(properties, owner, at) : undefined;
  const remove = async (tx: Transaction): Promise<boolean> => {
    const now = await heldEvent(tx, mailbox, event);
    if (now !== undefined)
      await (shown === undefined ? removeHeld(tx, mailbox, now, 'to-deleted-items', {}, at) : letGo(tx, mailbox, now, shown, at));
    return now !== undefined;
  };
  if (message === undefined) return void (await store.transaction(remove));
  const item = await readyToGo(message, ground.identifiers.guid(), at);
  const recipients = item.recipients.filter(({ address }) => !isOwn(owner, address)).map(({ address }) => ({ address }));
  await pastHeld(ground, async (asked) => {
    const planned = await planAcceptance(asked, { sender: owner.primaryAddress, recipients, item, facts: factsOf(ground) }, at);
    await store.transaction(async (tx) => {
      if (!(await remove(tx))) return;
      const sent = await requireFolder(tx, mailbox, 'sentitems');
      await createItem(tx, mailbox, sent.counter, message, at);
      await carryOutAcceptance(tx, ground, planned, at);
    });
  });
}

/** What the copy in Deleted Items shows: it was called off, or declined. */
function shownOf(properties: PropertyBag, { displayName }: Recipient, at: Instant): PropertyBag {
  return isOrganized(inBag(properties)) ? calledOff(properties) : answerShown('declined', undefined, displayName, at);
}

async function heldEvent(executor: Transaction, mailbox: Guid, { item, day }: MissedEvent): Promise<HeldMeeting | undefined> {
  const row = await getItem(executor, mailbox, item, { properties: 'all' });
  if (row === undefined || row.folder !== (await requireFolder(executor, mailbox, 'calendar')).counter) return undefined;
  if (day === undefined) return { row };
  const held = await heldOccurrence(executor, mailbox, row, day);
  return held?.occurrence?.isDeleted === false ? held : undefined;
}

/** What others are told; undefined where there is nobody to tell. */
function messageAbout(meeting: ItemDraft, { owner, reply, ground, at }: Clearer): ItemDraft | undefined {
  const { properties } = meeting;
  const party = { name: owner.displayName, address: owner.primaryAddress };
  const bare = isOrganized(inBag(properties))
    ? meetingCancellation({ ...meeting, properties: { ...properties, ...calledOff(properties) } })
    : meetingResponse(properties, 'declined', party, at);
  if (!bare.recipients.some(({ address }) => /^[^@\s]+@[^@\s]+$/.test(address) && !isOwn(owner, address))) return undefined;
  return {
    ...bare,
    properties: {
      ...bare.properties,
      ...reply,
      [tags.senderName]: party.name,
      [tags.senderSmtpAddress]: party.address,
      [tags.clientSubmitTime]: at,
      [tags.messageDeliveryTime]: at,
      [tags.internetMessageId]: `<${ground.identifiers.guid()}@${party.address.replace(/^.*@/, '')}>`,
      [tags.messageFlags]: 0,
      [tags.read]: true,
    },
  };
}

/** As its recipients get it: with the header that it has on the wire. */
async function readyToGo(message: ItemDraft, boundary: string, at: Instant): Promise<ItemDraft & { readonly mime: Uint8Array }> {
  const mime = withoutBlindCopies(mimeFromDraft(message, boundary.replaceAll('-', '')));
  const headers = (await draftFromMime(mime, at)).properties[tags.transportMessageHeaders];
  return {
    ...message,
    mime,
    properties: { ...message.properties, ...(headers === undefined ? {} : { [tags.transportMessageHeaders]: headers }) },
  };
}

function factsOf({ organization }: TransportGround): TransportFacts {
  return {
    ...{ source: 'STOREDRIVER', authAs: 'Internal', authSource: serverFqdn(organization), authMechanism: '04' },
    ...{ directionality: 'Originating', connector: '' },
  };
}

function isOwn({ addresses }: Recipient, address: string): boolean {
  return addresses.some((one) => one.toLowerCase() === `smtp:${address.toLowerCase()}`);
}

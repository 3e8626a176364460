import type { MeetingOccurrence } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { isOrganized, responses, stateOf, states } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { meetingCancellation, meetingRequest, type RequestKind } from '../../../shared/domain/calendar/meetings/meeting-messages.ts';
import { withoutAnswer } from '../../../shared/domain/calendar/meetings/track-response.ts';
import type { ItemDraft, RecipientDraft } from '../../../shared/domain/mailbox/draft.ts';
import { getFolder } from '../../../shared/domain/mailbox/folders.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named, type PropertyBag, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { type ItemElement, itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { updateItem } from '../../../shared/protocols/ews/operations/update-item.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { settleOccurrence } from '../calendar/settle-appointment.ts';
import type { EwsCall } from '../context.ts';
import type { Draft } from '../drafts/draft.ts';
import { type ItemUpdate, messageIn, readUpdates } from '../drafts/item-updates.ts';
import { settleItem } from '../drafts/settle-item.ts';
import { ewsRefusal } from '../failures.ts';
import { itemFor } from '../item-rights.ts';
import type { OpenFolder, OpenItemKey, OpenMailbox } from '../mailboxes.ts';
import type { NamedOccurrence } from '../occurrences/named-item.ts';
import { heldOccurrenceOf, storedMeeting, storedOccurrence } from '../occurrences/stored-occurrence.ts';
import { withNames } from './organize.ts';
import { isOwner } from './reference.ts';
import { sendMeeting, writeAndSend } from './send-meeting.ts';

/** Who is told of a change. */
export type Telling = Exclude<RequestOf<typeof updateItem>['SendMeetingInvitationsOrCancellations'], undefined | 'SendToNone'>;

/** What the organizer's copy of a meeting says once it has been changed; for the draft of the change. */
export type Settling = (draft: Draft) => void;

/** What is changed: an item, or one occurrence of a series. */
interface Subject {
  readonly mailbox: OpenMailbox;
  readonly row: ItemRow;
  /** It as those have it who are asked to it; of an occurrence what a message about that says. */
  readonly stored: ItemDraft;
  readonly part: MeetingOccurrence | undefined;
}

/**
 * Changes an item, or one occurrence of it, and tells those who are asked to it, where it is a meeting of the mailbox's owner: of a new time
 * everybody, who is then asked anew, and whoever is asked no more that it is off. With SendOnlyToChanged and
 * SendToChangedAndSaveCopy of anything but a new time those alone who come or go (inferred).
 *
 * @param prepare the change as it will be written, with what is to be settled besides
 */
export async function updateAndTell<Answer>(
  call: EwsCall,
  { opened, occurrence }: { readonly opened: OpenItemKey; readonly occurrence?: NamedOccurrence | undefined },
  updates: readonly ItemUpdate[],
  telling: Telling,
  copies: () => Promise<OpenFolder>,
  prepare: (settle?: Settling) => Promise<(tx: Executor) => Promise<Answer>>,
): Promise<Answer> {
  const { store } = call.context;
  const { mailbox } = opened;
  const whole = await itemFor(store.read, call, opened, 'edit', { properties: 'all' });
  const isDeleted = (await getFolder(store.read, mailbox.guid, opened.key.folder))?.role === 'deleteditems';
  if (isDeleted && itemElementOf(whole.class) === 'CalendarItem') throw ewsRefusal('ErrorCalendarCannotUpdateDeletedItem');
  const held = occurrence === undefined ? undefined : await heldOccurrenceOf(store.read, mailbox, whole, occurrence);
  const { row } = held ?? { row: whole };
  const isHis = itemElementOf(row.class) === 'CalendarItem' && isOrganized((key) => itemProperty(row, key));
  if (!isHis) return store.transaction(await prepare());
  const part = held?.occurrence;
  const stored = part === undefined ? await storedMeeting(call, mailbox, row) : await storedOccurrence(store.read, part);
  const change = await readChange(call, { mailbox, row, stored, part }, updates);
  if (change === undefined) return store.transaction(await prepare());
  const { before, after, kind, added, removed, settle } = change;
  const write = await prepare(settle);
  const copyTo = telling === 'SendToAllAndSaveCopy' || telling === 'SendToChangedAndSaveCopy' ? await copies() : undefined;
  const isForAll = telling === 'SendOnlyToAll' || telling === 'SendToAllAndSaveCopy' || kind === 'full';
  const request = meetingRequest(after, kind, kind === 'request' ? undefined : before);
  const reaches = (address: string): boolean => isForAll || added.has(address.toLowerCase());
  const answer = await writeAndSend(call, mailbox, request, { copyTo, reaches }, write);
  if (removed.length > 0) await sendMeeting(call, mailbox, meetingCancellation({ ...after, recipients: removed }), { copyTo });
  return answer;
}

interface MeetingChange {
  readonly before: ItemDraft;
  readonly after: ItemDraft;
  readonly kind: RequestKind;
  /** Addresses in small letters. */
  readonly added: ReadonlySet<string>;
  readonly removed: readonly RecipientDraft[];
  readonly settle: Settling;
}

/** What of a meeting its attendees have to answer anew for. */
const significant: readonly PropertyKey[] = [
  named.appointmentStartWhole,
  named.appointmentEndWhole,
  named.appointmentRecur,
  named.recurring,
  named.appointmentSubType,
];

/** What the updates make of a meeting; undefined where nobody is asked to it, before or after. */
async function readChange(call: EwsCall, subject: Subject, updates: readonly ItemUpdate[]): Promise<MeetingChange | undefined> {
  const { mailbox, row, stored: before, part } = subject;
  const { read } = call.context.store;
  const message = part === undefined ? await messageIn(call, updates) : undefined;
  const draft = await readUpdates(read, mailbox, row, 'CalendarItem', updates, message, part && before.recipients);
  if (part === undefined) settleItem(draft, 'CalendarItem', mailbox.owner, call);
  else settleOccurrence(draft, call);
  const addresses = (recipients: readonly RecipientDraft[]): Set<string> =>
    new Set(recipients.filter(({ kind }) => kind !== 'reply-to').map(({ address }) => address.toLowerCase()));
  const [was, is] = [addresses(before.recipients), addresses(draft.allRecipients)];
  if (was.size + is.size === 0) return undefined;
  const isTold = itemProperty(row, named.invited) === true;
  const isNewTime = significant.some((key) => draft.current(key) !== itemProperty(row, key));
  const kind = !isTold ? 'request' : isNewTime ? 'full' : 'informational';
  await withNames(call, draft);
  const names = new Map(draft.allRecipients.map(({ address, name }) => [address.toLowerCase(), name]));
  const sequence = Number(itemProperty(row, named.appointmentSequence) ?? 0) + (kind === 'full' ? 1 : 0);
  const settle: Settling = (one) => {
    one.set(named.appointmentStateFlags, stateOf((key) => one.current(key)) | states.meeting);
    one.set(named.responseStatus, responses.organized);
    one.set(named.appointmentSequence, sequence);
    one.set(named.ownerCriticalChange, call.instant);
    one.set(named.invited, true);
    if (one.current(tags.responseRequested) === undefined) one.set(tags.responseRequested, true);
    for (const list of ['to', 'cc', 'bcc'] as const) {
      const people = one.recipients(list).map((person) => ({ ...person, name: names.get(person.address.toLowerCase()) ?? person.name }));
      if (people.length > 0) one.setRecipients(list, kind === 'full' ? people.map(withoutAnswer) : people);
    }
  };
  settle(draft);
  const after: ItemDraft = {
    class: row.class,
    properties: propertiesAfter(before.properties, draft),
    recipients: draft.allRecipients,
    attachments: [...before.attachments, ...draft.attachments],
  };
  return {
    before,
    after,
    kind,
    added: new Set([...is].filter((address) => !was.has(address))),
    removed: isTold ? before.recipients.filter(({ kind: list, address }) => list !== 'reply-to' && !is.has(address.toLowerCase())) : [],
    settle,
  };
}

function propertiesAfter(before: PropertyBag, draft: Draft): PropertyBag {
  const kept = Object.entries(before).filter(([key]) => !draft.removed.has(key as PropertyKey));
  return { ...Object.fromEntries(kept), ...draft.properties };
}

/**
 * Refuses to change what a request says that the mailbox's owner has sent: it is the appointment that is changed
 * (ErrorSentMeetingRequestUpdate, Microsoft's page "ResponseCode").
 */
export function refuseSentRequest(mailbox: OpenMailbox, row: ItemRow, element: ItemElement, updates: readonly ItemUpdate[]): void {
  if (element !== 'MeetingRequest' || !isOwner(mailbox, itemProperty(row, tags.sentRepresentingSmtpAddress))) return;
  const isAboutMeeting = updates.some(({ value: { path } }) => path.is === 'FieldURI' && /^(calendar|meeting)/.test(path.value.FieldURI));
  if (isAboutMeeting) throw ewsRefusal('ErrorSentMeetingRequestUpdate');
}

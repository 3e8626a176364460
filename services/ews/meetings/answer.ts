import { changeHeld, type HeldMeeting } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { answerShown, letGo } from '../../../shared/domain/calendar/meetings/let-go.ts';
import { type Answered, compareVersions, inBag, isCancelled, isOrganized } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { meetingResponse, type Proposal } from '../../../shared/domain/calendar/meetings/meeting-messages.ts';
import { receiveMeetingMessage } from '../../../shared/domain/calendar/meetings/receive.ts';
import { deleteItem } from '../../../shared/domain/mailbox/delete-item.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import type { ItemReference } from '../../../shared/domain/mailbox/item-writes.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named, type PropertyBag, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { responseObjectFields } from '../../../shared/protocols/ews/fields/response-object.ts';
import type { WireItem, WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import { fieldValue } from '../../../shared/protocols/ews/wire-object.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { Draft } from '../drafts/draft.ts';
import { writeAnswerFields } from '../drafts/response-draft.ts';
import { prepareSave } from '../drafts/save-item.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenFolder } from '../mailboxes.ts';
import { itemReference } from '../views/item-reference.ts';
import { heldNow, isDelegated, isOwner, type MeetingReference, openMeeting } from './reference.ts';
import { writeAndSend } from './send-meeting.ts';

interface AnswerTerms extends Readonly<Record<'wrong' | 'organizer' | 'delegated' | 'cancelled', ResponseCode>> {
  readonly answered: Answered;
}

/** How the answers are called, and what is refused of each. */
const answers = {
  AcceptItem: {
    answered: 'accepted',
    wrong: 'ErrorInvalidItemForOperationAcceptItem',
    organizer: 'ErrorCalendarIsOrganizerForAccept',
    delegated: 'ErrorCalendarIsDelegatedForAccept',
    cancelled: 'ErrorCalendarIsCancelledForAccept',
  },
  TentativelyAcceptItem: {
    answered: 'tentative',
    wrong: 'ErrorInvalidItemForOperationTentative',
    organizer: 'ErrorCalendarIsOrganizerForTentative',
    delegated: 'ErrorCalendarIsDelegatedForTentative',
    cancelled: 'ErrorCalendarIsCancelledForTentative',
  },
  DeclineItem: {
    answered: 'declined',
    wrong: 'ErrorInvalidItemForOperationDeclineItem',
    organizer: 'ErrorCalendarIsOrganizerForDecline',
    delegated: 'ErrorCalendarIsDelegatedForDecline',
    cancelled: 'ErrorCalendarIsCancelledForDecline',
  },
} as const satisfies Record<string, AnswerTerms>;
export type MeetingAnswer = keyof typeof answers;

/** Whether a response object answers a meeting. */
export function isMeetingAnswer(element: string): element is MeetingAnswer {
  return Object.hasOwn(answers, element);
}

/** Where the response goes: it is sent unless `saveTo` says where it is kept instead. */
export interface AnswerWay {
  readonly copyTo?: OpenFolder | undefined;
  readonly saveTo?: OpenFolder | undefined;
}

/**
 * Accepts, perhaps, or declines a meeting, by the request for it or by the appointment in the calendar: the appointment
 * shows it (one that is declined goes to Deleted Items), the organizer is told, and the request leaves the Inbox. Answers
 * the appointment, then the request where it was, then a response that was saved and not sent
 * (https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-propose-a-new-meeting-time-by-using-ews-in-exchange).
 */
export async function answerMeeting(
  call: EwsCall,
  element: MeetingAnswer,
  object: WireResponseObject,
  way: AnswerWay,
): Promise<WireItem[]> {
  const { answered, wrong } = answers[element];
  const reference = await openMeeting(call, object, wrong);
  checkAnswerable(reference, element);
  const { mailbox } = reference;
  const proposal = proposalIn(object, reference.properties);
  const { owner } = mailbox;
  const attendee = { name: owner.displayName, address: owner.primaryAddress };
  const response = new Draft(meetingResponse(reference.properties, answered, attendee, call.instant, proposal));
  writeAnswerFields(response, object);
  const write = (tx: Executor): Promise<WireItem[]> => writeAnswer(tx, call, reference, answered, proposal);
  if (way.saveTo === undefined) return writeAndSend(call, mailbox, response.toItem(), { copyTo: way.copyTo }, write);
  const save = await prepareSave(call, way.saveTo, 'MeetingResponse', response, { name: owner.displayName, entryId: '' });
  return call.context.store.transaction(async (tx) => [...(await write(tx)), await save(tx)]);
}

function checkAnswerable({ properties, appointment, element, mailbox }: MeetingReference, how: MeetingAnswer): void {
  const codes = answers[how];
  const property = inBag(properties);
  const isHis = isOwner(mailbox, properties[tags.sentRepresentingSmtpAddress]);
  const held = appointment === undefined ? undefined : (key: PropertyKey) => itemProperty(appointment.row, key);
  if (isHis || (held !== undefined && isOrganized(held))) throw ewsRefusal(codes.organizer);
  if (isDelegated(mailbox, properties)) throw ewsRefusal(codes.delegated);
  if (isCancelled(property) || (held !== undefined && isCancelled(held))) throw ewsRefusal(codes.cancelled);
  if (element === 'MeetingRequest' && held !== undefined && compareVersions(held, property) > 0)
    throw ewsRefusal('ErrorCalendarMeetingRequestIsOutOfDate');
}

/** Both times or none; and only where the organizer lets people propose (codes inferred). */
function proposalIn(object: WireResponseObject, properties: PropertyBag): Proposal | undefined {
  const start = fieldValue(object, responseObjectFields.ProposedStart);
  const end = fieldValue(object, responseObjectFields.ProposedEnd);
  if (start === undefined && end === undefined) return undefined;
  if (start === undefined || end === undefined) throw ewsRefusal('ErrorInvalidArgument', { detail: 'one half of a proposal' });
  if (end < start) throw ewsRefusal('ErrorCalendarEndDateIsEarlierThanStartDate');
  if (properties[named.notAllowPropose] === true) throw ewsRefusal('ErrorInvalidArgument', { detail: 'no proposals are asked for' });
  return { start, end };
}

async function writeAnswer(
  tx: Executor,
  call: EwsCall,
  reference: MeetingReference,
  answered: Answered,
  proposal: Proposal | undefined,
): Promise<WireItem[]> {
  const { mailbox, message, element, draft } = reference;
  const { guid, owner } = mailbox;
  const intended = draft.properties[named.intendedBusyStatus];
  const set: PropertyBag = {
    ...answerShown(answered, intended, owner.displayName, call.instant),
    ...(proposal === undefined
      ? {}
      : {
          [named.appointmentProposedStartWhole]: proposal.start,
          [named.appointmentProposedEndWhole]: proposal.end,
        }),
  };
  const written: WireItem[] = [];
  const there = await heldNow(tx, call, reference);
  const isGone = there === undefined || there.occurrence?.isDeleted === true;
  const isDeclined = answered === 'declined';
  const held = isGone && !isDeclined ? await makeFrom(tx, call, reference) : isGone ? undefined : there;
  if (held !== undefined) {
    const kept = await (isDeclined ? letGo(tx, guid, held, set, call.instant) : changeHeld(tx, guid, held, { set }, call.instant));
    if (kept !== undefined) written.push(itemReference(mailbox, 'CalendarItem', kept, held.occurrence?.item));
  }
  if (message !== undefined) written.push(itemReference(mailbox, element, await putAside(tx, call, mailbox.guid, message)));
  return written;
}

/** A request whose appointment has gone, or was never made, makes it anew. */
async function makeFrom(tx: Executor, call: EwsCall, reference: MeetingReference): Promise<HeldMeeting | undefined> {
  const { mailbox, draft } = reference;
  await receiveMeetingMessage(tx, mailbox.guid, draft, { addresses: [], addsRequests: true }, call.instant);
  return heldNow(tx, call, reference);
}

/** What has been answered goes to Deleted Items; what lies there already stays. */
export async function putAside(
  tx: Executor,
  call: EwsCall,
  mailbox: MeetingReference['mailbox']['guid'],
  message: { readonly counter: number; readonly folder: number; readonly change_number: number },
): Promise<ItemReference> {
  const here = { counter: message.counter, folder: message.folder, changeNumber: message.change_number };
  const folder = await requireFolder(tx, mailbox, message.folder);
  if (folder.role === 'deleteditems') return here;
  return (await deleteItem(tx, mailbox, message.counter, 'to-deleted-items', call.instant)) ?? here;
}

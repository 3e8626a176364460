import { isCancelled, isOrganized } from '../../../shared/domain/calendar/meetings/meeting-facts.ts';
import { type ItemRow, mfUnsent } from '../../../shared/domain/mailbox/item-columns.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { isReceiptPending } from '../../../shared/domain/mailbox/read-receipts.ts';
import { named, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { ItemElement, ResponseElement } from '../../../shared/protocols/ews/item-elements.ts';

const messages: readonly ResponseElement[] = ['ReplyToItem', 'ReplyAllToItem', 'ForwardItem'];
/** Who is asked to a meeting answers it; who called it calls it off. The order is that of a published answer of GetItem. */
const answers: readonly ResponseElement[] = ['AcceptItem', 'TentativelyAcceptItem', 'DeclineItem'];
const offered: Readonly<Partial<Record<ItemElement, readonly ResponseElement[]>>> = {
  Message: messages,
  SharingMessage: messages,
  MeetingMessage: messages,
  MeetingResponse: messages,
  MeetingCancellation: ['RemoveItem', ...messages],
  PostItem: ['PostReplyItem', 'ReplyToItem', 'ForwardItem'],
};

/** What can be done with an item by way of CreateItem: nothing with a draft. Its flags and what {@link responseFacts} names must have been read. */
export function responsesTo(element: ItemElement, row: ItemRow): readonly ResponseElement[] {
  const { flags = 0, is_read } = row;
  if ((flags & mfUnsent) !== 0) return [];
  return [
    ...(meetingResponses(element, row) ?? offered[element] ?? []),
    ...(is_read === 0 && isReceiptPending(row) ? (['SuppressReadReceipt'] as const) : []),
  ];
}

/** Properties that responses depend on. */
export const responseFacts = [tags.messageFlags, named.appointmentStateFlags, named.notAllowPropose, named.doNotForward] as const;

function meetingResponses(element: ItemElement, row: ItemRow): readonly ResponseElement[] | undefined {
  if (element !== 'CalendarItem' && element !== 'MeetingRequest') return undefined;
  const property = (key: PropertyKey): PropertyValue | undefined => itemProperty(row, key);
  // Whoever called a meeting may call it off; an appointment that nobody was asked to is offered that too (exchangelib's tests).
  if (element === 'CalendarItem' && isOrganized(property)) return ['CancelCalendarItem', 'ForwardItem'];
  // Whose organizer forbids it, forwards it to nobody; to whom the response is not offered, it is refused.
  const further = property(named.doNotForward) === true ? messages.filter((one) => one !== 'ForwardItem') : messages;
  if (isCancelled(property)) return further;
  return [...answers, ...(property(named.notAllowPropose) === true ? [] : (['ProposeNewTime'] as const)), ...further];
}

import { type ItemRow, mfUnsent } from '../../../shared/domain/mailbox/item-columns.ts';
import { isReceiptPending } from '../../../shared/domain/mailbox/read-receipts.ts';
import type { ItemElement, ResponseElement } from '../../../shared/protocols/ews/item-elements.ts';

const messages: readonly ResponseElement[] = ['ReplyToItem', 'ReplyAllToItem', 'ForwardItem'];
/** A meeting is not carried by a message that forwards it, so that is not offered. */
const meetings: readonly ResponseElement[] = ['ReplyToItem', 'ReplyAllToItem'];
const offered: Readonly<Partial<Record<ItemElement, readonly ResponseElement[]>>> = {
  Message: messages,
  SharingMessage: messages,
  MeetingMessage: meetings,
  MeetingRequest: meetings,
  MeetingResponse: meetings,
  MeetingCancellation: meetings,
  PostItem: ['PostReplyItem', 'ReplyToItem', 'ForwardItem'],
};

/** What can be done with an item by way of CreateItem: nothing with a draft. Its flags must have been read. */
export function responsesTo(element: ItemElement, row: ItemRow): readonly ResponseElement[] {
  const { flags = 0, is_read } = row;
  if ((flags & mfUnsent) !== 0) return [];
  return [...(offered[element] ?? []), ...(is_read === 0 && isReceiptPending(row) ? (['SuppressReadReceipt'] as const) : [])];
}

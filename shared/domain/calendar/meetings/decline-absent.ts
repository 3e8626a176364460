import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import { tags } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import type { ItemDraft } from '../../mailbox/draft.ts';
import { plainText } from '../../mailbox/plain-text.ts';
import { automaticAnswer } from './automatic-answer.ts';
import type { BookingReceipt } from './book-resource.ts';
import { findMeeting, meetingName } from './find-meeting.ts';
import { answerShown, letGo } from './let-go.ts';
import { inBag, meetingMessageKind } from './meeting-facts.ts';
import type { MeetingParty } from './meeting-messages.ts';
import { receiveMeetingMessage } from './receive.ts';
import type { MeetingSender } from './track-response.ts';

/**
 * What the calendar of somebody who is away does with a message about a meeting: a new request is declined at once, and its
 * appointment goes to Deleted Items; anything else is as ever (page of Set-MailboxAutoReplyConfiguration:
 * AutoDeclineFutureRequestsWhenOOF).
 *
 * @param reply HTML that the organizer is told
 */
export async function declineAbsent(
  tx: Executor,
  mailbox: Guid,
  message: ItemDraft,
  { party, reply, ...sender }: MeetingSender & { readonly party: MeetingParty; readonly reply: string },
  instant: Instant,
): Promise<BookingReceipt> {
  const received = await receiveMeetingMessage(tx, mailbox, message, { ...sender, addsRequests: true }, instant);
  const name = meetingName(inBag(message.properties));
  const isNew = meetingMessageKind(message.class) === 'request' && received.outcome === 'created';
  const held = isNew && name !== undefined ? await findMeeting(tx, mailbox, name) : undefined;
  if (held === undefined) return received;
  await letGo(tx, mailbox, held, answerShown('declined', undefined, party.name, instant), instant);
  const body = reply === '' ? {} : { [tags.bodyHtml]: reply, [tags.body]: plainText(reply) };
  return { ...received, response: await automaticAnswer(tx, mailbox, message, { answered: 'declined', party, body }, instant) };
}

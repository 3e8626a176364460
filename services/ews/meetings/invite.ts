import { meetingRequest } from '../../../shared/domain/calendar/meetings/meeting-messages.ts';
import type { ItemAuthor } from '../../../shared/domain/mailbox/authorship.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { EwsCall } from '../context.ts';
import type { Draft } from '../drafts/draft.ts';
import { prepareSave } from '../drafts/save-item.ts';
import type { OpenFolder } from '../mailboxes.ts';
import { settleMeeting } from './organize.ts';
import { writeAndSend } from './send-meeting.ts';

/**
 * Files a new appointment and asks its attendees to it, in one transaction; answers the appointment. A copy of the request
 * goes to `copyTo`. Refuses as saving and as sending do.
 */
export async function invite(
  call: EwsCall,
  folder: OpenFolder,
  draft: Draft,
  author: ItemAuthor,
  copyTo: OpenFolder | undefined,
): Promise<WireItem> {
  await settleMeeting(call, folder.mailbox, draft, true);
  const write = await prepareSave(call, folder, 'CalendarItem', draft, author);
  const request = meetingRequest(draft.toItem(), 'request');
  return writeAndSend(call, folder.mailbox, request, { copyTo }, write);
}

import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { WireNewItem } from '../../../shared/protocols/ews/item-references.ts';
import type { WireItem, WireResponseObject } from '../../../shared/protocols/ews/items.ts';
import type { createItem } from '../../../shared/protocols/ews/operations/create-item.ts';
import type { EwsCall } from '../context.ts';
import { destination } from '../destination.ts';
import { readNewItem } from '../drafts/new-item.ts';
import { usualFolder } from '../drafts/save-item.ts';
import { sentFolder } from '../drafts/send-stored.ts';
import { authorOf } from '../item-rights.ts';
import { answerMeeting, isMeetingAnswer } from './answer.ts';
import { cancelMeeting, removeMeeting } from './call-off.ts';
import { invite } from './invite.ts';
import { hasAttendees } from './organize.ts';

type Request = RequestOf<typeof createItem>;

/** Whether CreateItem is to send something about a meeting, or to do something with one, for this item. */
export function isAboutMeeting({ SendMeetingInvitations }: Request, { element }: WireNewItem): boolean {
  if (element === 'CalendarItem') return SendMeetingInvitations === 'SendOnlyToAll' || SendMeetingInvitations === 'SendToAllAndSaveCopy';
  return isMeetingAnswer(element) || element === 'CancelCalendarItem' || element === 'RemoveItem';
}

/** What does so, each item in a transaction of its own; the answer is what was created. */
export function meetingItems(call: EwsCall, request: Request): (item: WireNewItem) => Promise<readonly WireItem[]> {
  const { MessageDisposition, SavedItemFolderId, SendMeetingInvitations } = request;
  const calendar = destination(
    call,
    SavedItemFolderId ?? usualFolder('CalendarItem'),
    folderRights.create,
    'ErrorSavedItemFolderNotFound',
    'ErrorCreateItemAccessDenied',
  );
  const copies = sentFolder(call, undefined);
  const drafts = destination(
    call,
    SavedItemFolderId ?? usualFolder('Message'),
    folderRights.create,
    'ErrorSavedItemFolderNotFound',
    'ErrorCreateItemAccessDenied',
  );
  return async (item) => {
    if (isMeetingAnswer(item.element)) {
      // A published request has no disposition, and its response is in Sent Items afterwards.
      const way = {
        saveTo: MessageDisposition === 'SaveOnly' ? await drafts() : undefined,
        copyTo: MessageDisposition === 'SendOnly' || MessageDisposition === 'SaveOnly' ? undefined : await answersTo(),
      };
      return answerMeeting(call, item.element, item as WireResponseObject, way);
    }
    if (item.element === 'RemoveItem') return removeMeeting(call, item as WireResponseObject);
    if (item.element === 'CancelCalendarItem')
      return cancelMeeting(call, item as WireResponseObject, MessageDisposition === 'SendOnly' ? undefined : await answersTo());
    const draft = await readNewItem(call, item as WireItem);
    const folder = await calendar();
    const copyTo = SendMeetingInvitations === 'SendToAllAndSaveCopy' && hasAttendees(draft) ? await copies() : undefined;
    return [await invite(call, folder, draft, await authorOf(call), copyTo)];
  };

  function answersTo() {
    return (SavedItemFolderId === undefined ? copies : sentFolder(call, SavedItemFolderId))();
  }
}

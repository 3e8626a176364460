import { taskRecurrenceOf } from '../../../shared/domain/calendar/task-recurrence.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { wireTaskRecurrence } from '../calendar/wire-task-recurrence.ts';
import { shownTag, type TagName, tagPlaces } from '../retention/retention-tag.ts';
import type { ItemSource, SpecialField } from './item-source.ts';

/** PidTagIconIndex, MS-OXOMSG 2.2.1.10 and the icons that Outlook numbers beside it. */
const icons = new Map<unknown, string>([
  [0x001, 'PostItem'],
  [0x100, 'MailRead'],
  [0x101, 'MailUnread'],
  [0x105, 'MailReplied'],
  [0x106, 'MailForwarded'],
  [0x110, 'MailEncrypted'],
  [0x111, 'MailSmimeSigned'],
  [0x113, 'MailEncryptedReplied'],
  [0x114, 'MailSmimeSignedReplied'],
  [0x115, 'MailEncryptedForwarded'],
  [0x116, 'MailSmimeSignedForwarded'],
  [0x117, 'MailEncryptedRead'],
  [0x118, 'MailSmimeSignedRead'],
  [0x119, 'MailIrm'],
  [0x11a, 'MailIrmForwarded'],
  [0x11b, 'MailIrmReplied'],
  [0x200, 'OutlookDefaultForContacts'],
  [0x400, 'AppointmentItem'],
  [0x401, 'AppointmentRecur'],
  [0x402, 'AppointmentMeet'],
  [0x403, 'AppointmentMeetRecur'],
  [0x404, 'AppointmentMeetNY'],
  [0x405, 'AppointmentMeetYes'],
  [0x406, 'AppointmentMeetNo'],
  [0x407, 'AppointmentMeetMaybe'],
  [0x408, 'AppointmentMeetCancel'],
  [0x409, 'AppointmentMeetInfo'],
  [0x500, 'TaskItem'],
  [0x501, 'TaskRecur'],
  [0x502, 'TaskOwned'],
  [0x503, 'TaskDelegated'],
]);

/** PidTagFlagStatus, MS-OXOFLAG 2.2.1.1. */
const flagWords = new Map<unknown, string>([
  [1, 'Complete'],
  [2, 'Flagged'],
]);

/** Special fields that show a property or two, in a form of their own. */
export const plainSpecials: Readonly<Partial<Record<SpecialView, SpecialField>>> = {
  IconIndex: { needs: [tags.iconIndex], read: ({ row }) => icons.get(itemProperty(row, tags.iconIndex)) ?? 'Default' },
  PolicyTag: retentionTag('PolicyTag'),
  ArchiveTag: retentionTag('ArchiveTag'),
  Flag: { needs: [tags.flagStatus, tags.flagCompleteTime, named.taskStartDate, named.taskDueDate], read: flag },
  TaskRecurrence: { needs: [named.taskRecurs, named.taskRecurrence], read: taskRecurrence },
};

function taskRecurrence({ row }: ItemSource): unknown {
  const recurrence = taskRecurrenceOf((key) => itemProperty(row, key));
  return recurrence && wireTaskRecurrence(recurrence);
}

/** The dates of a task are the task's own: there the flag shows none. */
function flag({ row, element }: ItemSource): object {
  const FlagStatus = flagWords.get(itemProperty(row, tags.flagStatus)) ?? 'NotFlagged';
  const at = (key: PropertyKey): unknown => (element === 'Task' ? undefined : itemProperty(row, key));
  if (FlagStatus === 'NotFlagged') return { FlagStatus };
  if (FlagStatus === 'Complete') return { FlagStatus, CompleteDate: at(tags.flagCompleteTime) };
  return { FlagStatus, StartDate: at(named.taskStartDate), DueDate: at(named.taskDueDate) };
}

function retentionTag(name: TagName): SpecialField {
  return {
    needs: [tagPlaces[name].tag, tags.retentionFlags],
    read: ({ row }) => shownTag(name, (key) => itemProperty(row, key)),
  };
}

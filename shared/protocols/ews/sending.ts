import { enumeration } from '../../xml/simple-types.ts';

// What is to happen to a message or meeting once it is created, changed or deleted, and to whatever is deleted.

export const messageDisposition = enumeration('MessageDispositionType', ['SaveOnly', 'SendOnly', 'SendAndSaveCopy']);
export const sendMeetings = enumeration('CalendarItemCreateOrDeleteOperationType', ['SendToNone', 'SendOnlyToAll', 'SendToAllAndSaveCopy']);
export const sendMeetingUpdates = enumeration('CalendarItemUpdateOperationType', [
  'SendToNone',
  'SendOnlyToAll',
  'SendOnlyToChanged',
  'SendToAllAndSaveCopy',
  'SendToChangedAndSaveCopy',
]);

export const disposal = enumeration('DisposalType', ['HardDelete', 'SoftDelete', 'MoveToDeletedItems']);

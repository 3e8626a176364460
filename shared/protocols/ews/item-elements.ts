/** The elements that stand for items, with their types in the schema. */
export const itemTypes = {
  Item: 'ItemType',
  Message: 'MessageType',
  SharingMessage: 'SharingMessageType',
  CalendarItem: 'CalendarItemType',
  Contact: 'ContactItemType',
  DistributionList: 'DistributionListType',
  MeetingMessage: 'MeetingMessageType',
  MeetingRequest: 'MeetingRequestMessageType',
  MeetingResponse: 'MeetingResponseMessageType',
  MeetingCancellation: 'MeetingCancellationMessageType',
  Task: 'TaskType',
  PostItem: 'PostItemType',
  RoleMember: 'RoleMemberItemType',
  Network: 'NetworkItemType',
  Person: 'AbchPersonItemType',
} as const;
export type ItemElement = keyof typeof itemTypes;

/** The elements that answer or act upon another item; CreateItem takes them where it takes items. */
export const responseTypes = {
  AcceptItem: 'AcceptItemType',
  TentativelyAcceptItem: 'TentativelyAcceptItemType',
  DeclineItem: 'DeclineItemType',
  ReplyToItem: 'ReplyToItemType',
  ForwardItem: 'ForwardItemType',
  ReplyAllToItem: 'ReplyAllToItemType',
  CancelCalendarItem: 'CancelCalendarItemType',
  RemoveItem: 'RemoveItemType',
  SuppressReadReceipt: 'SuppressReadReceiptType',
  PostReplyItem: 'PostReplyItemType',
  AcceptSharingInvitation: 'AcceptSharingInvitationType',
  AddItemToMyCalendar: 'AddItemToMyCalendarType',
  ProposeNewTime: 'ProposeNewTimeType',
} as const;
export type ResponseElement = keyof typeof responseTypes;

/** The elements that stand for folders. */
export const folderTypes = {
  Folder: 'FolderType',
  CalendarFolder: 'CalendarFolderType',
  ContactsFolder: 'ContactsFolderType',
  SearchFolder: 'SearchFolderType',
  TasksFolder: 'TasksFolderType',
} as const;
export type FolderElement = keyof typeof folderTypes;

/** The element of an item by its message class: `IPM.Note.SMIME` is a Message, what is unknown is an Item. */
export function itemElementOf(messageClass: string): ItemElement {
  const folded = messageClass.toLowerCase();
  for (const [prefix, element] of byMessageClass) {
    if (folded === prefix || folded.startsWith(`${prefix}.`)) return element;
  }
  return 'Item';
}

/** The element of a folder by its container class: `IPF.Appointment` is a CalendarFolder. */
export function folderElementOf(containerClass: string): FolderElement {
  const folded = containerClass.toLowerCase();
  for (const [prefix, element] of byContainerClass) {
    if (folded === prefix || folded.startsWith(`${prefix}.`)) return element;
  }
  return 'Folder';
}

/** The longest first. */
const byMessageClass: readonly (readonly [string, ItemElement])[] = [
  ['ipm.schedule.meeting.request', 'MeetingRequest'],
  ['ipm.schedule.meeting.canceled', 'MeetingCancellation'],
  ['ipm.schedule.meeting.resp', 'MeetingResponse'],
  ['ipm.schedule.meeting', 'MeetingMessage'],
  ['ipm.sharing', 'SharingMessage'],
  ['ipm.appointment', 'CalendarItem'],
  ['ipm.contact', 'Contact'],
  ['ipm.distlist', 'DistributionList'],
  ['ipm.task', 'Task'],
  ['ipm.post', 'PostItem'],
  ['ipm.note', 'Message'],
  ['report', 'Message'],
];

const byContainerClass: readonly (readonly [string, FolderElement])[] = [
  ['ipf.appointment', 'CalendarFolder'],
  ['ipf.contact', 'ContactsFolder'],
  ['ipf.task', 'TasksFolder'],
];

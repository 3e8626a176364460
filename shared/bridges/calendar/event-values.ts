// Values that iCalendar and MAPI call by different names (MS-OXCICAL 2.1.3.1.1.20). The index is MAPI's value.

/** PidLidBusyStatus and X-MICROSOFT-CDO-BUSYSTATUS. The fifth is of later versions. */
export const busyNames = ['FREE', 'TENTATIVE', 'BUSY', 'OOF', 'WORKINGELSEWHERE'] as const;

/** PidTagSensitivity and CLASS. */
export const classNames = ['PUBLIC', 'PERSONAL', 'PRIVATE', 'CONFIDENTIAL'] as const;

/** PidTagImportance and PRIORITY, as it is written. */
export const priorities = [9, 5, 1] as const;

/** PidTagImportance of a PRIORITY from 0 to 9; undefined for any other. */
export function importanceOf(priority: number): number | undefined {
  if (!Number.isInteger(priority) || priority < 0 || priority > 9) return undefined;
  if (priority === 0 || priority === 5) return 1;
  return priority < 5 ? 2 : 0;
}

/** The message class of a meeting message by its METHOD; a REPLY has one for each PARTSTAT (MS-OXCICAL 2.1.3.1.1.1). */
export const methodClasses = {
  REQUEST: 'IPM.Schedule.Meeting.Request',
  CANCEL: 'IPM.Schedule.Meeting.Canceled',
  COUNTER: 'IPM.Schedule.Meeting.Resp.Tent',
} as const;
export const replyClasses = {
  ACCEPTED: 'IPM.Schedule.Meeting.Resp.Pos',
  TENTATIVE: 'IPM.Schedule.Meeting.Resp.Tent',
  DECLINED: 'IPM.Schedule.Meeting.Resp.Neg',
} as const;

/** The METHOD of an item's class; PUBLISH for an appointment. A tentative answer that proposes another time is told apart by its property. */
export function methodOf(itemClass: string, isProposal = false): 'PUBLISH' | 'REQUEST' | 'CANCEL' | 'REPLY' | 'COUNTER' {
  const folded = itemClass.toLowerCase();
  if (folded.startsWith(methodClasses.REQUEST.toLowerCase())) return 'REQUEST';
  if (folded.startsWith(methodClasses.CANCEL.toLowerCase())) return 'CANCEL';
  if (folded.startsWith('ipm.schedule.meeting.resp.')) return isProposal ? 'COUNTER' : 'REPLY';
  return 'PUBLISH';
}

/** The PARTSTAT of an answer's class. */
export function partstatOf(itemClass: string): keyof typeof replyClasses {
  const folded = itemClass.toLowerCase();
  const names = Object.keys(replyClasses) as (keyof typeof replyClasses)[];
  return names.find((name) => folded.startsWith(replyClasses[name].toLowerCase())) ?? 'TENTATIVE';
}

import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { ItemElement } from '../../../shared/protocols/ews/item-elements.ts';
import { type Ground, settleAppointment } from '../calendar/settle-appointment.ts';
import type { Draft } from './draft.ts';
import { settleTask } from './task-writers.ts';

/**
 * Writes the properties that follow from others, once all fields of a request are in the draft. Refuses what tasks refuse.
 *
 * @param owner the mailbox's
 */
export function settleItem(draft: Draft, element: ItemElement, owner: Recipient, ground: Ground): void {
  if (element === 'Task') settleTask(draft, owner.displayName, ground.instant);
  if (element === 'CalendarItem') settleAppointment(draft, owner, ground);
  if (element !== 'CalendarItem') settleReminder(draft, ground.instant);
  if (element === 'Contact' || element === 'DistributionList') settleContact(draft);
}

/**
 * What has no start of its own rings when its reminder is due (MS-OXORMDR 2.2.1.2, 2.2.1.4). Where nobody says when that is, a
 * task reminds of its due date or start, anything else at once (inferred).
 */
function settleReminder(draft: Draft, instant: Instant): void {
  const [isSet, time] = [draft.properties[named.reminderSet], draft.properties[named.reminderTime]];
  if (isSet === undefined && time === undefined) return;
  if (draft.current(named.reminderSet) !== true) {
    if (draft.current(named.reminderSignalTime) !== undefined) draft.remove(named.reminderSignalTime);
    return;
  }
  const due = draft.current(named.reminderTime) ?? draft.current(named.taskDueDate) ?? draft.current(named.taskStartDate) ?? instant;
  draft.set(named.reminderTime, due);
  if (draft.properties[named.reminderSignalTime] === undefined) draft.set(named.reminderSignalTime, due);
}

/** MS-OXOCNTC 2.2.1.1.12: parts that are absent leave no separators behind. */
const shapes: Readonly<Record<number, (name: NameParts) => string>> = {
  12289: ({ display }) => display,
  14854: ({ first }) => first,
  14865: ({ last }) => last,
  14870: ({ company }) => company,
  32791: ({ last, given }) => joined(', ', last, given),
  32792: ({ company, last, given }) => joined('\r\n', company, joined(', ', last, given)),
  32793: ({ company, last, given }) => joined('\r\n', joined(', ', last, given), company),
  32816: ({ last, given }) => last + given,
  32817: ({ last, given }) => joined(' ', last, given),
  32818: ({ company, last, given }) => joined('\r\n', company, last + given),
  32819: ({ company, last, given }) => joined('\r\n', company, joined(' ', last, given)),
  32820: ({ company, last, given }) => joined('\r\n', last + given, company),
  32821: ({ company, last, given }) => joined('\r\n', joined(' ', last, given), company),
  32822: ({ last, given, suffix }) => joined(' ', last + given, suffix),
  32823: ({ last, given, suffix }) => joined(' ', given, last, suffix),
  32824: ({ last, given, suffix }) => joined(' ', joined(', ', last, given), suffix),
};

interface NameParts {
  readonly display: string;
  readonly first: string;
  /** First and middle name. */
  readonly given: string;
  readonly last: string;
  readonly suffix: string;
  readonly company: string;
}

function joined(separator: string, ...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(separator);
}

/** FileAs goes by FileAsMapping where the request does not say it; the subject is the name that is shown (inferred). */
function settleContact(draft: Draft): void {
  const text = (key: PropertyKey): string => {
    const value = draft.current(key);
    return typeof value === 'string' ? value : '';
  };
  const isSaid = (key: PropertyKey): boolean => draft.properties[key] !== undefined || draft.removed.has(key);
  const mapping = draft.current(named.fileUnderId);
  const shape = typeof mapping === 'number' ? shapes[mapping] : undefined;
  if (shape !== undefined && !isSaid(named.fileUnder)) {
    const first = text(tags.givenName);
    const fileAs = shape({
      display: text(tags.displayName),
      first,
      given: joined(' ', first, text(tags.middleName)),
      last: text(tags.surname),
      suffix: text(tags.generation),
      company: text(tags.companyName),
    });
    if (fileAs !== text(named.fileUnder)) draft.set(named.fileUnder, fileAs);
  }
  const shown = text(tags.displayName) === '' ? text(named.fileUnder) : text(tags.displayName);
  const before = draft.before(tags.subject);
  const followed = before === undefined || before === draft.before(tags.displayName) || before === draft.before(named.fileUnder);
  if (!isSaid(tags.subject) && shown !== '' && followed && before !== shown) draft.set(tags.subject, shown);
}

import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, type PropertyBag, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { type AutomaticReplies, changeAutomaticReplies } from '../mailbox/automatic-replies.ts';
import { requireFolder } from '../mailbox/folders.ts';
import { createItem } from '../mailbox/item-writes.ts';
import { getItem } from '../mailbox/items.ts';
import { updateItem } from '../mailbox/update-item.ts';
import { newGlobalObjectId } from './global-object-id.ts';

/** PidLidBusyStatus, MS-OXOCAL 2.2.1.2: out of office. */
const outOfOffice = 3;

/**
 * Changes what a mailbox answers while its owner is away; where that is to show in his calendar, there is an appointment of
 * the period, the same for one absence after the other as long as it lies there (inferred). Refuses as
 * `changeAutomaticReplies`.
 *
 * @param guid for the appointment
 */
export async function changeAbsence(
  tx: Executor,
  mailbox: Guid,
  change: Partial<AutomaticReplies>,
  guid: string,
  at: Instant,
): Promise<void> {
  const { state, period, meetings } = await changeAutomaticReplies(tx, mailbox, change, at);
  if (!meetings.createsEvent || state !== 'Scheduled' || period === null) return;
  const set: PropertyBag = {
    [tags.subject]: meetings.eventSubject,
    [named.appointmentStartWhole]: period.start,
    [named.appointmentEndWhole]: period.end,
    [named.busyStatus]: outOfOffice,
  };
  const calendar = await requireFolder(tx, mailbox, 'calendar');
  const known = meetings.event === null ? undefined : await getItem(tx, mailbox, meetings.event, { properties: [] });
  if (known !== undefined && known.folder === calendar.counter) {
    await updateItem(tx, mailbox, known.counter, { set }, 'any', at);
    return;
  }
  const id = newGlobalObjectId(at, guid);
  const properties = { ...set, ...plain, [named.globalObjectId]: id, [named.cleanGlobalObjectId]: id };
  const draft = { class: 'IPM.Appointment', properties, recipients: [], attachments: [] };
  const { counter } = await createItem(tx, mailbox, calendar.counter, draft, at);
  await changeAutomaticReplies(tx, mailbox, { meetings: { ...meetings, event: counter } }, at);
}

/** An appointment that nobody is asked to, and that reminds of nothing. */
const plain: PropertyBag = {
  [named.appointmentStateFlags]: 0,
  [named.responseStatus]: 1,
  [named.appointmentSubType]: false,
  [named.recurring]: false,
  [named.location]: '',
  [named.reminderSet]: false,
  [tags.responseRequested]: false,
  [tags.read]: true,
};

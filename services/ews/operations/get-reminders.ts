import { uidOf } from '../../../shared/bridges/calendar/global-object-id.ts';
import { type FoundReminder, findReminders, type ReminderQuery } from '../../../shared/domain/calendar/find-reminders.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getItems } from '../../../shared/domain/mailbox/items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { named, type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import { type getReminders as contract, mostReminders } from '../../../shared/protocols/ews/operations/get-reminders.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenMailbox, openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { itemId } from '../views/item-specials.ts';

type Request = RequestOf<typeof contract>;
type WireReminder = Extract<ResponseOf<typeof contract>, { readonly class: 'Success' }>['Reminders']['Reminder'][number];

/** What stands for a day that a task does not have (Microsoft's page "GetReminders operation"). */
const noDay: Instant = Date.parse('0001-01-02T00:00:00Z');
const shown = [tags.subject, named.location, named.cleanGlobalObjectId, named.globalObjectId] as const;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getreminders-operation */
export const getReminders: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async () => {
    const query = { fits: wantedBy(request, call.instant), atMost: request.MaxItems ?? mostReminders };
    const mailbox = await openMailboxOf(call);
    const { read } = call.context.store;
    const found = await findReminders(read, { mailbox: mailbox.guid, ...query }, call.instant);
    const items = found.map(({ item }) => item);
    const rows = await getItems(read, mailbox.guid, items, { properties: shown });
    const told = found.flatMap((reminder) => {
      const row = rows.get(reminder.item);
      return row === undefined ? [] : [wireReminder(mailbox, row, reminder)];
    });
    return { class: 'Success', Reminders: { Reminder: told } } as const;
  });
  return present(answer, 'the one answer');
};

/**
 * Which reminders a request asks for. What the page calls "appointments" in its table of ReminderType is read as tasks:
 * otherwise nothing would be Old.
 */
function wantedBy({ BeginTime, EndTime, ReminderType = 'All' }: Request, instant: Instant): ReminderQuery['fits'] {
  const [from, to] = [BeginTime ?? Number.NEGATIVE_INFINITY, EndTime ?? Number.POSITIVE_INFINITY];
  // The code and the sentence: Microsoft's page "GetReminders operation".
  if (to < from) throw ewsRefusal('ErrorInvalidOperation', { text: 'EndDate is earlier than StartDate' });
  if (ReminderType === 'Old' && (BeginTime === undefined || EndTime === undefined))
    throw ewsRefusal('ErrorInvalidOperation', { text: 'ReminderType Old needs BeginTime and EndTime.' });
  return ({ signal, end, group }) => {
    const isOver = group === 'appointment' && end !== undefined && end <= instant;
    if (signal > to) return false;
    if (ReminderType === 'Current') return signal >= from || !isOver;
    return signal >= from && (ReminderType === 'All' || isOver);
  };
}

function wireReminder(mailbox: OpenMailbox, row: ItemRow, { group, signal, start, end, occurrence }: FoundReminder): WireReminder {
  const text = (key: PropertyKey): string => {
    const value = itemProperty(row, key);
    return typeof value === 'string' ? value : '';
  };
  const element = itemElementOf(row.class);
  const ItemId = itemId({ mailbox, row, element, occurrence });
  const globalObjectId = text(named.cleanGlobalObjectId) || text(named.globalObjectId);
  return {
    Subject: occurrence?.exception?.subject ?? text(tags.subject),
    Location: occurrence?.exception?.location ?? text(named.location),
    ReminderTime: signal,
    StartDate: start ?? noDay,
    EndDate: end ?? noDay,
    ItemId,
    ...(occurrence === undefined ? {} : { RecurringMasterItemId: itemId({ mailbox, row, element }) }),
    ReminderGroup: group === 'task' ? 'Task' : 'Calendar',
    // A task is identified by its id, as in the example on that page.
    UID: globalObjectId === '' ? ItemId.Id : uidOf(Buffer.from(globalObjectId, 'base64')),
  };
}

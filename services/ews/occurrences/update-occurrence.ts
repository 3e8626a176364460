import { changeOccurrence } from '../../../shared/domain/calendar/change-occurrence.ts';
import { attendeesOf, emptyOf } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { changedAttachments } from '../../../shared/domain/calendar/occurrence-attachments.ts';
import { changedBy, type ItemAuthor } from '../../../shared/domain/mailbox/authorship.ts';
import type { ItemChanges } from '../../../shared/domain/mailbox/update-item.ts';
import type { PropertyBag, PropertyKey, PropertyValue } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { updateItem } from '../../../shared/protocols/ews/operations/update-item.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { refuseTooMuchIn } from '../attachments/occurrence-attachments.ts';
import { settleOccurrence } from '../calendar/settle-appointment.ts';
import type { EwsCall } from '../context.ts';
import { readUpdates } from '../drafts/item-updates.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { itemFor, openItemFor } from '../item-rights.ts';
import type { Settling } from '../meetings/update.ts';
import { itemReference } from '../views/item-reference.ts';
import type { NamedItem } from './named-item.ts';
import { heldOccurrenceOf } from './stored-occurrence.ts';

type Request = RequestOf<typeof updateItem>;
type ItemChange = Request['ItemChanges'][number];

/** Judges a change key as UpdateItem does: the change that the series must have had last. */
export type ExpectedChange = (
  tx: Executor,
  ...of: [Parameters<typeof itemFor>[2]['mailbox'], Awaited<ReturnType<typeof itemFor>>, touched: readonly PropertyKey[]]
) => Promise<number | 'any'>;

/** What belongs to the series as a whole. */
const ofTheSeries: ReadonlySet<string> = new Set(['calendar:Recurrence', 'calendar:UID', 'item:MimeContent']);

/** UpdateItem of an occurrence, prepared: it becomes an exception, and its series has another change key. */
export async function prepareOccurrence(
  call: EwsCall,
  request: Request,
  { Updates }: ItemChange,
  { id, occurrence }: Required<NamedItem>,
  author: ItemAuthor,
  expected: ExpectedChange,
  settle: Settling,
): Promise<(tx: Executor) => Promise<{ class: 'Success'; Items: readonly WireItem[]; ConflictResults: { Count: number } }>> {
  const opened = await openItemFor(call, id, 'edit');
  const { mailbox } = opened;
  return async (tx) => {
    const row = await itemFor(tx, call, opened, 'edit', { properties: 'all' });
    const held = await heldOccurrenceOf(tx, mailbox, row, occurrence);
    const { item, occurrence: found } = held.occurrence;
    if (request.SendMeetingInvitationsOrCancellations === undefined) throw ewsRefusal('ErrorSendMeetingInvitationsOrCancellationsRequired');
    for (const { value } of Updates)
      if (value.path.is === 'FieldURI' && ofTheSeries.has(value.path.value.FieldURI))
        throw ewsRefusal('ErrorInvalidPropertySet', { detail: `${value.path.value.FieldURI} of an occurrence` });
    const draft = await readUpdates(tx, mailbox, item.row, 'CalendarItem', Updates, undefined, await attendeesOf(tx, mailbox.guid, held));
    settle(draft);
    settleOccurrence(draft, call);
    const { set = {}, remove = [], recipients, attachments } = draft.toChanges();
    const add = attachments?.add ?? [];
    if (add.length > 0) await refuseTooMuchIn(tx, held.occurrence, row, add);
    const attached =
      add.length === 0 ? {} : { attachments: (await changedAttachments(tx, held.occurrence, { add, remove: [] })).attachments };
    const all = { ...set, ...emptied(remove, draft.before) };
    const changed = Object.fromEntries(
      Object.entries(all).filter(([key, value]) => value !== draft.before(key as PropertyKey)),
    ) as PropertyBag;
    const changes = { set: changed, ...attached, ...(recipients === undefined ? {} : { recipients }), ofSeries: changedBy(author) };
    const touched = Object.keys(changed) as PropertyKey[];
    const updated = await changeOccurrence(tx, held.occurrence, changes, await expected(tx, mailbox, row, touched), call.instant);
    return {
      class: 'Success',
      Items: [itemReference(mailbox, 'CalendarItem', updated, { day: found.day })],
      ConflictResults: { Count: 0 },
    };
  };
}

/**
 * Properties that an occurrence is to have no more: what its series has would show again, so that they are set to nothing.
 * Refuses numbers and dates, of which there is no nothing.
 */
function emptied(remove: NonNullable<ItemChanges['remove']>, before: (key: PropertyKey) => PropertyValue | undefined): PropertyBag {
  const empty: Record<PropertyKey, PropertyValue> = {};
  for (const key of remove) {
    const value = before(key);
    if (value === undefined) continue;
    const nothing = emptyOf(value);
    if (nothing === undefined) throw notSupported(`Taking ${key} from an occurrence`);
    empty[key] = nothing;
  }
  return empty;
}

import { deleteOccurrence } from '../../../shared/domain/calendar/change-occurrence.ts';
import { changedBy } from '../../../shared/domain/mailbox/authorship.ts';
import type { Removal } from '../../../shared/domain/mailbox/delete-item.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { deleteItem } from '../../../shared/protocols/ews/operations/delete-item.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { authorOf, itemFor, openItemFor } from '../item-rights.ts';
import type { OpenItemKey } from '../mailboxes.ts';
import type { NamedItem } from './named-item.ts';
import { occurrenceOf } from './occurrence-of.ts';

/** DeleteItem of an occurrence, prepared. It is taken out of its series and is nowhere else then, whatever the DeleteType (inferred). */
export async function prepareOccurrenceRemoval(
  call: EwsCall,
  { SendMeetingCancellations }: RequestOf<typeof deleteItem>,
  { id, occurrence }: Required<NamedItem>,
  removal: Removal,
): Promise<{ readonly opened: OpenItemKey; readonly write: (tx: Executor) => Promise<{ readonly class: 'Success' }> }> {
  const opened = await openItemFor(call, id, 'delete');
  const { mailbox } = opened;
  const author = await authorOf(call);
  const write = async (tx: Executor) => {
    const row = await itemFor(tx, call, opened, 'delete', { properties: 'all' });
    const { known, occurrence: found, messages } = await occurrenceOf(tx, mailbox, row, occurrence);
    if (SendMeetingCancellations === undefined) throw ewsRefusal('ErrorSendMeetingCancellationsRequired');
    const of = { mailbox: mailbox.guid, master: row, known, occurrence: found, messages };
    await deleteOccurrence(tx, of, removal, changedBy(author), call.instant);
    return { class: 'Success' } as const;
  };
  return { opened, write };
}

import { attachmentsOf, type MeetingOccurrence } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { changeOccurrenceAttachments } from '../../../shared/domain/calendar/occurrence-attachments.ts';
import { changedBy, type ItemAuthor } from '../../../shared/domain/mailbox/authorship.ts';
import type { AttachmentDraft } from '../../../shared/domain/mailbox/draft.ts';
import { attachmentAt } from '../../../shared/domain/mailbox/embedded-items.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { refuseTooMuch } from './most-attachments.ts';
import { occurrenceAt } from './open-attachment.ts';
import { rootItem } from './root-item.ts';

/** An occurrence of a series, whose row was read whole, or an item that is attached to it. */
interface Place {
  readonly mailbox: OpenMailbox;
  readonly row: ItemRow;
  readonly day: number;
  readonly within: readonly number[];
  /** Whoever changes it. */
  readonly author: ItemAuthor;
}

/** Attaches something to an occurrence. Refuses as `changeOccurrenceAttachments` does, and too much. */
export async function storeInOccurrence(
  tx: Executor,
  { instant }: Pick<EwsCall, 'instant'>,
  { mailbox, row, day, within, author }: Place,
  add: readonly AttachmentDraft[],
) {
  const occurrence = await occurrenceAt(tx, mailbox, row, day);
  await refuseTooMuchIn(tx, occurrence, row, add);
  const changes = { add, remove: [], within, ofSeries: changedBy(author) };
  const changed = await changeOccurrenceAttachments(tx, occurrence, changes, instant);
  return { numbers: changed.addedAttachments, rootItem: rootItem(mailbox, row, changed, day) };
}

/** Refuses more attachments than an occurrence may have, with those of its series that become its own. */
export async function refuseTooMuchIn(
  tx: Executor,
  occurrence: MeetingOccurrence,
  master: ItemRow,
  add: readonly AttachmentDraft[],
): Promise<void> {
  const shown = { rows: await attachmentsOf(tx, occurrence), areCopied: occurrence.item.attachments === undefined };
  await refuseTooMuch(tx, occurrence.mailbox, master, add, shown);
}

/** Takes attachments away from an occurrence; those that are not there are left out of what is gone. */
export async function takeFromOccurrence(
  tx: Executor,
  { instant }: Pick<EwsCall, 'instant'>,
  { mailbox, row, day, within, author }: Place,
  numbers: ReadonlySet<number>,
) {
  const occurrence = await occurrenceAt(tx, mailbox, row, day);
  const rows = await attachmentsOf(tx, occurrence);
  const remove = [...numbers].filter((number) => attachmentAt(rows, [...within, number], row) !== undefined);
  const gone = new Set(remove);
  if (remove.length === 0) return { gone, RootItemId: rootItem(mailbox, row, { ...row, changeNumber: row.change_number }, day) };
  const changes = { add: [], remove, within, ofSeries: changedBy(author) };
  const changed = await changeOccurrenceAttachments(tx, occurrence, changes, instant);
  return { gone, RootItemId: rootItem(mailbox, row, changed, day) };
}

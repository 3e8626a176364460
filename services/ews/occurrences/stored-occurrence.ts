import { storedMeeting as storedDraft } from '../../../shared/bridges/message/stored-meeting.ts';
import type { HeldMeeting, MeetingOccurrence } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import type { NamedOccurrence } from './named-item.ts';
import { occurrenceOf } from './occurrence-of.ts';

/** An occurrence of a row read whole, as the copy of a meeting. Refuses as {@link occurrenceOf}. */
export async function heldOccurrenceOf(
  executor: Executor,
  mailbox: OpenMailbox,
  master: ItemRow,
  which: NamedOccurrence,
): Promise<HeldMeeting & { readonly occurrence: MeetingOccurrence }> {
  const found = await occurrenceOf(executor, mailbox, master, which);
  return { row: found.item.row, occurrence: { ...found, mailbox: mailbox.guid, master, isDeleted: false } };
}

/** A meeting, or a message about one, as {@link storedDraft} has it. */
export function storedMeeting({ context }: EwsCall, { guid }: OpenMailbox, row: ItemRow): Promise<ItemDraft> {
  const { read } = context.store;
  return storedDraft(read, guid, { row }, (hash) => readBlob(read, hash));
}

/** The same with an occurrence. */
export function storedOccurrence(executor: Executor, occurrence: MeetingOccurrence): Promise<ItemDraft> {
  return storedDraft(executor, occurrence.mailbox, { row: occurrence.item.row, occurrence }, (hash) => readBlob(executor, hash));
}

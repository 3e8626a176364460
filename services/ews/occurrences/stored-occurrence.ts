import { draftFromItem } from '../../../shared/bridges/message/draft-from-item.ts';
import { attachmentsOf, type HeldMeeting, type MeetingOccurrence } from '../../../shared/domain/calendar/meetings/held-meeting.ts';
import { ofOccurrence } from '../../../shared/domain/calendar/meetings/occurrence-message.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getAllAttachments, getRecipients } from '../../../shared/domain/mailbox/items.ts';
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

/** A meeting, or a message about one, as a draft of its own, with the messages of the exceptions of its series. */
export async function storedMeeting({ context }: EwsCall, { guid }: OpenMailbox, row: ItemRow): Promise<ItemDraft> {
  const { read } = context.store;
  const { counter } = row;
  const recipients = (await getRecipients(read, guid, [counter])).get(counter) ?? [];
  const attachments = (await getAllAttachments(read, guid, [counter])).get(counter) ?? [];
  return draftFromItem(row, recipients, attachments, (hash) => readBlob(read, hash));
}

/** An occurrence as a draft of its own, with the people and attachments of its series where it has none of its own. */
export async function storedOccurrence(executor: Executor, occurrence: MeetingOccurrence): Promise<ItemDraft> {
  const { item, master, mailbox } = occurrence;
  const { counter } = master;
  const own = item.message?.content.recipients ?? [];
  const recipients = own.length > 0 ? own : ((await getRecipients(executor, mailbox, [counter])).get(counter) ?? []);
  const attachments = await attachmentsOf(executor, occurrence);
  const draft = await draftFromItem(item.row, recipients, attachments, (hash) => readBlob(executor, hash));
  return { ...draft, properties: ofOccurrence(draft.properties), mime: undefined };
}

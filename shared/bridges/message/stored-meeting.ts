import { attachmentsOf, type HeldMeeting } from '../../domain/calendar/meetings/held-meeting.ts';
import { ofOccurrence } from '../../domain/calendar/meetings/occurrence-message.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { getAllAttachments, getRecipients } from '../../domain/mailbox/items.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type BlobReader, draftFromItem } from './draft-from-item.ts';

/**
 * A meeting as a draft of its own, with the messages of the exceptions of its series; one occurrence with the people and attachments of its
 * series where it has none of its own. So a message about a meeting, too.
 */
export async function storedMeeting(
  executor: Transaction,
  mailbox: Guid,
  { row, occurrence }: HeldMeeting,
  blobs: BlobReader,
): Promise<ItemDraft> {
  const { counter } = occurrence?.master ?? row;
  const own = occurrence?.item.message?.content.recipients ?? [];
  const recipients = own.length > 0 ? own : ((await getRecipients(executor, mailbox, [counter])).get(counter) ?? []);
  if (occurrence === undefined)
    return draftFromItem(row, recipients, (await getAllAttachments(executor, mailbox, [counter])).get(counter) ?? [], blobs);
  const draft = await draftFromItem(occurrence.item.row, recipients, await attachmentsOf(executor, occurrence), blobs);
  return { ...draft, properties: ofOccurrence(draft.properties), mime: undefined };
}

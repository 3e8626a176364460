import type { AttachmentDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getAttachments } from '../../../shared/domain/mailbox/items.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { ewsRefusal } from '../failures.ts';

/** Octets and number of all attachments of one item: bounds of ours, those of MIME. */
const mostOctets = 64 * 1024 * 1024;
const mostAttachments = 2_000;

/** Refuses with ErrorMessageSizeExceeded more attachments than an item may have. */
export async function refuseTooMuch(
  tx: Executor,
  mailbox: Guid,
  { counter }: Pick<ItemRow, 'counter'>,
  add: readonly AttachmentDraft[],
): Promise<void> {
  const there = (await getAttachments(tx, mailbox, [counter])).get(counter) ?? [];
  const octets = there.reduce((sum, { size }) => sum + size, 0) + add.reduce((sum, draft) => sum + sizeOf(draft), 0);
  if (octets > mostOctets || there.length + add.length > mostAttachments)
    throw ewsRefusal('ErrorMessageSizeExceeded', { detail: `${there.length + add.length} attachments, ${octets} octets` });
}

function sizeOf(draft: AttachmentDraft): number {
  if (draft.kind === 'file') return draft.bytes.length;
  return draft.kind === 'item' ? (draft.item.mime?.length ?? 0) + draft.item.attachments.reduce((sum, one) => sum + sizeOf(one), 0) : 0;
}

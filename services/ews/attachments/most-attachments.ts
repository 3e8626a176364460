import type { AttachmentDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { type AttachmentRow, exceptionKind, getAllAttachments } from '../../../shared/domain/mailbox/items.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { ewsRefusal } from '../failures.ts';

/** Octets and number of all attachments of one item: bounds of ours, those of MIME. */
const mostOctets = 64 * 1024 * 1024;
const mostAttachments = 2_000;

/**
 * Refuses with ErrorMessageSizeExceeded more attachments than an item may have. Those of single occurrences lie in their series; an
 * occurrence has at most as many as an item.
 *
 * @param shown what is attached to the occurrence, where it is one; what of it is its series' is copied
 */
export async function refuseTooMuch(
  tx: Executor,
  mailbox: Guid,
  { counter }: Pick<ItemRow, 'counter'>,
  add: readonly AttachmentDraft[],
  shown?: { readonly rows: readonly AttachmentRow[]; readonly areCopied: boolean },
): Promise<void> {
  const stored = (await getAllAttachments(tx, mailbox, [counter])).get(counter) ?? [];
  const count = (shown?.rows ?? stored.filter(({ kind }) => kind !== exceptionKind)).length + add.length;
  const kept = [...stored, ...(shown?.areCopied === true ? shown.rows : [])];
  const octets = kept.reduce((sum, row) => sum + octetsOf(row), 0) + add.reduce((sum, draft) => sum + sizeOf(draft), 0);
  if (octets > mostOctets || count > mostAttachments)
    throw ewsRefusal('ErrorMessageSizeExceeded', { detail: `${count} attachments, ${octets} octets` });
}

/** Many small things attached to an exception are as large as what is written of them. */
function octetsOf({ size, kind, bag }: AttachmentRow): number {
  return kind === exceptionKind ? size + bag.length : size;
}

function sizeOf(draft: AttachmentDraft): number {
  if (draft.kind === 'file') return draft.bytes.length;
  return draft.kind === 'item' ? (draft.item.mime?.length ?? 0) + draft.item.attachments.reduce((sum, one) => sum + sizeOf(one), 0) : 0;
}

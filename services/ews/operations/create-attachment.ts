import type { AttachmentDraft } from '../../../shared/domain/mailbox/draft.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import { decodeChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import { decodeId } from '../../../shared/protocols/ews/item-id.ts';
import type { createAttachment as contract } from '../../../shared/protocols/ews/operations/create-attachment.ts';
import type { WireAttachment } from '../../../shared/protocols/ews/types/attachments.ts';
import { refuseTooMuch } from '../attachments/most-attachments.ts';
import { storeInOccurrence } from '../attachments/occurrence-attachments.ts';
import { occurrenceAt, rootOf } from '../attachments/open-attachment.ts';
import { rootItem } from '../attachments/root-item.ts';
import type { EwsCall } from '../context.ts';
import { attachmentDraft } from '../drafts/new-item.ts';
import { complaintOf, ewsRefusal } from '../failures.ts';
import { authorOf, openItemFor, refuseHopeless } from '../item-rights.ts';
import { type ItemIdText, type OpenMailbox, openAttachmentKey } from '../mailboxes.ts';
import { namedItem } from '../occurrences/named-item.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/createattachment-operation. All attachments
 * of a request go into the item with one change of it.
 */
export const createAttachment: Operation<typeof contract> = async (call, { ParentItemId, Attachments }) => {
  let parent: Parent | undefined;
  const drafts = await perItem(call, Attachments, async (attachment) => {
    parent ??= await openParent(call, ParentItemId);
    return { draft: await attachmentDraft(call, attachment, parent.within.length + 1), is: attachment.is };
  });
  const ready = drafts.filter((one) => 'draft' in one);
  if (parent === undefined || ready.length === 0)
    return drafts.filter((one): one is Exclude<typeof one, { draft: unknown }> => !('draft' in one));
  const { mailbox, root, within } = parent;
  try {
    const stored = await store(
      call,
      parent,
      ready.map(({ draft }) => draft),
    );
    const ids = stored.numbers.map((number) => mailbox.ids.attachmentId(root.folder, root.item, number, within, root.day));
    let next = 0;
    return drafts.map((one) => {
      if (!('draft' in one)) return one;
      const AttachmentId = { Id: ids[next] ?? '', ...stored.rootItem };
      next += 1;
      return { class: 'Success', Attachments: [{ is: one.is, value: { AttachmentId } } as WireAttachment] } as const;
    });
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint === undefined) throw error;
    return drafts.map((one) => ('draft' in one ? ({ class: 'Error', ...complaint } as const) : one));
  }
};

interface Parent {
  readonly mailbox: OpenMailbox;
  readonly root: { readonly folder: number; readonly item: number; readonly day?: number | undefined };
  readonly within: readonly number[];
}

/**
 * The item that gets the attachments: one in a folder, an occurrence of one, or one that is an attachment itself and is named by
 * its attachment id.
 */
async function openParent(call: EwsCall, id: ItemIdText): Promise<Parent> {
  if (id.ChangeKey !== undefined && decodeChangeKey(id.ChangeKey) === undefined)
    throw ewsRefusal('ErrorInvalidChangeKey', { detail: 'not a change key' });
  if (decodeId(id.Id)?.is !== 'attachment') {
    const named = namedItem({ is: 'ItemId', value: id });
    const { mailbox, key } = await openItemFor(call, named.id, 'edit');
    const day = named.occurrence?.is === 'day' ? named.occurrence.day : undefined;
    const root = { ...key, day };
    const row = await rootOf(call.context.store.read, mailbox, root, 'edit');
    if (day !== undefined) await occurrenceAt(call.context.store.read, mailbox, row, day);
    return { mailbox, root, within: [] };
  }
  const { mailbox, key } = await openAttachmentKey(call, id, 0);
  refuseHopeless(call, { mailbox, key }, 'edit');
  return { mailbox, root: key, within: [...(key.within ?? []), key.attachment] };
}

async function store(call: EwsCall, { mailbox, root, within }: Parent, add: readonly AttachmentDraft[]) {
  const author = await authorOf(call);
  return call.context.store.transaction(async (tx) => {
    const row = await rootOf(tx, mailbox, root, 'edit');
    if (root.day !== undefined) return storeInOccurrence(tx, call, { mailbox, row, day: root.day, within, author }, add);
    await refuseTooMuch(tx, mailbox.guid, row, add);
    const isPicture = within.length === 0 && add.some((draft) => draft.kind === 'file' && draft.isContactPhoto === true);
    const set = isPicture && itemElementOf(row.class) === 'Contact' ? { [named.hasPicture]: true } : {};
    const changed = await updateItem(tx, mailbox.guid, row.counter, { set, attachments: { add, within } }, 'any', call.instant);
    return { numbers: changed.addedAttachments, rootItem: rootItem(mailbox, row, changed) };
  });
}

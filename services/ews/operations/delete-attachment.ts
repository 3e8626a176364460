import { attachmentAt, hasContactPhoto } from '../../../shared/domain/mailbox/embedded-items.ts';
import { exceptionKind, getAllAttachments } from '../../../shared/domain/mailbox/items.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { named } from '../../../shared/kernel/mapi.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { AttachmentKey } from '../../../shared/protocols/ews/item-id.ts';
import type { deleteAttachment as contract } from '../../../shared/protocols/ews/operations/delete-attachment.ts';
import { takeFromOccurrence } from '../attachments/occurrence-attachments.ts';
import { rootOf } from '../attachments/open-attachment.ts';
import { rootItem } from '../attachments/root-item.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { authorOf, refuseHopeless } from '../item-rights.ts';
import { type OpenMailbox, openAttachmentKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** The attachments of a request that lie in one item. */
interface Group {
  readonly mailbox: OpenMailbox;
  readonly key: AttachmentKey;
  readonly numbers: Set<number>;
}

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteattachment-operation. What a request
 * takes away from one item goes with one change of it; each answer has the change key after that.
 */
export const deleteAttachment: Operation<typeof contract> = async (call, { AttachmentIds }) => {
  const groups = new Map<string, Group>();
  const opened = await perItem(call, AttachmentIds, async ({ Id }) => {
    const { mailbox, key } = await openAttachmentKey(call, { Id }, 0);
    refuseHopeless(call, { mailbox, key }, 'edit');
    const name = `${mailbox.guid} ${key.folder} ${key.item} ${key.day} ${(key.within ?? []).join('.')}`;
    const group = groups.get(name) ?? { mailbox, key, numbers: new Set<number>() };
    groups.set(name, group);
    // The second time it is not there any more.
    const isRepeated = group.numbers.has(key.attachment);
    group.numbers.add(key.attachment);
    return { group, number: key.attachment, isRepeated };
  });
  const done = new Map<Group, ReturnType<typeof take>>();
  return perItem(call, opened, async (one) => {
    if ('class' in one) return one;
    const { group, number, isRepeated } = one;
    const taken = done.get(group) ?? take(call, group);
    done.set(group, taken);
    const { gone, RootItemId } = await taken;
    if (isRepeated || !gone.has(number)) throw ewsRefusal('ErrorInvalidAttachmentId', { detail: `no attachment ${number}` });
    return { class: 'Success', RootItemId } as const;
  });
};

/** Takes attachments away from an item; those that are not there are left out of what is gone. */
async function take(call: EwsCall, { mailbox, key, numbers }: Group) {
  const { within = [], day } = key;
  const author = await authorOf(call);
  return call.context.store.transaction(async (tx) => {
    const row = await rootOf(tx, mailbox, key, 'edit');
    if (day !== undefined) return takeFromOccurrence(tx, call, { mailbox, row, day, within, author }, numbers);
    const rows = (await getAllAttachments(tx, mailbox.guid, [row.counter])).get(row.counter) ?? [];
    const remove = [...numbers].filter((number) => {
      const kind = attachmentAt(rows, [...within, number], row)?.kind;
      return kind !== undefined && kind !== exceptionKind;
    });
    const gone = new Set(remove);
    if (remove.length === 0) return { gone, RootItemId: rootItem(mailbox, row, { ...row, changeNumber: row.change_number }) };
    const hadPhoto = within.length === 0 && itemElementOf(row.class) === 'Contact' && hasContactPhoto(rows);
    const set = hadPhoto ? { [named.hasPicture]: hasContactPhoto(rows.filter(({ number }) => !gone.has(number))) } : {};
    const changed = await updateItem(tx, mailbox.guid, row.counter, { set, attachments: { remove, within } }, 'any', call.instant);
    return { gone, RootItemId: rootItem(mailbox, row, changed) };
  });
}

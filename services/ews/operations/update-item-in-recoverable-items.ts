import { changedBy } from '../../../shared/domain/mailbox/authorship.ts';
import { isRecoverable } from '../../../shared/domain/mailbox/deletion-stamp.ts';
import type { AttachmentDraft } from '../../../shared/domain/mailbox/draft.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { readOnly, updateItem as store } from '../../../shared/domain/mailbox/update-item.ts';
import { decodeChangeKey } from '../../../shared/protocols/ews/change-key.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { updateItemInRecoverableItems as contract } from '../../../shared/protocols/ews/operations/update-item-in-recoverable-items.ts';
import type { WireAttachment } from '../../../shared/protocols/ews/types/attachments.ts';
import { refuseTooMuch } from '../attachments/most-attachments.ts';
import { rootItem } from '../attachments/root-item.ts';
import type { EwsCall } from '../context.ts';
import { lookedUp, messageIn, readUpdates } from '../drafts/item-updates.ts';
import { attachmentDraft } from '../drafts/new-item.ts';
import { settleItem } from '../drafts/settle-item.ts';
import { ewsRefusal } from '../failures.ts';
import { authorOf, itemFor } from '../item-rights.ts';
import { openItemKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { settleRetention } from '../retention/settle-retention.ts';
import { itemReference } from '../views/item-reference.ts';

type Request = RequestOf<typeof contract>;

/**
 * MS-OXWSCORE 3.1.4.10. For the owner of the mailbox and whoever has full access; the item lies among the recoverable ones, and
 * where its id has a change key, that is the current one (all of this inferred). What was made immutable is changed no more, until
 * a request says that it is not (page "MakeItemImmutable"): ErrorAccessDenied, wherever it lies by then (inferred).
 */
export const updateItemInRecoverableItems: Operation<typeof contract> = (call, request) =>
  perItem(call, [request], async ({ ItemId, Updates = [], MakeItemImmutable, ...rest }) => {
    const opened = await openItemKey(call, ItemId);
    const { mailbox, key } = opened;
    const expected = ItemId.ChangeKey === undefined ? 'any' : (decodeChangeKey(ItemId.ChangeKey)?.change ?? -1);
    const [author, message, add] = [await authorOf(call), await messageIn(call, Updates), await attachmentsIn(call, rest.Attachments)];
    const updates = await lookedUp(call, mailbox, Updates);
    return call.context.store.transaction(async (tx) => {
      const row = await itemFor(tx, call, opened, 'edit', { properties: 'all' });
      if (!isRecoverable(await requireFolder(tx, mailbox.guid, row.folder)))
        throw ewsRefusal('ErrorInvalidOperation', { text: 'The item is not in the Recoverable Items folder.' });
      const element = itemElementOf(row.class);
      const draft = await readUpdates(tx, mailbox, row, element, updates, message);
      settleItem(draft, element, mailbox.owner, call);
      await settleRetention(tx, mailbox, draft, call.instant);
      if (add.length > 0) await refuseTooMuch(tx, mailbox.guid, row, add);
      const { set, remove = [], attachments, ...changes } = draft.toChanges();
      const mark = MakeItemImmutable === true ? { [readOnly]: true } : {};
      const all = {
        ...changes,
        set: { ...set, ...changedBy(author), ...mark },
        remove: MakeItemImmutable === false ? [...remove, readOnly] : remove,
        ...withAttachments(attachments, add),
      };
      const updated = await store(tx, mailbox.guid, key.item, all, expected, call.instant);
      const root = rootItem(mailbox, row, updated);
      const first = updated.addedAttachments.length - add.length;
      const Attachments = (rest.Attachments ?? []).map(({ is }, index) => {
        const number = updated.addedAttachments[first + index] ?? -1;
        return {
          is,
          value: { AttachmentId: { Id: mailbox.ids.attachmentId(row.folder, key.item, number, []), ...root } },
        } as WireAttachment;
      });
      const made = { Items: [itemReference(mailbox, element, updated)], ConflictResults: { Count: 0 } };
      return { class: 'Success', ...made, ...(Attachments.length === 0 ? {} : { Attachments }) } as const;
    });
  });

async function attachmentsIn(call: EwsCall, wire: Request['Attachments']): Promise<readonly AttachmentDraft[]> {
  const drafts: AttachmentDraft[] = [];
  for (const one of wire ?? []) drafts.push(await attachmentDraft(call, one, 1));
  return drafts;
}

type Changes = NonNullable<Parameters<typeof store>[3]['attachments']>;

/** What the updates do to the attachments, with those that the request adds behind. */
function withAttachments(changes: Changes | undefined, add: readonly AttachmentDraft[]): { readonly attachments?: Changes } {
  if (changes === undefined && add.length === 0) return {};
  return { attachments: { ...changes, add: [...(changes?.add ?? []), ...add] } };
}

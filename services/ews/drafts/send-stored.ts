import { draftFromItem } from '../../../shared/bridges/message/draft-from-item.ts';
import { removeItem } from '../../../shared/domain/mailbox/delete-item.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { type ItemRow, mfUnsent } from '../../../shared/domain/mailbox/item-columns.ts';
import { getAttachments, getRecipients } from '../../../shared/domain/mailbox/items.ts';
import { eraseItem, requireItem } from '../../../shared/domain/mailbox/move-item.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { EwsCall } from '../context.ts';
import { destination } from '../destination.ts';
import { ewsRefusal } from '../failures.ts';
import { itemFor } from '../item-rights.ts';
import type { FolderTarget, OpenFolder, OpenItemKey } from '../mailboxes.ts';
import { Draft } from './draft.ts';
import { sendDraft } from './send.ts';

/** Where copies of what is sent go: the folder that the request names, else the caller's Sent Items. */
export function sentFolder(call: EwsCall, target: FolderTarget | undefined): () => Promise<OpenFolder> {
  const usual: FolderTarget = { is: 'DistinguishedFolderId', value: { Id: 'sentitems' } };
  return destination(call, target ?? usual, folderRights.create, 'ErrorSavedItemFolderNotFound', 'ErrorCreateItemAccessDenied');
}

/** A stored item as a draft of its own: whoever was asked for its parts. */
export async function readStored({ context }: EwsCall, { mailbox }: OpenItemKey, row: ItemRow): Promise<ItemDraft> {
  const { read } = context.store;
  const recipients = (await getRecipients(read, mailbox.guid, [row.counter])).get(row.counter) ?? [];
  const attachments = (await getAttachments(read, mailbox.guid, [row.counter])).get(row.counter) ?? [];
  return draftFromItem(row, recipients, attachments, (hash) => readBlob(read, hash));
}

/**
 * Sends a stored message, whatever folder it lies in; it leaves that folder in the same transaction. One that was sent
 * before is sent anew ("SendItem": remarks). Refuses as `sendDraft`, with ErrorItemNotFound, with
 * ErrorInvalidItemForOperationSendItem for what is no message, and with ErrorStaleObject when it is not the one expected.
 */
export async function sendStored(call: EwsCall, opened: OpenItemKey, copyTo: OpenFolder | undefined, expected?: number): Promise<void> {
  const { mailbox, key } = opened;
  const row = await itemFor(call.context.store.read, call, opened, 'delete', { properties: 'all' });
  if (itemElementOf(row.class) !== 'Message') throw ewsRefusal('ErrorInvalidItemForOperationSendItem', { detail: row.class });
  const { change_number } = row;
  if (expected !== undefined && expected !== change_number) throw stale(expected, change_number);
  const draft = new Draft(withoutHistory(await readStored(call, opened, row)));
  await sendDraft(call, mailbox, draft, {
    copyTo,
    async before(tx) {
      const now = await itemFor(tx, call, opened, 'delete');
      if (now.change_number !== change_number) throw stale(change_number, now.change_number);
      const item = await requireItem(tx, mailbox.guid, key.item);
      // A draft lives on as the copy of what was sent; anything else has been removed.
      const livesOn = (item.flags & mfUnsent) !== 0 && copyTo?.mailbox.guid === mailbox.guid;
      await (livesOn ? eraseItem : removeItem)(tx, mailbox.guid, item, call.instant);
    },
  });
}

/** A message that was sent or received before gets an id and a date of its own. */
function withoutHistory(item: ItemDraft): ItemDraft {
  const flags = item.properties[tags.messageFlags];
  const isNew = typeof flags === 'number' && (flags & mfUnsent) !== 0;
  const gone: readonly PropertyKey[] = isNew ? lifeOfTheDraft : [...lifeOfTheDraft, tags.clientSubmitTime, tags.internetMessageId];
  const properties = Object.fromEntries(Object.entries(item.properties).filter(([name]) => !gone.includes(name as PropertyKey)));
  return { ...item, properties, mime: isNew ? item.mime : undefined };
}

const lifeOfTheDraft: readonly PropertyKey[] = [tags.creationTime, tags.lastModificationTime];

function stale(expected: number, actual: number): Error {
  return ewsRefusal('ErrorStaleObject', { detail: `the item has change ${actual}, not ${expected}` });
}

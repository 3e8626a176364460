import { draftFromStream } from '../../../shared/bridges/message/transfer.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { createItem, type ItemReference } from '../../../shared/domain/mailbox/item-writes.ts';
import { getItem } from '../../../shared/domain/mailbox/items.ts';
import { replaceItem } from '../../../shared/domain/mailbox/replace-item.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { CorruptStream } from '../../../shared/protocols/ews/fast-transfer/octet-reader.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { uploadItems as contract } from '../../../shared/protocols/ews/operations/upload-items.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenFolder, openFolder, openItemKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { changeKindOf } from '../views/item-specials.ts';

type Upload = RequestOf<typeof contract>['Items']['Item'][number];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/uploaditems-operation */
export const uploadItems: Operation<typeof contract> = async (call, { Items }) =>
  perItem(call, Items.Item, async (upload) => {
    const into = await openFolder(call, { is: 'FolderId', value: upload.ParentFolderId });
    const { mailbox } = into;
    const draft = draftOf(upload);
    const made = await store(call, into, upload, draft);
    const Id = mailbox.ids.itemId(made.folder, made.counter);
    const ChangeKey = mailbox.changeKey(changeKindOf(itemElementOf(draft.class)), made.changeNumber);
    return { class: 'Success', ItemId: { Id, ChangeKey } } as const;
  });

function draftOf({ Data, IsAssociated }: Upload): ItemDraft {
  try {
    const draft = draftFromStream(Data);
    return IsAssociated === undefined ? draft : { ...draft, associated: IsAssociated };
  } catch (error) {
    if (error instanceof CorruptStream) throw ewsRefusal('ErrorCorruptData', { detail: error.message });
    throw error;
  }
}

/**
 * Creates the item, or puts it in the place of the one that ItemId names, if that lies in the folder. Refuses with
 * ErrorInvalidIdEmpty an update of nothing, ErrorItemNotFound, and ErrorInvalidOperation an ItemId beside CreateNew: that it
 * may not be there is documented, the code is not.
 */
async function store(
  call: EwsCall,
  { mailbox, folder }: OpenFolder,
  { CreateAction, ItemId }: Upload,
  draft: ItemDraft,
): Promise<ItemReference> {
  if (CreateAction === 'CreateNew' && ItemId !== undefined)
    throw ewsRefusal('ErrorInvalidOperation', { text: 'CreateNew takes no ItemId.', detail: 'CreateNew with ItemId' });
  if (CreateAction !== 'CreateNew' && ItemId === undefined)
    throw ewsRefusal('ErrorInvalidIdEmpty', { detail: `${CreateAction} without ItemId` });
  const { key } = ItemId === undefined ? { key: undefined } : await openItemKey(call, ItemId);
  return call.context.store.transaction(async (tx) => {
    const there =
      key === undefined || key.mailbox !== mailbox.guid ? undefined : await getItem(tx, mailbox.guid, key.item, { properties: [] });
    if (there !== undefined && there.folder === folder.counter) return replaceItem(tx, mailbox.guid, there.counter, draft, call.instant);
    if (CreateAction === 'Update') throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key?.item} in folder ${folder.counter}` });
    return createItem(tx, mailbox.guid, folder.counter, draft, call.instant);
  });
}

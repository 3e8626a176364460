import { copyItem, transferItem } from '../../shared/domain/mailbox/copy-item.ts';
import { folderRights } from '../../shared/domain/mailbox/folder-permissions.ts';
import { mfAssociated } from '../../shared/domain/mailbox/item-columns.ts';
import type { ItemReference } from '../../shared/domain/mailbox/item-writes.ts';
import { moveItem } from '../../shared/domain/mailbox/move-item.ts';
import { itemProperty } from '../../shared/domain/mailbox/property-reader.ts';
import { tags } from '../../shared/kernel/mapi.ts';
import { itemElementOf } from '../../shared/protocols/ews/item-elements.ts';
import type { WireItem } from '../../shared/protocols/ews/items.ts';
import type { Complaint } from '../../shared/protocols/ews/response-message.ts';
import type { Executor } from '../../shared/store/database.ts';
import type { EwsCall } from './context.ts';
import { destination } from './destination.ts';
import { ewsRefusal } from './failures.ts';
import { inSlices } from './in-slices.ts';
import { itemFor, openItemFor } from './item-rights.ts';
import type { FolderTarget, ItemIdText, OpenFolder, OpenItemKey } from './mailboxes.ts';
import { type ItemTarget, namedItem } from './occurrences/named-item.ts';
import { itemReference } from './views/item-reference.ts';

/** A request to move or copy. */
export interface MoveOrCopy {
  readonly ToFolderId: FolderTarget;
  readonly ItemIds: readonly ItemTarget[];
  readonly ReturnNewItemIds?: boolean | undefined;
}

type Message = { readonly class: 'Success'; readonly Items: readonly WireItem[] } | ({ readonly class: 'Error' } & Complaint);

/**
 * Moves or copies items to one folder, be it in another mailbox of the organisation. New ids are told within a mailbox
 * unless the request does not want them, across mailboxes only where it does ("Move and copy items by using EWS").
 */
export function moveOrCopy(call: EwsCall, how: 'move' | 'copy', request: MoveOrCopy): Promise<Message[]> {
  const open = destination(call, request.ToFolderId, folderRights.create, 'ErrorToFolderNotFound');
  return inSlices(call, request.ItemIds, async (target) => {
    const id = itemIdIn(target);
    const to = await open();
    const deed = how === 'move' ? 'move' : 'read';
    const from = await openItemFor(call, id, deed);
    const isTold = request.ReturnNewItemIds ?? from.mailbox.guid === to.mailbox.guid;
    return async (tx) => {
      const row = await itemFor(tx, call, from, deed, { properties: [tags.messageFlags] });
      // Microsoft's page "ResponseCode" (ErrorInvalidOperation).
      if ((Number(itemProperty(row, tags.messageFlags) ?? 0) & mfAssociated) !== 0)
        throw ewsRefusal('ErrorInvalidOperation', { detail: 'folder associated items keep their place' });
      const made = await put(tx, how, from, to, call);
      return { class: 'Success', Items: isTold ? [itemReference(to.mailbox, itemElementOf(row.class), made)] : [] };
    };
  });
}

/** The id of an item that is one on its own. Refuses an occurrence with ErrorCalendarCannotMoveOrCopyOccurrence. */
function itemIdIn(target: ItemTarget): ItemIdText {
  const { id, occurrence } = namedItem(target);
  if (occurrence !== undefined) throw ewsRefusal('ErrorCalendarCannotMoveOrCopyOccurrence');
  return id;
}

function put(
  tx: Executor,
  how: 'move' | 'copy',
  { mailbox, key }: OpenItemKey,
  to: OpenFolder,
  { instant }: EwsCall,
): Promise<ItemReference> {
  const from = { mailbox: mailbox.guid, counter: key.item };
  const target = { mailbox: to.mailbox.guid, folder: to.folder.counter };
  if (how === 'copy') return copyItem(tx, from, target, instant);
  if (mailbox.guid !== to.mailbox.guid) return transferItem(tx, from, target, instant);
  return moveItem(tx, mailbox.guid, key.item, to.folder.counter, instant);
}

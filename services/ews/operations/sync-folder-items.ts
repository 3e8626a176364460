import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { isPrivateItem, withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import type { SyncChange } from '../../../shared/domain/mailbox/sync.ts';
import { syncItems } from '../../../shared/domain/mailbox/sync-items.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { WireItem } from '../../../shared/protocols/ews/items.ts';
import type { syncFolderItems as contract } from '../../../shared/protocols/ews/operations/sync-folder-items.ts';
import { destination } from '../destination.ts';
import { refuseSearchFolder } from '../folders/rights.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { readSyncState, writeSyncState } from '../sync-state.ts';
import { planItems } from '../views/item-plan.ts';
import { itemId } from '../views/item-specials.ts';
import { viewItems } from '../views/item-view.ts';

type Change = NonNullable<Extract<ResponseOf<typeof contract>[number], { class: 'Success' }>['Changes']>[number];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation */
export const syncFolderItems: Operation<typeof contract> = async (call, request) => {
  const plan = planItems(request.ItemShape, true);
  const properties = plan.need.properties === 'all' ? ('all' as const) : [...plan.need.properties, tags.read];
  const ignored = new Set(request.Ignore?.ItemId.map(({ Id }) => Id));
  return perItem(call, [request.SyncFolderId], async (target) => {
    const opened = await destination(call, target, folderRights.readAny, 'ErrorSyncFolderNotFound')();
    refuseSearchFolder(opened);
    const { mailbox, folder } = opened;
    const position = readSyncState(request.SyncState, { kind: 'items', mailbox: mailbox.guid, folder: folder.counter });
    // One transaction, so that nothing changes between the log and the items that it names.
    const page = await call.context.store.transaction((tx) =>
      syncItems(tx, {
        mailbox: mailbox.guid,
        folder: folder.counter,
        associated: request.SyncScope === 'NormalAndAssociatedItems',
        position,
        limit: request.MaxChangesReturned,
        need: mailbox.isShared ? withSharedFacts({ ...plan.need, properties }) : { ...plan.need, properties },
      }),
    );
    const told = mailbox.hidesPrivate ? page.changes.flatMap(openly) : page.changes;
    const shown = told.filter((change) => !ignored.has(mailbox.ids.itemId(folder.counter, change.counter)));
    const whole = shown.filter(isWhole);
    const items = await viewItems(
      call,
      mailbox,
      whole.map(({ row }) => row),
      plan,
    );
    const byCounter = new Map(whole.map(({ counter }, index) => [counter, items[index]]));
    return {
      class: 'Success',
      SyncState: writeSyncState(page.position, { kind: 'items', mailbox: mailbox.guid, folder: folder.counter }),
      IncludesLastItemInRange: page.includesLast,
      Changes: shown.map((change) => changeOf(change, mailbox, folder.counter, byCounter.get(change.counter))),
    } as const;
  });
};

/**
 * What of a change is told to whoever opens the folder by its permissions: nothing of what is private. He may know the
 * item from before it was private, and then it is gone.
 */
function openly(change: SyncChange<ItemRow>): readonly SyncChange<ItemRow>[] {
  if (change.kind === 'delete' || !isPrivateItem(change.row)) return [change];
  return change.kind === 'update' ? [{ kind: 'delete', counter: change.counter }] : [];
}

type WholeChange = SyncChange<ItemRow> & { readonly kind: 'create' | 'update'; readonly row: ItemRow };

function isWhole(change: SyncChange<ItemRow>): change is WholeChange {
  return change.kind === 'create' || change.kind === 'update';
}

function changeOf(change: SyncChange<ItemRow>, mailbox: OpenMailbox, folder: number, item: WireItem | undefined): Change {
  if (change.kind === 'delete') return { is: 'Delete', value: { ItemId: { Id: mailbox.ids.itemId(folder, change.counter) } } };
  if (change.kind === 'read-flag') {
    const ItemId = itemId({ mailbox, row: change.row, element: itemElementOf(change.row.class) });
    return { is: 'ReadFlagChange', value: { ItemId, IsRead: itemProperty(change.row, tags.read) === true } };
  }
  if (item === undefined) throw new Error(`defect: item ${change.counter} was not viewed`);
  return { is: change.kind === 'create' ? 'Create' : 'Update', value: item };
}

import { addressEntryId } from '../../shared/domain/directory/address-entry-id.ts';
import { type ItemAuthor, isCreatedBy } from '../../shared/domain/mailbox/authorship.ts';
import { folderRights } from '../../shared/domain/mailbox/folder-permissions.ts';
import type { ItemRow } from '../../shared/domain/mailbox/item-columns.ts';
import { getItem } from '../../shared/domain/mailbox/items.ts';
import { isPrivateItem, withSharedFacts } from '../../shared/domain/mailbox/private-items.ts';
import type { ItemNeed } from '../../shared/domain/mailbox/property-reader.ts';
import type { FolderKey } from '../../shared/protocols/ews/entry-id.ts';
import type { Executor } from '../../shared/store/database.ts';
import type { EwsCall } from './context.ts';
import { ewsRefusal } from './failures.ts';
import { type ItemIdText, type OpenItemKey, type OpenMailbox, openItemKey } from './mailboxes.ts';

/** What may be done with an item. */
export type ItemDeed = 'read' | 'edit' | 'delete' | 'move';

const { editAny, editOwned, deleteAny, deleteOwned, readAny } = folderRights;
/** Either right suffices: that on all items, or that on one's own. What is moved must be read too. */
const deeds: Readonly<Record<ItemDeed, { readonly any: number; readonly own: number; readonly always: number }>> = {
  read: { any: readAny, own: 0, always: 0 },
  edit: { any: editAny, own: editOwned, always: 0 },
  delete: { any: deleteAny, own: deleteOwned, always: 0 },
  move: { any: deleteAny, own: deleteOwned, always: readAny },
};

/** Whoever asks, as the author of items: the user of the mailbox that signed in or is impersonated. */
export async function authorOf({ context, organization, caller }: EwsCall): Promise<ItemAuthor> {
  const person = await context.directory(organization.name).byGuid(caller.recipient);
  return { name: person?.displayName ?? caller.primarySmtpAddress, entryId: addressEntryId(person?.legacyDn ?? '') };
}

/**
 * Reads an item id to do something with the item: as {@link openItemKey}, and for whoever has a right in the folder that
 * may suffice; whether it does, {@link itemFor} tells. Refuses as {@link refuseHopeless}.
 */
export async function openItemFor(call: EwsCall, target: ItemIdText, deed: ItemDeed): Promise<OpenItemKey> {
  const opened = await openItemKey(call, target, 0);
  refuseHopeless(call, opened, deed);
  return opened;
}

/** Refuses with `access-denied` what the caller may do with no item of the folder, before anything is said of the item. */
export function refuseHopeless(call: EwsCall, opened: Pick<OpenItemKey, 'mailbox'> & { readonly key: FolderKey }, deed: ItemDeed): void {
  const { any, own, always } = deeds[deed];
  const { isShared, rights } = opened.mailbox;
  if (isShared && ((rights & (any | own)) === 0 || (rights & always) !== always)) throw denied(call, opened);
}

/**
 * The item of an id that was opened for the same deed, inside a transaction. Refuses with ErrorItemNotFound, also for
 * what is private in somebody else's folder, and with `access-denied` for what only its creator may touch.
 */
export async function itemFor(
  tx: Executor,
  call: EwsCall,
  { mailbox, key }: OpenItemKey,
  deed: ItemDeed,
  need: ItemNeed = { properties: [] },
): Promise<ItemRow> {
  const row = await getItem(tx, mailbox.guid, key.item, mailbox.isShared ? withSharedFacts(need) : need);
  // The id names the folder too: after a move the old one is dead.
  if (row === undefined || row.folder !== key.folder || (mailbox.hidesPrivate && isPrivateItem(row)))
    throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
  if (!mayDo(mailbox, row, deed)) throw denied(call, { mailbox, key });
  return row;
}

/** Whether whoever opened the mailbox may do something with an item; of one in a shared folder the {@link withSharedFacts} were read. */
export function mayDo({ visitor, rights }: Pick<OpenMailbox, 'visitor' | 'rights'>, row: ItemRow, deed: ItemDeed): boolean {
  const { any, own } = deeds[deed];
  return visitor === undefined || (rights & any) !== 0 || ((rights & own) !== 0 && isCreatedBy(row, visitor));
}

function denied({ caller }: EwsCall, { mailbox, key }: Parameters<typeof refuseHopeless>[1]): Error {
  return ewsRefusal('ErrorAccessDenied', {
    detail: `${caller.primarySmtpAddress} in folder ${key.folder} of ${mailbox.owner.primaryAddress}: rights ${mailbox.rights}`,
  });
}

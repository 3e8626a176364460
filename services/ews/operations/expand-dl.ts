import { hasMail, isGroup, isListed, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { getItem } from '../../../shared/domain/mailbox/items.ts';
import { isPrivateItem, withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { expandDl as contract } from '../../../shared/protocols/ews/operations/expand-dl.ts';
import { fold } from '../../../shared/store/fold.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type ItemIdText, openItemKey } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { listMemberKeys, listMembers } from '../views/contact-specials.ts';
import { type DirectoryEntry, directoryEntry } from '../views/directory-entry.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/expanddl-operation
 * The members of one list: groups among them stay groups ("Recursive expansion is not supported").
 */
export const expandDl: Operation<typeof contract> = async (call, request) =>
  perItem(call, [request], async ({ Mailbox: { EmailAddress, ItemId } }) => {
    if (call.caller.mailbox === null) throw ewsRefusal('ErrorNameResolutionNoMailbox');
    const Mailbox = ItemId === undefined ? await publicMembers(call, EmailAddress) : await privateMembers(call, ItemId);
    return { class: 'Success', DLExpansion: { TotalItemsInView: Mailbox.length, IncludesLastItemInRange: true, Mailbox } } as const;
  });

async function publicMembers(call: EwsCall, name: string | undefined): Promise<readonly DirectoryEntry[]> {
  if (name === undefined) throw ewsRefusal('ErrorMissingInformationEmailAddress');
  const directory = call.context.directory(call.organization.name);
  const wanted = fold(name.trim());
  const exact = (await directory.byAddress(name)) ?? (await directory.byAlias(name)) ?? (await directory.byLegacyDn(name));
  const named = ({ displayName, settings }: Recipient): boolean => [displayName, settings.name ?? ''].map(fold).includes(wanted);
  const found = (exact === undefined ? (await directory.all()).filter(named) : [exact]).filter(isList);
  const [group] = found;
  if (group === undefined) throw ewsRefusal('ErrorNameResolutionNoResults', { detail: name.slice(0, 64) });
  if (found.length > 1) throw ewsRefusal('ErrorNameResolutionMultipleResults', { detail: `${found.length} groups` });
  return (await directory.members(group)).filter(({ type }) => hasMail(type)).map(directoryEntry);
}

/** A group with an address; the page says that it should not be hidden from the address list. */
function isList(recipient: Recipient): boolean {
  return isGroup(recipient) && isListed(recipient);
}

async function privateMembers(call: EwsCall, id: ItemIdText) {
  const { mailbox, key } = await openItemKey(call, id, folderRights.readAny);
  const need = { properties: listMemberKeys };
  const row = await getItem(call.context.store.read, mailbox.guid, key.item, mailbox.isShared ? withSharedFacts(need) : need);
  if (row === undefined || row.folder !== key.folder || (mailbox.hidesPrivate && isPrivateItem(row)))
    throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
  if (itemElementOf(row.class) !== 'DistributionList') throw ewsRefusal('ErrorInvalidItemForOperationExpandDL', { detail: row.class });
  return listMembers(mailbox, row).map(({ Mailbox }) => Mailbox);
}

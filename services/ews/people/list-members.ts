import { addressEntryId } from '../../../shared/domain/directory/address-entry-id.ts';
import { isGroup } from '../../../shared/domain/directory/recipient.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { getItem } from '../../../shared/domain/mailbox/items.ts';
import { isPrivateItem, withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { entryIdOf } from '../../../shared/protocols/ews/alternate-id.ts';
import { itemElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import { encodeOneOff } from '../../../shared/protocols/ews/one-off-entry-id.ts';
import type { WireField } from '../../../shared/protocols/ews/wire-object.ts';
import { encodeWrapped } from '../../../shared/protocols/ews/wrapped-entry-id.ts';
import { fold } from '../../../shared/store/fold.ts';
import type { EwsCall } from '../context.ts';
import type { ListMember } from '../drafts/contact-writers.ts';
import { routingTypeOf } from '../drafts/routing-type.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { type ItemIdText, type OpenMailbox, openItemKey } from '../mailboxes.ts';
import { addressesOf, contactNameKeys, textOf } from './contact-matches.ts';

interface WireMailbox {
  readonly Name?: string | undefined;
  readonly EmailAddress?: string | undefined;
  readonly RoutingType?: string | undefined;
  readonly MailboxType?: string | undefined;
  readonly ItemId?: ItemIdText | undefined;
}
interface WireMembers {
  readonly Member: readonly { readonly Mailbox?: WireMailbox | undefined }[];
}

/** Members that are looked up before others run. */
const membersATime = 100;

/**
 * The fields of an item with the members of a distribution list looked up: contacts and lists by their ids, people by the
 * directory where MailboxType says that they are there. Whoever has an address alone is a one-off. Refuses with
 * ErrorInvalidMailbox (inferred) who is not there, and items that are not there as GetItem does.
 *
 * @param list the mailbox that the list is kept in
 */
export async function withMembers(call: EwsCall, list: OpenMailbox, fields: readonly WireField[]): Promise<readonly WireField[]> {
  const made: WireField[] = [];
  for (const field of fields) {
    const [row, value] = field;
    if (row.special !== 'Members') {
      // The field itself: what is known of a date is known of it alone.
      made.push(field);
      continue;
    }
    const stored: ListMember[] = [];
    for (const [index, { Mailbox = {} }] of (value as WireMembers).Member.entries()) {
      if (index % membersATime === membersATime - 1) await new Promise((resolve) => setImmediate(resolve));
      stored.push(await memberOf(call, list, Mailbox));
    }
    made.push([row, stored]);
  }
  return made;
}

/** Kinds of mailboxes that the directory must know. */
const inDirectory = ['Mailbox', 'PublicDL', 'PublicFolder', 'GroupMailbox'];

async function memberOf(call: EwsCall, list: OpenMailbox, mailbox: WireMailbox): Promise<ListMember> {
  const { Name = '', EmailAddress, RoutingType = 'SMTP', MailboxType = 'OneOff', ItemId } = mailbox;
  if (ItemId !== undefined) return itemMember(call, list, ItemId, EmailAddress);
  if (EmailAddress === undefined) throw ewsRefusal('ErrorInvalidMailbox', { detail: 'a member with neither EmailAddress nor ItemId' });
  const known = MailboxType === 'OneOff' ? undefined : await call.context.directory(call.organization.name).byAddress(EmailAddress);
  if (known === undefined && inDirectory.includes(MailboxType))
    throw ewsRefusal('ErrorInvalidMailbox', { detail: `the directory has no ${MailboxType} ${EmailAddress.slice(0, 64)}` });
  if (known === undefined) return oneOff(Name === '' ? EmailAddress : Name, routingTypeOf(RoutingType), EmailAddress);
  const entryId = Buffer.from(addressEntryId(known.legacyDn), 'base64');
  return {
    member: encodeWrapped({ is: isGroup(known) ? 'group' : 'user', address: 0, entryId }).toString('base64'),
    oneOff: oneOff(known.displayName, 'SMTP', known.primaryAddress).oneOff,
  };
}

function oneOff(name: string, routingType: string, address: string): ListMember {
  const member = encodeOneOff({ name, routingType, address }).toString('base64');
  return { member, oneOff: member };
}

async function itemMember(call: EwsCall, list: OpenMailbox, id: ItemIdText, address: string | undefined): Promise<ListMember> {
  const { mailbox, key } = await openItemKey(call, id, folderRights.readAny);
  const need = { properties: [tags.messageClass, ...contactNameKeys] };
  const row = await getItem(call.context.store.read, mailbox.guid, key.item, mailbox.isShared ? withSharedFacts(need) : need);
  if (row === undefined || row.folder !== key.folder || (mailbox.isShared && isPrivateItem(row)))
    throw ewsRefusal('ErrorItemNotFound', { detail: `item ${key.item} in folder ${key.folder}` });
  // Entry ids do not name the mailbox: they are good in their own alone.
  if (mailbox.guid !== list.guid) throw notSupported('A member of a distribution list that lies in another mailbox');
  const entryId = entryIdOf(key);
  const name = textOf(row, tags.displayName);
  if (itemElementOf(row.class) === 'DistributionList')
    return {
      member: encodeWrapped({ is: 'list', address: 0, entryId }).toString('base64'),
      oneOff: oneOff(name, 'MAPIPDL', '').oneOff,
    };
  const addresses = itemElementOf(row.class) === 'Contact' ? addressesOf(row) : [];
  const meant = address === undefined ? addresses[0] : addresses.find(({ EmailAddress }) => fold(EmailAddress) === fold(address));
  const code = addresses.length > 0 ? 'ErrorInvalidContactEmailAddress' : 'ErrorInvalidMailbox';
  if (meant === undefined) throw ewsRefusal(code, { detail: `item ${key.item} is no contact with that address` });
  return {
    member: encodeWrapped({ is: 'contact', address: Number(meant.Key.at(-1)) - 1, entryId }).toString('base64'),
    oneOff: oneOff(name === '' ? meant.Name : name, meant.RoutingType, meant.EmailAddress).oneOff,
  };
}

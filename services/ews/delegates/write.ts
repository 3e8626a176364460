import { addressEntryId, legacyDnOf } from '../../../shared/domain/directory/address-entry-id.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { readRecipients, updateRecipient } from '../../../shared/domain/directory/recipients.ts';
import { type Delegate, type Delegation, delegation, mostDelegates, writeDelegation } from '../../../shared/domain/mailbox/delegates.ts';
import {
  type FolderMember,
  folderPermissions,
  mostFolderMembers,
  setFolderPermission,
} from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderRoles } from '../../../shared/domain/mailbox/folder-roles.ts';
import { getFolderByRole } from '../../../shared/domain/mailbox/folders.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { delegateFolders, type WireDelegate, type WirePermissions, wireDelegate } from './wire-delegate.ts';

/** Recipients that are nobody who could act: no account, or none of a single person or security group (inferred). */
const nobodys: readonly Recipient['type'][] = [
  'MailContact',
  'MailUniversalDistributionGroup',
  'UniversalDistributionGroup',
  'PublicFolderMailbox',
];

/** Where a delegate stands among those that are written. */
function isDelegate({ legacyDn }: Pick<Recipient, 'legacyDn'>): (one: Delegate) => boolean {
  return ({ entryId }) => legacyDnOf(entryId)?.toLowerCase() === legacyDn.toLowerCase();
}

/**
 * Makes somebody a delegate. What the request does not say he may not; folders that it does not name stay as they are.
 * Refuses as Microsoft's page "ResponseCode" has it.
 */
export async function add(tx: Executor, call: EwsCall, mailbox: OpenMailbox, user: Recipient, wanted: WireDelegate): Promise<WireDelegate> {
  const before = await delegation(tx, mailbox.guid);
  const { primaryAddress, legacyDn, displayName, sid } = user;
  if (user.guid === mailbox.owner.guid) throw ewsRefusal('ErrorDelegateCannotAddOwner', { detail: primaryAddress });
  if (nobodys.includes(user.type)) throw ewsRefusal('ErrorDelegateValidationFailed', { detail: `${primaryAddress} is a ${user.type}` });
  if (before.delegates.some(isDelegate(user))) throw ewsRefusal('ErrorDelegateAlreadyExists', { detail: primaryAddress });
  if (before.delegates.length >= mostDelegates) throw ewsRefusal('ErrorAddDelegatesFailed', { detail: `${mostDelegates} at most` });
  const added = {
    entryId: addressEntryId(legacyDn),
    name: displayName,
    seesPrivateItems: wanted.ViewPrivateItems ?? false,
    getsMeetingMessages: wanted.ReceiveCopiesOfMeetingMessages ?? false,
    sid,
    address: primaryAddress,
  };
  await writeDelegation(tx, mailbox.guid, { ...before, delegates: [...before.delegates, added] }, call.instant);
  await writeSender(tx, call, mailbox, user.guid, true);
  await writePermissions(tx, call, mailbox, user.guid, wanted.DelegatePermissions ?? {});
  return wireDelegate(user, added);
}

/** Changes what a request says of a delegate, and lets him send on behalf of the owner where he could not. Refuses with ErrorNotDelegate and ErrorInvalidDelegatePermission. */
export async function update(
  tx: Executor,
  call: EwsCall,
  mailbox: OpenMailbox,
  user: Recipient,
  wanted: WireDelegate,
): Promise<WireDelegate> {
  const before = await delegation(tx, mailbox.guid);
  const is = isDelegate(user);
  const known = before.delegates.find(is);
  if (known === undefined) throw ewsRefusal('ErrorNotDelegate', { detail: user.primaryAddress });
  const changed: Delegate = {
    ...known,
    name: user.displayName,
    seesPrivateItems: wanted.ViewPrivateItems ?? known.seesPrivateItems,
    getsMeetingMessages: wanted.ReceiveCopiesOfMeetingMessages ?? known.getsMeetingMessages,
    sid: user.sid,
    address: user.primaryAddress,
  };
  await writeDelegation(tx, mailbox.guid, { ...before, delegates: before.delegates.map((one) => (is(one) ? changed : one)) }, call.instant);
  await writeSender(tx, call, mailbox, user.guid, true);
  await writePermissions(tx, call, mailbox, user.guid, wanted.DelegatePermissions ?? {});
  return wireDelegate(user, changed);
}

/** Takes everything from a delegate that made him one, his rights in the folders too. Refuses with ErrorNotDelegate. */
export async function remove(tx: Executor, call: EwsCall, mailbox: OpenMailbox, user: Recipient): Promise<void> {
  const before = await delegation(tx, mailbox.guid);
  const is = isDelegate(user);
  const delegates = before.delegates.filter((one) => !is(one));
  const sent = await writeSender(tx, call, mailbox, user.guid, false);
  if (!sent && delegates.length === before.delegates.length) throw ewsRefusal('ErrorNotDelegate', { detail: user.primaryAddress });
  if (delegates.length < before.delegates.length) await writeDelegation(tx, mailbox.guid, { ...before, delegates }, call.instant);
  for (const role of [...Object.values(delegateFolders), 'freebusydata']) await writeLevel(tx, call, mailbox, role, user.guid, 'None');
}

/** Removes a delegate whose account has gone, as Microsoft's page "RemoveDelegate operation" has it; false: there is none. */
export async function removeOrphan(tx: Executor, call: EwsCall, mailbox: OpenMailbox, is: (one: Delegate) => boolean): Promise<boolean> {
  const before = await delegation(tx, mailbox.guid);
  const delegates = before.delegates.filter((one) => !is(one));
  if (delegates.length === before.delegates.length) return false;
  await writeDelegation(tx, mailbox.guid, { ...before, delegates }, call.instant);
  return true;
}

/** Says who gets requests for meetings. */
export async function deliverTo(tx: Executor, call: EwsCall, mailbox: OpenMailbox, to: Delegation['meetingRequests']): Promise<void> {
  await writeDelegation(tx, mailbox.guid, { ...(await delegation(tx, mailbox.guid)), meetingRequests: to }, call.instant);
}

/** Whether somebody may send on behalf of the owner, in the directory; answers whether he could. */
async function writeSender(
  tx: Executor,
  { organization, instant }: EwsCall,
  { owner }: OpenMailbox,
  user: Guid,
  may: boolean,
): Promise<boolean> {
  const [read] = await readRecipients(tx, organization.name, [owner.guid]);
  const current = present(read, 'whose mailbox it is');
  const { grantSendOnBehalfTo: senders = [], ...others } = current.settings;
  const could = senders.includes(user);
  if (could === may) return could;
  const changed = may ? [...senders, user] : senders.filter((guid) => guid !== user);
  const settings = changed.length === 0 ? others : { ...others, grantSendOnBehalfTo: changed };
  await updateRecipient(tx, { ...current, settings }, instant);
  return could;
}

async function writePermissions(tx: Executor, call: EwsCall, mailbox: OpenMailbox, user: Guid, wanted: WirePermissions): Promise<void> {
  for (const [name, role] of Object.entries(delegateFolders) as [keyof WirePermissions, string][]) {
    const level = wanted[name];
    if (level === undefined) continue;
    if (level === 'Custom') throw ewsRefusal('ErrorInvalidDelegatePermission', { detail: `${name} Custom` });
    await writeLevel(tx, call, mailbox, role, user, level);
    // Whoever keeps the calendar keeps what is published of it (MS-OXODLGT 4.1.5; that nobody else does is inferred).
    if (role === 'calendar') await writeLevel(tx, call, mailbox, 'freebusydata', user, level === 'Editor' ? level : 'None');
  }
}

/** `None` takes the entry away, so that somebody has what everybody has: of a calendar that he is busy. */
async function writeLevel(
  tx: Executor,
  { instant }: EwsCall,
  { guid }: OpenMailbox,
  role: string,
  user: FolderMember,
  level: 'None' | 'Reviewer' | 'Author' | 'Editor',
): Promise<void> {
  const folder = await getFolderByRole(tx, guid, role);
  if (folder === undefined) return;
  const rows = folderPermissions(folder);
  const before = rows.find(({ member }) => member === user)?.rights;
  const rights = level === 'None' ? undefined : folderRoles[level];
  if (before === rights) return;
  if (before === undefined && rows.length >= mostFolderMembers)
    throw ewsRefusal('ErrorAddDelegatesFailed', { detail: `${mostFolderMembers} entries at ${role}` });
  await setFolderPermission(tx, folder, user, rights, instant);
}

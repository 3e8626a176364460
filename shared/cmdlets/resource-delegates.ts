import { isResource } from '../domain/calendar/calendar-processing.ts';
import { localMailbox, type Recipient } from '../domain/directory/recipient.ts';
import { readRecipients, updateRecipient } from '../domain/directory/recipients.ts';
import { mostDelegates } from '../domain/mailbox/delegates.ts';
import { folderPermissions, mostFolderMembers, setFolderPermission } from '../domain/mailbox/folder-permissions.ts';
import { folderRoles } from '../domain/mailbox/folder-roles.ts';
import { requireFolder } from '../domain/mailbox/folders.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Guid } from '../kernel/ids.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { listGiven } from './given.ts';
import { requireMasteredHere, withSettings } from './recipient/mail-settings.ts';
import { requireRecipient } from './recipient-identity.ts';

/**
 * What `-ResourceDelegates` writes in the transaction; undefined where it is not given. Delegates are those who may send on
 * behalf of the resource (Observed: mandie.net, "Set-CalendarProcessing -ResourceDelegates (and Friends) Without Tears"), and
 * they edit its calendar (Observed: uwaterloo.ca, "Configure a room with approval required"). Whoever is one no more loses
 * that (inferred). Refuses with `bad-parameter` whoever has no mailbox here, groups too, and with `operation-failed`.
 */
export async function delegatesChange(
  scope: CmdletScope,
  given: CmdletParameters,
  resource: Recipient,
): Promise<((tx: Transaction, mailbox: Guid) => Promise<void>) | undefined> {
  const named = listGiven(given, 'ResourceDelegates');
  if (named === undefined) return undefined;
  if (!isResource(resource.type))
    throw cmdletRefusal('bad-parameter', `-ResourceDelegates is for rooms and equipment, and ${resource.displayName} is neither.`);
  requireMasteredHere('Set-CalendarProcessing', resource, { ResourceDelegates: true }, 'mailbox');
  if (named.length > mostDelegates) throw cmdletRefusal('bad-parameter', `-ResourceDelegates takes ${mostDelegates} people at most.`);
  const delegates = new Set<Guid>();
  for (const name of named) {
    const delegate = await requireRecipient(scope.directory(scope.organization.name), scope.organization, name);
    if (localMailbox(delegate) === null || delegate.guid === resource.guid)
      throw cmdletRefusal('bad-parameter', `-ResourceDelegates takes people whose mailboxes are here, and ${name} is not one of them.`);
    delegates.add(delegate.guid);
  }
  return async (tx, mailbox) => {
    const [current] = await readRecipients(tx, scope.organization.name, [resource.guid]);
    if (current === undefined) throw objectNotFound(scope.organization, resource.alias);
    const before = current.settings.grantSendOnBehalfTo ?? [];
    const grantSendOnBehalfTo = delegates.size === 0 ? undefined : [...delegates];
    await updateRecipient(tx, { ...current, settings: withSettings(current.settings, { grantSendOnBehalfTo }) }, scope.at);
    for (const guid of before) if (!delegates.has(guid)) await takeCalendar(tx, mailbox, guid, scope);
    for (const guid of delegates) await giveCalendar(tx, mailbox, guid, scope);
  };
}

const { Editor: editor } = folderRoles;

async function giveCalendar(tx: Transaction, mailbox: Guid, member: Guid, { at }: CmdletScope): Promise<void> {
  const calendar = await requireFolder(tx, mailbox, 'calendar');
  const rows = folderPermissions(calendar);
  const rights = rows.find((row) => row.member === member)?.rights;
  if (rights !== undefined && (rights & editor) === editor) return;
  if (rights === undefined && rows.length >= mostFolderMembers)
    throw cmdletRefusal('operation-failed', `A folder has ${mostFolderMembers} entries at most.`);
  await setFolderPermission(tx, calendar, member, (rights ?? 0) | editor, at);
}

/** Takes away what made somebody a delegate; who has been given more, or less, keeps it. */
async function takeCalendar(tx: Transaction, mailbox: Guid, member: Guid, { at }: CmdletScope): Promise<void> {
  const calendar = await requireFolder(tx, mailbox, 'calendar');
  const row = folderPermissions(calendar).find((one) => one.member === member);
  if (row?.rights === editor) await setFolderPermission(tx, calendar, member, undefined, at);
}

import { accessByRights, type CalendarAccess } from '../../domain/calendar/sharing.ts';
import { addressEntryId } from '../../domain/directory/address-entry-id.ts';
import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { seesPrivateItems } from '../../domain/mailbox/delegates.ts';
import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { shorten } from '../../kernel/checklist.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Check } from '../../kernel/verdict.ts';
import type { Caller } from './caller.ts';
import { folderAccessOf } from './folder-access.ts';
import { mailboxRight } from './mailbox-access.ts';

/** How much of a calendar somebody sees in free/busy, and why. */
export interface CalendarShare {
  readonly access: CalendarAccess;
  /** What private events are about, too: the owner sees it, whoever has full access to the mailbox, and delegates that see what is private. */
  readonly seesPrivate: boolean;
  /** Names the right, or the entry of the calendar's permission table, that decided. It has failed where nothing is shown. */
  readonly check: Check;
}

/**
 * How much of somebody's calendar a user sees: the owner everything, as does whoever has full access to the mailbox; others
 * what the calendar's permissions give them. It does not matter how the user has signed in, nor where his own mailbox lies.
 * Not inside a transaction.
 *
 * @param calendar the mailbox, of the organisation of `directory`, whose it is, and its folder
 * @param user undefined for people who are no recipients of the organisation: for them Default counts
 */
export async function calendarAccessOf(
  { read, directory }: { readonly read: Transaction; readonly directory: Directory },
  { mailbox, owner, folder }: { readonly mailbox: Guid; readonly owner: Recipient; readonly folder: FolderRow | undefined },
  user: Pick<Caller, 'organization' | 'recipient'> | undefined,
): Promise<CalendarShare> {
  const expected = `an entry that shows something of the calendar of ${owner.primaryAddress}`;
  const check = { check: 'sharing.calendar-permission', expected, reference: 'Get-MailboxFolderPermission' } as const;
  const right = user === undefined ? undefined : mailboxRight(user, owner);
  if (right !== undefined) return { access: 'FullDetails', seesPrivate: true, check: { ...check, outcome: 'passed', actual: right } };
  if (folder === undefined)
    return { access: 'None', seesPrivate: false, check: { ...check, outcome: 'failed', actual: 'there is no calendar' } };
  const { rights, entry } = await folderAccessOf(directory, folder, user);
  const access = accessByRights(rights);
  const outcome = access === 'None' ? 'failed' : 'passed';
  // Where times alone are shown it makes no difference.
  const isVisitor = user?.organization === directory.organization && (access === 'LimitedDetails' || access === 'FullDetails');
  const visitor = isVisitor ? await directory.byGuid(user.recipient) : undefined;
  const seesPrivate = visitor !== undefined && (await seesPrivateItems(read, mailbox, addressEntryId(visitor.legacyDn)));
  return { access, seesPrivate, check: { ...check, outcome, actual: shorten(`${entry}: ${access}`) } };
}

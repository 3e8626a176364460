import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { Delegate } from '../../../shared/domain/mailbox/delegates.ts';
import { folderPermissions } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderRoleOf } from '../../../shared/domain/mailbox/folder-roles.ts';
import { getFolderByRole } from '../../../shared/domain/mailbox/folders.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { addDelegate } from '../../../shared/protocols/ews/operations/add-delegate.ts';
import type { Executor } from '../../../shared/store/database.ts';

/** A delegate as requests write him. */
export type WireDelegate = RequestOf<typeof addDelegate>['DelegateUsers']['DelegateUser'][number];
export type WirePermissions = NonNullable<WireDelegate['DelegatePermissions']>;
type Level = NonNullable<WirePermissions['CalendarFolderPermissionLevel']>;

/** The folders whose permissions make somebody a delegate, in the order of the schema. */
export const delegateFolders = {
  CalendarFolderPermissionLevel: 'calendar',
  TasksFolderPermissionLevel: 'tasks',
  InboxFolderPermissionLevel: 'inbox',
  ContactsFolderPermissionLevel: 'contacts',
  NotesFolderPermissionLevel: 'notes',
  JournalFolderPermissionLevel: 'journal',
} as const satisfies Readonly<Record<keyof WirePermissions, string>>;

/** A delegate as answers tell him. */
export function wireDelegate(
  { sid, primaryAddress, displayName }: Recipient,
  { seesPrivateItems, getsMeetingMessages }: Pick<Delegate, 'seesPrivateItems' | 'getsMeetingMessages'>,
  DelegatePermissions?: WirePermissions,
): WireDelegate {
  return {
    UserId: { SID: sid, PrimarySmtpAddress: primaryAddress, DisplayName: displayName },
    ...(DelegatePermissions === undefined ? {} : { DelegatePermissions }),
    ReceiveCopiesOfMeetingMessages: getsMeetingMessages,
    ViewPrivateItems: seesPrivateItems,
  };
}

/** What a delegate may do in the folders. */
export async function permissionsOf(executor: Executor, mailbox: Guid, delegate: Guid): Promise<WirePermissions> {
  const levels: Partial<Record<keyof WirePermissions, Level>> = {};
  for (const [name, role] of Object.entries(delegateFolders) as [keyof WirePermissions, string][])
    levels[name] = await levelIn(executor, mailbox, role, delegate);
  return levels;
}

async function levelIn(executor: Executor, mailbox: Guid, role: string, delegate: Guid): Promise<Level> {
  const folder = await getFolderByRole(executor, mailbox, role);
  const entry = folder === undefined ? undefined : folderPermissions(folder).find(({ member }) => member === delegate);
  const name = entry === undefined ? 'None' : folderRoleOf(entry.rights);
  return name === 'None' || name === 'Editor' || name === 'Reviewer' || name === 'Author' ? name : 'Custom';
}

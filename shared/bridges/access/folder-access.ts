import type { Directory } from '../../domain/directory/directory.ts';
import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import { type FolderPermission, folderPermissions } from '../../domain/mailbox/folder-permissions.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Caller } from './caller.ts';
import { hasMember } from './group-membership.ts';

/** What somebody may do in a folder by its permission table, and which entry says so. */
export interface FolderAccess {
  /** Bits of PidTagMemberRights (MS-OXCPERM 2.2.7). */
  readonly rights: number;
  /** `Default`, or the address of the user or of a group; several groups stand together. */
  readonly entry: string;
}

/**
 * The rights in a folder of whoever opens it without being its owner: the entry of the user decides; without one those of
 * the groups that he is in, together; without any of these Default. Not inside a transaction.
 *
 * @param directory that of the folder's organisation
 * @param person undefined, or somebody of another organisation: for them Default counts
 */
export async function folderAccessOf(
  directory: Directory,
  folder: FolderRow,
  person: Pick<Caller, 'organization' | 'recipient'> | undefined,
): Promise<FolderAccess> {
  const table = folderPermissions(folder);
  const byDefault = table.find(({ member }) => member === 'Default')?.rights ?? 0;
  if (person?.organization !== directory.organization) return { rights: byDefault, entry: 'Default' };
  const user = person.recipient;
  const own = table.find(({ member }) => member === user);
  if (own !== undefined) return { rights: own.rights, entry: (await directory.byGuid(user))?.primaryAddress ?? user };
  return (await byGroups(directory, table, user)) ?? { rights: byDefault, entry: 'Default' };
}

async function byGroups(directory: Directory, table: readonly FolderPermission[], user: Guid): Promise<FolderAccess | undefined> {
  let rights = 0;
  const entries: string[] = [];
  for (const { member, rights: own } of table) {
    const group = member === 'Default' || member === 'Anonymous' ? undefined : await directory.byGuid(member);
    if (group === undefined || !(await hasMember(directory, group, user))) continue;
    rights |= own;
    entries.push(group.primaryAddress);
  }
  return entries.length === 0 ? undefined : { rights, entry: entries.join(', ') };
}

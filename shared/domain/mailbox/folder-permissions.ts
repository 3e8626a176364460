import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid, parseGuid } from '../../kernel/ids.ts';
import { namedProperty, type PropertyBag, type PropertyKey } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { FolderRow } from './folder-columns.ts';
import { updateFolder } from './folder-writes.ts';
import { folderProperty } from './property-reader.ts';

/** Bits of PidTagMemberRights (MS-OXCPERM 2.2.7). */
export const folderRights = {
  readAny: 0x0001,
  create: 0x0002,
  editOwned: 0x0008,
  deleteOwned: 0x0010,
  editAny: 0x0020,
  deleteAny: 0x0040,
  createSubfolder: 0x0080,
  owner: 0x0100,
  contact: 0x0200,
  visible: 0x0400,
  freeBusySimple: 0x0800,
  freeBusyDetailed: 0x1000,
} as const;

/** What the owner of a mailbox may do in a folder of it: everything. */
export const allFolderRights = 0x1ffb;

/** Whom an entry is for: everybody with an account, everybody without one, or a recipient by its object GUID. */
export type FolderMember = 'Default' | 'Anonymous' | Guid;

/** One row of the permission table of a folder. */
export interface FolderPermission {
  readonly member: FolderMember;
  /** {@link folderRights} */
  readonly rights: number;
}

/** Rows of a table, besides Default and Anonymous. A bound of ours. */
export const mostFolderMembers = 500;

/** The table lies with the folder's properties, `<member> <rights>` each, in a property set of our own. */
const table = namedProperty(namedGuid('coexist', 'folder settings'), 'FolderPermissions', 'StringArray');

/** Whether free/busy information is taken from such a folder. */
export function isCalendarFolder({ class: containerClass }: Pick<FolderRow, 'class'>): boolean {
  return /^ipf\.appointment(\.|$)/i.test(containerClass);
}

/** The permission table of a folder: Default and Anonymous, which are always there, and then the others as they came. */
export function folderPermissions(folder: FolderRow): readonly FolderPermission[] {
  const stored = folderProperty(folder, table);
  const rows = (Array.isArray(stored) ? (stored as readonly unknown[]) : []).flatMap((row) => rowOf(String(row)) ?? []);
  const rightsOf = (member: FolderMember): number | undefined => rows.find((row) => row.member === member)?.rights;
  return [
    // Observed: what Get-MailboxFolderPermission shows of a new calendar (easy365manager.com, "Get-MailboxFolderPermission").
    { member: 'Default', rights: rightsOf('Default') ?? (isCalendarFolder(folder) ? folderRights.freeBusySimple : 0) },
    { member: 'Anonymous', rights: rightsOf('Anonymous') ?? 0 },
    ...rows.filter(({ member }) => member !== 'Default' && member !== 'Anonymous').slice(0, mostFolderMembers),
  ];
}

function rowOf(row: string): FolderPermission | undefined {
  const [, name = '', rights = ''] = /^(\S{1,40}) (\d{1,4})$/.exec(row) ?? [];
  const member = name === 'Default' || name === 'Anonymous' ? name : parseGuid(name);
  return member === undefined ? undefined : { member, rights: Number(rights) & allFolderRights };
}

/**
 * Gives a member these rights in a folder, or takes its row away (`undefined`; Default and Anonymous then have again what a
 * new folder gives them). `folder` was read in the same transaction. Refuses with `change-key-stale` when it has changed.
 */
export async function setFolderPermission(
  tx: Executor,
  folder: FolderRow,
  member: FolderMember,
  rights: number | undefined,
  instant: Instant,
): Promise<void> {
  const rows = folderPermissions(folder);
  const changed = rows.flatMap((row) => (row.member !== member ? [row] : rights === undefined ? [] : [{ member, rights }]));
  if (rights !== undefined && !rows.some((row) => row.member === member)) changed.push({ member, rights });
  const set = permissionProperties(changed);
  await updateFolder(tx, folder.mailbox as Guid, folder.counter, { set }, folder.change_number, instant);
}

/** A whole permission table as a property of its folder. */
export function permissionProperties(rows: readonly FolderPermission[]): PropertyBag {
  return { [table]: rows.map((row) => `${row.member} ${row.rights & allFolderRights}`) };
}

/** The property that holds the table: without it a folder has the permissions of a new one. */
export const permissionTable: PropertyKey = table;

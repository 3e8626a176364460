import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import { createFolder } from '../../domain/mailbox/folder-writes.ts';
import { childNamed, requireFolder } from '../../domain/mailbox/folders.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { ImapFolder } from '../../net/imap-dial.ts';
import { type ExcludedFolder, withoutExcluded } from './imap-exclude.ts';

/** Folders that a mailbox has from the start, by their special use (RFC 6154). */
const roles: Readonly<Record<string, string>> = {
  '\\Inbox': 'inbox',
  '\\Sent': 'sentitems',
  '\\Drafts': 'drafts',
  '\\Trash': 'deleteditems',
  '\\Junk': 'junkemail',
  '\\Archive': 'archive',
};

/** A folder to be copied and its place: names from the top, or the role of a standard folder with names below it. */
export interface PlacedFolder {
  readonly path: string;
  readonly role: string;
  readonly names: readonly string[];
}

/**
 * The folders of an account that are copied, those above first. `root` (UserRoot) is the folder that becomes the top; what lies beside
 * it stays. What shows the messages of other folders (`\Flagged`, RFC 6154 2) is passed over.
 */
export function placeFolders(
  folders: readonly ImapFolder[],
  root: string | null,
  excluded: readonly ExcludedFolder[] = [],
): readonly PlacedFolder[] {
  const top = root === null ? [] : (folders.find(({ path }) => path === root)?.names ?? root.split('/').filter((name) => name !== ''));
  const within = withoutExcluded(folders, excluded)
    .filter(({ names, use }) => use !== '\\Flagged' && top.every((name, index) => names[index] === name))
    .toSorted((one, other) => one.names.length - other.names.length);
  const special = new Map(
    within.flatMap(({ names, use }) => (use !== null && roles[use] !== undefined ? [[pathOf(names), roles[use]]] : [])),
  );
  return within.map(({ path, names }) => {
    for (let length = names.length; length > top.length; length -= 1) {
      const role = special.get(pathOf(names.slice(0, length)));
      if (role !== undefined) return { path, role, names: names.slice(length) };
    }
    // What lies directly in the root has no folder of its own there.
    return names.length === top.length
      ? { path, role: 'inbox', names: [] }
      : { path, role: 'msgfolderroot', names: names.slice(top.length) };
  });
}

function pathOf(names: readonly string[]): string {
  return JSON.stringify(names);
}

/** The folder for a place; made where it is not there. */
export async function folderFor(tx: Transaction, mailbox: Guid, { role, names }: PlacedFolder, instant: Instant): Promise<FolderRow> {
  let folder = await requireFolder(tx, mailbox, role);
  for (const name of names) folder = await mailFolder(tx, mailbox, folder, name, instant);
  return folder;
}

/** Names are cut to this, as Exchange has them. */
const longestName = 255;

/** Folders of that name which hold no mail keep their contents to themselves: the mail goes beside them, under the name with a number. */
async function mailFolder(tx: Transaction, mailbox: Guid, parent: FolderRow, name: string, instant: Instant): Promise<FolderRow> {
  const own = name.trim() === '' ? '(no name)' : name.slice(0, longestName);
  for (let number = 0; ; number += 1) {
    const displayName = number === 0 ? own : `${own} ${number}`;
    const found = await childNamed(tx, mailbox, parent.counter, displayName);
    if (found === undefined) return createFolder(tx, mailbox, { parent: parent.counter, displayName, class: 'IPF.Note' }, instant);
    if (found.class === 'IPF.Note' && found.role !== 'outbox') return found;
  }
}

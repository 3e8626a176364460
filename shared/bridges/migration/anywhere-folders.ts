import { baseFolderFields } from '../../protocols/ews/fields/folder.ts';
import { findFolder } from '../../protocols/ews/operations/find-folder.ts';
import { getFolder } from '../../protocols/ews/operations/get-folder.ts';
import { fieldValue } from '../../protocols/ews/wire-object.ts';
import { type AnywhereAccount, askSource, granted } from './anywhere-account.ts';

/** A folder of a source mailbox that is copied. */
export interface SourceFolder {
  /** FolderId. */
  readonly id: string;
  /** FolderId of the one above; null below the top. */
  readonly parent: string | null;
  readonly name: string;
  /** PidTagContainerClass. */
  readonly folderClass: string;
  /** The role of a standard folder (`inbox`); null for folders that people made. */
  readonly role: string | null;
}

const foldersATime = 500;
const mostFolders = 10_000;

const shape = {
  BaseShape: 'IdOnly',
  AdditionalProperties: (
    ['folder:DisplayName', 'folder:FolderClass', 'folder:ParentFolderId', 'folder:DistinguishedFolderId'] as const
  ).map((FieldURI) => ({ is: 'FieldURI', value: { FieldURI } }) as const),
} as const;

/** The folders below the top of somebody's mailbox, parents first; search folders have nothing of their own. */
export async function sourceFolders(account: AnywhereAccount, mailbox: string): Promise<readonly SourceFolder[]> {
  const id = { is: 'DistinguishedFolderId', value: { Id: 'msgfolderroot', Mailbox: { EmailAddress: mailbox } } } as const;
  const [opened] = await askSource(account, getFolder, { FolderShape: { BaseShape: 'IdOnly' }, FolderIds: [id] });
  const [top] = granted(opened).Folders;
  const topId = top === undefined ? '' : (fieldValue(top, baseFolderFields.FolderId)?.Id ?? '');
  const found: SourceFolder[] = [];
  for (let seen = 0; ; ) {
    const view = {
      is: 'IndexedPageFolderView',
      value: { MaxEntriesReturned: foldersATime, Offset: seen, BasePoint: 'Beginning' },
    } as const;
    const [answer] = await askSource(account, findFolder, { Traversal: 'Deep', FolderShape: shape, view, ParentFolderIds: [id] });
    const { RootFolder } = granted(answer);
    const folders = RootFolder?.Folders ?? [];
    seen += folders.length;
    for (const folder of folders) {
      if (folder.element === 'SearchFolder') continue;
      const parent = fieldValue(folder, baseFolderFields.ParentFolderId)?.Id ?? topId;
      found.push({
        id: fieldValue(folder, baseFolderFields.FolderId)?.Id ?? '',
        parent: parent === topId ? null : parent,
        name: fieldValue(folder, baseFolderFields.DisplayName) ?? '',
        folderClass: fieldValue(folder, baseFolderFields.FolderClass) ?? '',
        role: fieldValue(folder, baseFolderFields.DistinguishedFolderId) ?? null,
      });
    }
    if (RootFolder?.IncludesLastItemInRange !== false || folders.length === 0 || seen >= mostFolders) break;
  }
  return parentsFirst(found);
}

/** Those whose parent is not among them lie at the top. */
function parentsFirst(folders: readonly SourceFolder[]): readonly SourceFolder[] {
  const known = new Set(folders.map(({ id }) => id));
  const below = new Map<string | null, SourceFolder[]>();
  for (const folder of folders) {
    const parent = folder.parent !== null && known.has(folder.parent) ? folder.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), { ...folder, parent }]);
  }
  const ordered: SourceFolder[] = [];
  const open: SourceFolder[] = [...(below.get(null) ?? [])];
  for (let folder = open.shift(); folder !== undefined; folder = open.shift()) {
    ordered.push(folder);
    open.push(...(below.get(folder.id) ?? []));
  }
  return ordered;
}

import type { FolderRow } from '../domain/mailbox/folder-columns.ts';
import { folderPermissions, folderRights } from '../domain/mailbox/folder-permissions.ts';
import { folderSize } from '../domain/mailbox/folder-size.ts';
import { descendantFolders } from '../domain/mailbox/folders.ts';
import { contentMailboxOf } from '../domain/mailbox/public-contents.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { textGiven } from './given.ts';
import type { NamedMailbox } from './mailbox-identity.ts';
import { resultLimit } from './move-request/result-size.ts';
import { pathText, requirePublicFolder, requirePublicFolders } from './public-folder/hierarchy.ts';
import { sizeText } from './recipient/size.ts';

/** `Get-PublicFolderStatistics [\Sales]`: how much lies in each public folder, the top left out where none is named. */
export const getPublicFolderStatistics: Cmdlet = {
  kinds: ['on-premises', 'cloud'],
  positional: 'Identity',
  parameters: { Identity: 'text', Mailbox: 'text', ResultSize: 'text' },
  required: [],
  async run(scope, given) {
    const hierarchy = await requirePublicFolders(scope);
    const { mailbox } = hierarchy;
    const identity = textGiven(given, 'Identity');
    const content = textGiven(given, 'Mailbox');
    const mailboxes = (await scope.directory(scope.organization.name).all()).filter(({ type }) => type === 'PublicFolderMailbox');
    const wanted = mailboxes.find(
      ({ displayName, alias, primaryAddress, exchangeGuid }) =>
        content !== undefined && [displayName, alias, primaryAddress, exchangeGuid ?? ''].some((name) => same(name, content)),
    );
    if (content !== undefined && wanted === undefined)
      throw cmdletRefusal('object-not-found', `The public folder mailbox "${content}" couldn't be found.`);
    const folders = await scope.transaction(async (tx) => {
      if (identity !== undefined) return [await requirePublicFolder(tx, mailbox, identity)];
      const top = await requirePublicFolder(tx, mailbox, '\\');
      return descendantFolders(tx, mailbox, top.counter);
    });
    const of = (folder: FolderRow) => mailboxes.find(({ exchangeGuid }) => exchangeGuid === contentMailboxOf(folder)) ?? hierarchy.owner;
    const shown: CmdletObject[] = [];
    for (const folder of folders) {
      if (wanted !== undefined && of(folder).guid !== wanted.guid) continue;
      if (shown.length >= resultLimit(given)) break;
      shown.push(await show(scope, hierarchy, folder, of(folder).exchangeGuid ?? ''));
    }
    return shown;
  },
};

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

async function show({ transaction }: CmdletScope, { mailbox }: NamedMailbox, folder: FolderRow, content: string): Promise<CmdletObject> {
  const { path, size } = await transaction(async (tx) => ({
    path: await pathText(tx, mailbox, folder),
    size: await folderSize(tx, mailbox, folder.counter),
  }));
  const rows = folderPermissions(folder);
  const held = (right: number): number => rows.filter(({ rights }) => (rights & right) !== 0).length;
  return {
    AssociatedItemCount: folder.associated_count,
    ContactCount: held(folderRights.contact),
    CreationTime: new Date(folder.created),
    // What is deleted in a public folder is recoverable, in a place that all share here.
    DeletedItemCount: 0,
    FolderPath: path.slice(1),
    ItemCount: folder.item_count,
    LastModificationTime: new Date(folder.modified),
    MailboxOwnerId: content,
    Name: folder.display_name,
    OwnerCount: held(folderRights.owner),
    TotalAssociatedItemSize: sizeText(0),
    TotalDeletedItemSize: sizeText(0),
    TotalItemSize: sizeText(size),
    Identity: path,
    IsValid: true,
  };
}

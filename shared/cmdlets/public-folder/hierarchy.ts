import { arePublicFoldersLocked, publicFolderHierarchy } from '../../domain/directory/public-folders.ts';
import { publicFolderMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import { folderByPath, pathOf } from '../../domain/mailbox/folder-path.ts';
import { setFolderPermission } from '../../domain/mailbox/folder-permissions.ts';
import { folderRoles } from '../../domain/mailbox/folder-roles.ts';
import { requireFolder } from '../../domain/mailbox/folders.ts';
import { createMailbox } from '../../domain/mailbox/mailboxes.ts';
import { organizationConfig } from '../../domain/organization/organization-config.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import type { NamedMailbox } from '../mailbox-identity.ts';

/** The folder that all public folders lie below. */
export const publicFoldersTop = 'publicfoldersroot';

/** The mailbox of the organisation's public folders, or undefined. Not inside a transaction. */
export async function findPublicFolders({ directory, organization }: CmdletScope): Promise<NamedMailbox | undefined> {
  const owner = publicFolderHierarchy(await directory(organization.name).all());
  const mailbox = owner === undefined ? null : publicFolderMailbox(owner);
  return owner === undefined || mailbox === null ? undefined : { owner, mailbox };
}

/**
 * {@link findPublicFolders}, where administrators have a way into it; refuses with `operation-failed`, of a locked one with
 * `object-not-found`.
 */
export async function requirePublicFolders(scope: CmdletScope): Promise<NamedMailbox> {
  const found = await findPublicFolders(scope);
  // Observed: quoted so by guides for administrators.
  if (found === undefined || found.owner.settings.heldForMigration === true) throw cmdletRefusal('operation-failed', noneActive);
  // Microsoft: Use batch migration to migrate Exchange Server public folders, "Lock down the public folders".
  if (arePublicFoldersLocked(organizationConfig(await scope.settings(scope.organization.name))))
    throw cmdletRefusal('object-not-found', "Couldn't find the public folder mailbox.");
  return found;
}

const noneActive =
  'No active public folder mailboxes were found. This happens when either no public folder mailboxes are provisioned or they are ' +
  "provisioned in 'HoldForMigration' mode. If you're not currently performing a migration, create a public folder mailbox.";

/** The mailbox of public folders behind its recipient. Everybody may read and write below the top, as in a new hierarchy of Exchange. */
export async function openPublicFolders(
  tx: Transaction,
  scope: CmdletScope,
  { guid, exchangeGuid, organization }: Recipient,
): Promise<void> {
  if (exchangeGuid === null) throw new Error(`defect: ${guid} has no mailbox GUID`);
  const ids = { databaseGuid: namedGuid('database', organization), replicaGuid: scope.identifiers.guid() };
  await createMailbox(tx, { guid: exchangeGuid, organization, recipient: guid, kind: 'public', ...ids }, scope.at);
  await setFolderPermission(tx, await requireFolder(tx, exchangeGuid, publicFoldersTop), 'Default', folderRoles.Author, scope.at);
}

/** The names of `\Sales\Orders`; none of `\`. Refuses with `bad-parameter`. */
export function publicPath(written: string): readonly string[] {
  const names = written.split('\\').filter((name) => name !== '');
  if (names.length > 32 || names.some((name) => name.length > 250))
    throw cmdletRefusal('bad-parameter', `The path of a public folder is like "\\Sales\\Orders", not ${JSON.stringify(written)}.`);
  return names;
}

/** The public folder of a path. Refuses with `object-not-found`. */
export async function requirePublicFolder(tx: Transaction, mailbox: Guid, written: string): Promise<FolderRow> {
  const folder = await folderByPath(tx, mailbox, publicPath(written), publicFoldersTop);
  // Observed: MicrosoftDocs/SupportArticles-docs quotes it of Get-PublicFolder.
  if (folder === undefined) throw cmdletRefusal('object-not-found', `Couldn't find public folder object "${written}".`);
  return folder;
}

/** The path of a public folder: `\Sales\Orders`, of the top `\`. */
export async function pathText(tx: Transaction, mailbox: Guid, folder: FolderRow): Promise<string> {
  const path = (await pathOf(tx, mailbox, folder, publicFoldersTop)) ?? [];
  return `\\${path.map(({ display_name }) => display_name).join('\\')}`;
}

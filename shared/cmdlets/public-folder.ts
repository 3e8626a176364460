import { publicFolderMailbox } from '../domain/directory/recipient.ts';
import type { FolderRow } from '../domain/mailbox/folder-columns.ts';
import { folderPermissions, permissionProperties, permissionTable } from '../domain/mailbox/folder-permissions.ts';
import { createFolder, deleteFolder, updateFolder } from '../domain/mailbox/folder-writes.ts';
import { childFolders, descendantFolders } from '../domain/mailbox/folders.ts';
import { folderProperty } from '../domain/mailbox/property-reader.ts';
import { contentMailboxOf, contentMailboxProperties } from '../domain/mailbox/public-contents.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Guid } from '../kernel/ids.ts';
import { tags } from '../kernel/mapi.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { refusePrompt, textGiven } from './given.ts';
import type { NamedMailbox } from './mailbox-identity.ts';
import { resultLimit } from './move-request/result-size.ts';
import { pathText, publicPath, requirePublicFolder, requirePublicFolders } from './public-folder/hierarchy.ts';
import { requireOf } from './recipient/noun.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];

/**
 * `New-PublicFolder Orders -Path \Sales`, `Get-PublicFolder \ -Recurse`: public folders of an organisation, which lie in the first of
 * its public folder mailboxes (`New-Mailbox -PublicFolder`). A new one has its parent's permissions, and counts to its parent's mailbox.
 */
export const publicFolder = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Recurse: 'switch', GetChildren: 'switch', ResultSize: 'text' },
    required: [],
    async run(scope, given) {
      const ground = await groundOf(scope);
      const { mailbox } = ground;
      return scope.transaction(async (tx) => {
        const folder = await requirePublicFolder(tx, mailbox, textGiven(given, 'Identity') ?? '\\');
        const below = given['Recurse'] === true ? await descendantFolders(tx, mailbox, folder.counter) : [];
        const found = given['GetChildren'] === true ? await childFolders(tx, mailbox, folder.counter) : [folder, ...below];
        const shown: CmdletObject[] = [];
        for (const one of found.slice(0, resultLimit(given))) shown.push(await show(tx, ground, one));
        return shown;
      });
    },
  },
  new: {
    kinds,
    positional: 'Name',
    parameters: { Name: 'text', Path: 'text', Mailbox: 'text', Confirm: 'switch' },
    required: ['Name'],
    async run(scope, given) {
      refusePrompt(given);
      const name = String(given['Name']);
      if (publicPath(name).length !== 1 || name.includes('\\'))
        throw cmdletRefusal('bad-parameter', `-Name takes a name of at most 250 characters without "\\", not ${JSON.stringify(name)}.`);
      const ground = await groundOf(scope);
      const { mailbox } = ground;
      const wanted = textGiven(given, 'Mailbox');
      const content = wanted === undefined ? undefined : await requireContentMailbox(scope, wanted);
      return scope.transaction(async (tx) => {
        const parent = await requirePublicFolder(tx, mailbox, textGiven(given, 'Path') ?? '\\');
        const properties = {
          ...(folderProperty(parent, permissionTable) === undefined ? {} : permissionProperties(folderPermissions(parent))),
          ...contentMailboxProperties(content === undefined ? contentMailboxOf(parent) : content.own),
        };
        const draft = { parent: parent.counter, displayName: name, properties };
        const folder = await createFolder(tx, mailbox, draft, scope.at).catch(inWords(name));
        return [await show(tx, ground, folder)];
      });
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Name: 'text', Confirm: 'switch' },
    required: ['Identity', 'Name'],
    async run(scope, given) {
      refusePrompt(given);
      const name = String(given['Name']);
      const { mailbox } = await requirePublicFolders(scope);
      await scope.transaction(async (tx) => {
        const folder = await requirePublicFolder(tx, mailbox, String(given['Identity']));
        await updateFolder(tx, mailbox, folder.counter, { set: { [tags.displayName]: name } }, 'any', scope.at).catch(inWords(name));
      });
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Recurse: 'switch', Confirm: 'switch' },
    required: ['Identity'],
    async run(scope, given) {
      refusePrompt(given);
      const identity = String(given['Identity']);
      const { mailbox, enabled } = await groundOf(scope);
      await scope.transaction(async (tx) => {
        const folder = await requirePublicFolder(tx, mailbox, identity);
        const below = await descendantFolders(tx, mailbox, folder.counter);
        if (below.length > 0 && given['Recurse'] !== true)
          throw cmdletRefusal('operation-failed', `The public folder "${identity}" has subfolders: -Recurse removes them, too.`);
        if ([folder, ...below].some(({ counter }) => enabled.has(counter)))
          throw cmdletRefusal(
            'operation-failed',
            `The public folder "${identity}", or one below it, is mail-enabled: Disable-MailPublicFolder first.`,
          );
        await deleteFolder(tx, mailbox, folder.counter, scope.at).catch(inWords(identity));
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** A public folder mailbox that folders may count to; `own` is undefined of the one with the hierarchy. */
async function requireContentMailbox(scope: CmdletScope, identity: string): Promise<{ readonly own: Guid | undefined }> {
  const found = await requireOf({ types: ['PublicFolderMailbox'] }, scope, identity);
  return { own: publicFolderMailbox(found) === null ? (found.exchangeGuid ?? undefined) : undefined };
}

interface Ground extends NamedMailbox {
  /** What public folder mailboxes are called, by their ExchangeGuids. */
  readonly names: ReadonlyMap<string, string>;
  /** Counters of the folders that have a directory object. */
  readonly enabled: ReadonlySet<number>;
}

async function groundOf(scope: CmdletScope): Promise<Ground> {
  const all = await scope.directory(scope.organization.name).all();
  const enabled = new Set(all.flatMap(({ settings }) => settings.publicFolderCounter ?? []));
  const names = new Map(
    all.flatMap(({ type, exchangeGuid, displayName }): [string, string][] =>
      type === 'PublicFolderMailbox' && exchangeGuid !== null ? [[exchangeGuid, displayName]] : [],
    ),
  );
  return { ...(await requirePublicFolders(scope)), enabled, names };
}

/** Our wording. */
function inWords(name: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Refusal && error.code === 'folder-exists')
      throw cmdletRefusal('object-exists', `A public folder "${name}" exists there already.`);
    if (error instanceof Refusal && error.code === 'distinguished-folder')
      throw cmdletRefusal('operation-failed', 'The top of the public folders stays as it is.');
    throw error;
  };
}

async function show(tx: Transaction, { mailbox, owner, enabled, names }: Ground, folder: FolderRow): Promise<CmdletObject> {
  const content = contentMailboxOf(folder);
  const path = await pathText(tx, mailbox, folder);
  return {
    Identity: path,
    Name: folder.display_name,
    MailEnabled: enabled.has(folder.counter),
    ContentMailboxName: content === undefined ? owner.displayName : (names.get(content) ?? ''),
    ContentMailboxGuid: content ?? owner.exchangeGuid,
    ParentPath: path === '\\' ? '' : path.slice(0, path.lastIndexOf('\\')) || '\\',
    FolderClass: folder.class,
    HasSubfolders: folder.child_count > 0,
    IsValid: true,
  };
}

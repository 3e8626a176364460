import type { FolderRow } from '../domain/mailbox/folder-columns.ts';
import { folderByPath } from '../domain/mailbox/folder-path.ts';
import {
  type FolderMember,
  type FolderPermission,
  folderPermissions,
  isCalendarFolder,
  mostFolderMembers,
  setFolderPermission,
} from '../domain/mailbox/folder-permissions.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { RecipientType } from '../domain/world/vocabulary.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { accessRightsShown, readAccessRights } from './folder-access-rights.ts';
import { listGiven, refusePrompt, textGiven } from './given.ts';
import { type NamedMailbox, recipientOrNobody, requireMailbox } from './mailbox-identity.ts';
import { requireRecipient } from './recipient-identity.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
/** Recipients that are no security principals: no entry can be theirs. */
const noPrincipals: readonly RecipientType[] = ['MailContact'];

/** `Set-MailboxFolderPermission mary:\Calendar -User Default -AccessRights LimitedDetails`: who may do what in a folder, and see what of a calendar. */
export const mailboxFolderPermission = folderPermissionNoun(folderNamed);

/** The cmdlets that show and write the permissions of folders; `folderNamed` finds the one that `-Identity` names. */
export function folderPermissionNoun(folderNamed: FindFolder) {
  return {
    get: {
      kinds,
      positional: 'Identity',
      parameters: { Identity: 'text', User: 'text' },
      required: ['Identity'],
      async run(scope, given) {
        const place = await folderNamed(scope, given);
        const user = textGiven(given, 'User');
        const member = user === undefined ? undefined : await memberNamed(scope, user);
        const folder = await scope.transaction((tx) => requireFolder(tx, place));
        const rows = folderPermissions(folder).filter((row) => member === undefined || row.member === member.member);
        if (member !== undefined && rows.length === 0) throw noEntry(member.shown);
        return Promise.all(rows.map((row) => show(scope, place, folder, row)));
      },
    },
    add: {
      kinds,
      positional: 'Identity',
      parameters: { Identity: 'text', User: 'text', AccessRights: 'list', Confirm: 'switch' },
      required: ['Identity', 'User', 'AccessRights'],
      run: (scope, given) =>
        write(scope, given, folderNamed, ({ shown, row, rows }) => {
          // Observed: scripts that catch UserAlreadyExistsInPermissionEntryException quote it so.
          if (row !== undefined) throw cmdletRefusal('object-exists', `An existing permission entry was found for user: ${shown}.`);
          if (rows.length >= mostFolderMembers)
            throw cmdletRefusal('operation-failed', `A folder has ${mostFolderMembers} entries at most.`);
        }),
    },
    set: {
      kinds,
      positional: 'Identity',
      parameters: { Identity: 'text', User: 'text', AccessRights: 'list', Confirm: 'switch' },
      required: ['Identity', 'User', 'AccessRights'],
      async run(scope, given) {
        await write(scope, given, folderNamed, ({ shown, row }) => {
          if (row === undefined) throw noEntry(shown);
        });
        return [];
      },
    },
    remove: {
      kinds,
      positional: 'Identity',
      parameters: { Identity: 'text', User: 'text', Confirm: 'switch' },
      required: ['Identity', 'User'],
      async run(scope, given) {
        refusePrompt(given);
        const place = await folderNamed(scope, given);
        const { member, shown } = await memberNamed(scope, String(given['User']));
        if (member === 'Default' || member === 'Anonymous')
          throw cmdletRefusal('operation-failed', `Every folder has an entry for ${member}: take its rights away with -AccessRights None.`);
        await scope.transaction(async (tx) => {
          const folder = await requireFolder(tx, place);
          if (!folderPermissions(folder).some((row) => row.member === member)) throw noEntry(shown);
          await setFolderPermission(tx, folder, member, undefined, scope.at);
        });
        return [];
      },
    },
  } satisfies Readonly<Record<string, Cmdlet>>;
}

/** What is known of the entry that is to be written. */
interface Entry {
  readonly shown: string;
  readonly row: FolderPermission | undefined;
  readonly rows: readonly FolderPermission[];
}

/** Writes one entry, unless `check` refuses; answers it. */
async function write(
  scope: CmdletScope,
  given: CmdletParameters,
  folderNamed: FindFolder,
  check: (entry: Entry) => void,
): Promise<readonly CmdletObject[]> {
  refusePrompt(given);
  const place = await folderNamed(scope, given);
  const { member, shown } = await memberNamed(scope, String(given['User']));
  const { folder, rights } = await scope.transaction(async (tx) => {
    const found = await requireFolder(tx, place);
    const rows = folderPermissions(found);
    check({ shown, rows, row: rows.find((row) => row.member === member) });
    const wanted = readAccessRights(listGiven(given, 'AccessRights') ?? [], isCalendarFolder(found));
    await setFolderPermission(tx, found, member, wanted, scope.at);
    return { folder: found, rights: wanted };
  });
  return [await show(scope, place, folder, { member, rights })];
}

/** Finds the place that `-Identity` names. Refuses with `object-not-found`. */
export type FindFolder = (scope: CmdletScope, given: CmdletParameters) => Promise<FolderPlace>;

export interface FolderPlace extends NamedMailbox {
  /** Names from the top of the mailbox. */
  readonly path: readonly string[];
  /** As it was written. */
  readonly written: string;
  /** The role of the folder that the path begins in, where it is not the top of a mailbox. */
  readonly top?: string;
  /** As it is shown; else the mailbox stands before the path. */
  readonly shown?: string;
}

/** Reads `mary@contoso.test:\Inbox\Reports`; without a path the top of the mailbox is meant. */
async function folderNamed(scope: CmdletScope, given: CmdletParameters): Promise<FolderPlace> {
  const written = String(given['Identity']);
  const [, mailbox = written, path = ''] = /^(.*?):(?:\\(.*))?$/.exec(written) ?? [];
  // Observed: Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException in administrators' logs.
  const missing = (identity: string): Error =>
    cmdletRefusal('object-not-found', `The specified mailbox Identity:"${identity}" doesn't exist.`);
  return { ...(await requireMailbox(scope, mailbox, missing)), path: path.split('\\').filter((name) => name !== ''), written };
}

async function requireFolder(tx: Transaction, { mailbox, path, written, top }: FolderPlace): Promise<FolderRow> {
  const folder = await folderByPath(tx, mailbox, path, top);
  // Observed: microsoft/emat#4.
  if (folder === undefined)
    throw cmdletRefusal('object-not-found', `The operation couldn't be performed because '${written}' couldn't be found.`);
  return folder;
}

/** Whom an entry is for. Refuses with `object-not-found`. */
async function memberNamed(
  { directory, organization }: CmdletScope,
  user: string,
): Promise<{ readonly member: FolderMember; readonly shown: string }> {
  const special = (['Default', 'Anonymous'] as const).find((name) => name.toLowerCase() === user.toLowerCase());
  if (special !== undefined) return { member: special, shown: special };
  const found = await recipientOrNobody(requireRecipient(directory(organization.name), organization, user));
  // Observed: quoted so by guides for administrators. That it is said of contacts, too, is inferred.
  if (found === undefined || noPrincipals.includes(found.type))
    throw cmdletRefusal('object-not-found', `The user "${user}" is either not valid SMTP address, or there is no matching information.`);
  return { member: found.guid, shown: found.displayName };
}

/** Observed: MicrosoftDocs/SupportArticles-docs quotes it of Get-PublicFolderClientPermission, other logs of this noun. */
function noEntry(shown: string): Error {
  return cmdletRefusal('object-not-found', `There is no existing permission entry found for user: ${shown}.`);
}

/** Columns as in Exchange Online; nobody is a delegate here. An entry whose owner has gone shows his GUID, which is ours. */
async function show(
  { directory, organization }: CmdletScope,
  { owner, path, shown }: FolderPlace,
  folder: FolderRow,
  { member, rights }: FolderPermission,
): Promise<CmdletObject> {
  const known = member === 'Default' || member === 'Anonymous' ? undefined : await directory(organization.name).byGuid(member);
  return {
    FolderName: folder.display_name,
    User: known?.displayName ?? member,
    AccessRights: accessRightsShown(rights),
    ...(organization.kind === 'cloud' ? { SharingPermissionFlags: '' } : {}),
    Identity: shown ?? `${owner.primaryAddress}:\\${path.join('\\')}`,
    IsValid: true,
  };
}

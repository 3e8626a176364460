import type { FolderRow } from '../domain/mailbox/folder-columns.ts';
import { makeFolderByPath, pathOf } from '../domain/mailbox/folder-path.ts';
import { recoverItem } from '../domain/mailbox/recover-item.ts';
import { profileOf } from '../domain/organization/profiles.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import type { Guid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { listGiven, numberGiven, textGiven } from './given.ts';
import { requireMailbox } from './mailbox-identity.ts';
import { refuseElsewhere } from './recipient/mail-settings.ts';
import { resultSize } from './recipient/noun.ts';
import { identityOf } from './recipient/shown.ts';
import { type DeletedItem, findDeleted, stillDeleted } from './recoverable/find-deleted.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const common: Cmdlet['parameters'] = {
  Identity: 'list',
  EntryID: 'text',
  FilterEndTime: 'date',
  FilterItemType: 'text',
  FilterStartTime: 'date',
  LastParentFolderID: 'text',
  MaxParallelSize: 'integer',
  ResultSize: 'text',
  SourceFolder: 'text',
  SubjectContains: 'text',
};
const ofCloud = { MaxParallelSize: 'cloud', NoOutput: 'cloud', RestoreTargetFolder: 'cloud', SkipCount: 'cloud' } as const;
/** Mailboxes that are handled at a time in Exchange Online, one after the other here. */
const mostParallel = 10;

/**
 * `Get-RecoverableItems mary -SubjectContains plan`, `Restore-RecoverableItems mary -EntryID ...`: what was deleted from
 * mailboxes, and its way back. Names of what is shown: observed in scripts that use the cmdlets.
 */
export const recoverableItems = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { ...common, SkipCount: 'integer' },
    required: ['Identity'],
    async run(scope, given) {
      const found = await find(scope, given, 'Get-RecoverableItems');
      return found.map((one) => ({ ...whatItIs(one), ...whereItWas(one) }));
    },
  },
  restore: {
    kinds,
    positional: 'Identity',
    parameters: { ...common, NoOutput: 'switch', RestoreTargetFolder: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const target = targetGiven(given);
      const found = await find(scope, given, 'Restore-RecoverableItems');
      const shown: CmdletObject[] = [];
      for (const one of found) shown.push({ ...whatItIs(one), ...(await restore(scope, one, target)) });
      return given['NoOutput'] === true ? [] : shown;
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** What fits, of all mailboxes that are named together as many as -ResultSize says. */
async function find(scope: CmdletScope, given: CmdletParameters, cmdlet: string): Promise<readonly DeletedItem[]> {
  const { organization } = scope;
  const { title, originalFolderRecovery } = profileOf(organization.product);
  if (!originalFolderRecovery) throw cmdletRefusal('not-available', `${title} has no ${cmdlet}: it came with Exchange 2016.`);
  refuseElsewhere(organization, given, ofCloud);
  const parallel = numberGiven(given, 'MaxParallelSize') ?? 1;
  if (parallel < 1 || parallel > mostParallel) throw cmdletRefusal('bad-parameter', `-MaxParallelSize takes 1 to ${mostParallel}.`);
  const identities = listGiven(given, 'Identity') ?? [];
  if (identities.length > 1 && organization.kind === 'on-premises')
    throw cmdletRefusal('bad-parameter', `-Identity takes one mailbox here, not ${identities.length}; several in Exchange Online.`);
  const skip = numberGiven(given, 'SkipCount') ?? 0;
  if (skip < 0) throw cmdletRefusal('bad-parameter', '-SkipCount takes a number that is not negative.');
  const most = resultSize(given) + skip;
  const found: DeletedItem[] = [];
  for (const identity of identities) {
    const named = await requireMailbox(scope, identity);
    if (found.length < most) found.push(...(await findDeleted(scope, named, given, most - found.length)));
  }
  return found.slice(skip);
}

function whatItIs({ owner, item, entryId, source }: DeletedItem): CmdletObject {
  return {
    Identity: identityOf(owner),
    ItemClass: item.class,
    Subject: item.subject ?? '',
    EntryID: entryId,
    LastModifiedTime: new Date(item.modified),
    SourceFolder: source.shown,
  };
}

function whereItWas({ parent, parentPath }: DeletedItem): CmdletObject {
  return {
    LastParentPath: parentPath,
    LastParentFolderID: parent?.text ?? '',
    OriginalFolderExists: parent?.folder !== undefined,
  };
}

/** An item that has gone since it was found is not restored, and that is said. */
async function restore(scope: CmdletScope, found: DeletedItem, target: readonly string[] | undefined): Promise<CmdletObject> {
  const { mailbox } = found;
  const path = await scope.transaction(async (tx) => {
    const item = await stillDeleted(tx, found);
    if (item === undefined) return undefined;
    const folder = target === undefined ? undefined : await makeFolderByPath(tx, mailbox, target, scope.at);
    return pathText(tx, mailbox, await recoverItem(tx, mailbox, item, folder, scope.at));
  });
  return { RestoredToFolderPath: path ?? '', WasRestoredSuccessfully: path !== undefined };
}

async function pathText(tx: Transaction, mailbox: Guid, folder: FolderRow): Promise<string> {
  const path = (await pathOf(tx, mailbox, folder)) ?? [folder];
  return path.map(({ display_name }) => display_name).join('\\');
}

/** -RestoreTargetFolder: names below the top, with slashes between them; the first and last slash say nothing. */
function targetGiven(given: CmdletParameters): readonly string[] | undefined {
  const names = textGiven(given, 'RestoreTargetFolder')
    ?.split('/')
    .filter((name) => name !== '');
  if (names !== undefined && (names.length > 32 || names.some((name) => name.length > 250)))
    throw cmdletRefusal('bad-parameter', '-RestoreTargetFolder takes at most 32 names of 250 characters, with slashes between them.');
  return names;
}

import { arePublicFoldersMigrated } from '../../domain/directory/public-folders.ts';
import { publicFolderMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { readRecipients, removeRecipient } from '../../domain/directory/recipients.ts';
import { folderByPath } from '../../domain/mailbox/folder-path.ts';
import { allFolders, childFolders } from '../../domain/mailbox/folders.ts';
import { contentMailboxOf } from '../../domain/mailbox/public-contents.ts';
import { softDeleteMailbox } from '../../domain/mailbox/soft-delete.ts';
import { migrationBatches } from '../../domain/migration/batches.ts';
import { quotaNames } from '../../domain/organization/mailbox-databases.ts';
import { organizationConfig } from '../../domain/organization/organization-config.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { objectNotFound } from '../config-object.ts';
import { refusePrompt, textGiven } from '../given.ts';
import { flag, type SettingChanges, withSettings } from '../recipient/mail-settings.ts';
import type { RecipientNoun } from '../recipient/noun.ts';
import { requireOf } from '../recipient/noun.ts';
import { quotaChange } from '../recipient/quotas.ts';
import { changeRecipient } from '../recipient/write.ts';
import { findPublicFolders, openPublicFolders, publicFoldersTop } from './hierarchy.ts';

/** Public folder mailboxes of an organisation (Exchange Online limits; Exchange Server: Limits for public folders). */
const most = { cloud: 1_000, 'on-premises': 100 } as const;

/** What New-Mailbox -PublicFolder takes besides the names. */
export const newPublicMailboxParameters = {
  HoldForMigration: 'switch',
  IsExcludedFromServingHierarchy: 'switch',
} as const satisfies Readonly<Record<string, ParameterType>>;

/** What Set-Mailbox -PublicFolder takes. */
export const setPublicMailboxParameters = {
  IsExcludedFromServingHierarchy: 'boolean',
  ...Object.fromEntries(quotaNames.map((name) => [name, 'text'] as const)),
} as const satisfies Readonly<Record<string, ParameterType>>;

/** What a new public folder mailbox is: the first has the hierarchy, and it alone can be held for a migration. Our wording. */
export async function newPublicMailboxSettings(scope: CmdletScope, given: CmdletParameters): Promise<SettingChanges> {
  const hierarchy = await findPublicFolders(scope);
  if (hierarchy !== undefined && given['HoldForMigration'] === true)
    throw cmdletRefusal(
      'operation-failed',
      `-HoldForMigration is for the first public folder mailbox, which has the hierarchy: that is ${hierarchy.owner.displayName}.`,
    );
  const others = (await scope.directory(scope.organization.name).all()).filter(({ type }) => type === 'PublicFolderMailbox');
  if (others.length >= most[scope.organization.kind])
    throw cmdletRefusal('operation-failed', `An organization has ${most[scope.organization.kind]} public folder mailboxes at most.`);
  return {
    contentsAlone: hierarchy === undefined ? undefined : true,
    heldForMigration: given['HoldForMigration'] === true ? true : undefined,
    servesNoHierarchy: given['IsExcludedFromServingHierarchy'] === true ? true : undefined,
  };
}

/** What lies behind a new public folder mailbox: the hierarchy, or nothing of its own. */
export async function openPublicMailbox(tx: Transaction, scope: CmdletScope, created: Recipient): Promise<void> {
  if (publicFolderMailbox(created) !== null) await openPublicFolders(tx, scope, created);
}

/** What Get-Mailbox -PublicFolder shows beyond other mailboxes. */
export function publicMailboxShown({ settings }: Recipient): CmdletObject {
  return {
    IsRootPublicFolderMailbox: settings.contentsAlone !== true,
    IsExcludedFromServingHierarchy: settings.servesNoHierarchy ?? false,
    IsHierarchyReady: settings.heldForMigration !== true,
    IsHierarchySyncEnabled: true,
  };
}

/** -DefaultPublicFolderMailbox of a person. Refuses with `object-not-found`. */
export async function defaultPublicMailboxGiven(scope: CmdletScope, given: CmdletParameters): Promise<SettingChanges> {
  if (given['DefaultPublicFolderMailbox'] === undefined) return {};
  const identity = textGiven(given, 'DefaultPublicFolderMailbox');
  const found = identity === undefined ? undefined : await requireOf({ types: ['PublicFolderMailbox'] }, scope, identity);
  return { defaultPublicFolderMailbox: found?.guid };
}

/** `Set-Mailbox -PublicFolder Mailbox1 -ProhibitSendReceiveQuota 50GB`. */
export async function setPublicMailbox(noun: Pick<RecipientNoun, 'types'>, scope: CmdletScope, given: CmdletParameters): Promise<void> {
  const allowed = new Set(['Identity', 'PublicFolder', ...Object.keys(setPublicMailboxParameters)]);
  const other = Object.keys(given).find((name) => !allowed.has(name));
  if (other !== undefined) throw cmdletRefusal('bad-parameter', `Set-Mailbox -PublicFolder does not take -${other} here.`);
  const found = await requireOf(noun, scope, String(given['Identity']));
  const quotas = quotaChange(scope, given);
  await changeRecipient(scope, found, (current) => ({
    ...current,
    settings: withSettings(current.settings, {
      ...flag(given, 'IsExcludedFromServingHierarchy', 'servesNoHierarchy', false),
      ...quotas(current.settings),
    }),
  }));
}

/**
 * `Remove-Mailbox -PublicFolder Mailbox2`. One that folders count to stays, and the one with the hierarchy is the last that goes; what
 * was carried away goes with -Force. Our wording.
 */
export async function removePublicMailbox(noun: Pick<RecipientNoun, 'types'>, scope: CmdletScope, given: CmdletParameters): Promise<void> {
  refusePrompt(given);
  const { organization, at } = scope;
  const found = await requireOf(noun, scope, String(given['Identity']));
  const hierarchy = await findPublicFolders(scope);
  const others = (await scope.directory(organization.name).all()).filter(
    ({ type, guid }) => noun.types.includes(type) && guid !== found.guid,
  );
  const isHierarchy = hierarchy?.owner.guid === found.guid;
  if (isHierarchy && others.length > 0)
    throw cmdletRefusal('operation-failed', `${found.displayName} has the hierarchy: the other public folder mailboxes go first.`);
  const batches = await scope.transaction((tx) => migrationBatches.list(tx, organization.name));
  const batch = batches.find(({ value }) => value.type === 'PublicFolder' && found.settings.heldForMigration === true);
  if (batch !== undefined)
    throw cmdletRefusal('operation-failed', `The migration batch '${batch.name}' fills ${found.displayName}: remove the batch first.`);
  const isGone = arePublicFoldersMigrated(organizationConfig(await scope.settings(organization.name)));
  await scope.transaction(async (tx) => {
    const [still] = await readRecipients(tx, organization.name, [found.guid]);
    if (still === undefined) throw objectNotFound(organization, String(given['Identity']));
    const isUsed = hierarchy !== undefined && (await isInUse(tx, hierarchy.mailbox, isHierarchy ? undefined : found.exchangeGuid));
    if (isUsed && !(isGone && given['Force'] === true))
      throw cmdletRefusal(
        'operation-failed',
        `There are public folders in ${found.displayName}: remove them, or migrate them and write -Force.`,
      );
    if (isHierarchy && hierarchy !== undefined) await softDeleteMailbox(tx, hierarchy.mailbox, at);
    await removeRecipient(tx, organization.name, found.guid, at);
  });
}

/** @param content undefined: any folder at all */
async function isInUse(tx: Transaction, hierarchy: Guid, content: Guid | null | undefined): Promise<boolean> {
  if (content !== undefined) return (await allFolders(tx, hierarchy)).some((folder) => contentMailboxOf(folder) === content);
  const top = await folderByPath(tx, hierarchy, [], publicFoldersTop);
  return top !== undefined && (await childFolders(tx, hierarchy, top.counter)).length > 0;
}

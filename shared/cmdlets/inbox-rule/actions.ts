import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import { folderByPath } from '../../domain/mailbox/folder-path.ts';
import { importances, type RuleActions } from '../../domain/mailbox/rules/rule.ts';
import { type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { choiceGiven, listGiven, textGiven } from '../given.ts';
import { type NamedMailbox, requireMailbox } from '../mailbox-identity.ts';
import { addressesGiven, addressesShown } from './addresses.ts';

const people = {
  ForwardAsAttachmentTo: 'ForwardAsAttachmentToRecipients',
  ForwardTo: 'ForwardToRecipients',
  RedirectTo: 'RedirectToRecipients',
} as const satisfies Readonly<Record<string, keyof RuleActions>>;
const switches = { DeleteMessage: 'Delete', MarkAsRead: 'MarkAsRead', StopProcessingRules: 'StopProcessingRules' } as const;
const folders = ['CopyToFolder', 'MoveToFolder'] as const;

/** The parameters that say what a rule does. */
export const actionParameters: Readonly<Record<string, ParameterType>> = {
  ApplyCategory: 'list',
  CopyToFolder: 'nullable text',
  DeleteMessage: 'boolean',
  ForwardAsAttachmentTo: 'list',
  ForwardTo: 'list',
  MarkAsRead: 'boolean',
  MarkImportance: 'nullable text',
  MoveToFolder: 'nullable text',
  RedirectTo: 'list',
  StopProcessingRules: 'boolean',
};

/** The actions after a change: what was not written stays, `$null` takes away. Refuses with `bad-parameter` and `object-not-found`. */
export async function actionsGiven(
  scope: CmdletScope,
  given: CmdletParameters,
  mailbox: NamedMailbox,
  before: RuleActions,
): Promise<RuleActions> {
  const changed: Record<string, unknown> = { ...before };
  const put = (name: string, action: keyof RuleActions, value: unknown): void => {
    if (given[name] !== undefined) changed[action] = value === false || (Array.isArray(value) && value.length === 0) ? undefined : value;
  };
  put('ApplyCategory', 'AssignCategories', listGiven(given, 'ApplyCategory'));
  put('MarkImportance', 'MarkImportance', choiceGiven(given, 'MarkImportance', importances));
  for (const [name, action] of Object.entries(switches)) put(name, action, given[name]);
  for (const [name, action] of Object.entries(people)) put(name, action, await addressesGiven(scope, given, name));
  for (const name of folders) put(name, name, await folderGiven(scope, given, name, mailbox));
  return changed as RuleActions;
}

/** `mary@contoso.test:\Inbox\Reports`: a folder of the rule's own mailbox. */
async function folderGiven(
  scope: CmdletScope,
  given: CmdletParameters,
  name: (typeof folders)[number],
  { owner, mailbox }: NamedMailbox,
): Promise<number | undefined> {
  const written = textGiven(given, name);
  if (written === undefined) return undefined;
  const [, whose = '', path = ''] = /^([^:\\]*):?\\(.*)$/.exec(written) ?? [];
  const named = whose === '' ? mailbox : (await requireMailbox(scope, whose)).mailbox;
  if (named !== mailbox)
    throw cmdletRefusal('bad-parameter', `-${name} takes a folder of ${owner.primaryAddress}, not ${JSON.stringify(written)}.`);
  const names = path.split('\\').filter((one) => one !== '');
  const folder = names.length === 0 ? undefined : await scope.transaction((tx) => folderByPath(tx, mailbox, names));
  // As of MailboxFolderPermission.
  if (folder === undefined)
    throw cmdletRefusal('object-not-found', `The operation couldn't be performed because '${written}' couldn't be found.`);
  return folder.counter;
}

/** The actions under the names of the shell. A folder that has gone shows nothing. */
export function actionsShown(actions: RuleActions, all: readonly FolderRow[]): CmdletObject {
  const folder = (counter: number | undefined): string | null => all.find((one) => one.counter === counter)?.display_name ?? null;
  return {
    ApplyCategory: actions.AssignCategories ?? null,
    CopyToFolder: folder(actions.CopyToFolder),
    DeleteMessage: actions.Delete ?? false,
    ForwardAsAttachmentTo: addressesShown(actions.ForwardAsAttachmentToRecipients),
    ForwardTo: addressesShown(actions.ForwardToRecipients),
    MarkAsRead: actions.MarkAsRead ?? false,
    MarkImportance: actions.MarkImportance ?? null,
    MoveToFolder: folder(actions.MoveToFolder),
    RedirectTo: addressesShown(actions.RedirectToRecipients),
    StopProcessingRules: actions.StopProcessingRules ?? false,
  };
}

/** Whether a folder that a rule names is still there. */
export function isFolderLost({ CopyToFolder, MoveToFolder }: RuleActions, all: readonly FolderRow[]): boolean {
  const named = [CopyToFolder, MoveToFolder].filter((counter) => counter !== undefined);
  return named.some((counter) => !all.some((folder) => folder.counter === counter));
}

import type { Guid } from '../../../kernel/ids.ts';
import type { Executor } from '../../../store/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { getFolder } from '../folders.ts';
import { getItem } from '../items.ts';
import { isSearchFolder } from '../search-criteria.ts';
import type { ActionName, PredicateName, RuleActions, RuleAddress, RuleContent, RulePredicates } from './rule.ts';

/** What a complaint is about, as MS-OXWSRULES 2.2.5.2 names it. */
export type RuleField =
  | 'DisplayName'
  | 'Priority'
  | 'Actions'
  | `Condition:${PredicateName}`
  | `Exception:${PredicateName}`
  | `Action:${ActionName}`;

/** Why something of a rule cannot be: names of MS-OXWSRULES 2.2.5.3. */
export type RuleFault =
  | 'ConnectedAccountNotFound'
  | 'EmptyValueFound'
  | 'FolderDoesNotExist'
  | 'InvalidAddress'
  | 'InvalidDateRange'
  | 'InvalidSizeRange'
  | 'InvalidValue'
  | 'MessageClassificationNotFound'
  | 'MissingAction'
  | 'MissingRangeValue'
  | 'RecipientDoesNotExist'
  | 'SizeLessThanZero'
  | 'StringValueTooBig';

export interface RuleComplaint {
  readonly field: RuleField;
  readonly fault: RuleFault;
  /** What was written, as text. */
  readonly value: string;
}

/** Bounds of ours; the largest size, in kilobytes, is what Outlook's dialogue takes. */
const longestText = 255;
const mostMembers = 100;
const mostKilobytes = 999_999;

/** What is wrong with a rule of a mailbox by itself; nothing where it can be kept. */
export async function checkRule(executor: Executor, mailbox: Guid, rule: RuleContent): Promise<readonly RuleComplaint[]> {
  const complaints: RuleComplaint[] = [];
  const complain: Complain = (field, fault, value = '') => void complaints.push({ field, fault, value: String(value) });
  if (rule.name.trim() === '') complain('DisplayName', 'EmptyValueFound');
  if (rule.name.length > longestText) complain('DisplayName', 'StringValueTooBig', rule.name);
  if (rule.priority < 1) complain('Priority', 'InvalidValue', rule.priority);
  checkPredicates(rule.conditions, 'Condition', complain);
  checkPredicates(rule.exceptions, 'Exception', complain);
  checkTexts('Action:AssignCategories', rule.actions.AssignCategories, complain);
  for (const name of sending) checkAddresses(`Action:${name}`, rule.actions[name], complain);
  if (!doesAnything(rule.actions)) complain('Actions', 'MissingAction');
  for (const name of ['CopyToFolder', 'MoveToFolder'] as const) {
    const folder = rule.actions[name];
    if (folder === undefined) continue;
    const target = await getFolder(executor, mailbox, folder);
    if (target === undefined) complain(`Action:${name}`, 'FolderDoesNotExist', folder);
    else if (isSearchFolder(target)) complain(`Action:${name}`, 'InvalidValue', folder);
  }
  const template = rule.actions.ServerReplyWithMessage;
  if (template !== undefined && (await getItem(executor, mailbox, template, { properties: [] })) === undefined)
    complain('Action:ServerReplyWithMessage', 'InvalidValue', template);
  return complaints;
}

/** Whom a rule sends to and nobody is: an address in one of the organisation's domains that the directory does not have. Not inside a transaction. */
export async function checkReach(
  directory: Directory,
  domains: readonly string[],
  { actions }: RuleContent,
): Promise<readonly RuleComplaint[]> {
  const complaints: RuleComplaint[] = [];
  for (const name of sending) {
    for (const { address } of actions[name] ?? []) {
      const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
      if (domains.includes(domain) && (await directory.byAddress(address)) === undefined)
        complaints.push({ field: `Action:${name}`, fault: 'RecipientDoesNotExist', value: address });
    }
  }
  return complaints;
}

const sending = ['ForwardAsAttachmentToRecipients', 'ForwardToRecipients', 'RedirectToRecipients'] as const;

type Complain = (field: RuleField, fault: RuleFault, value?: string | number) => void;

function checkPredicates(predicates: RulePredicates, kind: 'Condition' | 'Exception', complain: Complain): void {
  for (const name of [
    'Categories',
    'ContainsBodyStrings',
    'ContainsHeaderStrings',
    'ContainsRecipientStrings',
    'ContainsSenderStrings',
    'ContainsSubjectOrBodyStrings',
    'ContainsSubjectStrings',
    'ItemClasses',
  ] as const)
    checkTexts(`${kind}:${name}`, predicates[name], complain);
  for (const account of predicates.FromConnectedAccounts ?? [])
    complain(`${kind}:FromConnectedAccounts`, 'ConnectedAccountNotFound', account);
  for (const name of predicates.MessageClassifications ?? [])
    complain(`${kind}:MessageClassifications`, 'MessageClassificationNotFound', name);
  for (const name of ['FromAddresses', 'SentToAddresses'] as const) checkAddresses(`${kind}:${name}`, predicates[name], complain);
  checkRanges(predicates, kind, complain);
}

function checkRanges(
  { WithinDateRange: dates, WithinSizeRange: sizes }: RulePredicates,
  kind: 'Condition' | 'Exception',
  complain: Complain,
): void {
  if (dates !== undefined) {
    const { StartDateTime: start, EndDateTime: end } = dates;
    if (start === undefined && end === undefined) complain(`${kind}:WithinDateRange`, 'MissingRangeValue');
    if (start !== undefined && end !== undefined && end < start)
      complain(`${kind}:WithinDateRange`, 'InvalidDateRange', `${new Date(start).toISOString()} - ${new Date(end).toISOString()}`);
  }
  if (sizes !== undefined) {
    const { MinimumSize: least, MaximumSize: most } = sizes;
    if (least === undefined && most === undefined) complain(`${kind}:WithinSizeRange`, 'MissingRangeValue');
    for (const size of [least ?? 0, most ?? 0]) {
      if (size < 0) complain(`${kind}:WithinSizeRange`, 'SizeLessThanZero', size);
      if (size > mostKilobytes) complain(`${kind}:WithinSizeRange`, 'InvalidSizeRange', size);
    }
    if (least !== undefined && most !== undefined && most < least)
      complain(`${kind}:WithinSizeRange`, 'InvalidSizeRange', `${least} - ${most}`);
  }
}

function checkTexts(field: RuleField, texts: readonly string[] | undefined, complain: Complain): void {
  if (texts === undefined) return;
  if (texts.length === 0) complain(field, 'EmptyValueFound');
  if (texts.length > mostMembers) complain(field, 'InvalidValue', `${texts.length} values, at most ${mostMembers}`);
  for (const one of texts) {
    if (one.trim() === '') complain(field, 'EmptyValueFound', one);
    if (one.length > longestText) complain(field, 'StringValueTooBig', one);
  }
}

function checkAddresses(field: RuleField, addresses: readonly RuleAddress[] | undefined, complain: Complain): void {
  if (addresses === undefined) return;
  if (addresses.length > mostMembers) complain(field, 'InvalidValue', `${addresses.length} addresses, at most ${mostMembers}`);
  for (const { name, address } of addresses) {
    if (!/^[^\s@<>]{1,64}@[^\s@<>]{1,255}$/.test(address)) complain(field, 'InvalidAddress', address === '' ? name : address);
  }
}

function doesAnything(actions: RuleActions): boolean {
  return Object.values(actions).some((value) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0));
}

import { getFolder } from '../../../shared/domain/mailbox/folders.ts';
import { getItem } from '../../../shared/domain/mailbox/items.ts';
import type { InboxRule, RuleActions, RuleAddress, RulePredicates } from '../../../shared/domain/mailbox/rules/rule.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getInboxRules } from '../../../shared/protocols/ews/operations/get-inbox-rules.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { ruleIdOf } from './rule-id.ts';

type Answer = Extract<ResponseOf<typeof getInboxRules>, { readonly class: 'Success' }>;
export type WireRule = NonNullable<Answer['InboxRules']>[number];
type WirePredicates = NonNullable<WireRule['Conditions']>;
type WireActions = NonNullable<WireRule['Actions']>;

/** A rule as it is shown. One whose folder or answer has gone is in error, whether mail has found that out or not. */
export async function wireRule(read: Executor, mailbox: OpenMailbox, rule: InboxRule): Promise<WireRule> {
  const { actions, isLost } = await wireActions(read, mailbox, rule.actions);
  return {
    RuleId: ruleIdOf(rule.counter),
    DisplayName: rule.name,
    Priority: rule.priority,
    IsEnabled: rule.isEnabled,
    ...(rule.isInError || isLost ? { IsInError: true } : {}),
    ...(isEmpty(rule.conditions) ? {} : { Conditions: wirePredicates(rule.conditions) }),
    ...(isEmpty(rule.exceptions) ? {} : { Exceptions: wirePredicates(rule.exceptions) }),
    Actions: actions,
  };
}

function isEmpty(predicates: RulePredicates): boolean {
  return Object.values(predicates).every((value) => value === undefined);
}

function wirePredicates({ FromAddresses, SentToAddresses, ...plain }: RulePredicates): WirePredicates {
  return {
    ...plain,
    ...(FromAddresses && { FromAddresses: FromAddresses.map(wireAddress) }),
    ...(SentToAddresses && { SentToAddresses: SentToAddresses.map(wireAddress) }),
  };
}

async function wireActions(
  read: Executor,
  mailbox: OpenMailbox,
  rule: RuleActions,
): Promise<{ readonly actions: WireActions; readonly isLost: boolean }> {
  const { CopyToFolder, MoveToFolder, ServerReplyWithMessage, ...others } = rule;
  const { ForwardAsAttachmentToRecipients, ForwardToRecipients, RedirectToRecipients, ...plain } = others;
  let isLost = false;
  const folder = async (counter: number) => {
    const row = await getFolder(read, mailbox.guid, counter);
    isLost ||= row === undefined;
    const ChangeKey = row && mailbox.changeKey('Folder', row.change_number);
    return { is: 'FolderId', value: { Id: mailbox.ids.folderId(counter), ...(ChangeKey && { ChangeKey }) } } as const;
  };
  const reply = async (counter: number) => {
    const row = await getItem(read, mailbox.guid, counter, { properties: [] });
    isLost ||= row === undefined;
    return row && { Id: mailbox.ids.itemId(row.folder, counter), ChangeKey: mailbox.changeKey('Message', row.change_number) };
  };
  const template = ServerReplyWithMessage === undefined ? undefined : await reply(ServerReplyWithMessage);
  const actions = {
    ...plain,
    ...(CopyToFolder === undefined ? {} : { CopyToFolder: await folder(CopyToFolder) }),
    ...(MoveToFolder === undefined ? {} : { MoveToFolder: await folder(MoveToFolder) }),
    ...(ForwardAsAttachmentToRecipients && { ForwardAsAttachmentToRecipients: ForwardAsAttachmentToRecipients.map(wireAddress) }),
    ...(ForwardToRecipients && { ForwardToRecipients: ForwardToRecipients.map(wireAddress) }),
    ...(RedirectToRecipients && { RedirectToRecipients: RedirectToRecipients.map(wireAddress) }),
    ...(template && { ServerReplyWithMessage: template }),
  };
  return { actions, isLost };
}

function wireAddress({ name, address }: RuleAddress) {
  return { ...(name === '' ? {} : { Name: name }), EmailAddress: address, RoutingType: 'SMTP' };
}

import type { RuleComplaint } from '../../../shared/domain/mailbox/rules/check-rule.ts';
import type { RuleActions, RuleAddress, RuleContent, RulePredicates } from '../../../shared/domain/mailbox/rules/rule.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import { decodeId } from '../../../shared/protocols/ews/item-id.ts';
import type { updateInboxRules } from '../../../shared/protocols/ews/operations/update-inbox-rules.ts';
import type { EwsCall } from '../context.ts';
import { type FolderTarget, type OpenMailbox, openFolder } from '../mailboxes.ts';

type WireOperation = RequestOf<typeof updateInboxRules>['Operations'][number];
type WireRule = Extract<WireOperation, { readonly is: 'CreateRuleOperation' }>['value'];
type WirePredicates = NonNullable<WireRule['Conditions']>;
type WireActions = NonNullable<WireRule['Actions']>;
type WireAddresses = NonNullable<WirePredicates['FromAddresses']>;

/** A complaint about what the wire says, or what {@link RuleComplaint} says of the rule. */
export interface WireComplaint {
  readonly field: RuleComplaint['field'] | 'RuleId' | 'Action:SendSMSAlertToRecipients';
  readonly fault:
    | RuleComplaint['fault']
    | 'CreateWithRuleId'
    | 'DuplicatedPriority'
    | 'DuplicatedOperationOnTheSameRule'
    | 'InvalidFolderId'
    | 'MissingParameter'
    | 'RuleNotFound'
    | 'UnsupportedRule';
  readonly value: string;
}

/** A rule of a request. What cannot be understood stands among the complaints. */
export async function readRule(
  call: EwsCall,
  mailbox: OpenMailbox,
  wire: WireRule,
): Promise<{ readonly rule: RuleContent; readonly complaints: readonly WireComplaint[] }> {
  const complaints: WireComplaint[] = [];
  const rule = {
    name: wire.DisplayName,
    priority: wire.Priority,
    isEnabled: wire.IsEnabled,
    conditions: await readPredicates(call, wire.Conditions ?? {}),
    exceptions: await readPredicates(call, wire.Exceptions ?? {}),
    actions: await readActions(call, mailbox, wire.Actions ?? {}, complaints),
  };
  return { rule, complaints };
}

async function readPredicates(call: EwsCall, { FromAddresses, SentToAddresses, ...plain }: WirePredicates): Promise<RulePredicates> {
  return {
    ...plain,
    ...(FromAddresses === undefined ? {} : { FromAddresses: await readAddresses(call, FromAddresses) }),
    ...(SentToAddresses === undefined ? {} : { SentToAddresses: await readAddresses(call, SentToAddresses) }),
  };
}

async function readActions(
  call: EwsCall,
  mailbox: OpenMailbox,
  { SendSMSAlertToRecipients, ServerReplyWithMessage, CopyToFolder, MoveToFolder, ...wire }: WireActions,
  complaints: WireComplaint[],
): Promise<RuleActions> {
  const { ForwardAsAttachmentToRecipients, ForwardToRecipients, RedirectToRecipients, ...plain } = wire;
  if (SendSMSAlertToRecipients !== undefined)
    complaints.push({
      field: 'Action:SendSMSAlertToRecipients',
      fault: 'UnsupportedRule',
      value: SendSMSAlertToRecipients.map(({ EmailAddress = '' }) => EmailAddress).join('; '),
    });
  const folder = async (name: 'CopyToFolder' | 'MoveToFolder', target: FolderTarget | undefined): Promise<RuleActions> =>
    target === undefined ? {} : { [name]: await folderCounter(call, mailbox, name, target, complaints) };
  const actions: RuleActions = {
    ...plain,
    ...(await folder('CopyToFolder', CopyToFolder)),
    ...(await folder('MoveToFolder', MoveToFolder)),
    ...(ForwardAsAttachmentToRecipients && { ForwardAsAttachmentToRecipients: await readAddresses(call, ForwardAsAttachmentToRecipients) }),
    ...(ForwardToRecipients && { ForwardToRecipients: await readAddresses(call, ForwardToRecipients) }),
    ...(RedirectToRecipients && { RedirectToRecipients: await readAddresses(call, RedirectToRecipients) }),
  };
  if (ServerReplyWithMessage === undefined) return actions;
  const template = decodeId(ServerReplyWithMessage.Id);
  if (template?.is === 'item' && template.key.mailbox === mailbox.guid) return { ...actions, ServerReplyWithMessage: template.key.item };
  complaints.push({ field: 'Action:ServerReplyWithMessage', fault: 'InvalidValue', value: ServerReplyWithMessage.Id });
  return actions;
}

/** An address that is a legacyExchangeDN (`EX`) becomes that of whoever has it. */
async function readAddresses({ context, organization }: EwsCall, wire: WireAddresses): Promise<readonly RuleAddress[]> {
  return Promise.all(
    wire.map(async ({ Name = '', EmailAddress = '', RoutingType = 'SMTP' }) => {
      const found = RoutingType.toUpperCase() === 'EX' ? await context.directory(organization.name).byLegacyDn(EmailAddress) : undefined;
      return { name: Name, address: found?.primaryAddress ?? EmailAddress };
    }),
  );
}

/** Undefined where there is none: the complaint says so. */
async function folderCounter(
  call: EwsCall,
  mailbox: OpenMailbox,
  name: 'CopyToFolder' | 'MoveToFolder',
  target: FolderTarget,
  complaints: WireComplaint[],
): Promise<number | undefined> {
  const field = `Action:${name}` as const;
  const own: FolderTarget =
    target.is === 'DistinguishedFolderId' && target.value.Mailbox === undefined
      ? { ...target, value: { ...target.value, Mailbox: { EmailAddress: mailbox.owner.primaryAddress } } }
      : target;
  try {
    const opened = await openFolder(call, own);
    if (opened.mailbox.guid === mailbox.guid) return opened.folder.counter;
    complaints.push({ field, fault: 'FolderDoesNotExist', value: target.value.Id });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const isMalformed = error.code === 'ErrorInvalidIdMalformed' || error.code === 'ErrorCannotUseItemIdForFolderId';
    const fault = target.value.Id === '' ? 'EmptyValueFound' : isMalformed ? 'InvalidFolderId' : 'FolderDoesNotExist';
    complaints.push({ field, fault, value: target.value.Id });
  }
  return undefined;
}

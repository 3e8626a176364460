import { checkReach, checkRule } from '../../../shared/domain/mailbox/rules/check-rule.ts';
import { type InboxRule, mostRules, type RuleContent } from '../../../shared/domain/mailbox/rules/rule.ts';
import { hasOutlookRules, readRules, removeOutlookRules } from '../../../shared/domain/mailbox/rules/rule-messages.ts';
import { writeRules } from '../../../shared/domain/mailbox/rules/write-rules.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { updateInboxRules as contract } from '../../../shared/protocols/ews/operations/update-inbox-rules.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenMailbox, openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { readRule, type WireComplaint } from '../rules/read-rule.ts';
import { counterOf } from '../rules/rule-id.ts';
import { complaintText, validationFailed } from '../rules/texts.ts';

type WireOperation = RequestOf<typeof contract>['Operations'][number];

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateinboxrules-operation
 * All operations of a request are carried out, or none.
 */
export const updateInboxRules: Operation<typeof contract> = async (
  call,
  { MailboxSmtpAddress = '', RemoveOutlookRuleBlob, Operations },
) => {
  const [message] = await perItem(call, [MailboxSmtpAddress], async (address) => {
    const mailbox = await openMailboxOf(call, address === '' ? undefined : address);
    const { store } = call.context;
    if (RemoveOutlookRuleBlob !== true && (await hasOutlookRules(store.read, mailbox.guid))) throw ewsRefusal('ErrorOutlookRuleBlobExists');
    const changes = new Changes(await readRules(store.read, mailbox.guid));
    for (const [index, operation] of Operations.entries()) changes.add(index, operation, await read(call, mailbox, operation));
    if (changes.refused.length > 0) {
      const refused = errorMessage('ErrorInboxRulesValidationError', { text: validationFailed });
      return { ...refused, RuleOperationErrors: changes.refused };
    }
    if (changes.count > mostRules) throw ewsRefusal('ErrorRulesOverQuota', { detail: `${changes.count} rules, at most ${mostRules}` });
    await store.transaction(async (tx) => {
      if (RemoveOutlookRuleBlob === true) await removeOutlookRules(tx, mailbox.guid, call.instant);
      await writeRules(tx, mailbox.guid, changes, call.instant);
    });
    return { class: 'Success' } as const;
  });
  return present(message, 'the answer for the one mailbox');
};

/** What an operation says, and what is wrong with it whatever the others say. */
interface Read {
  readonly rule?: RuleContent;
  readonly complaints: readonly WireComplaint[];
}

async function read(call: EwsCall, mailbox: OpenMailbox, { is, value }: WireOperation): Promise<Read> {
  if (is === 'DeleteRuleOperation') return { complaints: [] };
  const { rule, complaints } = await readRule(call, mailbox, value);
  const { context, organization } = call;
  const own: WireComplaint[] = [];
  if (is === 'CreateRuleOperation' && value.RuleId !== undefined && value.RuleId !== '')
    own.push({ field: 'RuleId', fault: 'CreateWithRuleId', value: value.RuleId });
  const others = [
    ...(await checkRule(context.store.read, mailbox.guid, rule)).filter(({ field }) => !(field === 'Actions' && complaints.length > 0)),
    ...(await checkReach(context.directory(organization.name), organization.domains, rule)),
  ];
  return { rule, complaints: [...own, ...complaints, ...others] };
}

/** The operations of a request, put together. */
class Changes {
  readonly create: RuleContent[] = [];
  readonly replace = new Map<number, RuleContent>();
  readonly remove: number[] = [];
  readonly refused: { readonly OperationIndex: number; readonly ValidationErrors: ReturnType<typeof wireError>[] }[] = [];
  readonly #before: ReadonlySet<number>;
  readonly #priorities = new Set<number>();

  constructor(before: readonly InboxRule[]) {
    this.#before = new Set(before.map(({ counter }) => counter));
  }

  /** Rules that there will be. */
  get count(): number {
    return this.#before.size + this.create.length - this.remove.length;
  }

  add(index: number, operation: WireOperation, { rule, complaints }: Read): void {
    const all = [...complaints];
    if (rule !== undefined) {
      if (this.#priorities.has(rule.priority)) all.push({ field: 'Priority', fault: 'DuplicatedPriority', value: String(rule.priority) });
      this.#priorities.add(rule.priority);
    }
    if (operation.is === 'CreateRuleOperation' && rule !== undefined) this.create.push(rule);
    else {
      const id = operation.is === 'DeleteRuleOperation' ? operation.value : (operation.value.RuleId ?? '');
      all.push(...this.#change(id, rule));
    }
    if (all.length > 0) this.refused.push({ OperationIndex: index, ValidationErrors: all.map(wireError) });
  }

  #change(id: string, rule: RuleContent | undefined): readonly WireComplaint[] {
    if (id === '') return [{ field: 'RuleId', fault: 'MissingParameter', value: '' }];
    const counter = counterOf(id);
    if (counter === undefined || !this.#before.has(counter)) return [{ field: 'RuleId', fault: 'RuleNotFound', value: id }];
    if (this.replace.has(counter) || this.remove.includes(counter))
      return [{ field: 'RuleId', fault: 'DuplicatedOperationOnTheSameRule', value: id }];
    if (rule === undefined) this.remove.push(counter);
    else this.replace.set(counter, rule);
    return [];
  }
}

function wireError({ field, fault, value }: WireComplaint) {
  return { FieldURI: field, ErrorCode: fault, ErrorMessage: complaintText(fault), FieldValue: value };
}

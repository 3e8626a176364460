import { allFolders } from '../domain/mailbox/folders.ts';
import { checkReach, checkRule, type RuleComplaint } from '../domain/mailbox/rules/check-rule.ts';
import { type InboxRule, mostRules, type RuleContent } from '../domain/mailbox/rules/rule.ts';
import { readRules, removeOutlookRules } from '../domain/mailbox/rules/rule-messages.ts';
import { writeRules } from '../domain/mailbox/rules/write-rules.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { numberGiven, refusePrompt, textGiven } from './given.ts';
import { actionParameters, actionsGiven, actionsShown, isFolderLost } from './inbox-rule/actions.ts';
import { predicateParameters, predicatesGiven, predicatesShown } from './inbox-rule/predicates.ts';
import { type NamedMailbox, requireMailbox } from './mailbox-identity.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const ruleParameters: Cmdlet['parameters'] = {
  Mailbox: 'text',
  ...predicateParameters,
  ...actionParameters,
  AlwaysDeleteOutlookRulesBlob: 'switch',
  Force: 'switch',
  Confirm: 'switch',
};
const oneRule: Cmdlet['parameters'] = {
  Identity: 'text',
  Mailbox: 'text',
  AlwaysDeleteOutlookRulesBlob: 'switch',
  Force: 'switch',
  Confirm: 'switch',
};

/**
 * `New-InboxRule Reports -Mailbox mary -SubjectContainsWords report -MoveToFolder mary:\Archive`: the rules that EWS shows, by
 * the shell's names. `-Mailbox` must be there: whoever types is not whose mailbox it is.
 */
export const inboxRule = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Mailbox: 'text' },
    required: ['Mailbox'],
    async run(scope, given) {
      const mailbox = await requireMailbox(scope, String(given['Mailbox']));
      const rules = await scope.transaction((tx) => readRules(tx, mailbox.mailbox));
      const shown = given['Identity'] === undefined ? rules : [requireRule(rules, mailbox, String(given['Identity']))];
      return Promise.all(shown.map((rule) => show(scope, mailbox, rule)));
    },
  },
  new: {
    kinds,
    positional: 'Name',
    parameters: { Name: 'text', Priority: 'integer', ...ruleParameters },
    required: ['Name', 'Mailbox'],
    async run(scope, given) {
      refusePrompt(given);
      const mailbox = await requireMailbox(scope, String(given['Mailbox']));
      const before = await scope.transaction((tx) => readRules(tx, mailbox.mailbox));
      if (before.length >= mostRules) throw cmdletRefusal('operation-failed', `A mailbox has ${mostRules} rules at most.`);
      // What is not placed runs first (page of New-InboxRule does not say; Outlook on the web shows new rules on top).
      const empty = { name: '', priority: 1, isEnabled: true, conditions: {}, exceptions: {}, actions: {} };
      const rule = await contentGiven(scope, given, mailbox, empty);
      const [counter] = await write(scope, mailbox, (tx) => writeRules(tx, mailbox.mailbox, { create: [rule] }, scope.at));
      const made = (await scope.transaction((tx) => readRules(tx, mailbox.mailbox))).filter((one) => one.counter === counter);
      return Promise.all(made.map((one) => show(scope, mailbox, one)));
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Name: 'text', Priority: 'integer', ...ruleParameters },
    required: ['Identity', 'Mailbox'],
    run: (scope, given) => change(scope, given, (rule, mailbox) => contentGiven(scope, given, mailbox, rule)),
  },
  enable: {
    kinds,
    positional: 'Identity',
    parameters: oneRule,
    required: ['Identity', 'Mailbox'],
    run: (scope, given) => change(scope, given, async (rule) => ({ ...rule, isEnabled: true })),
  },
  disable: {
    kinds,
    positional: 'Identity',
    parameters: oneRule,
    required: ['Identity', 'Mailbox'],
    run: (scope, given) => change(scope, given, async (rule) => ({ ...rule, isEnabled: false })),
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: oneRule,
    required: ['Identity', 'Mailbox'],
    async run(scope, given) {
      refusePrompt(given);
      const mailbox = await requireMailbox(scope, String(given['Mailbox']));
      await write(scope, mailbox, async (tx) => {
        const { counter } = requireRule(await readRules(tx, mailbox.mailbox), mailbox, String(given['Identity']));
        await writeRules(tx, mailbox.mailbox, { remove: [counter] }, scope.at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** Whoever changes rules in the shell takes away what Outlook keeps of its own (page of New-InboxRule). */
function write<T>(scope: CmdletScope, { mailbox }: NamedMailbox, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return scope.transaction(async (tx) => {
    await removeOutlookRules(tx, mailbox, scope.at);
    return work(tx);
  });
}

async function change(
  scope: CmdletScope,
  given: CmdletParameters,
  changed: (rule: InboxRule, mailbox: NamedMailbox) => Promise<RuleContent>,
): Promise<readonly CmdletObject[]> {
  refusePrompt(given);
  const mailbox = await requireMailbox(scope, String(given['Mailbox']));
  const before = requireRule(await scope.transaction((tx) => readRules(tx, mailbox.mailbox)), mailbox, String(given['Identity']));
  const { name, priority, isEnabled, conditions, exceptions, actions } = await changed(before, mailbox);
  const rule = { name, priority, isEnabled, conditions, exceptions, actions };
  await write(scope, mailbox, (tx) => writeRules(tx, mailbox.mailbox, { replace: new Map([[before.counter, rule]]) }, scope.at));
  return [];
}

async function contentGiven(scope: CmdletScope, given: CmdletParameters, mailbox: NamedMailbox, before: RuleContent): Promise<RuleContent> {
  const { directory, organization } = scope;
  const rule: RuleContent = {
    name: textGiven(given, 'Name') ?? before.name,
    priority: numberGiven(given, 'Priority') ?? before.priority,
    isEnabled: before.isEnabled,
    conditions: await predicatesGiven(scope, given, '', before.conditions),
    exceptions: await predicatesGiven(scope, given, 'ExceptIf', before.exceptions),
    actions: await actionsGiven(scope, given, mailbox, before.actions),
  };
  const unreachable = await checkReach(directory(organization.name), organization.domains, rule);
  const [complaint] = [...(await scope.transaction((tx) => checkRule(tx, mailbox.mailbox, rule))), ...unreachable];
  if (complaint !== undefined) throw refusalOf(complaint);
  return rule;
}

/** Our wording. */
function refusalOf({ field, fault, value }: RuleComplaint): Error {
  const what = value === '' ? '' : ` (${JSON.stringify(value)})`;
  if (fault === 'MissingAction') return cmdletRefusal('bad-parameter', 'A rule needs an action, such as -MoveToFolder.');
  return cmdletRefusal('bad-parameter', `${fault}: ${field}${what}.`);
}

/** By its name, its number, or either behind the name of the mailbox. */
function requireRule(rules: readonly InboxRule[], { owner }: NamedMailbox, identity: string): InboxRule {
  const written = identity.slice(identity.lastIndexOf('\\') + 1);
  const [rule, ...others] = rules.filter(
    ({ name, counter }) => name.toLowerCase() === written.toLowerCase() || String(counter) === written,
  );
  if (rule !== undefined && others.length === 0) return rule;
  const reason =
    rule === undefined
      ? `${owner.primaryAddress} has no Inbox rule ${JSON.stringify(written)}.`
      : `Several Inbox rules are called ${JSON.stringify(written)}: use RuleIdentity.`;
  throw cmdletRefusal('object-not-found', reason);
}

/** Property names as in administrators' listings; there is no Description. */
async function show(scope: CmdletScope, mailbox: NamedMailbox, rule: InboxRule): Promise<CmdletObject> {
  const { owner } = mailbox;
  const folders = await scope.transaction((tx) => allFolders(tx, mailbox.mailbox));
  return {
    Enabled: rule.isEnabled,
    Identity: `${owner.displayName}\\${rule.counter}`,
    InError: rule.isInError || isFolderLost(rule.actions, folders),
    Name: rule.name,
    Priority: rule.priority,
    RuleIdentity: rule.counter,
    SupportedByTask: true,
    ...predicatesShown(rule.conditions, ''),
    ...predicatesShown(rule.exceptions, 'ExceptIf'),
    ...actionsShown(rule.actions, folders),
    MailboxOwnerId: owner.displayName,
    IsValid: true,
  };
}

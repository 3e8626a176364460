import type { Instant } from '../../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../../kernel/ids.ts';
import { namedProperty, type PropertyBag, propertyTag } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import { prepared } from '../../../store/prepared.ts';
import { deleteItem } from '../delete-item.ts';
import type { FolderRow } from '../folder-columns.ts';
import { requireFolder } from '../folders.ts';
import type { ItemRow } from '../item-columns.ts';
import { createItem } from '../item-writes.ts';
import { itemProperty } from '../property-reader.ts';
import { updateItem } from '../update-item.ts';
import type { InboxRule, RuleActions, RuleContent, RulePredicates } from './rule.ts';

/** A rule is a message among the folder associated information of the Inbox (MS-OXORULE 2.2.4, MS-OXPROPS PidTagRuleMessage*). */
const ruleClass = 'IPM.Rule.Version2.Message';
/** What Outlook keeps of rules that only it can run (MS-OXORULE 2.2.5). */
const outlookClass = 'IPM.RuleOrganizer';

const ruleName = propertyTag(0x65ec, 'String');
const ruleProvider = propertyTag(0x65eb, 'String');
const ruleSequence = propertyTag(0x65f3, 'Integer');
const ruleState = propertyTag(0x65e9, 'Integer');
const ruleLevel = propertyTag(0x65ed, 'Integer');
const enabled = 0x01;
const inError = 0x02;
const exitLevel = 0x10;
/** Rules of the mailbox's owner, as Outlook and EWS write them. */
const provider = 'RuleOrganizer';
/** Exchange keeps conditions and actions in binary (PidTagExtendedRuleMessage*); here they are JSON in a property set of ours. */
const definition = namedProperty(namedGuid('coexist', 'inbox rules'), 'Definition', 'String');

const ofClass = prepared((db, p: { mailbox: string; folder: number; class: string }) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('associated', '=', 1)
    .where('class', '=', p.class)
    .orderBy('counter'),
);

/** The rules of a mailbox in the order in which they run. Refuses with `folder-not-found` where there is no such mailbox. */
export async function readRules(executor: Executor, mailbox: Guid): Promise<readonly InboxRule[]> {
  return rulesIn(executor, await requireFolder(executor, mailbox, 'inbox'));
}

/** {@link readRules} of an Inbox that has been read. */
export async function rulesIn(executor: Executor, inbox: FolderRow): Promise<readonly InboxRule[]> {
  const rows = await ruleMessages(executor, inbox, ruleClass);
  return rows.flatMap((row) => ruleOf(row) ?? []).sort((one, other) => one.priority - other.priority || one.counter - other.counter);
}

/** The rule messages of a class in an Inbox that has been read; an Inbox without associated information costs nothing. */
async function ruleMessages(executor: Executor, inbox: FolderRow, messageClass: string): Promise<readonly ItemRow[]> {
  if (inbox.associated_count === 0) return [];
  return ofClass.all(executor, { mailbox: inbox.mailbox, folder: inbox.counter, class: messageClass });
}

/** A message that some client wrote in its own way is no rule of ours: it is passed over. */
function ruleOf(row: ItemRow): InboxRule | undefined {
  const kept = itemProperty(row, definition);
  if (typeof kept !== 'string') return undefined;
  const { conditions, exceptions, actions } = JSON.parse(kept) as {
    readonly conditions: RulePredicates;
    readonly exceptions: RulePredicates;
    readonly actions: RuleActions;
  };
  const state = Number(itemProperty(row, ruleState) ?? 0);
  return {
    counter: row.counter,
    name: String(itemProperty(row, ruleName) ?? ''),
    priority: Number(itemProperty(row, ruleSequence) ?? 0),
    isEnabled: (state & enabled) !== 0,
    isInError: (state & inError) !== 0,
    conditions,
    exceptions,
    actions,
  };
}

/** Writes a new rule; answers its counter. */
export async function createRule(tx: Executor, mailbox: Guid, rule: RuleContent, instant: Instant): Promise<number> {
  const inbox = await requireFolder(tx, mailbox, 'inbox');
  const draft = { class: ruleClass, properties: propertiesOf(rule), recipients: [], attachments: [], associated: true };
  return (await createItem(tx, mailbox, inbox.counter, draft, instant)).counter;
}

/** Writes a rule anew. Refuses with `item-not-found`. */
export async function replaceRule(tx: Executor, mailbox: Guid, counter: number, rule: RuleContent, instant: Instant): Promise<void> {
  await updateItem(tx, mailbox, counter, { set: propertiesOf(rule) }, 'any', instant);
}

/** Removes a rule for good. Refuses with `item-not-found`. */
export async function removeRule(tx: Executor, mailbox: Guid, counter: number, instant: Instant): Promise<void> {
  await deleteItem(tx, mailbox, counter, 'hard', instant);
}

function propertiesOf({ name, priority, isEnabled, conditions, exceptions, actions }: RuleContent): PropertyBag {
  return {
    [ruleName]: name,
    [ruleProvider]: provider,
    [ruleSequence]: priority,
    [ruleState]: (isEnabled ? enabled : 0) | (actions.StopProcessingRules === true ? exitLevel : 0),
    [ruleLevel]: 0,
    [definition]: JSON.stringify({ conditions, exceptions, actions }),
  };
}

/** What a rule's actions name of its mailbox. */
const named: readonly ('MoveToFolder' | 'CopyToFolder' | 'ServerReplyWithMessage')[] = [
  'MoveToFolder',
  'CopyToFolder',
  'ServerReplyWithMessage',
];

/** The properties of a rule message with what its actions name called otherwise: while a mailbox moves, not by counters. */
export function withRuleReferences(properties: PropertyBag, change: (name: number | string) => number | string): PropertyBag {
  const kept = properties[definition];
  if (typeof kept !== 'string') return properties;
  const content = JSON.parse(kept) as { readonly actions: Readonly<Record<string, unknown>> };
  const actions = { ...content.actions };
  for (const name of named) if (actions[name] !== undefined) actions[name] = change(actions[name] as number | string);
  return { ...properties, [definition]: JSON.stringify({ ...content, actions }) };
}

/** What the actions of a rule message name. */
export function ruleReferences(properties: PropertyBag): readonly (number | string)[] {
  const found: (number | string)[] = [];
  withRuleReferences(properties, (name) => {
    found.push(name);
    return name;
  });
  return found;
}

/** The counters of the messages in an Inbox that keep its rules. */
export async function ruleCounters(executor: Executor, inbox: FolderRow): Promise<readonly number[]> {
  return (await ruleMessages(executor, inbox, ruleClass)).map(({ counter }) => counter);
}

/** Whether an item keeps a rule, where it lies in the Inbox. */
export function isRuleMessage({ associated, class: messageClass }: Pick<ItemRow, 'class'> & { readonly associated: number }): boolean {
  return associated === 1 && messageClass === ruleClass;
}

/** Tells that a rule could not be carried out: it does not run until it is written again. */
export async function markRuleInError(tx: Executor, mailbox: Guid, { counter, ...rule }: InboxRule, instant: Instant): Promise<void> {
  const state = Number(propertiesOf(rule)[ruleState]) | inError;
  await updateItem(tx, mailbox, counter, { set: { [ruleState]: state } }, 'any', instant);
}

/** Whether Outlook keeps rules of its own beside these. */
export async function hasOutlookRules(executor: Executor, mailbox: Guid): Promise<boolean> {
  return (await outlookRules(executor, mailbox)).length > 0;
}

/** Takes Outlook's own away. */
export async function removeOutlookRules(tx: Executor, mailbox: Guid, instant: Instant): Promise<void> {
  for (const { counter } of await outlookRules(tx, mailbox)) await deleteItem(tx, mailbox, counter, 'hard', instant);
}

async function outlookRules(executor: Executor, mailbox: Guid): Promise<readonly ItemRow[]> {
  return ruleMessages(executor, await requireFolder(executor, mailbox, 'inbox'), outlookClass);
}

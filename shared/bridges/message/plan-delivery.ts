import type { Recipient } from '../../domain/directory/recipient.ts';
import { noteTold } from '../../domain/mailbox/automatic-replies.ts';
import { withCategories } from '../../domain/mailbox/conversation-actions.ts';
import { type Deposit, deliver } from '../../domain/mailbox/deliver.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { getFolder, requireFolder } from '../../domain/mailbox/folders.ts';
import { conversationOf } from '../../domain/mailbox/item-layout.ts';
import { getItem } from '../../domain/mailbox/items.ts';
import { isJunkIn, senderOf } from '../../domain/mailbox/junk-email.ts';
import { fullFor } from '../../domain/mailbox/quota.ts';
import { applyRules, type RuleOutcome } from '../../domain/mailbox/rules/apply-rules.ts';
import type { InboxRule } from '../../domain/mailbox/rules/rule.ts';
import type { IncomingMessage } from '../../domain/mailbox/rules/rule-matches.ts';
import { markRuleInError, rulesIn } from '../../domain/mailbox/rules/rule-messages.ts';
import type { DeliveryTarget } from '../../domain/mailflow/delivery-targets.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, tags } from '../../kernel/mapi.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';
import { type Attendant, attend, attendantFor } from './attendant.ts';
import { owedReply } from './away.ts';
import { actionCheck, type ConversationAction, conversationAction } from './conversation-actions.ts';
import { delegateCopies } from './delegate-copies.ts';
import type { DeliveryGround, Outgoing, Travelling } from './on-the-way.ts';
import { type RuleSent, sendOn } from './rule-sending.ts';

/** What is to be done in a transaction so that a message has arrived. */
export interface DeliveryPlan {
  readonly steps: readonly (Pick<Travelling, 'mailbox' | 'draft'> & {
    readonly deposits: readonly Deposit[];
    readonly attendant?: Attendant | undefined;
  })[];
  /** Rules that cannot be carried out any more. */
  readonly broken: readonly { readonly mailbox: Guid; readonly rule: InboxRule }[];
  /** Automatic replies of those who are away, each with what is to be done so that it has arrived. */
  readonly replies: readonly OwedDelivery[];
  /** What rules send to people elsewhere. */
  readonly outgoing: readonly Outgoing[];
  /** What rules made of it; undefined where none acted. */
  readonly verdict: Verdict | undefined;
}

/** An automatic reply: to a mailbox here, or by mail. */
interface OwedDelivery {
  readonly mailbox: Guid;
  readonly sender: string;
  readonly plan: DeliveryPlan;
}

/** Mailboxes that one message reaches, what rules send on included. A bound of ours, like that of its recipients. */
const mostSteps = 500;
/** What rules send, for one message that comes: each is a message of its own in memory. A bound of ours. */
const mostSentOn = 20;
/** Automatic replies to one message; who is left out answers the next one. A bound of ours. */
const mostReplies = 100;
const stepsAtATime = 20;
const nowhere: ReadonlySet<Guid> = new Set();

/**
 * What the rules of the mailboxes make of a message, and of whatever they send on within the organisation. A mailbox does
 * not send on what has come by way of it, so that nothing goes in circles, and gets the same message once. A full mailbox gets
 * nothing: whoever asks tells his sender before (`bridges/mailflow/receiving.ts`). Not inside a transaction.
 *
 * @param roomy mailboxes that have just been found to have room
 */
export async function planDelivery(
  ground: DeliveryGround,
  targets: readonly DeliveryTarget[],
  draft: ItemDraft,
  instant: Instant,
  roomy: ReadonlySet<Guid> = nowhere,
): Promise<DeliveryPlan> {
  const open: Travelling[] = targets.map(({ mailbox, folder }) => ({ mailbox, folder, draft, trail: [] }));
  const steps: DeliveryPlan['steps'][number][] = [];
  const broken: DeliveryPlan['broken'][number][] = [];
  const checks: Check[] = [];
  const outgoing: Outgoing[] = [];
  let sendings = 0;
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (steps.length % stepsAtATime === stepsAtATime - 1) await new Promise((resolve) => setImmediate(resolve));
    const { mailbox } = next;
    const owner = await ground.directory.byMailbox(mailbox);
    const full = roomy.has(mailbox) ? undefined : await fullFor(ground.read, mailbox);
    if (full !== undefined) {
      checks.push({ check: 'mailflow.mailbox-full', outcome: 'skipped', actual: `${owner?.primaryAddress ?? mailbox}: ${full}` });
      continue;
    }
    const arrival = await arrive(ground, next, owner, instant);
    broken.push(...arrival.broken.map((rule) => ({ mailbox, rule })));
    checks.push(...arrival.checks);
    const isLookedAt = next.folder === undefined && arrival.deposits.some(({ place }) => place !== 'junkemail');
    const attendant = owner !== undefined && isLookedAt ? await attendantFor(ground, mailbox, owner, next.draft, instant) : undefined;
    const copies = attendant && (await delegateCopies(ground, next, attendant.owner));
    steps.push({ mailbox, draft: next.draft, deposits: copies?.deposits(arrival.deposits) ?? arrival.deposits, attendant });
    open.push(...(copies?.onward ?? []).slice(0, Math.max(0, mostSteps - steps.length - open.length)));
    if (owner === undefined) continue;
    for (const sentOn of arrival.sentOn) {
      sendings += 1;
      const sender = { owner, instant, guid: () => ground.identifiers.guid() };
      const sent = sendings > mostSentOn ? tooMany : await sendOn(ground, next, sentOn, sender);
      if (sent.outgoing !== undefined) outgoing.push(sent.outgoing);
      const onward = sent.onward.filter((one) => ![...steps, ...open].some((other) => isSame(one, other)));
      open.push(...onward.slice(0, Math.max(0, mostSteps - steps.length - open.length)));
      checks.push({
        ...ruleCheck(owner, sentOn.rule),
        outcome: onward.length === 0 && sent.outgoing === undefined ? 'skipped' : 'passed',
        actual: sent.told,
      });
    }
  }
  const { replies, checks: told } = await repliesTo(ground, steps, instant);
  checks.push(...told);
  return { steps, broken, replies, outgoing, verdict: checks.length === 0 ? undefined : judge(checks) };
}

/** Automatic replies to what arrives, as far as it does not end in Junk Email. */
async function repliesTo(
  ground: DeliveryGround,
  steps: DeliveryPlan['steps'],
  instant: Instant,
): Promise<{ readonly replies: DeliveryPlan['replies']; readonly checks: readonly Check[] }> {
  const replies: DeliveryPlan['replies'][number][] = [];
  const checks: Check[] = [];
  for (const [position, { mailbox, draft, deposits }] of steps.entries()) {
    if (replies.length >= mostReplies) break;
    if (position % stepsAtATime === stepsAtATime - 1) await new Promise((resolve) => setImmediate(resolve));
    if (deposits.every(({ place }) => place === 'junkemail')) continue;
    const { reply, check } = await owedReply(ground, mailbox, draft, instant);
    if (check !== undefined) checks.push(check);
    if (reply === undefined) continue;
    const delivered = await planDelivery(ground, reply.targets, reply.draft, instant);
    const plan = reply.outgoing === undefined ? delivered : { ...delivered, outgoing: [reply.outgoing] };
    replies.push({ mailbox, sender: reply.sender, plan });
    checks.push(...(plan.verdict?.checks ?? []));
  }
  return { replies, checks };
}

/** Carries a plan out and answers what is to be mailed now. A transaction holds store calls only, so it was made before. */
export async function carryOut(
  tx: Transaction,
  { steps, broken, replies, outgoing }: DeliveryPlan,
  instant: Instant,
): Promise<readonly Outgoing[]> {
  const mailed = [...outgoing];
  for (const { mailbox, draft, deposits, attendant } of steps) {
    const { answers = [], ...kept } = attendant === undefined ? {} : await attend(tx, mailbox, attendant, draft, instant);
    mailed.push(...answers);
    for (const deposit of deposits)
      await deliver(tx, mailbox, draft, instant, { ...deposit, ...kept, set: { ...deposit.set, ...kept.set } });
  }
  for (const { mailbox, rule } of broken) {
    if ((await getItem(tx, mailbox, rule.counter, { properties: [] })) !== undefined) await markRuleInError(tx, mailbox, rule, instant);
  }
  for (const { mailbox, sender, plan } of replies)
    if (await noteTold(tx, mailbox, sender, instant)) mailed.push(...(await carryOut(tx, plan, instant)));
  return mailed;
}

interface Arrival extends Pick<RuleOutcome, 'sentOn'> {
  readonly deposits: readonly Deposit[];
  readonly broken: readonly InboxRule[];
  readonly checks: readonly Check[];
}

async function arrive(
  { read, directory }: DeliveryGround,
  { mailbox, folder, draft }: Travelling,
  owner: Recipient | undefined,
  at: Instant,
): Promise<Arrival> {
  if (folder !== undefined) return { deposits: [{ place: folder }], sentOn: [], broken: [], checks: [] };
  const inbox = await requireFolder(read, mailbox, 'inbox');
  const nothing: Arrival = { deposits: [{ place: 'inbox' }], sentOn: [], broken: [], checks: [] };
  if (owner === undefined) return nothing;
  const sender = senderOf(draft.properties).toLowerCase();
  const known = smtpAddresses(await directory.byAddress(sender));
  if (isJunkIn(inbox, draft, known)) {
    const check: Check = {
      check: 'mailflow.junk-email',
      outcome: 'passed',
      actual: `${owner.primaryAddress}: mail from ${sender} goes to Junk Email`,
    };
    return { ...nothing, deposits: [{ place: 'junkemail' }], checks: [check] };
  }
  const message: IncomingMessage = { draft, at, from: new Set([sender, ...known]), me: new Set(smtpAddresses(owner)) };
  const { outcome, broken } = await runnable(read, mailbox, await rulesIn(read, inbox), message);
  const { places, set, sentOn, acted } = outcome;
  const action = await conversationActionFor(read, mailbox, draft);
  return {
    deposits: places.map((place) => depositBy(action, { place, set })),
    sentOn,
    broken,
    checks: [
      ...(action === undefined ? [] : [actionCheck(owner, action)]),
      ...acted.map((rule): Check => ({ ...ruleCheck(owner, rule), outcome: 'passed', actual: doneBy(rule) })),
      ...broken.map((rule): Check => ({ ...ruleCheck(owner, rule), outcome: 'skipped', actual: 'its folder is gone: it is in error now' })),
    ],
  };
}

async function conversationActionFor(
  read: Store['read'],
  mailbox: Guid,
  { properties }: ItemDraft,
): Promise<ConversationAction | undefined> {
  const subject = properties[tags.subject];
  const { conversation } = conversationOf(typeof subject === 'string' ? subject : null, properties);
  return conversation === null ? undefined : conversationAction(read, mailbox, conversation);
}

/** What goes to the Inbox goes where the conversation does; rules have the first word (inferred). */
function depositBy(action: ConversationAction | undefined, { place, set }: Deposit): Deposit {
  if (action === undefined) return { place, ...(set && { set }) };
  const marked = action.categories.length === 0 ? {} : { [named.keywords]: withCategories(set?.[named.keywords], action.categories) };
  return { place: place === 'inbox' ? (action.moveTo ?? place) : place, set: { ...set, ...marked } };
}

/** Rules whose folder has gone do not act; each of them is found by trying. */
async function runnable(
  read: Store['read'],
  mailbox: Guid,
  rules: readonly InboxRule[],
  message: IncomingMessage,
): Promise<{ readonly outcome: RuleOutcome; readonly broken: readonly InboxRule[] }> {
  const broken: InboxRule[] = [];
  for (;;) {
    const outcome = applyRules(
      rules.filter((rule) => !broken.includes(rule)),
      message,
      'inbox',
    );
    const gone: InboxRule[] = [];
    for (const rule of outcome.acted) {
      const folders = [rule.actions.MoveToFolder, rule.actions.CopyToFolder].filter((folder) => folder !== undefined);
      for (const folder of folders) if ((await getFolder(read, mailbox, folder)) === undefined) gone.push(rule);
    }
    if (gone.length === 0) return { outcome, broken };
    broken.push(...gone);
  }
}

const tooMany: RuleSent = { onward: [], told: `rules have sent ${mostSentOn} messages for this one` };

/** Two ways on which the same message comes into the same mailbox. */
function isSame(one: Pick<Travelling, 'mailbox' | 'draft'>, other: Pick<Travelling, 'mailbox' | 'draft'>): boolean {
  return one.mailbox === other.mailbox && one.draft === other.draft;
}

function smtpAddresses(recipient: Recipient | undefined): readonly string[] {
  const all = recipient?.addresses.filter((address) => /^smtp:/i.test(address)) ?? [];
  return all.map((address) => address.slice('smtp:'.length).toLowerCase());
}

function ruleCheck(owner: Recipient | undefined, { name }: InboxRule): Omit<Check, 'outcome'> {
  return { check: 'mailflow.inbox-rule', expected: `${owner?.primaryAddress ?? ''}: ${name}` };
}

function doneBy({ actions }: InboxRule): string {
  const done = Object.entries(actions).filter(([, value]) => value !== undefined && value !== false);
  return done.map(([name, value]) => (value === true || typeof value === 'object' ? name : `${name} ${String(value)}`)).join(', ');
}

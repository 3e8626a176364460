import { findArbitration } from '../../domain/directory/arbitration.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { getAttachments, getRecipients } from '../../domain/mailbox/items.ts';
import { plainText } from '../../domain/mailbox/plain-text.ts';
import { type ApprovalDecision, isOwnProperty, type PendingApproval, waitingForApproval } from '../../domain/mailflow/approvals.ts';
import type { DeliveryTarget } from '../../domain/mailflow/delivery-targets.ts';
import { nonDeliveryReply } from '../../domain/mailflow/non-delivery.ts';
import type { TrackingEvent } from '../../domain/mailflow/tracking.ts';
import type { TransportMessage } from '../../domain/mailflow/transport-message.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyBag, type PropertyKey, tags } from '../../kernel/mapi.ts';
import { draftFromItem } from '../message/draft-from-item.ts';
import type { DeliveryGround } from '../message/on-the-way.ts';
import { type ApprovalDesk, approvalRequest, approvalUpdate, notApproved } from './approval-mail.ts';
import { reportOn, type Undelivered } from './reports.ts';
import type { Resolution } from './resolution.ts';

/** What approvals are planned with. */
export interface ApprovalGround extends DeliveryGround {
  readonly organization: Organization;
  readonly settings: Settings;
}

/** What is to be done with a message that is sent, `A` being how that is planned. */
export interface Planned<A> {
  readonly events: readonly Pick<TrackingEvent, 'event' | 'source' | 'facts'>[];
  readonly report: A | undefined;
}
export type Plan<A> = (message: TransportMessage) => Promise<A>;

/** A step of an approval, to be carried out in the transaction of the message that sets it off. */
export type ApprovalStep<A> =
  | { readonly does: 'keep'; readonly mailbox: Guid; readonly draft: ItemDraft; readonly pending: PendingApproval; readonly request: A }
  | ({ readonly does: 'settle' } & Settling<A>)
  /** The request has not reached these; where it has reached nobody, that settles it. */
  | ({ readonly does: 'lose'; readonly lost: readonly Guid[] } & Settling<A>)
  /** A moderator's copy of a request that is settled. */
  | { readonly does: 'mark'; readonly mailbox: Guid; readonly counter: number; readonly set: PropertyBag; readonly leaves: boolean };

interface Settling<A> {
  readonly mailbox: Guid;
  readonly request: string;
  readonly rows: readonly TrackingEvent[];
  /** What is sent then. */
  readonly follows: readonly A[];
}

/** What waits for moderators now. */
export interface Waiting<A> {
  readonly steps: readonly ApprovalStep<A>[];
  /** Whom a moderated message will not reach, because nobody could be asked. */
  readonly undelivered: readonly Undelivered[];
  readonly events: Planned<A>['events'];
}

/**
 * Has a message wait for approval, once for each moderated recipient: it lies in the arbitration mailbox, and the moderators get a
 * request ("Configure a moderated recipient in Exchange Online"). Not inside a transaction.
 */
export async function planWaiting<A extends Planned<A>>(
  ground: ApprovalGround,
  message: TransportMessage,
  moderated: Resolution['moderated'],
  instant: Instant,
  plan: Plan<A>,
): Promise<Waiting<A>> {
  const steps: ApprovalStep<A>[] = [];
  const undelivered: Undelivered[] = [];
  const events: Planned<A>['events'][number][] = [];
  if (moderated.length === 0) return { steps, undelivered, events };
  const arbitration = await findArbitration(ground.directory);
  for (const { envelope, recipient, moderators } of moderated) {
    const desk = arbitration && deskOf(ground, arbitration.owner, message.facts, instant);
    const request = desk && approvalRequest(desk, message, recipient, moderators);
    const planned = request && (await plan(request));
    const lost = new Set(planned === undefined ? [] : addressesOf(planned, 'FAIL'));
    const facts = { recipients: [envelope.address], relatedRecipientAddress: recipient.primaryAddress };
    if (
      arbitration === undefined ||
      request === undefined ||
      planned === undefined ||
      moderators.every((one) => lost.has(one.primaryAddress))
    ) {
      undelivered.push({ ...envelope, reply: nonDeliveryReply('moderators-gone') });
      if (planned !== undefined) events.push({ event: 'MODERATORSALLNDR', source: 'APPROVAL', facts });
      continue;
    }
    const pending = pendingOf(message, request, envelope, recipient, moderators, lost);
    steps.push({ does: 'keep', mailbox: arbitration.mailbox, draft: message.item, pending, request: { ...planned, report: undefined } });
    events.push({ event: 'INITMESSAGECREATED', source: 'APPROVAL', facts: { ...facts, reference: [pending.request] } });
  }
  return { steps, undelivered, events };
}

function pendingOf(
  { sender, facts, item }: TransportMessage,
  request: TransportMessage,
  envelope: PendingApproval['envelope'],
  recipient: Recipient,
  moderators: readonly Recipient[],
  lost: ReadonlySet<string>,
): PendingApproval {
  return {
    request: textOf(request.item.properties[tags.internetMessageId]),
    recipient: recipient.guid,
    envelope,
    moderators: moderators.map(({ guid, primaryAddress }) => ({ guid, address: primaryAddress })),
    lost: moderators.filter(({ primaryAddress }) => lost.has(primaryAddress)).map(({ guid }) => guid),
    ...{ sender, facts, itemClass: item.class },
    messageId: textOf(item.properties[tags.internetMessageId]) || null,
  };
}

/** A waiting message with where it waits. */
export type Found = NonNullable<Awaited<ReturnType<typeof findWaiting>>>;

/** The message that a request of this organisation is about; undefined where it waits no more, or never did. */
export async function findWaiting({ read, directory }: ApprovalGround, request: string) {
  const arbitration = await findArbitration(directory);
  const waiting = arbitration && (await waitingForApproval(read, arbitration.mailbox, request));
  return arbitration === undefined || waiting === undefined ? undefined : { ...arbitration, ...waiting };
}

/** How a moderator has decided. */
export interface Decided {
  readonly decision: ApprovalDecision;
  readonly maker: Recipient;
  /** What he wrote in his reply. */
  readonly comment: string;
}

/**
 * What a decision sets off, or its absence after two days: the message goes on as it came, or its sender hears that it does not, and the
 * moderators' requests are settled.
 */
export async function planSettling<A extends Planned<A>>(
  ground: ApprovalGround,
  found: Found,
  decided: Decided | undefined,
  instant: Instant,
  plan: Plan<A>,
): Promise<ApprovalStep<A>> {
  const { mailbox, pending } = found;
  const desk = deskOf(ground, found.owner, pending.facts, instant);
  const recipient = await ground.directory.byGuid(pending.recipient);
  const follows: A[] = [];
  if (decided?.decision === 'Approve') follows.push(await approved(await originalOf(ground, found), pending, recipient, plan));
  else if (isToldOf(pending, recipient)) {
    const subject = textOf(found.row.subject);
    const to = recipient ?? { displayName: pending.envelope.address, primaryAddress: pending.envelope.address };
    const rejected = decided && { maker: decided.maker.displayName, comment: decided.comment };
    follows.push(await plan(notApproved(desk, { ...pending, subject }, to, rejected)));
  }
  const outcome = decided && { decision: decided.decision, maker: decided.maker.displayName };
  const holders = await holdersOf(ground, pending);
  if (holders.length > 0) follows.push(await plan(approvalUpdate(desk, pending.request, outcome, holders)));
  const event = decided === undefined ? 'MODERATIONEXPIRE' : decided.decision === 'Approve' ? 'MODERATORAPPROVE' : 'MODERATORREJECT';
  return { does: 'settle', mailbox, request: pending.request, rows: [rowOf(event, found, decided?.maker)], follows };
}

/** What it sets off that a request has not reached some moderators, where it has reached none then. */
export async function planLosing<A extends Planned<A>>(
  ground: ApprovalGround,
  found: Found,
  lost: readonly Guid[],
  instant: Instant,
  plan: Plan<A>,
): Promise<ApprovalStep<A>> {
  const { mailbox, pending } = found;
  const { sender, facts, item } = await originalOf(ground, found);
  const about = {
    ...{ sender, facts, received: instant, octets: Buffer.from(item.mime) },
    ...{ subject: textOf(found.row.subject), internetMessageId: pending.messageId ?? '' },
  };
  const report = await reportOn(ground, 'failed', about, [{ ...pending.envelope, reply: nonDeliveryReply('moderators-gone') }], instant);
  const rows = [rowOf('MODERATORSALLNDR', found, undefined)];
  return { does: 'lose', mailbox, request: pending.request, lost, rows, follows: report === undefined ? [] : [await plan(report)] };
}

async function approved<A extends Planned<A>>(
  original: TransportMessage,
  { facts, envelope }: PendingApproval,
  recipient: Recipient | undefined,
  plan: Plan<A>,
): Promise<A> {
  const granted = recipient?.primaryAddress ?? envelope.address;
  const forMembers = recipient?.settings.bypassNestedModeration === true ? ({ approvedForMembers: true } as const) : {};
  const planned = await plan({ ...original, facts: { ...facts, approvedFor: [...(facts.approvedFor ?? []), granted], ...forMembers } });
  // It was received and submitted before.
  return { ...planned, events: planned.events.filter(({ event }) => event !== 'RECEIVE' && event !== 'SUBMIT') };
}

/** The message as it came, for the one recipient. */
async function originalOf({ read, blobs }: ApprovalGround, { mailbox, row, pending }: Found): Promise<TransportMessage> {
  const recipients = (await getRecipients(read, mailbox, [row.counter])).get(row.counter) ?? [];
  const attachments = (await getAttachments(read, mailbox, [row.counter])).get(row.counter) ?? [];
  const draft = await draftFromItem(row, recipients, attachments, blobs);
  const own = Object.entries(draft.properties).filter(([key]) => isOwnProperty(key as PropertyKey) && !ofTheStay.has(key as PropertyKey));
  const properties: PropertyBag = {
    ...Object.fromEntries(own),
    ...(pending.messageId === null ? {} : { [tags.internetMessageId]: pending.messageId }),
  };
  const item = { ...draft, class: pending.itemClass, properties, mime: present(draft.mime, 'the octets of a message that waits') };
  return { sender: pending.sender, recipients: [pending.envelope], item, facts: pending.facts };
}

/** What an item has of having lain somewhere. */
const ofTheStay: ReadonlySet<PropertyKey> = new Set([tags.creationTime, tags.lastModificationTime, tags.messageDeliveryTime]);

/** SendModerationNotifications. */
function isToldOf({ sender, facts }: PendingApproval, recipient: Recipient | undefined): boolean {
  const who = recipient?.settings.moderationNotifications;
  return sender !== '' && who !== 'Never' && (who !== 'Internal' || facts.authAs === 'Internal');
}

/** Moderators who have the request; to people outside it was a message like any other. */
async function holdersOf({ directory }: ApprovalGround, { moderators, lost }: PendingApproval): Promise<readonly Recipient[]> {
  const found = await Promise.all(moderators.filter(({ guid }) => !lost.includes(guid)).map(({ guid }) => directory.byGuid(guid)));
  return found.filter((one) => one !== undefined).filter(({ type, primaryAddress }) => type !== 'MailContact' && primaryAddress !== '');
}

function deskOf(
  { organization, identifiers }: ApprovalGround,
  assistant: Recipient,
  cause: ApprovalDesk['cause'],
  instant: Instant,
): ApprovalDesk {
  return { organization, identifiers, assistant, cause, instant };
}

function rowOf(event: TrackingEvent['event'], { pending, row }: Found, maker: Recipient | undefined): TrackingEvent {
  const { sender, envelope, messageId, request } = pending;
  return {
    event,
    source: 'APPROVAL',
    messageId: messageId ?? '',
    sender,
    facts: {
      ...{ recipients: [envelope.address], subject: textOf(row.subject), returnPath: sender, reference: [request] },
      ...(maker === undefined ? {} : { sourceContext: maker.primaryAddress }),
    },
  };
}

function addressesOf<A>({ events }: Planned<A>, wanted: TrackingEvent['event']): readonly string[] {
  return events.flatMap(({ event, facts }) => (event === wanted ? facts.recipients : []));
}

/** What somebody wrote in a message, as text. */
export function writtenIn({ properties }: ItemDraft): string {
  const html = properties[tags.bodyHtml];
  return (textOf(properties[tags.body]) || (typeof html === 'string' ? plainText(html) : '')).trim();
}

/** The mailboxes among places. */
export function withoutMailbox(targets: readonly DeliveryTarget[], mailbox: Guid | undefined): readonly DeliveryTarget[] {
  return targets.filter((one) => one.mailbox !== mailbox);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

import { enqueue, nextMessageNumber } from '../../domain/mailflow/queue.ts';
import { hidesSenderName } from '../../domain/mailflow/remote-domains.ts';
import { type TrackingEvent, type TrackingFacts, track } from '../../domain/mailflow/tracking.ts';
import type { TransportFacts, TransportMessage } from '../../domain/mailflow/transport-message.ts';
import { transportServiceOf } from '../../domain/mailflow/transport-service.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { serverFqdn } from '../../domain/organization/servers.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import { tags } from '../../kernel/mapi.ts';
import { judge, type Verdict } from '../../kernel/verdict.ts';
import type { DeliveryGround, Outgoing } from '../message/on-the-way.ts';
import { carryOut, type DeliveryPlan, planDelivery } from '../message/plan-delivery.ts';
import { withApprovalFields } from './approval-fields.ts';
import { carryOutApproval, planApprovals } from './approvals.ts';
import { arrived } from './header-firewall.ts';
import type { ApprovalStep } from './moderate.ts';
import { receiving } from './receiving.ts';
import { reportOn } from './reports.ts';
import type { Resolution } from './resolution.ts';
import { resolveRecipients } from './resolve.ts';

/** What an organisation's transport takes messages with. */
export interface TransportGround extends DeliveryGround {
  readonly organization: Organization;
  readonly settings: Settings;
}

/** What is to be done in a transaction so that a message is in the mailboxes and queues of all whom it is for. */
export interface Acceptance {
  readonly message: TransportMessage;
  readonly delivery: DeliveryPlan;
  readonly onward: Resolution['onward'];
  /** Those among them who get it in another form than the others: a message of their own, from the categoriser on. */
  readonly forked: Resolution['onward'];
  /** What is sent to whoever is elsewhere: with the organisation's own headers. */
  readonly octets: Uint8Array;
  readonly events: readonly Pick<TrackingEvent, 'event' | 'source' | 'facts'>[];
  /** The report to the sender about whom it does not reach. */
  readonly report: Acceptance | undefined;
  /** The reports about whom it has reached, where the sender wants them. */
  readonly receipts: readonly Acceptance[];
  /** What rules and absences send; undefined what is not sent: what they make of what they made ends somewhere. */
  readonly approvals: readonly ApprovalStep<Acceptance>[];
  readonly sent: ReadonlyMap<Outgoing, Acceptance | undefined>;
  /** Where the answers of resources go: what they answer depends on what is in their calendars by then. By address. */
  readonly answers: ReadonlyMap<string, Resolution>;
  /** What the categoriser made of it, and what rules did. */
  readonly verdict: Verdict | undefined;
}

/** What rules and absences make of what rules and absences made. A bound of ours. */
const deepestChain = 3;

/**
 * Finds out what becomes of a message: mailboxes here, the next hop of everybody else, and a report to its sender about those
 * whom it does not reach. Not inside a transaction.
 */
export async function planAcceptance(ground: TransportGround, message: TransportMessage, instant: Instant, depth = 0): Promise<Acceptance> {
  const { facts, item } = message;
  const resolved = await resolveRecipients(ground, { ...message, size: item.mime.length }, askedFor(message));
  const received = await receiving(ground, resolved);
  const approvals = await planApprovals(ground, message, received, instant, (one) => planAcceptance(ground, one, instant, depth));
  const undelivered = [...received.undelivered, ...approvals.undelivered];
  const resolution = { ...received, targets: approvals.targets, undelivered, events: [...received.events, ...approvals.events] };
  const { targets, onward } = resolution;
  const delivery = await planDelivery(ground, targets, item, instant, new Set(targets.map(({ mailbox }) => mailbox)));
  const report =
    undelivered.length === 0 ? undefined : await reportOn(ground, 'failed', aboutMessage(message, instant), undelivered, instant);
  const receipts: Acceptance[] = [];
  for (const action of ['delivered', 'expanded'] as const) {
    const reached = resolution.reached.filter((one) => one.action === action);
    const receipt = await reportOn(ground, action, aboutMessage(message, instant), reached, instant);
    if (receipt !== undefined) receipts.push(await planAcceptance(ground, receipt, instant, depth));
  }
  const sent = new Map<Outgoing, Acceptance | undefined>();
  for (const outgoing of outgoingOf(delivery)) {
    const own = depth < deepestChain ? ownMessage(ground.organization, outgoing, facts) : undefined;
    sent.set(outgoing, own && (await planAcceptance(ground, own, instant, depth + 1)));
  }
  const checks = [...resolution.checks, ...approvals.checks, ...(delivery.verdict?.checks ?? [])];
  const mime = Buffer.from(item.mime.buffer, item.mime.byteOffset, item.mime.byteLength);
  return {
    message,
    delivery,
    onward,
    forked: forkedOf(ground, message, resolution),
    octets: onward.length === 0 ? mime : withApprovalFields(facts.source === 'SMTP' ? mime : asOwn(mime, facts), message),
    events: eventsOf(message, resolution),
    report: report === undefined ? undefined : await planAcceptance(ground, report, instant, depth),
    receipts,
    approvals: approvals.steps,
    sent,
    answers: await answersOf(ground, delivery),
    verdict: checks.length === 0 ? undefined : judge(checks),
  };
}

/** Whoever gets it converted, where anybody gets it as it is. */
function forkedOf({ settings }: TransportGround, { facts }: TransportMessage, { onward, targets }: Resolution): Resolution['onward'] {
  const converted = onward.filter(({ address }) => hidesSenderName(settings, facts, address));
  return converted.length === onward.length && targets.length === 0 ? [] : converted;
}

/** With the organisation's headers as the servers write them, whatever stood there. */
function asOwn(mime: Buffer, facts: TransportFacts): Buffer {
  return arrived(mime, { ...facts, acceptsOrganization: false, acceptsCrossPremises: false }).octets;
}

async function answersOf(ground: TransportGround, { steps }: DeliveryPlan): Promise<Acceptance['answers']> {
  const answers = new Map<string, Resolution>();
  for (const { attendant } of steps) {
    if (attendant === undefined || attendant.organizer !== null || answers.has(attendant.organizerAddress)) continue;
    const { owner, organizerAddress } = attendant;
    const ofResource = { sender: owner.primaryAddress, facts: ownFacts(ground.organization, {}), size: 0 };
    answers.set(organizerAddress, await resolveRecipients(ground, ofResource, [{ address: organizerAddress }]));
  }
  return answers;
}

/** Its recipients; whoever asks for a delivery receipt in his own mailbox asks for it of each. */
function askedFor({ recipients, facts, item }: TransportMessage): TransportMessage['recipients'] {
  if (facts.source !== 'STOREDRIVER' || item.properties[tags.originatorDeliveryReportRequested] !== true) return recipients;
  return recipients.map((one) => (one.notify === undefined ? { ...one, notify: ['SUCCESS', 'FAILURE', 'DELAY'] } : one));
}

/** A message with what a report says of it. */
function aboutMessage({ sender, facts, item: { properties, mime } }: TransportMessage, received: Instant) {
  return {
    ...{ sender, facts, received, octets: Buffer.from(mime) },
    subject: textOf(properties[tags.subject]),
    internetMessageId: textOf(properties[tags.internetMessageId]),
  };
}

/** All that a delivery mails, automatic replies included. */
function outgoingOf({ outgoing, replies }: DeliveryPlan): readonly Outgoing[] {
  return [...outgoing, ...replies.flatMap(({ plan }) => outgoingOf(plan))];
}

/** What is sent by the mailbox itself is the organisation's own; what it passes on as it came stays as trusted as it was. */
function ownMessage(organization: Organization, outgoing: Outgoing, cause: TransportFacts): TransportMessage {
  const { draft, sender, recipients, isPassedOn = false } = outgoing;
  const own = ownFacts(organization, cause);
  return {
    sender,
    recipients: recipients.map((address) => (sender === '' ? { address, notify: ['NEVER'] } : { address })),
    item: draft,
    facts: isPassedOn ? { ...cause, source: own.source, connector: '' } : own,
  };
}

function ownFacts(organization: Organization, { traceparent }: Pick<TransportFacts, 'traceparent'>): TransportFacts {
  return {
    ...{ source: 'MAILBOXRULE', authAs: 'Internal', authSource: serverFqdn(organization), authMechanism: '04' },
    ...{ directionality: 'Originating', connector: '', traceparent },
  };
}

function eventsOf(
  { facts, recipients, item }: TransportMessage,
  { targets, undelivered, events }: Pick<Resolution, 'targets' | 'undelivered' | 'events'>,
): Acceptance['events'] {
  const { source, directionality, connector, clientAddress, clientHost } = facts;
  const came: TrackingFacts = {
    recipients: recipients.map(({ address }) => address),
    totalBytes: item.mime.length,
    directionality,
    ...(connector === '' ? {} : { connectorId: connector }),
    clientIp: clientAddress,
    clientHostname: clientHost,
  };
  return [
    { event: source === 'DSN' ? 'DSN' : 'RECEIVE', source, facts: came },
    ...(source === 'STOREDRIVER' ? [{ event: 'SUBMIT' as const, source, facts: came }] : []),
    ...events,
    ...undelivered.map(({ address, reply }): Acceptance['events'][number] => ({
      event: 'FAIL',
      source: 'ROUTING',
      facts: { recipients: [address], recipientStatus: [reply] },
    })),
    ...(targets.length === 0
      ? []
      : [{ event: 'DELIVER' as const, source: 'STOREDRIVER' as const, facts: { recipients: targets.map(({ address }) => address) } }]),
  ];
}

/** Carries it out; answers the message's number, its InternalMessageId. */
export async function carryOutAcceptance(
  tx: Transaction,
  ground: Pick<TransportGround, 'organization' | 'settings'>,
  acceptance: Acceptance,
  instant: Instant,
): Promise<number> {
  const { message, delivery, onward, forked, octets, events, report, receipts, approvals, sent, answers } = acceptance;
  const { organization } = ground;
  const { number, firstRow } = await nextMessageNumber(tx, organization.name, events.length);
  const mailed = await carryOut(tx, delivery, instant);
  const together = forked.length === 0 ? onward : onward.filter((one) => !forked.includes(one));
  await wait(tx, ground, number, { message, octets, recipients: together }, instant);
  await track(tx, organization.name, rowsOf(acceptance, number, events), instant, firstRow);
  if (forked.length > 0) await fork(tx, ground, acceptance, number, instant);
  for (const step of approvals)
    await carryOutApproval(tx, organization.name, step, instant, (one) => carryOutAcceptance(tx, ground, one, instant));
  for (const one of report === undefined ? receipts : [report, ...receipts]) await carryOutAcceptance(tx, ground, one, instant);
  for (const outgoing of mailed) {
    const planned = sent.get(outgoing);
    const resolution = sent.has(outgoing) ? undefined : answers.get(outgoing.recipients[0] ?? '');
    if (planned !== undefined) await carryOutAcceptance(tx, ground, planned, instant);
    if (resolution !== undefined) await mailAnswer(tx, ground, ownMessage(organization, outgoing, message.facts), resolution, instant);
  }
  return number;
}

/** "Fields in the message tracking log files": the row of the forked message refers to the InternalMessageId that it was forked from. */
async function fork(
  tx: Transaction,
  ground: Pick<TransportGround, 'organization' | 'settings'>,
  acceptance: Acceptance,
  from: number,
  instant: Instant,
): Promise<void> {
  const { message, octets, forked: recipients } = acceptance;
  const { number, firstRow } = await nextMessageNumber(tx, ground.organization.name, 1);
  await wait(tx, ground, number, { message, octets, recipients }, instant);
  const facts = { recipients: recipients.map(({ address }) => address), sourceContext: 'ContentConversion', reference: [String(from)] };
  const rows = rowsOf(acceptance, number, [{ event: 'TRANSFER', source: 'ROUTING', facts }]);
  await track(tx, ground.organization.name, rows, instant, firstRow);
}

/** Sends what nobody could know of before the transaction: how a room answers. */
async function mailAnswer(
  tx: Transaction,
  ground: Pick<TransportGround, 'organization' | 'settings'>,
  message: TransportMessage,
  resolution: Resolution,
  instant: Instant,
): Promise<void> {
  const { organization } = ground;
  const events = eventsOf(message, { ...resolution, targets: [] });
  const { number, firstRow } = await nextMessageNumber(tx, organization.name, events.length);
  const octets = asOwn(Buffer.from(message.item.mime), message.facts);
  await wait(tx, ground, number, { message, octets, recipients: resolution.onward }, instant);
  await track(tx, organization.name, rowsOf({ message }, number, events), instant, firstRow);
}

async function wait(
  tx: Transaction,
  { organization, settings }: Pick<TransportGround, 'organization' | 'settings'>,
  number: number,
  {
    message,
    octets,
    recipients,
  }: { readonly message: TransportMessage; readonly octets: Uint8Array; readonly recipients: Resolution['onward'] },
  instant: Instant,
): Promise<void> {
  if (recipients.length === 0) return;
  const { sender, facts, item } = message;
  const internetMessageId = textOf(item.properties[tags.internetMessageId]);
  const subject = textOf(item.properties[tags.subject]);
  const { MessageExpirationTimeout } = transportServiceOf(organization, settings);
  const expires = message.expires ?? instant + MessageExpirationTimeout * 1_000;
  const waiting = { sender, internetMessageId, subject, octets, facts, recipients, expires };
  await enqueue(tx, organization.name, number, waiting, instant);
}

function rowsOf(
  { message }: Pick<Acceptance, 'message'>,
  internalMessageId: number,
  events: Acceptance['events'],
): readonly TrackingEvent[] {
  const { sender, item } = message;
  const messageId = textOf(item.properties[tags.internetMessageId]);
  const subject = textOf(item.properties[tags.subject]);
  return events.map((event) => ({
    ...event,
    messageId,
    sender,
    facts: { internalMessageId, subject, returnPath: sender, ...event.facts },
  }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

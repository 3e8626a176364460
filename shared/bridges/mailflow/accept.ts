import { enqueue, nextMessageNumber } from '../../domain/mailflow/queue.ts';
import { routeOf } from '../../domain/mailflow/route.ts';
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
import { arrived } from './header-firewall.ts';
import { receiving } from './receiving.ts';
import { reportOn } from './reports.ts';
import { type Resolution, resolveRecipients } from './resolve.ts';

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
  /** What is sent to whoever is elsewhere: with the organisation's own headers. */
  readonly octets: Uint8Array;
  readonly events: readonly Pick<TrackingEvent, 'event' | 'source' | 'facts'>[];
  /** The report to the sender about whom it does not reach. */
  readonly report: Acceptance | undefined;
  /** What mailboxes send by themselves, as far as it is known before the transaction. */
  readonly sent: ReadonlyMap<Outgoing, Acceptance>;
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
  const resolution = await receiving(ground.read, await resolveRecipients(ground, message, message.recipients));
  const { targets, onward, undelivered } = resolution;
  const delivery = await planDelivery(ground, targets, item, instant);
  const report =
    undelivered.length === 0 ? undefined : await reportOn(ground, 'failed', aboutMessage(message, instant), undelivered, instant);
  const sent = new Map<Outgoing, Acceptance>();
  for (const outgoing of outgoingOf(delivery))
    if (depth < deepestChain)
      sent.set(outgoing, await planAcceptance(ground, ownMessage(ground.organization, outgoing, facts), instant, depth + 1));
  const checks = [...resolution.checks, ...(delivery.verdict?.checks ?? [])];
  const mime = Buffer.from(item.mime);
  return {
    message,
    delivery,
    onward,
    octets:
      facts.source === 'SMTP' || onward.length === 0
        ? mime
        : arrived(mime, { ...facts, acceptsOrganization: false, acceptsCrossPremises: false }).octets,
    events: eventsOf(message, resolution),
    report: report === undefined ? undefined : await planAcceptance(ground, report, instant, depth),
    sent,
    verdict: checks.length === 0 ? undefined : judge(checks),
  };
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

function ownMessage(organization: Organization, { draft, sender, recipients }: Outgoing, cause: TransportFacts): TransportMessage {
  return {
    sender,
    recipients: recipients.map((address) => (sender === '' ? { address, notify: ['NEVER'] } : { address })),
    item: draft,
    facts: {
      ...{ source: 'MAILBOXRULE', authAs: 'Internal', authSource: serverFqdn(organization), authMechanism: '04' },
      ...{ directionality: 'Originating', connector: '' },
      traceparent: cause.traceparent,
    },
  };
}

function eventsOf({ facts, recipients, item }: TransportMessage, { targets, undelivered, events }: Resolution): Acceptance['events'] {
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
  const { message, delivery, onward, octets, events, report, sent } = acceptance;
  const { organization } = ground;
  const number = await nextMessageNumber(tx, organization.name);
  const mailed = await carryOut(tx, delivery, instant);
  await wait(tx, ground, number, { message, octets, recipients: onward }, instant);
  await track(tx, organization.name, rowsOf(acceptance, number, events), instant);
  if (report !== undefined) await carryOutAcceptance(tx, ground, report, instant);
  for (const outgoing of mailed) {
    const planned = sent.get(outgoing);
    if (planned === undefined) await mail(tx, ground, outgoing, message.facts, instant);
    else await carryOutAcceptance(tx, ground, planned, instant);
  }
  return number;
}

/** Sends what nobody could know of before the transaction: how a room answers, which depends on what is in its calendar. */
async function mail(
  tx: Transaction,
  ground: Pick<TransportGround, 'organization' | 'settings'>,
  outgoing: Outgoing,
  cause: TransportFacts,
  instant: Instant,
): Promise<void> {
  const message = ownMessage(ground.organization, outgoing, cause);
  const number = await nextMessageNumber(tx, ground.organization.name);
  const recipients = message.recipients.map((recipient) => ({ ...recipient, hop: routeOf(ground, recipient.address) }));
  const stamped = arrived(Buffer.from(message.item.mime), { ...message.facts, acceptsOrganization: false, acceptsCrossPremises: false });
  await wait(tx, ground, number, { message, octets: stamped.octets, recipients }, instant);
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
  const expires = instant + MessageExpirationTimeout * 1_000;
  const waiting = { sender, internetMessageId, subject, octets, facts, recipients, expires };
  await enqueue(tx, organization.name, number, waiting, instant);
}

function rowsOf({ message }: Acceptance, internalMessageId: number, events: Acceptance['events']): readonly TrackingEvent[] {
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

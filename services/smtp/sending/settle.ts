import { type Acceptance, carryOutAcceptance, planAcceptance } from '../../../shared/bridges/mailflow/accept.ts';
import { pastHeld } from '../../../shared/bridges/mailflow/past-held.ts';
import { type Holder, keepHolding } from '../../../shared/domain/mailflow/queue-hold.ts';
import { markNotified, type QueuedMessage, settle } from '../../../shared/domain/mailflow/queue-messages.ts';
import { type TrackingEvent, type TrackingEventId, track } from '../../../shared/domain/mailflow/tracking.ts';
import { serverFqdn } from '../../../shared/domain/organization/servers.ts';
import type { SmtpLink } from '../../../shared/net/smtp-link.ts';
import type { Transport } from './context.ts';
import { type Delivered, octetsOf, settlementOf } from './deliver.ts';

/** Where a message is settled: its queue, held. */
export interface Held {
  readonly queue: number;
  readonly connector: string;
  holder(): Holder;
}

/** One transaction: who was reached goes, who was refused is reported on, the others wait; with the rows of the tracking log. */
export function settleMessage(transport: Transport, held: Held, message: QueuedMessage, delivered: Delivered): Promise<void> {
  return pastHeld(transport.ground, (ground) => settleReplies({ ...transport, ground }, held, message, delivered));
}

async function settleReplies(transport: Transport, held: Held, message: QueuedMessage, { replies, link }: Delivered): Promise<void> {
  const { parts, organization, ground } = transport;
  const instant = transport.now();
  const refused = replies.filter(({ reply }) => reply.startsWith('5'));
  const report = await reportOn(transport, 'failed', message, refused, link?.host);
  // Who takes DSN reports himself (RFC 3461, 5.2.2).
  const isLast = link !== undefined && !link.offers('DSN');
  const relayed = replies.filter(({ reply, recipient }) => isLast && reply.startsWith('2') && recipient.notify?.includes('SUCCESS'));
  const receipt = await reportOn(transport, 'relayed', message, relayed, link?.host);
  const settlements = replies.map((one) => settlementOf(transport, one));
  await parts.store.transaction(async (tx) => {
    await keepHolding(tx, organization.name, held.queue, held.holder());
    await settle(tx, organization.name, message.number, settlements);
    await track(tx, organization.name, rows(transport, held, message, replies, link), instant);
    for (const one of [report, receipt]) if (one !== undefined) await carryOutAcceptance(tx, ground, one, instant);
  });
}

/** Tells the sender that it takes longer, once. */
export function tellDelay(transport: Transport, held: Held, message: QueuedMessage, reply: string): Promise<void> {
  return pastHeld(transport.ground, (ground) => tellOnce({ ...transport, ground }, held, message, reply));
}

async function tellOnce(transport: Transport, held: Held, message: QueuedMessage, reply: string): Promise<void> {
  const { parts, organization, ground } = transport;
  const instant = transport.now();
  const waiting = message.recipients.map((recipient) => ({ recipient, reply: recipient.lastError ?? reply }));
  const report = await reportOn(transport, 'delayed', message, waiting, undefined);
  await parts.store.transaction(async (tx) => {
    await keepHolding(tx, organization.name, held.queue, held.holder());
    await markNotified(tx, organization.name, message, instant);
    await track(tx, organization.name, [row('DEFER', transport, held, message, waiting, undefined)], instant);
    if (report !== undefined) await carryOutAcceptance(tx, ground, report, instant);
  });
}

async function reportOn(
  transport: Transport,
  action: 'failed' | 'delayed' | 'relayed',
  message: QueuedMessage,
  replies: Delivered['replies'],
  remoteHost: string | undefined,
): Promise<Acceptance | undefined> {
  if (replies.length === 0 || message.sender === '') return undefined;
  const { parts, ground } = transport;
  const instant = transport.now();
  const octets = await octetsOf(ground.read, message);
  const undelivered = replies.map(({ recipient: { address, original, notify }, reply }) => ({
    address,
    original,
    notify,
    reply,
    remoteHost,
  }));
  const report = await parts.report(ground, action, { ...message, octets }, undelivered, instant);
  return report && planAcceptance(ground, report, instant);
}

const events: readonly (readonly [digit: string, event: TrackingEventId])[] = [
  ['2', 'SEND'],
  ['4', 'DEFER'],
  ['5', 'FAIL'],
];

function rows(
  transport: Transport,
  held: Held,
  message: QueuedMessage,
  replies: Delivered['replies'],
  link: SmtpLink | undefined,
): readonly TrackingEvent[] {
  return events.flatMap(([digit, event]) => {
    const own = replies.filter(({ reply }) => reply.startsWith(digit));
    return own.length === 0 ? [] : [row(event, transport, held, message, own, link)];
  });
}

function row(
  event: TrackingEventId,
  { organization }: Transport,
  { connector }: Held,
  message: QueuedMessage,
  replies: Delivered['replies'],
  link: SmtpLink | undefined,
): TrackingEvent {
  const { number, subject, size, sender, internetMessageId, facts } = message;
  return {
    event,
    source: link === undefined ? 'QUEUE' : 'SMTP',
    messageId: internetMessageId,
    sender,
    facts: {
      ...{ internalMessageId: number, subject, totalBytes: size, returnPath: sender, connectorId: connector },
      recipients: replies.map(({ recipient }) => recipient.address),
      recipientStatus: replies.map(({ reply }) => reply),
      clientHostname: serverFqdn(organization),
      clientIp: link === undefined ? undefined : addressOf(link.local),
      serverIp: link === undefined ? undefined : addressOf(link.remote),
      serverHostname: link?.host,
      sourceContext: link?.sessionId,
      directionality: facts.directionality,
      messageInfo: new Date(message.received).toISOString(),
    },
  };
}

function addressOf(endpoint: string): string {
  return endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

import type { Recipient } from '../../domain/directory/recipient.ts';
import { DeliveryTargets } from '../../domain/mailflow/delivery-targets.ts';
import type { NextHop } from '../../domain/mailflow/next-hop.ts';
import { enqueue, nextMessageNumber } from '../../domain/mailflow/queue.ts';
import { routeOf } from '../../domain/mailflow/route.ts';
import { type TrackingEvent, track } from '../../domain/mailflow/tracking.ts';
import type { EnvelopeRecipient, TransportMessage } from '../../domain/mailflow/transport-message.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Verdict } from '../../kernel/verdict.ts';
import { carryOut, type DeliveryGround, type DeliveryPlan, planDelivery } from '../message/plan-delivery.ts';

/** What an organisation's transport takes messages with. */
export interface TransportGround extends DeliveryGround {
  readonly organization: Organization;
  readonly settings: Settings;
}

/** What is to be done in a transaction so that a message is in the mailboxes and queues of all whom it is for. */
export interface Acceptance {
  readonly message: TransportMessage;
  readonly delivery: DeliveryPlan;
  readonly queued: readonly (EnvelopeRecipient & { readonly hop: NextHop })[];
  readonly events: readonly TrackingEvent[];
  /** What the categoriser made of it, and what rules did. */
  readonly verdict: Verdict | undefined;
}

/** How long a message is tried: MessageExpirationTimeout of Get-TransportService. */
const expirationMs = 2 * 86_400_000;

/** Resolves whom a message is for: mailboxes here, and the next hop of everybody else. Not inside a transaction. */
export async function planAcceptance(ground: TransportGround, message: TransportMessage, instant: Instant): Promise<Acceptance> {
  const targets = new DeliveryTargets(ground.directory);
  const queued: Acceptance['queued'][number][] = [];
  for (const recipient of message.recipients) {
    const found = await ground.directory.byAddress(recipient.address);
    const elsewhere = forwardingAddress(found, recipient.address);
    if (elsewhere === undefined) await targets.add(found, recipient.address);
    else
      queued.push({ ...recipient, address: elsewhere, original: recipient.original ?? recipient.address, hop: routeOf(ground, elsewhere) });
  }
  const delivery = await planDelivery(ground, targets.all, message.item, instant);
  return { message, delivery, queued, events: [], verdict: delivery.verdict };
}

function forwardingAddress(recipient: Recipient | undefined, address: string): string | undefined {
  if (recipient === undefined) return address;
  return recipient.targetAddress?.replace(/^smtp:/i, '');
}

/** Carries it out; answers the message's number, its InternalMessageId. */
export async function carryOutAcceptance(
  tx: Transaction,
  { organization }: Pick<TransportGround, 'organization'>,
  { message, delivery, queued, events }: Acceptance,
  instant: Instant,
): Promise<number> {
  const number = await nextMessageNumber(tx, organization.name);
  await carryOut(tx, delivery, instant);
  const { properties, mime } = message.item;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  if (queued.length > 0)
    await enqueue(
      tx,
      organization.name,
      number,
      {
        sender: message.sender,
        internetMessageId: text(properties[tags.internetMessageId]),
        subject: text(properties[tags.subject]),
        octets: mime,
        facts: message.facts,
        recipients: queued,
        expires: instant + expirationMs,
      },
      instant,
    );
  await track(tx, organization.name, events, instant);
  return number;
}

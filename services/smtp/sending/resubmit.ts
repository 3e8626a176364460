import { carryOutAcceptance, planAcceptance, type TransportGround } from '../../../shared/bridges/mailflow/accept.ts';
import { withApprovalClass } from '../../../shared/bridges/mailflow/approval-fields.ts';
import { pastHeld } from '../../../shared/bridges/mailflow/past-held.ts';
import { resolveRecipients } from '../../../shared/bridges/mailflow/resolve.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { isHeld } from '../../../shared/domain/mailbox/transit.ts';
import type { NextHop } from '../../../shared/domain/mailflow/next-hop.ts';
import { moveRecipient } from '../../../shared/domain/mailflow/queue.ts';
import type { Queue } from '../../../shared/domain/mailflow/queue-hold.ts';
import { type QueuedMessage, type QueuedRecipient, takeOut } from '../../../shared/domain/mailflow/queue-messages.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Transport } from './context.ts';
import { type Delivered, octetsOf } from './deliver.ts';
import { found } from './found.ts';
import { type Held, settleMessage } from './settle.ts';

/** What somebody wants categorised anew goes where that leads; the rest is ready in the queue that it is in. */
export async function resubmitAsked(transport: Transport, queue: Queue): Promise<void> {
  for await (const message of found(transport, queue.number, { status: 'Resubmit' }))
    for (const recipient of message.recipients) await resubmit(transport, queue, message, recipient);
}

/** Tries mailboxes here that took no mail once more; whoever's does not yet is tried again by himself. Answers whether there was anything. */
export async function deliverHere(transport: Transport, held: Held, queue: Queue): Promise<boolean> {
  let tried = false;
  for await (const message of found(transport, held.queue, { status: 'Ready' })) {
    tried = true;
    const replies: Delivered['replies'][number][] = [];
    for (const recipient of message.recipients) {
      const hop = await resubmit(transport, queue, message, recipient);
      if (hop !== undefined) replies.push({ recipient, reply: hop.lastError ?? '' });
    }
    if (replies.length > 0) await settleMessage(transport, held, message, { replies, link: undefined });
  }
  return tried;
}

/**
 * One recipient's copy through the categoriser again ("Retry queues", OfficeDocs-Exchange): into his mailbox, the queue of another
 * hop, or back to the sender. Answers the hop where it stays in the queue that it is in.
 */
async function resubmit(
  transport: Transport,
  queue: Queue,
  message: QueuedMessage,
  recipient: QueuedRecipient,
): Promise<NextHop | undefined> {
  const { parts, organization, ground } = transport;
  const hop =
    (await hopOf({ ...ground, isHeld: (mailbox) => isHeld(ground.read, mailbox) }, message, recipient)) ??
    (await arrive(transport, queue, message, recipient));
  if (hop === undefined) return undefined;
  const from = { message: message.number, position: recipient.position, from: queue.number };
  return (await parts.store.transaction((tx) => moveRecipient(tx, organization.name, from, hop))) ? undefined : hop;
}

/** Everything else that becomes of it. Where another mailbox than the recipient's is locked, a delegate's, it stays where it is. */
async function arrive(
  transport: Transport,
  { delivery, connector, nextHop }: Queue,
  message: QueuedMessage,
  recipient: QueuedRecipient,
): Promise<NextHop | undefined> {
  try {
    await categorise(transport, message, recipient);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'scope-held')) throw error;
    return { delivery, connector, nextHop, lastError: '451 4.2.1 A mailbox that the message goes into is being moved' };
  }
}

async function categorise(transport: Transport, message: QueuedMessage, recipient: QueuedRecipient): Promise<void> {
  const { parts, organization, ground, now } = transport;
  const { number } = message;
  const mime = await octetsOf(ground.read, message);
  await pastHeld(ground, async (asked) => {
    const item = withApprovalClass({ ...(await draftFromMime(mime, message.received)), mime }, mime);
    const plan = await planAcceptance(asked, { ...message, item, recipients: [recipient] }, now());
    // It was received and submitted before.
    const events = plan.events.filter(({ event }) => event !== 'RECEIVE' && event !== 'SUBMIT');
    await parts.store.transaction(async (tx) => {
      if (await takeOut(tx, organization.name, number, recipient.position))
        await carryOutAcceptance(tx, ground, { ...plan, events }, now());
    });
  });
}

/** The one hop that a recipient has by himself; undefined where more becomes of him than that. */
async function hopOf(ground: TransportGround, message: QueuedMessage, recipient: QueuedRecipient): Promise<NextHop | undefined> {
  const { targets, onward, undelivered, moderated } = await resolveRecipients(ground, message, [recipient]);
  const [only] = onward;
  return targets.length + undelivered.length + moderated.length === 0 && onward.length === 1 && only?.address === recipient.address
    ? only.hop
    : undefined;
}

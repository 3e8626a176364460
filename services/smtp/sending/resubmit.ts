import { carryOutAcceptance, planAcceptance, type TransportGround } from '../../../shared/bridges/mailflow/accept.ts';
import { pastHeld } from '../../../shared/bridges/mailflow/past-held.ts';
import { resolveRecipients } from '../../../shared/bridges/mailflow/resolve.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { isHeld } from '../../../shared/domain/mailbox/transit.ts';
import type { NextHop } from '../../../shared/domain/mailflow/next-hop.ts';
import { moveRecipient } from '../../../shared/domain/mailflow/queue.ts';
import { type QueuedMessage, type QueuedRecipient, takeOut } from '../../../shared/domain/mailflow/queue-messages.ts';
import type { Transport } from './context.ts';
import { type Delivered, octetsOf } from './deliver.ts';
import { found } from './found.ts';
import { type Held, settleMessage } from './settle.ts';

/** What somebody wants categorised anew goes where that leads; the rest is ready in the queue that it is in. */
export async function resubmitAsked(transport: Transport, queue: number): Promise<void> {
  for await (const message of found(transport, queue, { status: 'Resubmit' }))
    for (const recipient of message.recipients) await resubmit(transport, message, recipient);
}

/** Tries mailboxes here that took no mail once more; whoever's does not yet is tried again by himself. Answers whether there was anything. */
export async function deliverHere(transport: Transport, held: Held): Promise<boolean> {
  let tried = false;
  for await (const message of found(transport, held.queue, { status: 'Ready' })) {
    tried = true;
    const replies: Delivered['replies'][number][] = [];
    for (const recipient of message.recipients) {
      const hop = await resubmit(transport, message, recipient);
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
async function resubmit(transport: Transport, message: QueuedMessage, recipient: QueuedRecipient): Promise<NextHop | undefined> {
  const { parts, organization, ground, now } = transport;
  const { number } = message;
  const { position, queue } = recipient;
  const hop = await hopOf({ ...ground, isHeld: (mailbox) => isHeld(ground.read, mailbox) }, message, recipient);
  if (hop !== undefined) {
    const from = { message: number, position, from: queue };
    return (await parts.store.transaction((tx) => moveRecipient(tx, organization.name, from, hop))) ? undefined : hop;
  }
  const mime = await octetsOf(ground.read, message);
  await pastHeld(ground, async (asked) => {
    const item = { ...(await draftFromMime(mime, message.received)), mime };
    const plan = await planAcceptance(asked, { ...message, item, recipients: [recipient] }, now());
    // It was received and submitted before.
    const events = plan.events.filter(({ event }) => event !== 'RECEIVE' && event !== 'SUBMIT');
    await parts.store.transaction(async (tx) => {
      if (await takeOut(tx, organization.name, number, position)) await carryOutAcceptance(tx, ground, { ...plan, events }, now());
    });
  });
  return undefined;
}

/** The one hop that a recipient has by himself; undefined where more becomes of him than that. */
async function hopOf(ground: TransportGround, message: QueuedMessage, recipient: QueuedRecipient): Promise<NextHop | undefined> {
  const { targets, onward, undelivered } = await resolveRecipients(ground, message, [recipient]);
  const [only] = onward;
  return targets.length + undelivered.length === 0 && onward.length === 1 && only?.address === recipient.address ? only.hop : undefined;
}

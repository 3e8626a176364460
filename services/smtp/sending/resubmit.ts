import { carryOutAcceptance, planAcceptance } from '../../../shared/bridges/mailflow/accept.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { isStranded } from '../../../shared/domain/mailflow/hidden-objects.ts';
import { releaseEmpty } from '../../../shared/domain/mailflow/queue-hold.ts';
import { type QueuedMessage, type QueuedRecipient, readMessages, takeOut } from '../../../shared/domain/mailflow/queue-messages.ts';
import type { Transport } from './context.ts';
import { octetsOf } from './deliver.ts';

/** Messages that are read at once. */
const batch = 200;

/** Delivers what waited for mailboxes of the organisation that Exchange did not see, as far as it sees them now. */
export async function resubmitStranded(transport: Transport, queue: number): Promise<void> {
  const { parts, organization } = transport;
  for (let after = 0; ; ) {
    const messages = await readMessages(parts.store.read, organization.name, { queue, after, limit: batch });
    const last = messages.at(-1);
    if (last === undefined) break;
    after = last.number;
    for (const message of messages)
      for (const recipient of message.recipients) if (isStranded(recipient)) await resubmit(transport, message, recipient);
  }
  await parts.store.transaction((tx) => releaseEmpty(tx, organization.name, queue));
}

/** One recipient's copy through the categoriser again; one transaction takes it from the queue and puts it where it belongs. */
async function resubmit(
  transport: Transport,
  message: QueuedMessage,
  { position, address, original, notify }: QueuedRecipient,
): Promise<void> {
  const { parts, organization, ground, now } = transport;
  const { sender, facts, number, received } = message;
  const mime = await octetsOf(ground.read, message);
  const item = { ...(await draftFromMime(mime, received)), mime };
  const plan = await planAcceptance(ground, { sender, facts, item, recipients: [{ address, original, notify }] }, now());
  if (plan.onward.some(({ hop }) => isStranded({ lastError: hop.lastError ?? null }))) return;
  // It was received and submitted before.
  const events = plan.events.filter(({ event }) => event !== 'RECEIVE' && event !== 'SUBMIT');
  await parts.store.transaction(async (tx) => {
    if (await takeOut(tx, organization.name, number, position)) await carryOutAcceptance(tx, ground, { ...plan, events }, now());
  });
}

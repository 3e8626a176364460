import { readQueues } from '../../../shared/domain/mailflow/queue-hold.ts';
import { resubmitQueue } from '../../../shared/domain/mailflow/queue-messages.ts';
import type { SenderParts } from './context.ts';

/** Has what nobody could route, and what mailboxes here did not take, categorised anew when the configuration has changed, or a mailbox is open again. */
export async function rerouteWaiting({ store, realNow }: SenderParts, organization: string): Promise<void> {
  const queues = await readQueues(store.read, organization, realNow());
  const waiting = queues.filter(({ delivery }) => delivery === 'Unreachable' || delivery === 'SmtpDeliveryToMailbox');
  if (waiting.length === 0) return;
  await store.transaction(async (tx) => {
    for (const { number } of waiting) await resubmitQueue(tx, organization, number);
  });
}

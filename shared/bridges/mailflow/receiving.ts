import { fullFor } from '../../domain/mailbox/quota.ts';
import { nonDeliveryReply } from '../../domain/mailflow/non-delivery.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { Resolution } from './resolve.ts';

/** A resolution without the mailboxes that are full: their senders are told. */
export async function receiving(read: Store['read'], { targets, onward, undelivered, events, checks }: Resolution): Promise<Resolution> {
  const open: Resolution['targets'][number][] = [];
  const full: Resolution['undelivered'][number][] = [];
  for (const target of targets) {
    if ((await fullFor(read, target.mailbox)) === undefined) open.push(target);
    else full.push({ address: target.address, reply: nonDeliveryReply('mailbox-full') });
  }
  return { targets: open, onward, undelivered: [...undelivered, ...full], events, checks };
}

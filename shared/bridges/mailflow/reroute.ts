import { isStranded } from '../../domain/mailflow/hidden-objects.ts';
import { moveRecipient } from '../../domain/mailflow/queue.ts';
import { releaseEmpty } from '../../domain/mailflow/queue-hold.ts';
import { readMessages } from '../../domain/mailflow/queue-messages.ts';
import { type RouteGround, routeOf } from '../../domain/mailflow/route.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';

/** Recipients that are read at once. */
const batch = 500;

/**
 * Chooses the next hop of everybody in a queue anew, as connectors are now: what automatic and manual resubmission come to for
 * mail that goes out ("Unreachable queue", OfficeDocs-Exchange queues). Who has become somebody of the organisation is not seen.
 */
export async function rerouteQueue(
  tx: Transaction,
  ground: RouteGround & { readonly organization: Pick<Organization, 'name'> },
  queue: number,
): Promise<void> {
  const { name } = ground.organization;
  for (let after = 0; ; ) {
    const messages = await readMessages(tx, name, { queue, after, limit: batch });
    const last = messages.at(-1);
    if (last === undefined) return releaseEmpty(tx, name, queue);
    after = last.number;
    for (const { number: message, recipients } of messages)
      for (const { position, address } of recipients.filter((one) => !isStranded(one)))
        await moveRecipient(tx, name, { message, position, from: queue }, routeOf(ground, address));
  }
}

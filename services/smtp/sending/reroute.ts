import { moveRecipient } from '../../../shared/domain/mailflow/queue.ts';
import { readQueues } from '../../../shared/domain/mailflow/queue-hold.ts';
import { readMessages } from '../../../shared/domain/mailflow/queue-messages.ts';
import { routeOf } from '../../../shared/domain/mailflow/route.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { SenderParts } from './context.ts';

/** Recipients that are looked at in one transaction. */
const batch = 200;

/** Sends what nobody could route on its way when the configuration has changed ("Unreachable queue", OfficeDocs-Exchange queues). */
export async function rerouteUnreachable(parts: SenderParts, organization: Organization): Promise<void> {
  const { name } = organization;
  for (const { number, delivery } of await readQueues(parts.store.read, name, parts.realNow()))
    if (delivery === 'Unreachable') await reroute(parts, organization, number);
}

/** Chooses the next hop of everybody in a queue anew. */
async function reroute({ store, settings }: SenderParts, organization: Organization, queue: number): Promise<void> {
  const { name } = organization;
  const ground = { organization, settings: await settings(name) };
  for (let after = 0; ; ) {
    const messages = await readMessages(store.read, name, { queue, after, limit: batch });
    const last = messages.at(-1);
    if (last === undefined) return;
    after = last.number;
    await store.transaction(async (tx) => {
      for (const { number: message, recipients } of messages) {
        for (const { position, address } of recipients) {
          const hop = routeOf(ground, address);
          if (hop.delivery !== 'Unreachable') await moveRecipient(tx, name, { message, position, from: queue }, hop);
        }
      }
    });
  }
}

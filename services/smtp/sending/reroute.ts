import { rerouteQueue } from '../../../shared/bridges/mailflow/reroute.ts';
import { readQueues } from '../../../shared/domain/mailflow/queue-hold.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import type { SenderParts } from './context.ts';

/** Sends what nobody could route on its way when the configuration has changed. */
export async function rerouteUnreachable({ store, settings, realNow }: SenderParts, organization: Organization): Promise<void> {
  const { name } = organization;
  for (const { number, delivery } of await readQueues(store.read, name, realNow())) {
    if (delivery !== 'Unreachable') continue;
    const ground = { organization, settings: await settings(name) };
    await store.transaction((tx) => rerouteQueue(tx, ground, number));
  }
}

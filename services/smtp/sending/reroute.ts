import { rerouteQueue } from '../../../shared/bridges/mailflow/reroute.ts';
import { readQueues } from '../../../shared/domain/mailflow/queue-hold.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { openTransport, type SenderParts } from './context.ts';
import { resubmitStranded } from './resubmit.ts';

/** Sends what nobody could route on its way when the configuration has changed. */
export async function rerouteUnreachable(parts: SenderParts, organization: Organization): Promise<void> {
  const { store, settings, realNow } = parts;
  const { name } = organization;
  for (const { number, delivery } of await readQueues(store.read, name, realNow())) {
    if (delivery !== 'Unreachable') continue;
    const ground = { organization, settings: await settings(name) };
    await store.transaction((tx) => rerouteQueue(tx, ground, number));
    await resubmitStranded(await openTransport(parts, organization), number);
  }
}

import { delegatedTargets } from '../../../shared/bridges/hybrid/delegated.ts';
import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { OrganizationRelationship } from '../../../shared/domain/trust/organization-relationships.ts';
import { present } from '../../../shared/kernel/assert.ts';

/** The EWS address for one mailbox by a relationship. Refuses where there is none. */
export async function delegatedTarget(
  party: OutboundParty,
  relationship: OrganizationRelationship,
  mailbox: string,
  user: Recipient,
): Promise<string> {
  const [found] = await delegatedTargets(party, relationship, [mailbox], user);
  if (typeof found === 'string') return found;
  throw present(found, 'the address');
}

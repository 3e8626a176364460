import { answerQuestion } from '../../domain/organization/dns-answer.ts';
import { buildZones } from '../../domain/organization/dns-zones.ts';
import type { Registry } from '../../domain/organization/registry.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { FederationInstance } from '../../domain/trust/federation-instances.ts';
import { authorityScope } from '../../domain/trust/well-known.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Identifiers } from '../../kernel/ids.ts';
import type { HttpsAnswer } from '../../net/dialer.ts';
import { answerManageDelegation } from '../authority/federation/manage-delegation.ts';

/** What the gateway's domain service stands on while a world is seeded. */
export interface SeedGateway {
  readonly store: Pick<Store, 'transaction'>;
  readonly at: Instant;
  readonly identifiers: Pick<Identifiers, 'guid'>;
}

/** Answers a call of ManageDelegation as the service will, with DNS as it is in the store at this moment. */
export async function answerSeedDelegation(
  octets: Uint8Array,
  instance: FederationInstance,
  registry: Pick<Registry, 'current' | 'settings'>,
  gateway: SeedGateway,
): Promise<HttpsAnswer> {
  const { status, contentType, body } = await answerManageDelegation(octets, instance, {
    ...gateway,
    settings: await registry.settings(authorityScope),
    lookUpText: (name) => textRecords(registry, name),
  });
  return { status, headers: { 'content-type': contentType }, body: Buffer.from(body) };
}

async function textRecords(registry: Pick<Registry, 'current' | 'settings'>, name: string): Promise<readonly string[]> {
  const { all } = await registry.current();
  // Nothing listens yet; of text records the addresses of hosts are no matter.
  const zones = buildZones({ organizations: all, network: { addresses: [], refused: [] }, settings: await registry.settings('') });
  return answerQuestion(zones, { name, type: 'TXT' }).answers.flatMap((record) => (record.type === 'TXT' ? [record.text] : []));
}

import { readRecipients } from '../../shared/domain/directory/recipients.ts';
import type { NetworkFacts } from '../../shared/domain/organization/dns-zones.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Registry } from '../../shared/domain/organization/registry.ts';
import { roleGroups } from '../../shared/domain/organization/role-groups.ts';
import type { World } from '../../shared/domain/world/world.ts';
import type { Topology } from '../../shared/faults/topology.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Store } from '../../shared/store/database.ts';

export interface TopologyGround {
  readonly store: Store;
  readonly registry: Registry;
  readonly world: World;
  readonly clock: Clock;
  readonly network: NetworkFacts;
  /** By organisation and `azure-auth`. */
  skewMs(): Readonly<Record<string, number>>;
  /** Certificate of the authority, PEM. */
  caPem(): string;
}

/** Reads all that is configured. */
export async function readTopology(ground: TopologyGround, user?: string): Promise<Topology> {
  const { store, registry, world, clock, network } = ground;
  const organizations = (await registry.current()).all;
  const names = organizations.map(({ name }) => name);
  const settings = new Map(await Promise.all(['', ...names].map(async (name) => [name, await registry.settings(name)] as const)));
  const recipients = new Map(await Promise.all(names.map(async (name) => [name, await readRecipients(store.read, name)] as const)));
  const accounts = new Map(
    world.organizations.flatMap(({ name, recipients: all }) =>
      all.flatMap(({ mail, account }) =>
        typeof account?.password === 'string' ? [[`${name} ${mail.toLowerCase()}`, account.password] as const] : [],
      ),
    ),
  );
  return {
    organizations,
    settings: (name) => present(settings.get(name), `the settings of ${name}`),
    recipients: (name) => present(recipients.get(name), `the recipients of ${name}`),
    now: (name) => clock.now(name),
    skewMs: ground.skewMs(),
    network,
    authority: ground.caPem(),
    password: (name, address) => accounts.get(`${name} ${address.toLowerCase()}`),
    user,
  };
}

/** Who runs cmdlets at an organisation: its first administrator, or a member of Organization Management. */
export function administratorOf(topology: Topology, { name, domains }: Organization): string {
  const usual = `administrator@${domains[0]}`;
  const all = topology.recipients(name).filter(({ enabled, userPrincipalName }) => enabled && userPrincipalName !== null);
  const [first] = roleGroups.get(topology.settings(name), 'Organization Management')?.Members ?? [];
  const member = all.find(({ userPrincipalName }) => userPrincipalName === usual) ?? all.find(({ guid }) => guid === first);
  return member?.userPrincipalName ?? usual;
}

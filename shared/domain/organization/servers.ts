import type { Guid } from '../../kernel/ids.ts';
import { namedGuid } from '../../kernel/ids.ts';
import type { Organization } from './organization.ts';
import { profileOf } from './profiles.ts';

type Housed = Pick<Organization, 'product' | 'servers'>;

/** Computer names of an organisation's servers, in the order of the world file; that of the product's profile where it names none. */
export function serversOf({ product, servers = [] }: Housed): readonly [string, ...string[]] {
  const [first = profileOf(product).serverName, ...others] = servers;
  return [first, ...others];
}

/** The first of an organisation's servers: it keeps the virtual directories, connectors and certificates, and sends the mail. */
export function serverNameOf(organization: Housed): string {
  return serversOf(organization)[0];
}

/** A server's name with its domain: `EX-SE-01.contoso.test`. */
export function serverFqdn(
  organization: Housed & Pick<Organization, 'name' | 'domains'>,
  server: string = serverNameOf(organization),
): string {
  return `${server}.${organization.domains[0] ?? organization.name}`;
}

/** The server whose database holds a mailbox: as even as the GUIDs are, and the same for as long as the servers are. */
export function homeServerOf(organization: Housed, mailbox: Guid): string {
  return at(serversOf(organization), Number.parseInt(mailbox.slice(0, 8), 16));
}

/** The server that takes a listener's nth connection, from 0: they take turns. */
export function frontEndOf(organization: Housed, connection: number): string {
  return at(serversOf(organization), connection);
}

/** GUID of a server's mailbox database; each has one. */
export function databaseOf({ name }: Pick<Organization, 'name'>, server: string): Guid {
  return namedGuid('database', name, server.toLowerCase());
}

function at(servers: readonly [string, ...string[]], turn: number): string {
  return servers[turn % servers.length] ?? servers[0];
}

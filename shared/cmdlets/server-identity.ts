import type { Organization } from '../domain/organization/organization.ts';
import { serverFqdn, serverNameOf, serversOf } from '../domain/organization/servers.ts';
import { objectNotFound } from './config-object.ts';

/**
 * The organisation's servers, or the one that is named by its name with or without domain, in any case. Refuses with
 * `object-not-found`.
 */
export function requireServers(organization: Organization, identity: string | undefined): readonly [string, ...string[]] {
  const servers = serversOf(organization);
  if (identity === undefined) return servers;
  const found = servers.find((server) => isNamed(organization, server, identity));
  if (found !== undefined) return [found];
  const known = servers.length === 1 ? `The server of ${organization.name} is` : `The servers of ${organization.name} are`;
  throw objectNotFound(organization, identity, `${known} ${servers.join(', ')}.`);
}

/**
 * The server on which an organisation has what it has once, virtual directories for one, whatever its servers: the first. Refuses
 * as {@link requireServers}, the others too.
 */
export function requireServer(organization: Organization, identity: string | undefined): string {
  const [named] = requireServers(organization, identity);
  const first = serverNameOf(organization);
  if (identity === undefined || named === first) return first;
  throw objectNotFound(organization, identity, `${organization.name} has it on ${first} alone.`);
}

function isNamed(organization: Organization, server: string, identity: string): boolean {
  return [server, serverFqdn(organization, server)].some((name) => name.toLowerCase() === identity.toLowerCase());
}

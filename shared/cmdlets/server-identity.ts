import type { Organization } from '../domain/organization/organization.ts';
import { profileOf } from '../domain/organization/profiles.ts';
import { objectNotFound } from './config-object.ts';

/** The name of an organisation's server with its domain: `EX-SE-01.contoso.test`. */
export function serverFqdn({ product, domains, name }: Organization): string {
  return `${profileOf(product).serverName}.${domains[0] ?? name}`;
}

/** The organisation's server, named by its name with or without domain, in any case, or not at all. Refuses with `object-not-found`. */
export function requireServer(organization: Organization, identity: string | undefined): string {
  const { serverName } = profileOf(organization.product);
  const known = [serverName, serverFqdn(organization)].map((name) => name.toLowerCase());
  if (identity === undefined || known.includes(identity.toLowerCase())) return serverName;
  throw objectNotFound(organization, identity, `The server of ${organization.name} is ${serverName}.`);
}

import { realSpellings } from '../../shared/domain/organization/host-map.ts';
import { certificateNames, type Organization } from '../../shared/domain/organization/organization.ts';
import { serverFqdn, serversOf } from '../../shared/domain/organization/servers.ts';

/** The names in an organisation's certificate. */
export function shownNames(organization: Organization): readonly string[] {
  return [...certificateNames(organization), ...realSpellings(organization)];
}

/** Which organisation answers for a host; Microsoft's spellings, the names missing from the certificate and those of servers, which devices in front write, included. */
export function hostTable(organizations: readonly Organization[]): ReadonlyMap<string, Organization> {
  const table = new Map<string, Organization>();
  for (const organization of organizations) {
    const servers = serversOf(organization).map((server) => serverFqdn(organization, server));
    for (const name of [...shownNames(organization), ...organization.hosts.redirectOnly, ...servers]) {
      const taken = table.get(name.toLowerCase());
      if (taken !== undefined && taken !== organization) throw new Error(`defect: ${taken.name} and ${organization.name} claim ${name}`);
      table.set(name.toLowerCase(), organization);
    }
  }
  return table;
}

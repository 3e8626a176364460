import { defaultSite } from '../domain/organization/client-access.ts';
import { profileOf } from '../domain/organization/profiles.ts';
import { serverFqdn } from '../domain/organization/servers.ts';
import type { Cmdlet } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { requireServers } from './server-identity.ts';

/** `Get-ExchangeServer [[-Identity] EX01]`: the servers of an organisation, or one of them. */
export const getExchangeServer: Cmdlet = {
  kinds: ['on-premises'],
  positional: 'Identity',
  parameters: { Identity: 'text', Status: 'switch' },
  required: [],
  run({ organization }, given) {
    const named = requireServers(organization, textGiven(given, 'Identity'));
    const domain = organization.domains[0] ?? organization.name;
    const { major, minor, majorBuild, minorBuild } = profileOf(organization.product).version;
    return Promise.resolve(
      named.map((Name) => ({
        Name,
        Domain: domain,
        Edition: 'Standard',
        Fqdn: serverFqdn(organization, Name),
        IsClientAccessServer: true,
        IsHubTransportServer: true,
        IsMailboxServer: true,
        ServerRole: 'Mailbox',
        AdminDisplayVersion: `Version ${major}.${minor} (Build ${majorBuild}.${minorBuild})`,
        Site: `${domain}/Configuration/Sites/${defaultSite}`,
        Identity: Name,
      })),
    );
  },
};

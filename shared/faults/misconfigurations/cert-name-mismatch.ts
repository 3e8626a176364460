import { askerOf, hybridOf, lackingIn, onPremisesOf } from '../topology.ts';
import { connectorTo, wrongAddresses } from './looking.ts';
import { type Misconfiguration, quoted, set } from './misconfiguration.ts';
import { value } from './steps.ts';

export const certNameMismatch: Misconfiguration = {
  id: 'cert-name-mismatch',
  title: 'The certificate has not the name that is asked for',
  symptom: 'Could not establish trust relationship for the SSL/TLS secure channel.',
  codes: ['ErrorProxyRequestProcessingFailed'],
  source: 'Microsoft: Exchange hybrid deployment prerequisites; blogs of administrators, "The name on the security certificate is invalid"',
  notice: 'The names of the certificate that the host shows (openssl s_client -servername) lack the host.',
  remedy: 'Ask by a name that the certificate has, or have one issued with it.',
  variants: {
    alias: {
      how: 'an address whose name the certificate does not have',
      play(topology) {
        const ours = onPremisesOf(topology);
        const { asker, relationship } = askerOf(topology);
        const zone = ours.domains[0] ?? '';
        const at = `Set-OrganizationRelationship ${quoted(relationship.Name)} -TargetSharingEpr`;
        const record = `-ZoneName ${zone} -Name webmail`;
        return {
          broken: [
            { at: ours.name, line: `Add-DnsServerResourceRecord ${record} -CName -HostNameAlias ${ours.hosts.web}` },
            { at: asker.name, line: `${at} https://webmail.${zone}/EWS/Exchange.asmx` },
          ],
          mended: [
            { at: asker.name, line: `${at} ${value(relationship.TargetSharingEpr)}` },
            { at: ours.name, line: `Remove-DnsServerResourceRecord ${record} -RRType CName -Force` },
          ],
        };
      },
    },
    tenant: {
      how: 'towards the tenant, by the name that only redirects',
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const connector = connectorTo(topology, ours, tenant);
        const [host] = tenant.hosts.redirectOnly;
        if (host === undefined) lackingIn(`no name that only redirects at ${tenant.name}`);
        return set(
          ours.name,
          `Set-IntraOrganizationConnector ${quoted(connector.Name)}`,
          `-TargetSharingEpr https://${host}/EWS/Exchange.asmx`,
          `-TargetSharingEpr ${value(connector.TargetSharingEpr)}`,
        );
      },
    },
  },
  lint: (topology) => wrongAddresses(topology, 'name', 'leads to servers whose certificate has not that name'),
};

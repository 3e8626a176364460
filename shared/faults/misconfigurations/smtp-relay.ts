import { inboundConnectors, sendConnectors } from '../../domain/mailflow/connectors.ts';
import { isCertificateFor } from '../../domain/mailflow/tls-names.ts';
import { mailCertificateNames, mailExchanger, mailHosts } from '../../domain/organization/mail-hosts.ts';
import { hybridOf, hybrids, somebody, type Topology } from '../topology.ts';
import { found, isMailbox, listOf, textOf } from './looking.ts';
import { internetConnector, onlyConnector } from './looking-at-mail.ts';
import { type Misconfiguration, quoted, type Step } from './misconfiguration.ts';
import { value } from './steps.ts';

function throughTenant(topology: Topology): readonly Step[] {
  const { ours, tenant } = hybridOf(topology);
  const { Name } = internetConnector(topology, ours);
  return [{ at: ours.name, line: `Set-SendConnector ${quoted(Name)} -SmartHosts ${mailExchanger(tenant, tenant.domains[0] ?? '')}` }];
}

function inbound(topology: Topology): { readonly line: string; readonly certificate: string; readonly addresses: string } {
  const { Name, ...connector } = onlyConnector(topology, inboundConnectors, hybridOf(topology).tenant);
  const addresses = listOf(connector['SenderIPAddresses']);
  return {
    line: `Set-InboundConnector ${quoted(Name)}`,
    certificate: `-TlsSenderCertificateName ${value(textOf(connector['TlsSenderCertificateName']))}`,
    addresses: `-SenderIPAddresses ${addresses.length === 0 ? '$null' : addresses.join(',')}`,
  };
}

export const smtpRelay: Misconfiguration = {
  id: 'smtp-relay',
  title: 'The tenant does not know the servers that send through it',
  symptom: '550 5.7.64 TenantAttribution; Relay Access Denied; 550 5.7.64 Relay Access Denied ATTR36.',
  source: 'Microsoft: "550 5.7.64 TenantAttribution" when users send mail; KB 4019940',
  notice: 'TlsSenderCertificateName of Get-InboundConnector is no name of the certificate that the servers show.',
  remedy: 'Set-InboundConnector -TlsSenderCertificateName <name in the certificate>.',
  variants: {
    certificate: {
      how: 'all mail leaves by way of the tenant, whose connector knows another certificate',
      play(topology) {
        const { tenant } = hybridOf(topology);
        const { line, certificate } = inbound(topology);
        return {
          broken: [...throughTenant(topology), { at: tenant.name, line: `${line} -TlsSenderCertificateName old.contoso.test` }],
          mended: [{ at: tenant.name, line: `${line} ${certificate}` }],
        };
      },
    },
    address: {
      how: "the connector knows the server by its address alone, and the sender's domain is none of the tenant's",
      play(topology) {
        const { ours, tenant } = hybridOf(topology);
        const { primaryAddress, alias } = somebody(topology, ours.name, isMailbox);
        const { line, certificate, addresses } = inbound(topology);
        const at = ours.name;
        return {
          broken: [
            ...throughTenant(topology),
            { at: tenant.name, line: `${line} -TlsSenderCertificateName $null -SenderIPAddresses 127.0.1.0/24` },
            { at, line: 'New-AcceptedDomain Elsewhere -DomainName elsewhere.test' },
            { at, line: `Set-Mailbox ${primaryAddress} -EmailAddressPolicyEnabled $false` },
            { at, line: `Set-Mailbox ${primaryAddress} -PrimarySmtpAddress ${alias}@elsewhere.test` },
          ],
          mended: [{ at: tenant.name, line: `${line} ${certificate} ${addresses}` }],
        };
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) => {
      const edges = mailHosts(tenant);
      const sends = sendConnectors
        .all(topology.settings(ours.name))
        .some((connector) => listOf(connector['SmartHosts']).some((host) => edges.includes(host.toLowerCase())));
      const names = mailCertificateNames(ours);
      const known = inboundConnectors
        .all(topology.settings(tenant.name))
        .some((connector) => connector['Enabled'] !== false && isCertificateFor(names, textOf(connector['TlsSenderCertificateName'])));
      return sends && !known
        ? [found(tenant, 'inbound connectors', `none knows ${ours.name}, which sends its mail by way of the tenant, by its certificate`)]
        : [];
    }),
};

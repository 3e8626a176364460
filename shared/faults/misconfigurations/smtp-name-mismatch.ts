import { type Connector, outboundConnectors, sendConnectors } from '../../domain/mailflow/connectors.ts';
import { isCertificateFor } from '../../domain/mailflow/tls-names.ts';
import { mailCertificateNames } from '../../domain/organization/mail-hosts.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { hybridOf, hybrids } from '../topology.ts';
import { found, textOf } from './looking.ts';
import { leadsToTenant, onlyConnector, sendConnectorTo } from './looking-at-mail.ts';
import { type Finding, type Misconfiguration, quoted, set } from './misconfiguration.ts';
import { retryQueue, value } from './steps.ts';

export const smtpNameMismatch: Misconfiguration = {
  id: 'smtp-name-mismatch',
  title: 'The certificate of the other side has not the domain that the connector wants',
  symptom:
    '454 4.7.0 Failed to establish appropriate TLS channel: SubjectMismatch; 450 4.7.320 Certificate validation failed [Message=SubjectMismatch]',
  source: 'Microsoft: lists of non-delivery reports in Exchange Online',
  notice: 'TlsDomain of Get-SendConnector, of the tenant Get-OutboundConnector, is no name of the certificate that the other side shows.',
  remedy: 'Set-SendConnector -TlsDomain mail.protection.outlook.com; Set-OutboundConnector -TlsDomain <name in the certificate>.',
  variants: {
    send: {
      how: 'the certificate has not the domain that the send connector wants',
      play(topology) {
        const { ours } = hybridOf(topology);
        const { Name, ...connector } = sendConnectorTo(topology, hybridOf(topology));
        const played = set(
          ours.name,
          `Set-SendConnector ${quoted(Name)} -TlsDomain`,
          'mail.elsewhere.test',
          value(textOf(connector['TlsDomain'])),
        );
        return { ...played, mended: [...played.mended, retryQueue(ours)] };
      },
    },
    outbound: {
      how: 'nor the one that the outbound connector wants',
      play(topology) {
        const { tenant } = hybridOf(topology);
        const { Name, ...connector } = onlyConnector(topology, outboundConnectors, tenant);
        const played = set(
          tenant.name,
          `Set-OutboundConnector ${quoted(Name)} -TlsDomain`,
          'mail.elsewhere.test',
          value(textOf(connector['TlsDomain'])),
        );
        return { ...played, mended: [...played.mended, { passes: '1h' }] };
      },
    },
  },
  lint: (topology) =>
    hybrids(topology).flatMap(({ ours, tenant }) => {
      const wants = (
        organization: Organization,
        connector: Connector,
        names: readonly string[],
        whose: Organization,
      ): readonly Finding[] => {
        const wanted = textOf(connector['TlsDomain']);
        return wanted === '' || connector['Enabled'] === false || isCertificateFor(names, wanted)
          ? []
          : [found(organization, `connector ${connector.Name}`, `TlsDomain ${wanted} is no name of the certificate of ${whose.name}`)];
      };
      return [
        ...sendConnectors
          .all(topology.settings(ours.name))
          .filter((connector) => leadsToTenant(connector, tenant))
          .flatMap((connector) => wants(ours, connector, mailCertificateNames(tenant), tenant)),
        ...outboundConnectors
          .all(topology.settings(tenant.name))
          .filter((connector) => connector['ConnectorType'] === 'OnPremises')
          .flatMap((connector) => wants(tenant, connector, mailCertificateNames(ours), ours)),
      ];
    }),
};

import { egressAddress } from '../../domain/organization/mail-hosts.ts';
import { serverNameOf } from '../../domain/organization/servers.ts';
import type { CmdletParameters } from '../cmdlet.ts';
import { addressSpace } from '../send-connector.ts';
import { ensureObject, type HybridGround, type HybridStep } from './stage.ts';

/**
 * Connectors, remote domains and secure mail as the wizard of Exchange 2010 SP2 leaves them: the dumps of "Office 365 - Hybrid
 * Configuration Wizard (HCW)" (Daniel Kenyon-Smith's blog). Addresses are those of this world's servers.
 */
export const mailFlow2010: readonly HybridStep[] = [
  ({ onPremises, organization, coexistenceDomain, domains }) =>
    ensureObject(onPremises, {
      noun: 'SendConnector',
      identity: 'Outbound to Office 365',
      properties: {
        AddressSpaces: [`smtp:${coexistenceDomain};1`],
        DNSRoutingEnabled: true,
        ErrorPolicies: ['DowngradeAuthFailures'],
        Fqdn: domains[0],
        MaxMessageSize: '10 MB (10,485,760 bytes)',
        RequireTLS: true,
        SourceTransportServers: [serverNameOf(organization)],
        TlsAuthLevel: 'DomainValidation',
        TlsDomain: 'outlook.com',
      },
    }),
  ({ onPremises, cloud, domains }) => {
    const { network, organizations } = onPremises.scope;
    const addresses = network.egress ?? network.addresses;
    return ensureObject(onPremises, {
      noun: 'ReceiveConnector',
      identity: 'Inbound from Office 365',
      properties: {
        Bindings: addresses.slice(0, 1).map((address) => `${address.includes(':') ? `[${address}]` : address}:25`),
        Fqdn: domains[0],
        MaxMessageSize: '28 MB (29,360,128 bytes)',
        PermissionGroups: ['AnonymousUsers'],
        RemoteIPRanges: [egressAddress(organizations.all, cloud.scope.organization.name, addresses)],
        RequireTLS: true,
        TlsDomainCapabilities: ['outlook.com:AcceptOorgProtocol'],
      },
    });
  },
  ({ cloud, domains }) => trustedDomain(cloud, `Hybrid Domain - ${domains[0]}`, domains[0], { TrustedMailInboundEnabled: true }),
  deliveryDomain,
  ({ cloud, secureMailHost }) =>
    trustedDomain(cloud, `Hybrid Domain - ${secureMailHost}`, secureMailHost, { TrustedMailInboundEnabled: true }),
  ({ cloud, organization, features, secureMailHost, domains }) =>
    cloud.run('Set-HybridMailflow', {
      SecureMailEnabled: features.includes('SecureMail'),
      CentralizedTransportEnabled: features.includes('CentralizedTransport'),
      OnPremisesFQDN: secureMailHost,
      CertificateSubject: secureMailHost,
      InboundIPs: [
        egressAddress(cloud.scope.organizations.all, organization.name, cloud.scope.network.egress ?? cloud.scope.network.addresses),
      ],
      OutboundDomains: domains,
    }),
];

/** As the wizard leaves them since Exchange 2013: mail of both sides knows each other by certificate. Names and values from its logs. */
export const mailFlow: readonly HybridStep[] = [
  ({ onPremises, organization, tenantId, coexistenceDomain, secureMailHost }) =>
    ensureObject(onPremises, {
      noun: 'SendConnector',
      identity: `Outbound to Office 365 - ${tenantId}`,
      properties: {
        AddressSpaces: [`smtp:${coexistenceDomain};1`],
        DNSRoutingEnabled: true,
        ErrorPolicies: ['Default'],
        Fqdn: secureMailHost,
        RequireTLS: true,
        SourceTransportServers: [serverNameOf(organization)],
        TlsAuthLevel: 'DomainValidation',
        TlsDomain: 'mail.protection.outlook.com',
        CloudServicesMailEnabled: true,
      },
    }),
  ({ onPremises, organization, secureMailHost }) =>
    ensureObject(onPremises, {
      noun: 'ReceiveConnector',
      // Setup's own, which mail from anywhere comes by; it is not in the store until somebody changes it.
      identity: `Default Frontend ${serverNameOf(organization)}`,
      making: { RemoteIPRanges: ['0.0.0.0-255.255.255.255'] },
      properties: { Fqdn: secureMailHost, TlsDomainCapabilities: ['mail.protection.outlook.com:AcceptCloudServicesMail'] },
    }),
  ({ cloud, tenantId, secureMailHost, features }) =>
    ensureObject(cloud, {
      noun: 'InboundConnector',
      identity: `Inbound from ${tenantId}`,
      properties: {
        Enabled: true,
        ConnectorType: 'OnPremises',
        ConnectorSource: 'HybridWizard',
        SenderDomains: [addressSpace('*')],
        RequireTls: features.includes('SecureMail'),
        RestrictDomainsToIPAddresses: false,
        CloudServicesMailEnabled: true,
        TlsSenderCertificateName: secureMailHost,
      },
    }),
  ({ cloud, tenantId, secureMailHost, domains, features }) => {
    const isCentral = features.includes('CentralizedTransport');
    return ensureObject(cloud, {
      noun: 'OutboundConnector',
      identity: `Outbound to ${tenantId}`,
      properties: {
        Enabled: true,
        ConnectorType: 'OnPremises',
        ConnectorSource: 'HybridWizard',
        RecipientDomains: isCentral ? ['*'] : domains,
        SmartHosts: [secureMailHost],
        UseMXRecord: false,
        TlsSettings: 'DomainValidation',
        TlsDomain: secureMailHost,
        CloudServicesMailEnabled: true,
        RouteAllMessagesViaOnPremises: isCentral,
      },
    });
  },
  deliveryDomain,
];

/** "Hybrid Domain - TenantName.mail.onmicrosoft.com": mail for those who moved is sent there, and treated as the organisation's own. */
function deliveryDomain({ onPremises, coexistenceDomain }: HybridGround): Promise<void> {
  return trustedDomain(onPremises, `Hybrid Domain - ${coexistenceDomain}`, coexistenceDomain, {
    TrustedMailOutboundEnabled: true,
    TargetDeliveryDomain: true,
    AllowedOOFType: 'InternalLegacy',
    AutoReplyEnabled: true,
    AutoForwardEnabled: true,
    DeliveryReportEnabled: true,
    DisplaySenderName: true,
    NDREnabled: true,
    TNEFEnabled: true,
  });
}

function trustedDomain(shell: HybridGround['cloud'], identity: string, DomainName: string, properties: CmdletParameters): Promise<void> {
  return ensureObject(shell, { noun: 'RemoteDomain', identity, making: { DomainName }, properties, isMadeWhole: false });
}

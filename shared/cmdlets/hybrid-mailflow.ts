import { type HybridMailflow, hybridMailflowName, hybridMailflows, newHybridMailflow } from '../domain/mailflow/hybrid-mailflow.ts';
import type { Cmdlet, CmdletParameters, CmdletScope } from './cmdlet.ts';
import { plainGiven } from './given.ts';
import { isAsWanted } from './hybrid/stage.ts';
import { inboundConnector } from './inbound-connector.ts';
import { outboundConnector } from './outbound-connector.ts';
import { addressSpace } from './send-connector.ts';

const kinds: Cmdlet['kinds'] = ['cloud'];
const parameters = {
  SecureMailEnabled: 'boolean',
  CentralizedTransportEnabled: 'boolean',
  OnPremisesFQDN: 'nullable text',
  CertificateSubject: 'nullable text',
  InboundIPs: 'list',
  OutboundDomains: 'list',
} as const;

/**
 * `Set-HybridMailflow -SecureMailEnabled $true -OnPremisesFQDN mail.contoso.test ...`: how the tenants of Exchange 2010's time had
 * their connectors in Forefront Online Protection made ("Office 365 - Hybrid Configuration Wizard (HCW)", Daniel Kenyon-Smith's
 * blog). Order of the properties: ours.
 */
export const hybridMailflow = {
  get: {
    kinds,
    parameters: {},
    required: [],
    run: async (scope) => [{ ...(await current(scope)) }],
  },
  set: {
    kinds,
    parameters,
    required: [],
    async run(scope, given) {
      const { organization, transaction, at } = scope;
      const value = { ...(await current(scope)), ...plainGiven<HybridMailflow>(given, parameters) };
      await transaction(async (tx) => {
        const stored = await hybridMailflows.find(tx, organization.name, hybridMailflowName);
        if (stored === undefined) await hybridMailflows.create(tx, organization.name, hybridMailflowName, value, at);
        else if (JSON.stringify(stored.value) !== JSON.stringify(value)) await hybridMailflows.replace(tx, stored, value, at);
      });
      if (value.OnPremisesFQDN !== '') await makeConnectors(scope, value);
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

async function current({ organization, transaction }: CmdletScope): Promise<HybridMailflow> {
  return (await transaction((tx) => hybridMailflows.find(tx, organization.name, hybridMailflowName)))?.value ?? newHybridMailflow;
}

const comment = (direction: string): string =>
  `The Hybrid Mail Flow ${direction} connector was created when hybrid mail flow was configured. This connector cannot be modified.`;

async function makeConnectors(scope: CmdletScope, mailflow: HybridMailflow): Promise<void> {
  const { SecureMailEnabled, CentralizedTransportEnabled, OnPremisesFQDN, CertificateSubject, InboundIPs, OutboundDomains } = mailflow;
  await ensure(scope, inboundConnector, 'Hybrid Mail Flow Inbound Connector', {
    Comment: comment('inbound'),
    ConnectorType: 'OnPremises',
    SenderDomains: [addressSpace('*.*')],
    SenderIPAddresses: InboundIPs,
    RequireTls: SecureMailEnabled,
    TlsSenderCertificateName: CertificateSubject,
    RestrictDomainsToIPAddresses: true,
  });
  await ensure(scope, outboundConnector, 'Hybrid Mail Flow Outbound Connector', {
    Comment: comment('outbound'),
    ConnectorType: 'OnPremises',
    RecipientDomains: CentralizedTransportEnabled ? [OnPremisesFQDN, '*.*'] : OutboundDomains,
    SmartHosts: [OnPremisesFQDN],
    UseMXRecord: false,
    TlsDomain: CertificateSubject,
    ...(SecureMailEnabled ? { TlsSettings: 'DomainValidation' } : {}),
    RouteAllMessagesViaOnPremises: CentralizedTransportEnabled,
  });
}

async function ensure(
  scope: CmdletScope,
  connector: Readonly<Record<'get' | 'new' | 'set', Cmdlet>>,
  Name: string,
  properties: CmdletParameters,
): Promise<void> {
  const known = (await connector.get.run(scope, {})).find((one) => one['Name'] === Name);
  if (known === undefined) await connector.new.run(scope, { Name, ...properties });
  else if (!isAsWanted(known, properties)) await connector.set.run(scope, { Identity: Name, ...properties });
}

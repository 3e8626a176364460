import { coexistenceDomain, hybridConfigurations, tenantSharing } from '../domain/organization/hybrid-configuration.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Organizations } from '../domain/organization/registry.ts';
import type { Cmdlet } from './cmdlet.ts';

/**
 * `Get-IntraOrganizationConfiguration`: what each side of a hybrid deployment would write into its connector, computed from
 * what there is. Properties of its page; every product here is ready for connectors (Exchange 2013 and later).
 */
export const getIntraOrganizationConfiguration: Cmdlet = {
  kinds: ['on-premises', 'cloud'],
  parameters: {},
  required: [],
  async run({ organization, organizations, transaction }) {
    const [configuration] = await transaction((tx) => hybridConfigurations.list(tx, organization.name));
    const chosen = configuration?.value.Domains ?? [];
    const domains = chosen.length === 0 ? organization.domains : chosen;
    const { tenant, premises } = sidesOf(organization, organizations, domains);
    return [
      {
        OnlineDiscoveryEndpoint: tenant === undefined ? null : soapAutodiscover(tenant),
        OnlineTargetAddress: tenant === undefined ? null : (coexistenceDomain(tenant) ?? null),
        OnPremiseTargetAddresses: premises === undefined ? [] : sharedDomains(premises, tenant),
        OnPremiseDiscoveryEndpoint: premises === undefined ? null : soapAutodiscover(premises),
        OnPremiseWebServiceEndpoint: premises === undefined ? null : `https://${premises.hosts.web}/ews/exchange.asmx`,
        ...{ DeploymentIsCompleteIOCReady: true, HasNonIOCReadyExchangeCASServerVersions: false },
        HasNonIOCReadyExchangeMailboxServerVersions: false,
      },
    ];
  },
};

/** `https://<host>/autodiscover/autodiscover.svc` of an organisation. */
export function soapAutodiscover({ hosts }: Organization): string {
  return `https://${hosts.autodiscover}/autodiscover/autodiscover.svc`;
}

/** The coexistence domain leads to the tenant, although both sides accept it. */
function sharedDomains({ domains }: Organization, tenant: Organization | undefined): readonly string[] {
  return tenant === undefined ? domains : domains.filter((one) => tenant.domains.includes(one) && one !== coexistenceDomain(tenant));
}

function sidesOf(
  organization: Organization,
  organizations: Organizations,
  domains: readonly string[],
): { readonly tenant: Organization | undefined; readonly premises: Organization | undefined } {
  if (organization.kind === 'cloud') {
    const premises = organization.domains.flatMap((domain) => organizations.byDomain(domain)).find(({ kind }) => kind === 'on-premises');
    return { tenant: organization, premises };
  }
  return { tenant: tenantSharing(organizations, domains), premises: organization };
}

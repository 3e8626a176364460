import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';
import { type FederationTrust, federationTrusts } from './federation-trusts.ts';

/** The organisation as others know it through the gateway, as `Get-FederatedOrganizationIdentifier` shows it. */
export interface FederatedOrganization {
  /** `FYDIBOHF25SPDLT.contoso.test`; '' until it is set. */
  readonly AccountNamespace: string;
  /** Federated domains, in the order in which they were added; that of the account namespace first. */
  readonly Domains: readonly string[];
  /** '' : the first of the domains. */
  readonly DefaultDomain: string;
  readonly Enabled: boolean;
  /** Name of the federation trust; '' : none. */
  readonly DelegationTrustLink: string;
  readonly OrganizationContact: string;
}

/** One of each organisation, by this name; none: the organisation is not federated. */
export const federatedOrganizationName = 'Federation';
export const federatedOrganizations = configKind<FederatedOrganization>('FederatedOrganizationIdentifier');

/** Label that the account namespace has before the domain it is made of (learn.microsoft.com "Federation"). */
export const accountNamespaceLabel = 'FYDIBOHF25SPDLT';

/** An organisation that can ask for tokens and take them: its identifier and the trust behind it. */
export interface Federation {
  readonly identifier: FederatedOrganization;
  readonly trust: FederationTrust;
}

/** The federation of an organisation; undefined until a trust is set up and the identifier is enabled. */
export function federationOf(settings: Settings): Federation | undefined {
  const identifier = federatedOrganizations.get(settings, federatedOrganizationName);
  if (identifier === undefined || !identifier.Enabled) return undefined;
  const trust = federationTrusts.get(settings, identifier.DelegationTrustLink);
  return trust === undefined || trust.ApplicationUri === '' ? undefined : { identifier, trust };
}

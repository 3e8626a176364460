import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';

/**
 * The way by OAuth between an organisation and its tenant, as `Get-IntraOrganizationConnector` shows it:
 * whoever asks is known at the other side as himself.
 */
export interface IntraOrganizationConnector {
  readonly Name: string;
  readonly Enabled: boolean;
  /** In lower case. */
  readonly TargetAddressDomains: readonly string[];
  /** `https://host/autodiscover/autodiscover.svc`; '' : none. */
  readonly DiscoveryEndpoint: string;
  /** Where it is set, Autodiscover is not asked. */
  readonly TargetSharingEpr: string;
}

/** By name. */
export const intraOrganizationConnectors = configKind<IntraOrganizationConnector>('IntraOrganizationConnector');

/** The connectors that have a domain, in any case; enabled ones first. */
export function connectorsFor(settings: Settings, domain: string): readonly IntraOrganizationConnector[] {
  const folded = domain.toLowerCase();
  const those = intraOrganizationConnectors.all(settings).filter(({ TargetAddressDomains }) => TargetAddressDomains.includes(folded));
  return those.toSorted((left, right) => Number(right.Enabled) - Number(left.Enabled));
}

import { configKind } from './config-kind.ts';
import type { Organization } from './organization.ts';
import type { Organizations } from './registry.ts';

/** What the Hybrid Configuration wizard is to bring about, as `Get-HybridConfiguration` shows it. */
export interface HybridConfiguration {
  /** Accepted domains that both sides share; none: all that they do. */
  readonly Domains: readonly string[];
  readonly Features: readonly string[];
}

/** One of an organisation, by this name. */
export const hybridConfigurationName = 'Hybrid Configuration';
export const hybridConfigurations = configKind<HybridConfiguration>('HybridConfiguration');

/**
 * The domain of a tenant that nobody on-premises has: mail and requests for mailboxes in the cloud are sent there (the
 * wizard's "coexistence domain", `contoso.mail.onmicrosoft.com`).
 */
export function coexistenceDomain({ domains }: Pick<Organization, 'domains'>): string | undefined {
  return domains.find((domain) => /\.mail\.onmicrosoft\.[a-z]+$/.test(domain));
}

/** The tenant of an organisation on-premises: the one in the cloud that accepts one of these domains too. */
export function tenantSharing(organizations: Organizations, domains: readonly string[]): Organization | undefined {
  return domains
    .flatMap((domain) => organizations.byDomain(domain))
    .find(({ kind, tenantId }) => kind === 'cloud' && tenantId !== undefined);
}

import type { Guid } from '../../kernel/ids.ts';
import type { EraName, OrganizationKind, ProductName } from '../world/vocabulary.ts';

/**
 * An Exchange organisation. On-premises, cloud and partner differ by what stands in this record and by the settings
 * kept under its name in the store (`config_object`), never by code that asks what kind it is.
 */
export interface Organization {
  /** The name in the world file, the key of everything that belongs to it: `contoso`, `contoso-cloud`. */
  readonly name: string;
  readonly kind: OrganizationKind;
  /** Its own name, `Contoso` in legacyExchangeDN. */
  readonly title?: string;
  readonly product: ProductName;
  /** Cloud tenants only; what it means stands in `eras.ts`. */
  readonly era?: EraName;
  readonly tenantId?: Guid;
  /** NetBIOS name of the domain that its accounts live in: `CONTOSO`. */
  readonly netbiosName: string;
  /** Accepted domains; the first is the default. */
  readonly domains: readonly string[];
  readonly hosts: OrganizationHosts;
  /** Computer names of its servers; absent: the one of its product's profile. Read through `servers.ts`. */
  readonly servers?: readonly string[];
}

/** Names under which an organisation's servers are reached. All of them are in its certificate. */
export interface OrganizationHosts {
  /** EWS, MRSProxy, OWA: `mail.contoso.test`. */
  readonly web: string;
  /** Autodiscover over https: `autodiscover.contoso.test`. */
  readonly autodiscover: string;
  readonly smtp?: string;
  /**
   * Names that lead to this organisation's listener but are missing from its certificate; over plain http they
   * answer 302 to `autodiscover` (`autodiscover.contoso.mail.onmicrosoft.test`).
   */
  readonly redirectOnly: readonly string[];
}

/** The organisation's virtual hosts that its certificate carries. */
export function certificateNames(organization: Organization): readonly string[] {
  const { web, autodiscover, smtp } = organization.hosts;
  return [...new Set([web, autodiscover, ...(smtp === undefined ? [] : [smtp])])];
}

/** The domain in which everybody of a tenant has an address from the beginning: `contoso.onmicrosoft.test`. */
export function initialDomain({ domains }: Pick<Organization, 'domains'>): string | undefined {
  return domains.find((domain) => /^[^.]+\.onmicrosoft\.[a-z]+$/.test(domain));
}

/** The domain in which a tenant gets the mail that an organisation on-premises sends on: `contoso.mail.onmicrosoft.test`. */
export function routingDomain({ domains }: Pick<Organization, 'domains'>): string | undefined {
  return domains.find((domain) => /\.mail\.onmicrosoft\.[a-z]+$/.test(domain));
}

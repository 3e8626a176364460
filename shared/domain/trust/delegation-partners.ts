import type { Instant } from '../../kernel/clock.ts';
import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';
import type { FederationInstance } from './federation-instances.ts';

/** A domain that a partner has reserved at the gateway. */
export interface ReservedDomain {
  /** Lower case. */
  readonly domainName: string;
  readonly state: 'PendingActivation' | 'Active' | 'PendingRelease';
  readonly programId: string;
}

/** An organisation as the federation gateway knows it: an AppId made by ManageDelegation (MS-OXWSLVID). */
export interface DelegationPartner {
  /** 16 hexadecimal digits in capitals; Exchange Online has `260563`. */
  readonly appId: string;
  readonly instance: FederationInstance['name'];
  /** DER, base64: requests are verified by it and tokens are encrypted to it. */
  readonly certificate: string;
  /** Subject Key Identifier of the certificate, base64. */
  readonly subjectKeyIdentifier: string;
  /** The application's URI first, then its federated domains; in lower case. */
  readonly uris: readonly string[];
  readonly domains: readonly ReservedDomain[];
  readonly properties: readonly { readonly Name: string; readonly Value: string }[];
  /** Exchange Online: its users' domains are the accepted domains of the tenants, without any AddUri. */
  readonly hostsTenants: boolean;
  readonly since: Instant;
}

/** Kept under `authorityScope`, by {@link partnerKey}. */
export const delegationPartners = configKind<DelegationPartner>('DelegationPartner');

/** The same AppId may exist at both instances. */
export function partnerKey({ instance, appId }: Pick<DelegationPartner, 'instance' | 'appId'>): string {
  return `${instance} ${appId}`;
}

/** The partners of an instance, found without going through all of them. */
export interface PartnerIndex {
  bySubjectKeyIdentifier(subjectKeyIdentifier: string): DelegationPartner | undefined;
  /** An application's URI or a federated domain, in any case. */
  byUri(uri: string): DelegationPartner | undefined;
  byAppId(appId: string): DelegationPartner | undefined;
  byReservedDomain(domain: string): DelegationPartner | undefined;
}

/** By the settings they were read from, which are replaced when anything in them changes. */
const indexes = new WeakMap<Settings, ReadonlyMap<FederationInstance['name'], PartnerIndex>>();

/** @param settings those of `authorityScope` */
export function partnersOf(settings: Settings, instance: FederationInstance['name']): PartnerIndex {
  const known = indexes.get(settings) ?? indexed(delegationPartners.all(settings));
  indexes.set(settings, known);
  return known.get(instance) ?? emptyIndex;
}

function indexed(partners: readonly DelegationPartner[]): ReadonlyMap<FederationInstance['name'], PartnerIndex> {
  const byInstance = Map.groupBy(partners, ({ instance }) => instance);
  return new Map([...byInstance].map(([instance, members]) => [instance, indexOf(members)]));
}

function indexOf(partners: readonly DelegationPartner[]): PartnerIndex {
  const identifiers = new Map(partners.map((partner) => [partner.subjectKeyIdentifier, partner]));
  const uris = new Map(partners.flatMap((partner) => partner.uris.map((uri) => [uri, partner] as const)));
  const appIds = new Map(partners.map((partner) => [partner.appId, partner]));
  const domains = new Map(partners.flatMap((partner) => partner.domains.map(({ domainName }) => [domainName, partner] as const)));
  return {
    bySubjectKeyIdentifier: (identifier) => identifiers.get(identifier),
    byUri: (uri) => uris.get(uri.toLowerCase()),
    byAppId: (appId) => appIds.get(appId),
    byReservedDomain: (domain) => domains.get(domain.toLowerCase()),
  };
}

const emptyIndex = indexOf([]);

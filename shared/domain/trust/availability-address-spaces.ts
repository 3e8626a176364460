import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';

/** How the other side is asked: for what calendars give to all, or (`PerUserFB`) for what they give to whoever asks. */
export const accessMethods = ['OrgWideFB', 'OrgWideFBBasic', 'PerUserFB'] as const;
export type AccessMethod = (typeof accessMethods)[number];

/** An account of another forest. */
export interface StoredCredentials {
  /** `DOMAIN\account` or a user principal name. */
  readonly UserName: string;
  readonly Password: string;
}

/**
 * Where the calendars of a forest are asked for with an account of that forest, as `Get-AvailabilityAddressSpace` shows it:
 * the way between organisations that share neither federation nor a tenant ("Deep Dive: How Hybrid
 * Authentication Really Works", Exchange Team Blog).
 */
export interface AvailabilityAddressSpace {
  /** SMTP domain, in lower case: what the object is known by. */
  readonly ForestName: string;
  readonly AccessMethod: AccessMethod;
  /** Null: the servers' own account would be used. */
  readonly Credentials: StoredCredentials | null;
  readonly UseServiceAccount: boolean;
  /** `https://host/autodiscover/autodiscover.svc`; '' : `autodiscover.` before the forest's name. */
  readonly TargetAutodiscoverEpr: string;
}

/** By forest name. */
export const availabilityAddressSpaces = configKind<AvailabilityAddressSpace>('AvailabilityAddressSpace');

/** Whose requests are taken for those of another forest's servers; primary addresses, '' where nobody is. */
export interface AvailabilityConfig {
  readonly PerUserAccount: string;
  readonly OrgWideAccount: string;
}

/** The only one of an organisation. */
export const availabilityConfigName = 'Availability Configuration';
/** By {@link availabilityConfigName}. */
export const availabilityConfigs = configKind<AvailabilityConfig>('AvailabilityConfig');

/** The address space of a domain, in any case. */
export function addressSpaceFor(settings: Settings, domain: string): AvailabilityAddressSpace | undefined {
  return availabilityAddressSpaces.get(settings, domain.toLowerCase());
}

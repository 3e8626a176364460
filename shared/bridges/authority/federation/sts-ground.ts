import type { PartnerIndex } from '../../../domain/trust/delegation-partners.ts';
import type { FederationInstance } from '../../../domain/trust/federation-instances.ts';
import type { Instant } from '../../../kernel/clock.ts';

/** What a token request is judged by. */
export interface StsGround {
  readonly instance: FederationInstance;
  readonly partners: PartnerIndex;
  /** Whether an address is that of this service. */
  readonly isService: (address: string) => boolean;
  /** Whether a domain, in lower case, is an accepted domain of a tenant of the cloud. */
  readonly isTenantDomain: (domain: string) => boolean;
  /** What is wrong with the password of a tenant's user, by user principal name or address; undefined: nothing, or no such user. */
  readonly passwordFlaw: (user: string) => Promise<'PasswordExpired' | 'PasswordToBeChanged' | undefined>;
  readonly at: Instant;
}

import type { Recipient } from '../../domain/directory/recipient.ts';
import type { FederatedOrganization } from '../../domain/trust/federated-organization.ts';
import type { DelegationRequest } from '../authority/federation/on-behalf-of.ts';
import { hybridRefusal } from './refusals.ts';

/**
 * A user as his organisation names him to the federation gateway: by addresses in the domains that it has federated, those of
 * the default domain first, where it has one (page of Set-FederatedOrganizationIdentifier), then the primary one. Refuses
 * with `user-not-federated`.
 */
export function federatedUser(
  identifier: Pick<FederatedOrganization, 'Domains' | 'DefaultDomain'>,
  user: Pick<Recipient, 'primaryAddress' | 'addresses' | 'userPrincipalName'>,
): DelegationRequest['user'] {
  const domains = new Set(identifier.Domains.map((domain) => domain.toLowerCase()));
  const all = user.addresses.flatMap((address) => /^smtp:(.+)$/i.exec(address)?.slice(1) ?? []);
  const others = all.filter((address) => address.toLowerCase() !== user.primaryAddress.toLowerCase());
  const known = [user.primaryAddress, ...others].filter((address) => domains.has(domainOf(address)));
  const wanted = identifier.DefaultDomain.toLowerCase();
  // The sort is stable: what is not of the default domain keeps its order.
  const emailAddresses = wanted === '' ? known : known.toSorted((left, right) => rank(left, wanted) - rank(right, wanted));
  if (emailAddresses.length > 0) return { userPrincipalName: user.userPrincipalName ?? user.primaryAddress, emailAddresses };
  // Published: ErrorUserWithoutFederatedProxyAddress.
  throw hybridRefusal('user-not-federated', "The user doesn't have an SMTP proxy address from a federated domain.");
}

function rank(address: string, domain: string): number {
  return domainOf(address) === domain ? 0 : 1;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

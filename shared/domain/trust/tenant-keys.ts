import type { Instant } from '../../kernel/clock.ts';
import type { Executor } from '../../store/database.ts';
import { authServers } from './auth-servers.ts';
import { federationTrusts } from './federation-trusts.ts';
import { signingKeys } from './signing-keys.ts';
import { authorityScope } from './well-known.ts';

/**
 * Exchange Online hears at once of every change of the authentication service's keys: nobody refreshes metadata there. An
 * organisation on-premises keeps what it has read until `Set-AuthServer -RefreshAuthMetadata` and, of the federation gateway,
 * `Set-FederationTrust -RefreshMetadata`.
 *
 * @param tenants names of the cloud organisations
 */
export async function refreshTenantKeys(tx: Executor, tenants: readonly string[], at: Instant): Promise<void> {
  const known = (await signingKeys.list(tx, authorityScope)).map(({ value }) => value);
  const keys = known
    .filter(({ state }) => state === 'active' || state === 'published')
    .map(({ x5t, certificate }) => ({ x5t, certificate }));
  const TokenIssuerCertificate = known.find(({ state }) => state === 'active')?.certificate ?? '';
  const [another] = known.filter(({ state }) => state === 'published').toSorted((left, right) => right.since - left.since);
  const issuer = { TokenIssuerCertificate, TokenIssuerPrevCertificate: another?.certificate ?? '', refreshed: at };
  for (const tenant of tenants) {
    for (const trust of await federationTrusts.list(tx, tenant))
      await federationTrusts.replace(tx, trust, { ...trust.value, ...issuer }, at);
    for (const server of await authServers.list(tx, tenant)) {
      await authServers.replace(tx, server, { ...server.value, keys, refreshed: at }, at);
    }
  }
}

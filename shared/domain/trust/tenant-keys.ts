import type { Instant } from '../../kernel/clock.ts';
import type { Executor } from '../../store/database.ts';
import { authServers } from './auth-servers.ts';
import { signingKeys } from './signing-keys.ts';
import { authorityScope } from './well-known.ts';

/**
 * Exchange Online hears at once of every change of the authentication service's keys: nobody refreshes metadata there. An
 * organisation on-premises keeps what it has read until `Set-AuthServer -RefreshAuthMetadata`.
 *
 * @param tenants names of the cloud organisations
 */
export async function refreshTenantKeys(tx: Executor, tenants: readonly string[], at: Instant): Promise<void> {
  const known = (await signingKeys.list(tx, authorityScope)).map(({ value }) => value);
  const keys = known
    .filter(({ state }) => state === 'active' || state === 'published')
    .map(({ x5t, certificate }) => ({ x5t, certificate }));
  for (const tenant of tenants) {
    for (const server of await authServers.list(tx, tenant)) {
      await authServers.replace(tx, server, { ...server.value, keys, refreshed: at }, at);
    }
  }
}

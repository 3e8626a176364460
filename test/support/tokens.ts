import { issueActorToken, issueAppToken, issueUserToken, outerToken } from '../../shared/bridges/authority/issue.ts';
import { openDirectory } from '../../shared/domain/directory/directory.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { openRegistry } from '../../shared/domain/organization/registry.ts';
import { type ServicePrincipal, servicePrincipals } from '../../shared/domain/trust/service-principals.ts';
import { type SigningKey, signingKeys } from '../../shared/domain/trust/signing-keys.ts';
import { authorityScope, exchangeAppId } from '../../shared/domain/trust/well-known.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { Store } from '../../shared/store/database.ts';

/** Applications of the world contoso-hybrid. */
export const daemon = '22222222-2222-4222-8222-222222222222';
export const publicClient = '44444444-4444-4444-8444-444444444444';

/** Tokens as the authentication service issues them, without asking it: `Authorization` values. */
export interface TokenMint {
  readonly tenantId: string;
  readonly signer: SigningKey;
  /** Of an application by itself. */
  app(options?: { readonly appId?: string; readonly audience?: string; readonly roles?: readonly string[] }): Promise<string>;
  /** Of somebody who signed in to an application. */
  user(mail: string, options?: { readonly audience?: string; readonly scopes?: readonly string[] }): Promise<string>;
  /** Server to server, an application alone. */
  actor(host: string, appId?: string): Promise<string>;
  /** Server to server, in a user's name. */
  actAs(host: string, mail: string, appId?: string): Promise<string>;
}

/** The mint of a lab's tenant; it reads the store, so `at` is asked for each token. */
export async function openTokenMint(store: Store, at: () => number, tenantName = 'contoso-cloud'): Promise<TokenMint> {
  const [signer, tenant] = await Promise.all([activeKey(store), organizationOf(store, tenantName)]);
  const tenantId = present(tenant.tenantId, 'the tenant id');
  const ground = () => ({ signer, tenant, at: at() });
  const directory = openDirectory(store, tenantName);
  const clientOf = async (appId: string): Promise<ServicePrincipal> =>
    present((await servicePrincipals.find(store.read, tenantName, appId))?.value, `the application ${appId}`);
  const cloud = `https://${tenant.hosts.web}`;
  const actorToken = async (host: string, appId: string) =>
    (await issueActorToken(ground(), { clientAppId: appId, audience: `${exchangeAppId}/${host}@${tenantId}` })).token;
  return {
    tenantId,
    signer,
    async app({ appId = daemon, audience = cloud, roles = ['full_access_as_app'] } = {}) {
      const client = await clientOf(appId);
      return `Bearer ${(await issueAppToken(ground(), { client, clientAuthentication: '1', audience, roles })).token}`;
    },
    async user(mail, { audience = cloud, scopes = ['EWS.AccessAsUser.All'] } = {}) {
      const user = present(await directory.byAddress(mail), mail);
      const client = await clientOf(publicClient);
      return `Bearer ${(await issueUserToken(ground(), { client, user, audience, scopes, amr: ['pwd'] })).token}`;
    },
    actor: async (host, appId = exchangeAppId) => `Bearer ${await actorToken(host, appId)}`,
    async actAs(host, mail, appId = exchangeAppId) {
      const token = outerToken({
        ...{ appId, realm: tenantId, audience: `${exchangeAppId}/${host}@${tenantId}`, at: at() },
        user: { nii: 'urn:federation:MicrosoftOnline', smtp: mail, upn: mail },
        actorToken: await actorToken(host, appId),
      });
      return `Bearer ${token}`;
    },
  };
}

async function activeKey(store: Store): Promise<SigningKey> {
  const keys = await signingKeys.list(store.read, authorityScope);
  return present(
    keys.map(({ value }) => value).find(({ state }) => state === 'active'),
    'an active signing key',
  );
}

async function organizationOf(store: Store, name: string): Promise<Organization> {
  const registry = openRegistry(store);
  try {
    return present((await registry.current()).byName(name), name);
  } finally {
    registry.close();
  }
}

import { microsoftNames } from '../../domain/organization/host-map.ts';
import type { Registry } from '../../domain/organization/registry.ts';
import { type FederationInstance, federationInstances } from '../../domain/trust/federation-instances.ts';
import { signingKeys } from '../../domain/trust/signing-keys.ts';
import { authorityScope } from '../../domain/trust/well-known.ts';
import { authenticationHosts } from '../../domain/world/vocabulary.ts';
import { assert } from '../../kernel/assert.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { insideTransaction } from '../../kernel/transaction-scope.ts';
import type { DialRefusal } from '../../net/dial-refusals.ts';
import type { Dialer, HttpsAnswer } from '../../net/dialer.ts';
import type { SeedGateway } from './seed-gateway.ts';

/**
 * Stands for the network while a world is seeded, when nothing listens yet: answers a GET of what the authentication
 * service and the organisations publish of themselves, from the store being seeded, and a POST to the federation gateway's
 * domain service. Any other name is unknown (`NameNotFound`), any other address of theirs is not found.
 */
export function createSeedDialer(registry: Pick<Registry, 'current' | 'settings'>, gateway: SeedGateway): Pick<Dialer, 'https'> {
  const documentAt = async (url: URL): Promise<string | undefined> => {
    const [{ authorityDocument }, { exchangeDocument }] = await documents();
    const organizations = await registry.current();
    const host = hostOf(url);
    if (authenticationHosts.includes(host)) {
      const keys = signingKeys.all(await registry.settings(authorityScope));
      if (!isGatewayDocument(url)) return authorityDocument(url, { organizations, keys })?.body;
      const { federationDocument } = await import('../authority/federation/federation-document.ts');
      return federationDocument(url, keys);
    }
    const organization = organizations.byHost(host);
    if (organization === undefined) throw new Refusal<DialRefusal>('NameNotFound', { detail: `ENOTFOUND ${url.hostname}` });
    if (!/^\/autodiscover\/metadata\/json\/1\/?$/i.test(url.pathname)) return undefined;
    return exchangeDocument(organization, await registry.settings(organization.name));
  };
  return {
    async https({ url, method, body }) {
      assert(!insideTransaction(), `a cmdlet of the seed dials ${url} while a transaction is open`);
      const asked = new URL(url);
      const instance = method === 'POST' ? domainServiceAt(asked) : undefined;
      if (instance !== undefined) {
        const { answerSeedDelegation } = await import('./seed-gateway.ts');
        return answerSeedDelegation(Buffer.from(body ?? ''), instance, registry, gateway);
      }
      const text = await documentAt(asked);
      return method === 'GET' && text !== undefined ? { status: 200, headers: {}, body: Buffer.from(text) } : notFound;
    },
  };
}

function hostOf({ hostname }: URL): string {
  return microsoftNames[hostname] ?? hostname;
}

/** The instance of the federation gateway whose domain service an address is. */
function domainServiceAt(url: URL): FederationInstance | undefined {
  return federationInstances.find(({ manageDelegationEpr }) => {
    const { hostname, pathname } = new URL(manageDelegationEpr);
    return hostname === hostOf(url) && pathname === url.pathname.toLowerCase();
  });
}

function isGatewayDocument(url: URL): boolean {
  return federationInstances.some(({ metadataEpr }) => new URL(metadataEpr).pathname === url.pathname.toLowerCase());
}

/** Loaded when a cmdlet dials. */
const documents = () => Promise.all([import('../authority/documents.ts'), import('../authority/exchange-document.ts')]);
const notFound: HttpsAnswer = { status: 404, headers: {}, body: Buffer.alloc(0) };

import { microsoftNames } from '../../domain/organization/host-map.ts';
import type { Registry } from '../../domain/organization/registry.ts';
import { signingKeys } from '../../domain/trust/signing-keys.ts';
import { authorityScope } from '../../domain/trust/well-known.ts';
import { authenticationHosts } from '../../domain/world/vocabulary.ts';
import { assert } from '../../kernel/assert.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { insideTransaction } from '../../kernel/transaction-scope.ts';
import type { DialRefusal } from '../../net/dial-refusals.ts';
import type { Dialer, HttpsAnswer } from '../../net/dialer.ts';

/**
 * Stands for the network while a world is seeded, when nothing listens yet: answers a GET of what the authentication
 * service and the organisations publish of themselves, from the store being seeded. Any other name is unknown
 * (`NameNotFound`), any other address of theirs is not found.
 */
export function createSeedDialer(registry: Pick<Registry, 'current' | 'settings'>): Pick<Dialer, 'https'> {
  const documentAt = async (url: URL): Promise<string | undefined> => {
    const [{ authorityDocument }, { exchangeDocument }] = await documents();
    const organizations = await registry.current();
    const host = microsoftNames[url.hostname] ?? url.hostname;
    if (authenticationHosts.includes(host)) {
      const keys = signingKeys.all(await registry.settings(authorityScope));
      return authorityDocument(url, { organizations, keys })?.body;
    }
    const organization = organizations.byHost(host);
    if (organization === undefined) throw new Refusal<DialRefusal>('NameNotFound', { detail: `ENOTFOUND ${url.hostname}` });
    if (!/^\/autodiscover\/metadata\/json\/1\/?$/i.test(url.pathname)) return undefined;
    return exchangeDocument(organization, await registry.settings(organization.name));
  };
  return {
    async https({ url, method }) {
      assert(!insideTransaction(), `a cmdlet of the seed dials ${url} while a transaction is open`);
      const text = await documentAt(new URL(url));
      return method === 'GET' && text !== undefined ? { status: 200, headers: {}, body: Buffer.from(text) } : notFound;
    },
  };
}

/** Loaded when a cmdlet dials. */
const documents = () => Promise.all([import('../authority/documents.ts'), import('../authority/exchange-document.ts')]);
const notFound: HttpsAnswer = { status: 404, headers: {}, body: Buffer.alloc(0) };

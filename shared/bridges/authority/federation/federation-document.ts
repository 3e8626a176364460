import { authenticationNames, microsoftNames, realSpelling } from '../../../domain/organization/host-map.ts';
import { type FederationInstance, federationInstances } from '../../../domain/trust/federation-instances.ts';
import type { SigningKey } from '../../../domain/trust/signing-keys.ts';
import { writeFederationMetadata } from '../../../protocols/wstrust/federation-metadata.ts';

/**
 * The document by which an instance of the federation gateway makes itself known, for an anonymous GET; undefined at another
 * address. Letter case of the path does not count. The instance follows from the host: that of the consumer one, and for any
 * other name the business one. Addresses in it are spelt as the host that was asked, Microsoft's own way or ours, with its port;
 * who came by `localhost` is sent there. Both certificates are of keys that are published: the one that signs, and the newest of
 * the others.
 *
 * @param keys those of the authentication service, in whatever state
 */
export function federationDocument(url: URL, keys: readonly SigningKey[]): string | undefined {
  const instance = instanceOfHost(url.hostname);
  if (url.pathname.toLowerCase() !== new URL(instance.metadataEpr).pathname) return undefined;
  const active = keys.find(({ state }) => state === 'active');
  if (active === undefined) return undefined;
  const [another] = keys.filter(({ state }) => state === 'published').toSorted((left, right) => right.since - left.since);
  return writeFederationMetadata({
    issuerUri: instance.issuerUri,
    tokenIssuerEpr: spelt(instance.tokenIssuerEpr, url),
    webRequestorRedirectEpr: spelt(instance.webRequestorRedirectEpr, url),
    signingCertificate: active.certificate,
    previousCertificate: another?.certificate,
  });
}

function instanceOfHost(host: string): FederationInstance {
  const name = microsoftNames[host] ?? host;
  const [business] = federationInstances;
  const found = federationInstances.find(({ metadataEpr }) => new URL(metadataEpr).hostname === name) ?? business;
  if (found === undefined) throw new Error('defect: there is no instance of the gateway');
  return found;
}

/** An address of ours, as whoever asked `url` reaches it. */
function spelt(address: string, asked: URL): string {
  const target = new URL(address);
  if (!authenticationNames.includes(asked.hostname)) target.hostname = asked.hostname;
  else if (Object.hasOwn(microsoftNames, asked.hostname)) target.hostname = realSpelling(target.hostname);
  target.port = asked.port;
  return target.href;
}

import type { Instant } from '../../kernel/clock.ts';
import type { FederationTrust } from './federation-trusts.ts';

/** What the metadata of a gateway says of it; certificates are DER, base64. */
export interface PublishedGateway {
  readonly tokenIssuerEpr: string;
  readonly webRequestorRedirectEpr: string;
  readonly signingCertificate: string;
  readonly previousCertificate: string | undefined;
}

type Known = Pick<
  FederationTrust,
  'TokenIssuerEpr' | 'WebRequestorRedirectEpr' | 'TokenIssuerCertificate' | 'TokenIssuerPrevCertificate' | 'refreshed'
>;

/**
 * What a trust knows of its gateway once the metadata has been read at `at`. The certificate that was current here becomes
 * the previous one, whatever the metadata calls so: tokens under way are signed by it. Reading the same metadata again then
 * takes over the published previous one, which is why administrators are told to refresh twice ("Resolve free/busy errors").
 *
 * @param before undefined: the trust is new
 */
export function refreshedTrust(before: Known | undefined, published: PublishedGateway, at: Instant): Known {
  const was = before?.TokenIssuerCertificate ?? '';
  const isRollover = was !== '' && was !== published.signingCertificate;
  return {
    TokenIssuerEpr: published.tokenIssuerEpr,
    WebRequestorRedirectEpr: published.webRequestorRedirectEpr,
    TokenIssuerCertificate: published.signingCertificate,
    TokenIssuerPrevCertificate: isRollover ? was : (published.previousCertificate ?? ''),
    refreshed: at,
  };
}

/** Whether a trust has the certificates that are published. */
export function isFresh(trust: Known, published: PublishedGateway): boolean {
  return (
    trust.TokenIssuerCertificate === published.signingCertificate &&
    trust.TokenIssuerPrevCertificate === (published.previousCertificate ?? '')
  );
}

/** What a certificate of the organisation is to a trust, as `Get-FederationTrust` calls the property with its thumbprint. */
export type FederationCertificateUse = 'OrgNextPrivCertificate' | 'OrgPrivCertificate' | 'OrgPrevPrivCertificate';

/** The certificates that a trust names, the next one first, as `Get-FederatedDomainProof` lists them. */
export function federationCertificates({
  OrgNextCertificate,
  OrgCertificate,
  OrgPrevCertificate,
}: FederationTrust): readonly { readonly use: FederationCertificateUse; readonly thumbprint: string }[] {
  const all = [
    { use: 'OrgNextPrivCertificate', thumbprint: OrgNextCertificate },
    { use: 'OrgPrivCertificate', thumbprint: OrgCertificate },
    { use: 'OrgPrevPrivCertificate', thumbprint: OrgPrevCertificate },
  ] as const;
  return all.filter(({ thumbprint }) => thumbprint !== '');
}

/** The next certificate becomes the current one, and that one the previous. */
export function publishedCertificates({
  OrgNextCertificate,
  OrgCertificate,
}: FederationTrust): Pick<FederationTrust, 'OrgCertificate' | 'OrgNextCertificate' | 'OrgPrevCertificate'> {
  return { OrgCertificate: OrgNextCertificate, OrgNextCertificate: '', OrgPrevCertificate: OrgCertificate };
}

import type { X509Certificate } from 'node:crypto';
import type { Instant } from '../kernel/clock.ts';

/** Certificates between that of a client and the authority: a bound of ours. */
const mostBetween = 4;

/** Why a certificate does not lead to an authority; undefined: it does. */
export type ChainFlaw = { readonly is: 'untrusted' | 'expired'; readonly at: X509Certificate };

/**
 * Follows a certificate to an authority by way of those that the client sent with it (RFC 5280 section 6.1): each may issue
 * certificates, has signed the one before, is in its time, and has no more below it than its path length says.
 */
export async function chainFlaw(certificate: X509Certificate, authority: X509Certificate, at: Instant): Promise<ChainFlaw | undefined> {
  let below = certificate;
  for (let between = 0; between <= mostBetween; between += 1) {
    if (hasIssued(authority, below)) return undefined;
    const issuer = below.issuerCertificate;
    if (issuer === undefined || !issuer.ca || !hasIssued(issuer, below) || between >= (await pathLengthOf(issuer)) + 1)
      return { is: 'untrusted', at: below };
    if (at < issuer.validFromDate.getTime() || at > issuer.validToDate.getTime()) return { is: 'expired', at: issuer };
    below = issuer;
  }
  return { is: 'untrusted', at: below };
}

function hasIssued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

async function pathLengthOf({ raw }: X509Certificate): Promise<number> {
  await import('reflect-metadata');
  const { BasicConstraintsExtension, X509Certificate: Parsed } = await import('@peculiar/x509');
  return new Parsed(raw).getExtension(BasicConstraintsExtension)?.pathLength ?? Number.POSITIVE_INFINITY;
}

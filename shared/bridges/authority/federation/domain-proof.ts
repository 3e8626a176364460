import { createHash, sign, verify } from 'node:crypto';
import { accountNamespaceLabel } from '../../../domain/trust/federated-organization.ts';
import { certificateFacts, privateKeyOf } from '../../../protocols/saml/keys.ts';

/** By what an organisation shows that a domain is its own; how it is computed is known from interoperability, not published. */
export interface DomainProof {
  /** Base64: goes into the header of a request to ManageDelegation. */
  readonly signature: string;
  /** Base64, 88 characters: the TXT record at the domain, as Get-FederatedDomainProof tells it. */
  readonly proof: string;
}

/**
 * The proof of a domain by the key of the federation certificate: RSA (PKCS #1 v1.5) over the SHA-1 of the domain's name, and
 * the SHA-512 of that signature for DNS. The same domain and key always give the same proof. For an account namespace it is that
 * of the domain it is made of. Throws a `Refusal<KeyRefusal>` for a private key that cannot be used.
 */
export function domainProof(domain: string, privateKeyPem: string): DomainProof {
  const signature = sign('sha1', Buffer.from(proofDomainOf(domain)), privateKeyOf(privateKeyPem));
  return { signature: signature.toString('base64'), proof: proofOfSignature(signature) };
}

/** What stands in DNS for a signature. */
export function proofOfSignature(signature: Uint8Array): string {
  return createHash('sha512').update(signature).digest('base64');
}

/** Whether a signature is that of {@link domainProof} by the key of a certificate (DER, base64). */
export function isDomainSignature(domain: string, signature: Uint8Array, certificate: string): boolean {
  return verify('sha1', Buffer.from(proofDomainOf(domain)), certificateFacts(certificate).publicKey, signature);
}

/**
 * The domain that is proven for a URI or a domain, in lower case: an account namespace (`FYDIBOHF25SPDLT.contoso.test`) is
 * proven by the domain it is made of, which is the one that stands in DNS.
 */
export function proofDomainOf(uriOrDomain: string): string {
  const folded = uriOrDomain.trim().toLowerCase();
  const label = `${accountNamespaceLabel.toLowerCase()}.`;
  return folded.startsWith(label) ? folded.slice(label.length) : folded;
}

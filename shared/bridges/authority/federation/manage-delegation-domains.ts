import { isDnsName } from '../../../domain/organization/dns-records.ts';
import type { DelegationPartner } from '../../../domain/trust/delegation-partners.ts';
import { proofHashAlgorithm } from '../../../protocols/manage-delegation/contract.ts';
import type { ReceivedCall } from '../../../protocols/manage-delegation/message.ts';
import { isDomainSignature, proofDomainOf, proofOfSignature } from './domain-proof.ts';
import type { ManageDelegationTrail } from './manage-delegation-trail.ts';

/**
 * Registered names that belong to the service itself, so that nobody can federate them or anything below them. That there is
 * such a list is known (BlockedDomainName), that `onmicrosoft.com` is on it inferred; the rest of it is ours.
 */
const blockedNames: ReadonlySet<string> = new Set([
  'accesscontrol',
  'hotmail',
  'live',
  'microsoft',
  'microsoftonline',
  'microsoftonline-p',
  'msn',
  'office',
  'office365',
  'onmicrosoft',
  'outlook',
  'passport',
  'windows',
]);
/** Of those names in life, and here. */
const blockedEnds: ReadonlySet<string> = new Set(['com', 'net', 'test']);

/** Whether a domain, in lower case, belongs to the service itself. */
export function isBlockedDomain(domain: string): boolean {
  const [end = '', name = ''] = domain.split('.').toReversed();
  return blockedEnds.has(end) && blockedNames.has(name);
}

/** Whether a text, in lower case, can be a domain: the name of a host, and more than a top-level domain. */
export function isDomainName(domain: string): boolean {
  return isDnsName(domain) && domain.includes('.') && !domain.includes('_') && !/^[\d.]+$/.test(domain);
}

/** Whether an application has something of a domain (as {@link proofDomainOf} gives it): a URI, or a reservation. */
export function holdsDomain({ uris, domains }: DelegationPartner, domain: string): boolean {
  return uris.some((uri) => proofDomainOf(uri) === domain) || domains.some(({ domainName }) => domainName === domain);
}

/**
 * Whether the caller owns the domain that a call is about: signed by the key of the call's own certificate, and the hash of that
 * signature stands in DNS. Refuses with ProofOfOwnershipNotValid.
 *
 * @param asked a URI or domain of the call
 */
export async function judgeProof(
  trail: ManageDelegationTrail,
  asked: string,
  { proof, certificate }: Pick<ReceivedCall, 'proof'> & { readonly certificate: string },
  lookUpText: (name: string) => Promise<readonly string[]>,
): Promise<void> {
  const domain = proofDomainOf(asked);
  const expected = `${domain}, ${proofHashAlgorithm}`;
  const fits = proof !== undefined && proofDomainOf(proof.Domain) === domain && proof.HashAlgorithm.trim() === proofHashAlgorithm;
  const header = { expected, actual: proof === undefined ? 'no DomainOwnershipProofHeader' : `${proof.Domain}, ${proof.HashAlgorithm}` };
  if (!fits) trail.refuse('delegation.proof-header', header, 'ProofOfOwnershipNotValid');
  trail.pass('delegation.proof-header', header);
  const text = proof.Signature.replace(/\s/g, '');
  const signature = Buffer.from(text, 'base64');
  // What is read leniently would have many spellings of one signature.
  const isSigned = signature.toString('base64') === text && isDomainSignature(domain, signature, certificate);
  const facts = isSigned ? {} : { expected: `the certificate's signature of ${domain}`, actual: 'another one' };
  trail.require('delegation.proof-signature', isSigned, facts, 'ProofOfOwnershipNotValid');
  const wanted = proofOfSignature(signature);
  const records = await lookUpText(domain);
  const isThere = records.some((record) => record.trim() === wanted);
  const found = { expected: `${domain} IN TXT ${wanted}`, actual: records.length === 0 ? 'no TXT record' : records.join(', ') };
  trail.require('delegation.proof-record', isThere, found, 'ProofOfOwnershipNotValid');
}

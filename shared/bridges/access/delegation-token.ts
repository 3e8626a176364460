import { organizationConfig } from '../../domain/organization/organization-config.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { exchangeCertificates } from '../../domain/trust/exchange-certificates.ts';
import { type Federation, federationOf } from '../../domain/trust/federated-organization.ts';
import { type FederationTrust, federationTrusts } from '../../domain/trust/federation-trusts.ts';
import type { OfferName } from '../../domain/trust/offers.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Verdict } from '../../kernel/verdict.ts';
import { readAssertion, type SamlSubject } from '../../protocols/saml/assertion.ts';
import { decryptElement, type PrivateKeys } from '../../protocols/saml/decrypt.ts';
import { readKeyInfo } from '../../protocols/saml/key-info.ts';
import { certificateFacts } from '../../protocols/saml/keys.ts';
import { namespaces } from '../../protocols/saml/namespaces.ts';
import type { ReceivedXml } from '../../protocols/saml/received.ts';
import { keyInfoOf, signatureOf, verifySignature } from '../../protocols/saml/verify.ts';
import type { receiverFaults } from '../../protocols/wstrust/faults.ts';
import { judgeClaims } from './delegation-claims.ts';
import { type DelegationResult, DelegationTrail, tokenOrder } from './delegation-trail.ts';
import type { ExternalCaller } from './external-caller.ts';

type XmlElement = ReceivedXml['root'];

/** A token that somebody brought, and who judges it. */
export interface DelegationQuestion {
  /** The `xenc:EncryptedData` of wsse:Security. */
  readonly token: XmlElement;
  /** Of the organisation that was asked. */
  readonly settings: Settings;
  readonly at: Instant;
  /** Offers that the operation takes; undefined: any, because the operation is refused to everybody outside. */
  readonly offers: readonly OfferName[] | undefined;
  /**
   * Who decides whether the organisation knows the caller's domain. `relationship`: an enabled organization relationship must
   * name it here and now, as where settings are told (Autodiscover). `operation`: the operation does, per mailbox, because its
   * own answer says so and the message as a whole stands (availability).
   */
  readonly identity?: 'relationship' | 'operation';
}

/** What came of a token. */
export type JudgedDelegation =
  | { readonly verdict: Verdict; readonly caller: ExternalCaller; readonly refusal?: never }
  | { readonly verdict: Verdict; readonly refusal: Refusal<DelegationResult>; readonly fault: keyof typeof receiverFaults };

/**
 * Judges a delegation token. It is taken from whoever brings it, for as long as it lives: possession of
 * its key is not proven, and it is not remembered (that the real service forgets it is inferred).
 */
export async function judgeDelegationToken(question: DelegationQuestion): Promise<JudgedDelegation> {
  const trail = new DelegationTrail(tokenOrder);
  try {
    const { caller } = await judgeTokenOn(trail, question);
    return { verdict: trail.verdict(), caller };
  } catch (error) {
    const { failure } = trail;
    if (!(error instanceof Refusal) || failure === undefined) throw error;
    return { verdict: trail.verdict(), refusal: error as Refusal<DelegationResult>, fault: failure.fault };
  }
}

/** The same on a trail that goes on. `subject` is that of the signed assertion: its KeyInfo holds the proof key. */
export async function judgeTokenOn(
  trail: DelegationTrail,
  question: DelegationQuestion,
): Promise<{ readonly caller: ExternalCaller; readonly subject: SamlSubject }> {
  const ground = judgeGround(trail, question.settings);
  const received = await decrypt(trail, question.token, ground.keys);
  trail.assertion = received.text;
  const isSha1Allowed = !organizationConfig(question.settings).RefuseSha1Tokens;
  const signed = await judgeSignature(trail, received, ground.trusts, isSha1Allowed);
  const assertion = readClaims(trail, signed.content);
  return judgeClaims(trail, assertion, { ...question, federation: ground.federation, issuers: signed.issuers });
}

/** Private keys that tokens may be encrypted to: those of the current and the previous organisation certificate. */
export function recipientKeys(settings: Settings): PrivateKeys {
  const federation = federationOf(settings);
  return federation === undefined ? () => undefined : keysOf(settings, trustsOf(settings, federation));
}

interface Ground {
  readonly federation: Federation;
  readonly trusts: readonly FederationTrust[];
  readonly keys: PrivateKeys;
}

function judgeGround(trail: DelegationTrail, settings: Settings): Ground {
  const federation = federationOf(settings);
  if (federation === undefined) {
    trail.fail('dauth.federation', {
      result: 'InvalidUnknownEncryption',
      fault: 'InvalidSecurity',
      expected: 'an enabled federated organization identifier with a federation trust',
      actual: 'the organization is not federated',
    });
  }
  trail.pass('dauth.federation', federation.trust.ApplicationUri);
  const trusts = trustsOf(settings, federation);
  return { federation, trusts, keys: keysOf(settings, trusts) };
}

/** Exchange Online is one application with a trust in each instance of the gateway; everybody else has one trust. */
function trustsOf(settings: Settings, { trust }: Federation): readonly FederationTrust[] {
  return federationTrusts.all(settings).filter(({ ApplicationUri }) => ApplicationUri === trust.ApplicationUri);
}

function keysOf(settings: Settings, trusts: readonly FederationTrust[]): PrivateKeys {
  const thumbprints = new Set(trusts.flatMap(({ OrgCertificate, OrgPrevCertificate }) => [OrgCertificate, OrgPrevCertificate]));
  const keys = new Map<string, string>();
  for (const thumbprint of thumbprints) {
    const held = thumbprint === '' ? undefined : exchangeCertificates.get(settings, thumbprint);
    const identifier = held && identifierOf(held.certificate);
    if (held !== undefined && identifier !== undefined) keys.set(identifier, held.privateKey);
  }
  return (identifier) => keys.get(identifier);
}

/** Undefined for a certificate that cannot be one of the federation: it has no RSA key, or cannot be read. */
function identifierOf(certificate: string): string | undefined {
  try {
    return certificateFacts(certificate).subjectKeyIdentifier;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Reading what a wrong key or padding has left takes about a millisecond, more or less by what it is: nobody hears before this. */
const failureMs = 10;

/** Of `DecryptionFailed` nothing is told: whatever a secret has decided looks the same and takes the same time. */
async function decrypt(trail: DelegationTrail, token: XmlElement, keys: PrivateKeys): Promise<ReceivedXml> {
  const startedMs = performance.now();
  try {
    const received = decryptElement(token, keys);
    trail.pass('dauth.token');
    trail.pass('dauth.recipient');
    trail.pass('dauth.decryption');
    return received;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const fault = 'InvalidSecurityToken';
    if (error.code === 'EncryptionNotUnderstood') {
      const expected = 'EncryptedData by AES-256-CBC with one key wrapped by RSA-OAEP';
      trail.fail('dauth.token', { result: 'InvalidTokenFormat', fault, expected, actual: error.detail ?? error.code });
    }
    trail.pass('dauth.token');
    if (error.code === 'RecipientUnknown') {
      const actual = `Subject Key Identifier ${error.values['SubjectKeyIdentifier'] ?? ''}`;
      const expected = 'the current or the previous organization certificate';
      trail.fail('dauth.recipient', { result: 'InvalidUnknownEncryption', fault, expected, actual });
    }
    if (error.code !== 'DecryptionFailed') throw error;
    trail.pass('dauth.recipient');
    const leftMs = failureMs - (performance.now() - startedMs);
    await new Promise((resolve) => setTimeout(resolve, leftMs));
    return trail.fail('dauth.decryption', { result: 'InvalidTokenFormat', fault });
  }
}

interface SignedAssertion {
  readonly content: XmlElement;
  /** Trusts whose token issuer has the key that signed. */
  readonly issuers: readonly FederationTrust[];
}

/** The signature by a key that a trust knows, whatever the message itself says about keys. */
async function judgeSignature(
  trail: DelegationTrail,
  received: ReceivedXml,
  trusts: readonly FederationTrust[],
  isSha1Allowed: boolean,
): Promise<SignedAssertion> {
  const { root } = received;
  if (root.namespace !== namespaces.saml || root.name !== 'Assertion') {
    trail.fail('dauth.assertion', {
      result: 'InvalidTokenFormat',
      fault: 'InvalidSecurityToken',
      expected: 'saml:Assertion',
      actual: root.name,
    });
  }
  let signature: XmlElement;
  try {
    signature = signatureOf(root);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return trail.fail('dauth.assertion', {
      result: 'InvalidTokenFailedValidation',
      fault: 'FailedAuthentication',
      expected: 'one signature in the assertion',
      actual: error.detail ?? error.code,
    });
  }
  trail.pass('dauth.assertion');
  const { certificate, issuers, named } = signerOf(signature, trusts);
  if (certificate === undefined) {
    // What the article on stale metadata shows when the issuer's keys have changed (OfficeDocs-Support).
    trail.fail('dauth.signing-key', {
      result: 'InvalidTokenFailedValidation',
      fault: 'InvalidSecurityToken',
      expected: 'the current or the previous certificate of the token issuer',
      actual: named,
    });
  }
  trail.pass('dauth.signing-key', named);
  try {
    const [content = root] = await verifySignature({ received, signature, covers: [root], key: { certificate }, isSha1Allowed });
    trail.pass('dauth.signature');
    return { content, issuers };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const actual = `${error.code}: ${error.detail ?? ''}`;
    return trail.fail('dauth.signature', { result: 'InvalidTokenFailedValidation', fault: 'FailedAuthentication', actual });
  }
}

function signerOf(
  signature: XmlElement,
  trusts: readonly FederationTrust[],
): { readonly certificate: string | undefined; readonly issuers: readonly FederationTrust[]; readonly named: string } {
  const name = readKeyInfo(keyInfoOf(signature));
  const isNamed = (certificate: string): boolean => {
    if (certificate === '') return false;
    if (name?.by === 'certificate') return certificate === name.certificate;
    return name?.by === 'subject-key-identifier' && identifierOf(certificate) === name.subjectKeyIdentifier;
  };
  const issuers = trusts.filter((trust) => issuerCertificates(trust).some(isNamed));
  const certificate = issuers.flatMap(issuerCertificates).find(isNamed);
  const named = name?.by === 'subject-key-identifier' ? `Subject Key Identifier ${name.subjectKeyIdentifier}` : (name?.by ?? 'no key');
  return { certificate, issuers, named };
}

function issuerCertificates({ TokenIssuerCertificate, TokenIssuerPrevCertificate }: FederationTrust): readonly string[] {
  return [TokenIssuerCertificate, TokenIssuerPrevCertificate];
}

function readClaims(trail: DelegationTrail, content: XmlElement): ReturnType<typeof readAssertion> {
  try {
    const assertion = readAssertion(content);
    trail.pass('dauth.claims');
    return assertion;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const actual = error.detail ?? error.code;
    return trail.fail('dauth.claims', { result: 'InvalidTokenFormat', fault: 'InvalidSecurityToken', expected: 'SAML 1.1', actual });
  }
}

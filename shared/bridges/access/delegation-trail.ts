import { Checklist, shorten } from '../../kernel/checklist.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Verdict } from '../../kernel/verdict.ts';
import type { receiverFaults } from '../../protocols/wstrust/faults.ts';

/** Everything that is looked at in a message with a delegation token, and the rule's source. The names are stable. */
export const delegationChecks = {
  'dauth.offered': 'Get-WebServicesVirtualDirectory, WSSecurityAuthentication',
  'dauth.security': 'WS-Security 1.0 section 5',
  'dauth.federation': 'Get-FederatedOrganizationIdentifier',
  'dauth.token': 'XML Encryption section 3.1',
  'dauth.recipient': 'Get-FederationTrust, OrgCertificate',
  'dauth.decryption': 'XML Encryption section 4.2',
  'dauth.assertion': 'SAML 1.1 section 2.3.2',
  'dauth.signing-key': 'Get-FederationTrust, TokenIssuerCertificate',
  'dauth.signature': 'XML Signature section 3.2',
  'dauth.claims': 'SAML 1.1 section 2.4',
  'dauth.lifetime': 'SAML 1.1 section 2.3.2.1',
  'dauth.audience': 'SAML 1.1 section 2.3.2.1.3',
  'dauth.issuer': 'Get-FederationTrust, TokenIssuerUri',
  'dauth.requestor': 'WS-Trust, requestor',
  'dauth.offer': 'WS-Trust, claim action',
  'dauth.offer-duration': 'WS-Trust, claim action',
  'dauth.subject': 'SAML 1.1 section 2.4.2',
  'dauth.email-address': 'WS-Trust, claim EmailAddress',
  'dauth.identity': 'Get-OrganizationRelationship',
  'dauth.replay': 'WS-Security SAML token profile 1.1, bearer',
  'dauth.proof-key': 'WS-Security SAML token profile 1.1, holder-of-key',
  'dauth.certificate': 'WS-Security X.509 token profile 1.0',
  'dauth.message-signature': 'WS-Security 1.0 section 8',
  'dauth.message-times': 'WS-Security 1.0 section 10',
  'dauth.certificate-owner': 'WS-Security X.509 token profile 1.0',
} as const satisfies Readonly<Record<string, string>>;
export type DelegationCheck = keyof typeof delegationChecks;

/** The order in which a token is judged: that of Exchange 2013 (interoperability; not published). */
export const tokenOrder: readonly DelegationCheck[] = [
  'dauth.federation',
  'dauth.token',
  'dauth.recipient',
  'dauth.decryption',
  'dauth.assertion',
  'dauth.signing-key',
  'dauth.signature',
  'dauth.claims',
  'dauth.lifetime',
  'dauth.audience',
  'dauth.issuer',
  'dauth.requestor',
  'dauth.offer',
  'dauth.offer-duration',
  'dauth.subject',
  'dauth.email-address',
  'dauth.identity',
  'dauth.replay',
];

/**
 * What Exchange calls the results of its judgement (not published); the last three are those of the message that a
 * token or a certificate came in.
 */
export type DelegationResult =
  | 'InvalidUnknownEncryption'
  | 'InvalidTokenFormat'
  | 'InvalidTokenFailedValidation'
  | 'InvalidTrustBroker'
  | 'InvalidTarget'
  | 'InvalidOffer'
  | 'InvalidExpired'
  | 'InvalidUnknownEmailAddress'
  | 'InvalidUnknownExternalIdentity';
export type MessageResult = 'SecurityNotOffered' | 'SecurityHeaderInvalid' | 'InvalidMessageSignature' | 'InvalidCertificate';

/** Why a check failed, and the fault that this becomes. `expected` and `actual` are for people; secrets are not in them. */
export interface DelegationFailure {
  readonly result: DelegationResult | MessageResult;
  readonly fault: keyof typeof receiverFaults;
  readonly expected?: string;
  readonly actual?: string;
}

/** The checks of one message in their order. At the first failure the rest of the order is skipped. */
export class DelegationTrail {
  readonly #list: Checklist<DelegationCheck>;
  #failure: DelegationFailure | undefined;
  /** The assertion, once it has been decrypted. */
  assertion: string | undefined;

  constructor(order: readonly DelegationCheck[]) {
    this.#list = new Checklist(delegationChecks, order);
  }

  /** What failed, once something has. */
  get failure(): DelegationFailure | undefined {
    return this.#failure;
  }

  pass(check: DelegationCheck, actual?: string): void {
    this.#list.note(check, 'passed', actual === undefined ? {} : { actual });
  }

  /** There was nothing to look at, or somebody else will. */
  skip(check: DelegationCheck, actual: string): void {
    this.#list.note(check, 'skipped', { actual });
  }

  /** Throws a refusal with the failure's result. */
  fail(check: DelegationCheck, failure: DelegationFailure): never {
    const { result, actual } = failure;
    this.#list.note(check, 'failed', failure);
    this.#failure = failure;
    throw new Refusal(result, { detail: actual === undefined ? check : `${check}: ${shorten(actual)}` });
  }

  verdict(): Verdict {
    return this.#list.verdict();
  }
}

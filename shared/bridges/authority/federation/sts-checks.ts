import { Checklist, type Looked, shorten } from '../../../kernel/checklist.ts';
import type { Instant } from '../../../kernel/clock.ts';
import { Refusal } from '../../../kernel/refusal.ts';
import type { Verdict } from '../../../kernel/verdict.ts';

/**
 * Why a token request is refused; the service has words for each.
 * - `MessageMalformed`, `HeaderNotUnderstood`: no SOAP 1.2 message that asks for a token, or one that demands more than we do.
 * - `RequestMalformed`, `RequestNotSupported`: its Body is no request for a delegation token.
 * - `SignerUnknown`: nobody has registered the certificate. `RequestorUnknown`: not for the application that is named.
 * - `ProofInvalid`: certificate, signature, address or time of the message.
 * - `TargetUnknown`, `OfferUnknown`, `PolicyUnknown`: what is asked for does not exist.
 * - `AssertionInvalid`: the on-behalf-of assertion. `DomainNotProvisioned`: its user's domain is not the requester's.
 * - `PasswordExpired`, `PasswordToBeChanged`: of the user's account, where it is one of a tenant.
 */
export type StsRefusal =
  | 'MessageMalformed'
  | 'HeaderNotUnderstood'
  | 'RequestMalformed'
  | 'RequestNotSupported'
  | 'SignerUnknown'
  | 'ProofInvalid'
  | 'RequestorUnknown'
  | 'TargetUnknown'
  | 'OfferUnknown'
  | 'PolicyUnknown'
  | 'AssertionInvalid'
  | 'DomainNotProvisioned'
  | 'PasswordExpired'
  | 'PasswordToBeChanged';

/** Every check of a token request in its order, with the rule that it follows. What costs nothing comes before what costs. */
const references = {
  'sts.form': 'SOAP 1.2 part 1; WS-Addressing 1.0',
  'sts.request': 'WS-Trust 2005/02 section 4',
  'sts.security': 'WS-Security 1.0',
  'sts.signer': 'WS-Security X.509 token profile 1.0, Subject Key Identifier; ManageDelegation',
  'sts.certificate-period': 'RFC 5280 section 4.1.2.5',
  'sts.signature': 'XML Signature; To and Timestamp, each once and nothing besides',
  'sts.address': 'WS-Addressing 1.0, To',
  'sts.timestamp': 'WS-Security 1.0 section 10, five minutes of deviation are forgiven',
  'sts.requestor': 'AdditionalContext of the request; ManageDelegation CreateAppId',
  'sts.applies-to': 'WS-Trust 2005/02, AppliesTo; ManageDelegation CreateAppId and AddUri',
  'sts.offer': 'Claims of the request',
  'sts.policy': 'PolicyReference of the request',
  'sts.assertion-signature': 'XML Signature, enveloped; the certificate that has signed the message',
  'sts.assertion-form': 'SAML 1.1 core',
  'sts.assertion-issuer': 'SAML 1.1 core section 2.3.2',
  'sts.assertion-audience': 'SAML 1.1 core section 2.3.2.1.3',
  'sts.assertion-lifetime': 'SAML 1.1 core section 2.3.2.1.1; the duration of the offer',
  'sts.assertion-subject': 'SAML 1.1 core section 2.4.2',
  'sts.assertion-confirmation': 'SAML 1.1 bindings section 4.1',
  'sts.assertion-email-address': 'claim EmailAddress of the on-behalf-of assertion',
  'sts.email-domain': 'ManageDelegation AddUri and ReserveDomain',
  'sts.user-password': 'OfficeDocs-Support, "Resolve free/busy errors": Set-MsolUser, Set-MsolUserPassword',
} as const satisfies Readonly<Record<string, string>>;

export type StsCheck = keyof typeof references;

/** The checks in their order. */
export const stsChecks = Object.keys(references) as readonly StsCheck[];

/** Deviation of clocks that is forgiven: this much exactly is still accepted. */
export const skewMs = 300_000;

/** For people: ISO 8601, or the number where it is none. */
export function isoTime(at: Instant): string {
  return Math.abs(at) <= mostTime ? new Date(at).toISOString() : String(at);
}

/** ECMA-262: a Date reaches so far from 1970, either way. */
const mostTime = 8.64e15;

/** The checks of one token request as they are made. */
export class StsTrail {
  readonly #list = new Checklist<StsCheck>(references, stsChecks);

  pass(check: StsCheck, looked: Looked = {}): void {
    this.#list.note(check, 'passed', looked);
  }

  /** Throws the refusal. */
  refuse(check: StsCheck, code: StsRefusal, looked: Looked): never {
    this.#list.note(check, 'failed', looked);
    throw new Refusal<StsRefusal>(code, { detail: `${check}: ${shorten(looked.actual ?? 'failed')}` });
  }

  /** Passes or refuses. */
  require(holds: boolean, check: StsCheck, code: StsRefusal, looked: Looked): void {
    if (holds) this.pass(check, looked);
    else this.refuse(check, code, looked);
  }

  verdict(): Verdict {
    return this.#list.verdict();
  }
}

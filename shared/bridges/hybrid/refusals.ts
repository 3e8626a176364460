import { Refusal } from '../../kernel/refusal.ts';

/**
 * Why an organisation cannot authenticate at another one. The texts are those of Exchange's outbound log where it is
 * public (OfficeDocs-Support, "Resolve free/busy errors"); they go to administrators, as they do in life.
 */
export type HybridRefusalCode =
  | 'oauth-not-configured'
  | 'signing-certificate-missing'
  | 'signing-certificate-unfit'
  | 'no-challenge'
  | 'issuer-not-trusted'
  | 'token-refused'
  | 'issuer-unreadable'
  | 'autodiscover-failed'
  /** The organisation has no federation trust, or its federated organisation identifier is off. */
  | 'federation-not-configured'
  /** The user has no address in a domain that the organisation has federated. */
  | 'user-not-federated'
  /** The organisation relationship does not say whom to ask a token for, or where the other side is. */
  | 'relationship-incomplete'
  /** The security token service of the federation gateway does not answer; `values.DialRefusal` is the dialer's code. */
  | 'issuer-unreachable'
  /** It said no. */
  | 'delegation-token-refused';

/** A refusal with the text that an administrator reads. */
export function hybridRefusal(code: HybridRefusalCode, text: string, values?: Refusal['values']): Refusal<HybridRefusalCode> {
  return new Refusal(code, { detail: text, ...(values === undefined ? {} : { values }) });
}

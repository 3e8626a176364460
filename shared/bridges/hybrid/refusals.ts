import { Refusal } from '../../kernel/refusal.ts';

/**
 * Why an organisation cannot authenticate at another one. The texts are those of Exchange's outbound log where it is
 * public (reference auth.md 2.7, "Outbound"); they go to administrators, as they do in life.
 */
export type HybridRefusalCode =
  | 'oauth-not-configured'
  | 'signing-certificate-missing'
  | 'signing-certificate-unfit'
  | 'no-challenge'
  | 'issuer-not-trusted'
  | 'token-refused'
  | 'issuer-unreadable'
  | 'autodiscover-failed';

/** A refusal with the text that an administrator reads. */
export function hybridRefusal(code: HybridRefusalCode, text: string): Refusal<HybridRefusalCode> {
  return new Refusal(code, { detail: text });
}

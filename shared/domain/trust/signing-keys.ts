import type { Instant } from '../../kernel/clock.ts';
import { configKind } from '../organization/config-kind.ts';

/**
 * Where a key of the authentication service stands in its life. `staged`: exists, nobody knows. `published`: in the
 * metadata and the key set, signs nothing. `active`: signs, and is published. `retired`: no longer published.
 */
export type SigningKeyState = 'staged' | 'published' | 'active' | 'retired';

/** A key by which the authentication service signs tokens; the same one for both of its sides (Entra and ACS). */
export interface SigningKey {
  /** SHA-1 of the certificate, base64url without padding: `x5t` and `kid` of what it signs. */
  readonly x5t: string;
  /** The certificate's DER, base64. */
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  readonly state: SigningKeyState;
  readonly since: Instant;
}

/** Kept under `authorityScope`, by `x5t`. Exactly one is active. */
export const signingKeys = configKind<SigningKey>('SigningKey');

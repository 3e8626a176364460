import type { Instant } from '../../../kernel/clock.ts';
import type { TokenGround } from './ground.ts';
import type { TrustedIssuer } from './issuer.ts';
import { lifetime } from './lifetime.ts';
import type { ParsedToken } from './parsed-token.ts';
import { algorithm, signature, signingKeys } from './signature.ts';
import type { Trail } from './trail.ts';

/** Step 3 of every kind: the issuer signed it, and it lives. Yields the end of its life, tolerance included. */
export async function prove(
  trail: Trail,
  token: ParsedToken,
  issuer: TrustedIssuer,
  unsigned: 'actor-unsigned' | 'token-unreadable',
  ground: TokenGround,
): Promise<Instant> {
  trail.take('token.algorithm', algorithm(token, unsigned));
  const keys = trail.take('token.key', signingKeys(token, issuer));
  trail.take('token.signature', await signature(token, keys, ground));
  return trail.take('token.lifetime', lifetime(token, ground.at));
}

import type { TrustedKey } from '../../trust/auth-servers.ts';
import type { TokenGround } from './ground.ts';
import type { TrustedIssuer } from './issuer.ts';
import { isUnsigned, type ParsedToken, shown, written } from './parsed-token.ts';
import { type Failure, type Finding, failed, fine, found } from './trail.ts';

const algorithms = 'RS256 or PS256';

/** Whether a token that must be signed is, by an algorithm that is taken. `unsigned`: what it is called when it is not. */
export function algorithm(token: ParsedToken, unsigned: 'actor-unsigned' | 'token-unreadable'): Finding {
  const named = shown(written(token.header['alg']));
  if (isUnsigned(token)) {
    const actual = token.signature.length === 0 ? `${named} and no signature` : named;
    return failed(unsigned, ['The token is not signed'], { expected: algorithms, actual });
  }
  if (named !== 'RS256' && named !== 'PS256') return failed('invalid-signature', [], { expected: algorithms, actual: named });
  return fine(named);
}

/**
 * Which of the issuer's keys could have signed: the one that the header's `x5t` names, or all when it names none. Keys
 * come from the organisation's own configuration; `jwk`, `x5c`, `jku` and `kid` in the header mean nothing.
 */
export function signingKeys({ header }: ParsedToken, issuer: TrustedIssuer): Finding<readonly TrustedKey[]> {
  const { keys } = issuer;
  const named = header['x5t'];
  if (named === undefined) return keys.length === 0 ? noKey('no x5t', issuer) : found(keys, 'no x5t: every key is tried');
  const x5t = typeof named === 'string' ? withoutPadding(named) : null;
  const key = keys.find((one) => withoutPadding(one.x5t) === x5t);
  return key === undefined ? noKey(`x5t ${shown(written(named))}: no such key`, issuer) : found([key], key.x5t);
}

function noKey(actual: string, { keys, source, refreshed }: TrustedIssuer): Failure {
  const known = keys.length === 0 ? 'a key, but none is known' : keys.map(({ x5t }) => x5t).join(', ');
  const read = refreshed === null ? '' : `, metadata read ${new Date(refreshed).toISOString()}`;
  return failed('invalid-signature', [], { expected: `${known} (${source}${read})`, actual });
}

/** Whether one of these keys made the signature. */
export async function signature(token: ParsedToken, keys: readonly TrustedKey[], { verify }: TokenGround): Promise<Finding> {
  for (const key of keys) if (await verify(token, key)) return fine(key.x5t);
  return failed('invalid-signature', [], {
    expected: `made with ${keys.map(({ x5t }) => x5t).join(' or ')}`,
    actual: 'made with another key or over another text',
  });
}

function withoutPadding(x5t: string): string {
  return x5t.endsWith('=') ? x5t.replace(/=+$/, '') : x5t;
}

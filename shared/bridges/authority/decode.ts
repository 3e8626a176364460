import { type Jwt, readJwt } from '../../protocols/oauth/jwt.ts';

/** A token taken apart for people. Nothing is judged: a claim is what the token says, true or not. */
export interface DecodedToken {
  readonly format: 'jwt';
  readonly header: Readonly<Record<string, unknown>>;
  /** Without the actor token, which stands under `actor`. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signature: 'none' | 'present';
  /** Claims that are times, ISO 8601: `nbf`, `exp`, `iat`, `auth_time`. One that is no time is left out. */
  readonly times: Readonly<Record<string, string>>;
  /** The token inside one that asserts a user. */
  readonly actor?: DecodedToken | UndecodedToken;
}

/** Why a text is no token. */
export interface UndecodedToken {
  readonly format: 'unreadable';
  readonly problem: string;
}

/** How deep actor tokens are looked into: one is the protocol, the second is a mistake to show. */
const mostDepth = 2;

/** Takes a token apart; the word Bearer in front of it does not matter. */
export function decodeToken(text: string, depth = 0): DecodedToken | UndecodedToken {
  const jwt = readJwt(bareToken(text));
  if ('problem' in jwt) return { format: 'unreadable', problem: jwt.problem };
  const { actortoken, ...claims } = jwt.claims;
  const hasActor = typeof actortoken === 'string' && depth < mostDepth;
  return {
    format: 'jwt',
    header: jwt.header,
    claims: hasActor ? claims : jwt.claims,
    signature: jwt.signature.length === 0 ? 'none' : 'present',
    times: timesOf(jwt),
    ...(hasActor ? { actor: decodeToken(actortoken, depth + 1) } : {}),
  };
}

/** A token as it was pasted: without the scheme, and without blanks around it. */
export function bareToken(text: string): string {
  return text.trim().replace(/^bearer +/i, '');
}

const timeClaims = ['iat', 'nbf', 'exp', 'auth_time'];
/** The end of the year 9999. */
const mostSeconds = 253_402_300_800;

function timesOf({ claims }: Jwt): Readonly<Record<string, string>> {
  return Object.fromEntries(
    timeClaims.flatMap((name) => {
      const value = claims[name];
      const seconds = typeof value === 'number' || (typeof value === 'string' && /^\d{1,12}$/.test(value)) ? Number(value) : Number.NaN;
      return seconds >= 0 && seconds < mostSeconds ? [[name, new Date(seconds * 1_000).toISOString()]] : [];
    }),
  );
}

import { authConfigName, authConfigs } from '../../trust/auth-config.ts';
import { judgeAppToken } from './app-token.ts';
import type { TokenKind } from './checks.ts';
import type { JudgedToken, TokenGround } from './ground.ts';
import { type ParsedToken, shown, written } from './parsed-token.ts';
import { judgeActAs } from './s2s-act-as.ts';
import { judgeS2sApp } from './s2s-app.ts';
import { type Finding, failed, fine, found, type Trail } from './trail.ts';
import { judgeUserToken } from './user-token.ts';

const judges: Readonly<Record<TokenKind, (trail: Trail, token: ParsedToken, ground: TokenGround) => Promise<JudgedToken>>> = {
  's2s-act-as': judgeActAs,
  's2s-app': judgeS2sApp,
  user: judgeUserToken,
  app: judgeAppToken,
};

/**
 * Judges a token from the moment that it can be read: which kind it is, then every step of reference auth.md 2.8 in
 * order. Refuses with a {@link TokenRefusalCode}; the trail holds what was looked at either way.
 */
export async function judgeToken(trail: Trail, token: ParsedToken, ground: TokenGround): Promise<JudgedToken> {
  const kind = trail.take('token.profile', kindOf(token));
  trail.follow(kind);
  trail.take('token.configuration', configured(ground));
  return judges[kind](trail, token, ground);
}

/** Which kind a token is, by the claims that it has (reference auth.md 2.8 step 0). */
function kindOf({ claims }: ParsedToken): Finding<TokenKind> {
  const has = (name: string): boolean => Object.hasOwn(claims, name);
  if (!has('ver')) {
    if (has('actortoken')) return found('s2s-act-as', 's2s-act-as');
    return has('appctx') ? notHere('an identity or callback token (appctx)') : found('s2s-app', 's2s-app');
  }
  const version = claims['ver'];
  if (version === 'MSExchange.SelfIssued.V1') return notHere('a token that Exchange issued to itself');
  if (version !== '1.0') {
    const actual = shown(written(version));
    return failed('claim-value-invalid', [actual, 'ver'], { expected: 'ver 1.0, or none', actual: `ver ${actual}` });
  }
  if (has('msexchcallback')) return notHere('a callback token');
  if (has('scp')) return found('user', 'user token');
  return has('appid') ? found('app', 'application token') : notHere('an identity token');
}

function notHere(actual: string): Finding<TokenKind> {
  const expected = 'a server-to-server token, or an access token with scp or appid';
  return failed('profile-not-applicable', [], { expected, actual });
}

/** Whether the organisation knows who it is; without that no token can be for it. */
function configured({ settings }: TokenGround): Finding {
  const service = authConfigs.get(settings, authConfigName)?.ServiceName ?? '';
  if (service !== '') return fine();
  return failed('unexpected', [], { expected: 'an AuthConfig with a ServiceName', actual: 'none' });
}

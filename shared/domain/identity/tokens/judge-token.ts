import { serverNameOf } from '../../organization/servers.ts';
import { authConfigAt, authConfigName, authConfigs } from '../../trust/auth-config.ts';
import { exchangeCertificates } from '../../trust/exchange-certificates.ts';
import { judgeAppToken } from './app-token.ts';
import { callbackDefect } from './callback-token.ts';
import type { TokenKind } from './checks.ts';
import type { JudgedToken, TokenGround } from './ground.ts';
import { type ParsedToken, shown, written } from './parsed-token.ts';
import { judgeActAs } from './s2s-act-as.ts';
import { judgeS2sApp } from './s2s-app.ts';
import { type Failure, type Finding, failed, fine, found, type Trail } from './trail.ts';
import { judgeUserToken } from './user-token.ts';

const judges: Readonly<Record<TokenKind, (trail: Trail, token: ParsedToken, ground: TokenGround) => Promise<JudgedToken>>> = {
  's2s-act-as': judgeActAs,
  's2s-app': judgeS2sApp,
  user: judgeUserToken,
  app: judgeAppToken,
};

/**
 * Judges a token from the moment that it can be read: which kind it is, then every step of `checkOrder` in
 * its order. Refuses with a {@link TokenRefusalCode}; the trail holds what was looked at either way.
 */
export async function judgeToken(trail: Trail, token: ParsedToken, ground: TokenGround): Promise<JudgedToken> {
  const kind = trail.take('token.profile', kindOf(token, ground));
  trail.follow(kind);
  trail.take('token.configuration', configured(ground));
  return judges[kind](trail, token, ground);
}

/** Which kind a token is, by the claims that it has (interoperability; not published). */
function kindOf(token: ParsedToken, ground: TokenGround): Finding<TokenKind> {
  const { claims } = token;
  const has = (name: string): boolean => Object.hasOwn(claims, name);
  if (!has('ver')) {
    if (has('actortoken')) return found('s2s-act-as', 's2s-act-as');
    if (has('appctx')) return callbackDefect(token, ground) ?? notHere('an identity or callback token (appctx)');
    return found('s2s-app', 's2s-app');
  }
  const version = claims['ver'];
  if (version === 'MSExchange.SelfIssued.V1') return unknownCertificate(token, ground) ?? notHere('a token that Exchange issued to itself');
  if (version !== '1.0') {
    const actual = shown(written(version));
    return failed('claim-value-invalid', [actual, 'ver'], { expected: 'ver 1.0, or none', actual: `ver ${actual}` });
  }
  if (has('msexchcallback')) return callbackDefect(token, ground) ?? notHere('a callback token');
  if (has('scp')) return found('user', 'user token');
  return has('appid') ? found('app', 'application token') : notHere('an identity token');
}

/** What Exchange issues to itself is signed with a certificate of its own, which must still be there. */
function unknownCertificate({ header: { x5t } }: ParsedToken, { organization, settings }: TokenGround): Failure | undefined {
  const thumbprint = typeof x5t === 'string' ? Buffer.from(x5t, 'base64url').toString('hex').toUpperCase() : '';
  if (exchangeCertificates.get(settings, thumbprint) !== undefined) return undefined;
  const actual = thumbprint === '' ? 'no x5t' : shown(thumbprint);
  const serverName = serverNameOf(organization);
  return failed('certificate-not-found', [actual, serverName], { expected: 'the thumbprint of an ExchangeCertificate in x5t', actual });
}

function notHere(actual: string): Finding<TokenKind> {
  const expected = 'a server-to-server token, or an access token with scp or appid';
  return failed('profile-not-applicable', [], { expected, actual });
}

/**
 * Whether the organisation knows who it is, and can prove it: without a name no token can be for it, and without a valid
 * certificate of its own the servers do not load their OAuth configuration at all.
 */
function configured({ settings, at }: TokenGround): Finding {
  const config = authConfigs.get(settings, authConfigName);
  if ((config?.ServiceName ?? '') === '' || config === undefined) {
    return failed('unexpected', [], { expected: 'an AuthConfig with a ServiceName', actual: 'none' });
  }
  const { CurrentCertificateThumbprint: thumbprint } = authConfigAt(config, at);
  const certificate = exchangeCertificates.get(settings, thumbprint);
  const expected = 'the Auth certificate, not expired';
  if (certificate === undefined) return failed('unexpected', [], { expected, actual: `there is no certificate '${thumbprint}'` });
  if (at <= certificate.NotAfter) return fine();
  const actual = `${thumbprint} expired ${new Date(certificate.NotAfter).toISOString()}`;
  return failed('unexpected', [], { expected, actual });
}

import { exchangeAppId, graphAppId } from '../../trust/well-known.ts';
import { graphHost } from '../../world/vocabulary.ts';
import type { TokenGround } from './ground.ts';
import { type ParsedToken, shown, textClaim } from './parsed-token.ts';
import { canonicalAuthority, isOwnHost, isSame } from './realms.ts';
import { type Finding, failed, fine, found } from './trail.ts';

/** Audience of a server-to-server token: `application/host@realm`. */
export interface ActorAudience {
  readonly host: string;
  readonly realm: string;
}

/** The audience of an actor token, taken apart at the last `@` and the first `/`; the application must be Exchange. */
export function actorAudience({ claims }: ParsedToken): Finding<ActorAudience> {
  const expected = `${exchangeAppId}/host@realm`;
  const text = textClaim(claims, 'aud');
  if (text === null) return failed('claim-missing', ['aud'], { expected, actual: 'no claim aud' });
  const actual = shown(text);
  const slash = text.indexOf('/');
  if (slash < 0 || !isSame(text.slice(0, slash), exchangeAppId)) return failed('audience-invalid', [actual], { expected, actual });
  const at = text.lastIndexOf('@');
  if (at < slash || at === text.length - 1) return failed('audience-without-realm', [], { expected, actual });
  return found({ host: text.slice(slash + 1, at), realm: text.slice(at + 1).toLowerCase() }, actual);
}

/**
 * Whether the host of an audience is the one asked for, its port included. A request that came by `localhost` or an
 * address could have meant any host of the organisation.
 */
export function audienceHost({ host }: ActorAudience, ground: TokenGround): Finding {
  const named = canonicalAuthority(host);
  const asked = canonicalAuthority(ground.requestAuthority);
  if (named === asked || (!ground.byName && isOwnHost(ground, named))) return fine(shown(host));
  const expected = ground.byName ? ground.requestAuthority : ground.organization.hosts.web;
  return failed('audience-host-invalid', [shown(expected), shown(host)], { expected: shown(expected), actual: shown(host) });
}

/** The audience of an access token for Microsoft Graph: its application id or its host, in either spelling. */
function graphAudience(claims: ParsedToken['claims']): Finding {
  const expected = `https://graph.microsoft.com or ${graphAppId}`;
  const text = textClaim(claims, 'aud');
  if (text === null) return failed('claim-missing', ['aud'], { expected, actual: 'no claim aud' });
  const [, host] = /^https:\/\/([a-z0-9.-]+)\/?$/i.exec(text) ?? [];
  const isGraph = isSame(text, graphAppId) || (host !== undefined && canonicalAuthority(host) === canonicalAuthority(graphHost));
  return isGraph ? fine(shown(text)) : failed('audience-invalid', [shown(text)], { expected, actual: shown(text) });
}

/** Names under which every tenant's Exchange is an audience. */
const exchangeOnline = canonicalAuthority('outlook.office365.com');

/** The audience of an access token: Exchange's application id, or an https URI on the host asked for or another of the organisation's. */
export function accessAudience({ claims }: ParsedToken, ground: TokenGround): Finding {
  if (ground.door === 'graph') return graphAudience(claims);
  const expected = `https://${ground.byName ? ground.requestAuthority : ground.organization.hosts.web} or ${exchangeAppId}`;
  const text = textClaim(claims, 'aud');
  if (text === null) return failed('claim-missing', ['aud'], { expected, actual: 'no claim aud' });
  const actual = shown(text);
  if (isSame(text, exchangeAppId)) return fine(actual);
  const written = /^https:\/\/([a-z0-9.-]+(?::\d{1,5})?)(?:[/?#]|$)/i.exec(text)?.[1];
  if (written === undefined) return failed('audience-invalid', [actual], { expected, actual });
  const authority = canonicalAuthority(written);
  const isHere = authority === canonicalAuthority(ground.requestAuthority) || isOwnHost(ground, authority);
  if (isHere || (ground.organization.tenantId !== undefined && authority === exchangeOnline)) return fine(actual);
  const endpoint = shown(`https://${ground.requestAuthority}/`);
  return failed('audience-endpoint-mismatch', [actual, endpoint], { expected, actual });
}

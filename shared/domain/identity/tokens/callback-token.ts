import type { TokenGround } from './ground.ts';
import { type ParsedToken, shown, textClaim, written } from './parsed-token.ts';
import { canonicalAuthority, isOwnHost, isSame } from './realms.ts';
import { type Failure, failed } from './trail.ts';

type Claims = ParsedToken['claims'];

/**
 * What is wrong with a token that Exchange gave to an add-in, an identity token or a callback token, if anything is; none
 * of them is taken here, and a sound one is refused as that (learn.microsoft.com "Inside the Exchange identity token").
 */
export function callbackDefect({ claims }: ParsedToken, ground: TokenGround): Failure | undefined {
  const { msexchcallback } = claims;
  const context = contextOf(claims);
  if (context === 'unreadable') {
    const actual = shown(written(claims['appctx']));
    return failed('appctx-invalid', [actual], { expected: 'appctx: a JSON object in a text', actual });
  }
  return senderDefect(claims) ?? (msexchcallback === undefined ? contextDefect(context, ground) : scopeDefect(claims));
}

/** The claim `appctx`: JSON in a text; undefined where there is none. */
function contextOf(claims: Claims): Claims | 'unreadable' | undefined {
  if (!Object.hasOwn(claims, 'appctx')) return undefined;
  const { appctx } = claims;
  if (typeof appctx !== 'string') return 'unreadable';
  try {
    const read = JSON.parse(appctx) as unknown;
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Claims) : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

/** Exchange vouches for the context under the name by which it issues. */
function senderDefect(claims: Claims): Failure | undefined {
  const sender = textClaim(claims, 'appctxsender');
  const issuer = textClaim(claims, 'iss') ?? '';
  if (sender === null || isSame(sender, issuer)) return undefined;
  return failed('callback-issuer-invalid', [shown(issuer)], {
    expected: `iss ${shown(sender)} (appctxsender)`,
    actual: `iss ${shown(issuer)}`,
  });
}

/** An identity token names its user, and where the keys of the server are to be had: at one of its own hosts. */
function contextDefect(context: Claims | undefined, ground: TokenGround): Failure | undefined {
  if (context === undefined) return undefined;
  const wrong = (expected: string, actual: string): Failure => failed('callback-claims-invalid', [], { expected, actual });
  if (textClaim(context, 'msexchuid') === null) return wrong('msexchuid in appctx', 'none');
  const url = textClaim(context, 'amurl');
  if (url === null) return undefined;
  const expected = `amurl https://${ground.organization.hosts.autodiscover}/autodiscover/metadata/json/1`;
  if (!URL.canParse(url)) return wrong(expected, `amurl ${shown(url)}`);
  const { protocol, host } = new URL(url);
  const isOwn = protocol === 'https:' && isOwnHost(ground, canonicalAuthority(host));
  return isOwn ? undefined : wrong(expected, `amurl ${shown(url)}`);
}

/** A callback token is for one item: `ParentItemId:<id>`. */
function scopeDefect(claims: Claims): Failure | undefined {
  const scope = textClaim(claims, 'scope');
  if (scope === null || /^ParentItemId:\S+$/i.test(scope)) return undefined;
  return failed('callback-scope', [], { expected: 'scope ParentItemId:<id>', actual: `scope ${shown(scope)}` });
}

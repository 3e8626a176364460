import { judgeActor } from './actor-token.ts';
import { type ActorApplication, audienceRealm } from './application.ts';
import type { JudgedToken, TokenGround } from './ground.ts';
import type { TrustedIssuer } from './issuer.ts';
import { lifetime } from './lifetime.ts';
import { type ParsedToken, shown, textClaim, written } from './parsed-token.ts';
import { isOwnRealm, isSame, parseRealmName, type RealmName, realmWithOwners } from './realms.ts';
import { replay } from './replay.ts';
import { type Finding, failed, fine, found, type Trail } from './trail.ts';
import { assertedUser, findUser, list, usableAccount } from './user.ts';

/**
 * Judges a server-to-server token that asserts a user (MS-XOAUTH): an unsigned outer token by the
 * application, around the actor token that proves the application. Whoever holds the actor token may write any user into
 * the outer one: that is the protocol, and the verdict says so.
 */
export async function judgeActAs(trail: Trail, outer: ParsedToken, ground: TokenGround): Promise<JudgedToken> {
  const actor = trail.take('token.actor', actorInside(outer, ground));
  const { audience, issuer, application, until } = await judgeActor(trail, actor, ground);
  const claims = trail.take('token.user-claims', assertedUser(outer, application.partner.AcceptSecurityIdentifierInformation));
  const user = trail.take('token.user', await findUser(claims, ground.directory));
  trail.take('token.account', usableAccount(user));
  trail.take('token.audience-realm', audienceRealm(audience, issuer));
  trail.take('token.outer-unsigned', outerUnsigned(outer));
  const by = trail.take('token.outer-issuer', outerIssuer(outer, application));
  trail.take('token.outer-realm', outerRealm(by, issuer, ground));
  const outerUntil = trail.take('token.outer-lifetime', lifetime(outer, ground.at));
  trail.take('token.user-context', fine(`${list(claims)}: asserted by the application, not proven`));
  trail.take('token.replay', replay(outer.token, Math.min(until, outerUntil), ground));
  return { application: { appId: application.id, roles: [], scopes: [], token: 's2s-act-as' }, user, linkedAccount: null };
}

/** The actor token, which must not have one of its own. */
function actorInside({ claims }: ParsedToken, { read }: TokenGround): Finding<ParsedToken> {
  const text = claims['actortoken'];
  if (typeof text !== 'string') {
    return failed('claim-value-invalid', [shown(written(text)), 'actortoken'], { expected: 'a token', actual: `a ${typeof text}` });
  }
  const actor = read(text);
  if ('problem' in actor) {
    return failed('token-unreadable', [shown(actor.problem)], {
      expected: 'a token in the claim actortoken',
      actual: shown(actor.problem),
    });
  }
  if (Object.hasOwn(actor.claims, 'actortoken')) {
    const looked = { expected: 'an actor token without another inside', actual: 'an actor token inside the actor token' };
    return failed('claim-value-invalid', ['a nested token', 'actortoken'], looked);
  }
  return found(actor);
}

function outerUnsigned({ header, signature }: ParsedToken): Finding {
  const actual = `alg ${shown(written(header['alg']))}, ${signature.length === 0 ? 'no signature' : 'a signature'}`;
  const isBare = header['alg'] === 'none' && signature.length === 0;
  return isBare ? fine(actual) : failed('user-context-signed', [], { expected: 'alg none, no signature', actual });
}

/** The outer token's issuer, which is the application that the actor token proves. */
function outerIssuer({ claims }: ParsedToken, application: ActorApplication): Finding<RealmName> {
  const expected = `${application.id}@realm`;
  const text = textClaim(claims, 'iss');
  if (text === null) return failed('issuer-missing', [], { expected, actual: 'no claim iss in the outer token' });
  const name = parseRealmName(text);
  if (name === undefined || !isSame(name.id, application.id)) {
    return failed('outer-issuer-invalid', [shown(text)], { expected, actual: shown(text) });
  }
  return found(name, shown(text));
}

/** The application speaks for a user of this organisation, or of the realm that proved it. */
function outerRealm({ realm }: RealmName, issuer: TrustedIssuer, ground: TokenGround): Finding {
  if (realm === issuer.realm || isOwnRealm(ground, realm)) return fine(shown(realm));
  return failed('outer-realm-invalid', [shown(realm)], {
    expected: `a realm of ${ground.organization.name}`,
    actual: shown(realmWithOwners(ground, realm)),
  });
}

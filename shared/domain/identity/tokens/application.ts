import { parseGuid } from '../../../kernel/ids.ts';
import { type PartnerApplication, partnerApplications } from '../../trust/partner-applications.ts';
import type { ActorAudience } from './audience.ts';
import type { TokenGround } from './ground.ts';
import type { TrustedIssuer } from './issuer.ts';
import { type ParsedToken, shown, textClaim } from './parsed-token.ts';
import { isSame, parseRealmName, type RealmName } from './realms.ts';
import { type Finding, failed, fine, found } from './trail.ts';

/** The application that an actor token is about. */
export interface ActorApplication extends RealmName {
  readonly partner: PartnerApplication;
}

/**
 * The application in an actor token's `nameid`: one that signs for itself must name itself; one that comes by way of an
 * auth server must be an enabled partner application that uses auth servers.
 */
export function actorApplication({ claims }: ParsedToken, issuer: TrustedIssuer, ground: TokenGround): Finding<ActorApplication> {
  const text = textClaim(claims, 'nameid');
  if (text === null) return failed('claim-missing', ['nameid'], { expected: 'a claim nameid', actual: 'none' });
  const name = parseRealmName(text);
  if (name === undefined) return failed('nameid-invalid', [shown(text)], { expected: 'id@realm', actual: shown(text) });
  if (issuer.partner !== null) {
    const looked = { expected: issuer.id, actual: shown(name.id) };
    if (!isSame(issuer.id, name.id)) return failed('application-nameid', [issuer.id, shown(name.id)], looked);
    return found({ ...name, partner: issuer.partner }, `${shown(name.id)}: PartnerApplication '${issuer.partner.Name}'`);
  }
  const known = partnerApplications.all(ground.settings).filter(({ ApplicationIdentifier }) => isSame(ApplicationIdentifier, name.id));
  const partner = known.find(
    ({ Enabled, UseAuthServer, Realm }) => Enabled && UseAuthServer && (Realm === '' || isSame(Realm, name.realm)),
  );
  if (partner !== undefined) return found({ ...name, partner }, `${shown(name.id)}: PartnerApplication '${partner.Name}'`);
  const states = known.map(({ Name, Enabled, UseAuthServer }) => `'${Name}' has Enabled ${Enabled}, UseAuthServer ${UseAuthServer}`);
  return failed('application-unknown', [shown(name.id)], {
    expected: 'an enabled PartnerApplication with UseAuthServer',
    actual: `${shown(name.id)}${states.length === 0 ? '' : ` (${states.join('; ')})`}`,
  });
}

/** Whether the application is of the realm whose issuer vouches for it. */
export function applicationRealm({ realm }: ActorApplication, issuer: TrustedIssuer): Finding {
  if (realm === issuer.realm) return fine(shown(realm));
  const looked = { expected: shown(issuer.realm), actual: shown(realm) };
  return failed('nameid-realm-invalid', [looked.expected, looked.actual], looked);
}

/** Whether an auth server issued the token for its own realm; an application that signs for itself has one of its own. */
export function audienceRealm({ realm }: ActorAudience, issuer: TrustedIssuer): Finding {
  if (issuer.partner !== null || realm === issuer.realm) return fine(shown(realm));
  return failed('audience-realm-differs', [], { expected: shown(issuer.realm), actual: shown(realm) });
}

/** The application in an access token's `appid`. */
export function accessApplication({ claims }: ParsedToken): Finding<string> {
  const text = textClaim(claims, 'appid');
  if (text === null) return failed('claim-missing', ['appid'], { expected: 'a claim appid', actual: 'none' });
  const appId = parseGuid(text);
  if (appId === undefined) return failed('claim-value-invalid', [shown(text), 'appid'], { expected: 'a GUID', actual: shown(text) });
  return found(appId, appId);
}

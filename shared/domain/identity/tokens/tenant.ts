import type { ActorAudience } from './audience.ts';
import type { TokenGround } from './ground.ts';
import type { TrustedIssuer } from './issuer.ts';
import { type ParsedToken, shown, textClaim } from './parsed-token.ts';
import { isOwnRealm, isSame, realmWithOwners } from './realms.ts';
import { type Finding, failed, fine } from './trail.ts';

/**
 * Whether an actor token is meant for this organisation: by its issuer's realm, or by the realm of its audience when an
 * application issues for itself and its realm is its own.
 */
export function actorTenant(issuer: TrustedIssuer, audience: ActorAudience, ground: TokenGround): Finding {
  const realm = issuer.partner === null ? issuer.realm : audience.realm;
  if (isOwnRealm(ground, realm)) return fine(shown(realm));
  return failed('tenant-realm-unknown', [shown(realm)], {
    expected: `a realm of ${ground.organization.name}`,
    actual: shown(realmWithOwners(ground, realm)),
  });
}

/** Whether an access token is of this organisation's tenant: that of its issuer, and the organisation's own where it is one. */
export function accessTenant({ claims }: ParsedToken, issuer: TrustedIssuer, ground: TokenGround): Finding {
  const tid = textClaim(claims, 'tid');
  if (tid === null) return failed('tid-missing', [], { expected: 'a claim tid', actual: 'none' });
  if (isSame(issuer.id, `https://sts.windows.net/${tid}/`) && isOwnRealm(ground, tid)) return fine(shown(tid));
  return failed('tenant-context-unknown', [shown(tid)], {
    expected: `the tenant of ${ground.organization.name}`,
    actual: shown(realmWithOwners(ground, tid)),
  });
}

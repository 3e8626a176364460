import { type ActorApplication, actorApplication, applicationRealm } from './application.ts';
import { type ActorAudience, actorAudience, audienceHost } from './audience.ts';
import type { TokenGround } from './ground.ts';
import { actorIssuer, type TrustedIssuer } from './issuer.ts';
import type { ParsedToken } from './parsed-token.ts';
import { prove } from './prove.ts';
import { actorTenant } from './tenant.ts';
import type { Trail } from './trail.ts';

/** What a proven actor token says. */
export interface Actor {
  readonly audience: ActorAudience;
  readonly issuer: TrustedIssuer;
  readonly application: ActorApplication;
  readonly until: number;
}

/** Judges the signed token of a server-to-server call: for whom, by whom, of which organisation, about which application. */
export async function judgeActor(trail: Trail, token: ParsedToken, ground: TokenGround): Promise<Actor> {
  const audience = trail.take('token.audience', actorAudience(token));
  trail.take('token.audience-host', audienceHost(audience, ground));
  const issuer = trail.take('token.issuer', actorIssuer(token, ground));
  const until = await prove(trail, token, issuer, 'actor-unsigned', ground);
  trail.take('token.tenant', actorTenant(issuer, audience, ground));
  const application = trail.take('token.application', actorApplication(token, issuer, ground));
  trail.take('token.application-realm', applicationRealm(application, issuer));
  return { audience, issuer, application, until };
}

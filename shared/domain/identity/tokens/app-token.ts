import { accessApplication } from './application.ts';
import { accessAudience } from './audience.ts';
import type { JudgedToken, TokenGround } from './ground.ts';
import { accessIssuer } from './issuer.ts';
import type { ParsedToken } from './parsed-token.ts';
import { grantedRoles } from './permissions.ts';
import { prove } from './prove.ts';
import { replay } from './replay.ts';
import { accessTenant } from './tenant.ts';
import type { Trail } from './trail.ts';

/** Judges an access token of Entra (version 1.0) by which an application acts for itself ("Access token claims reference"). */
export async function judgeAppToken(trail: Trail, token: ParsedToken, ground: TokenGround): Promise<JudgedToken> {
  trail.take('token.audience', accessAudience(token, ground));
  const issuer = trail.take('token.issuer', accessIssuer(token, ground));
  const until = await prove(trail, token, issuer, 'token-unreadable', ground);
  trail.take('token.tenant', accessTenant(token, issuer, ground));
  const appId = trail.take('token.application', accessApplication(token));
  const roles = trail.take('token.role', grantedRoles(token, ground.door));
  trail.take('token.replay', replay(token.token, until, ground));
  return { application: { appId, roles, scopes: [], token: 'app' }, user: null, linkedAccount: null };
}

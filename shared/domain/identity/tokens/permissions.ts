import { ewsAccessAsUser, fullAccessAsApp } from '../../trust/well-known.ts';
import { type ParsedToken, shown, written } from './parsed-token.ts';
import { type Finding, failed, found } from './trail.ts';

/** Delegated permissions that open EWS and Autodiscover; the second and third are older names. */
const openingScopes: readonly string[] = [ewsAccessAsUser, 'full_access_as_user', 'user_impersonation'];
/** Application permissions that do; the second is the role of that name in RBAC for Applications. */
const openingRoles: readonly string[] = [fullAccessAsApp, 'EWS.AccessAsApp'];

/** The delegated permissions of a user's token: `scp`, words with blanks between them. */
export function grantedScopes({ claims }: ParsedToken): Finding<readonly string[]> {
  const { scp } = claims;
  const scopes = typeof scp === 'string' ? scp.split(' ').filter((scope) => scope !== '') : [];
  return opening(scopes, openingScopes, `scp ${shown(written(scp))}`);
}

/** The application permissions of an application's token: `roles`, a list of texts. */
export function grantedRoles({ claims }: ParsedToken): Finding<readonly string[]> {
  const { roles } = claims;
  const texts = Array.isArray(roles) ? roles.filter((role): role is string => typeof role === 'string') : [];
  return opening(texts, openingRoles, roles === undefined ? 'no roles' : `roles ${shown(written(roles))}`);
}

function opening(granted: readonly string[], wanted: readonly string[], actual: string): Finding<readonly string[]> {
  const expected = wanted.join(' or ');
  if (granted.length === 0) return failed('scope-missing', [], { expected, actual });
  // Scopes have no case at Entra (RFC 6749 leaves it to the server); roles come as the resource wrote them.
  const opens = granted.some((one) => wanted.some((name) => name.toLowerCase() === one.toLowerCase()));
  return opens ? found(granted, actual) : failed('scope-insufficient', [], { expected, actual });
}

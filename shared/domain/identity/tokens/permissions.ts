import {
  ewsAccessAsUser,
  exchangeManage,
  exchangeManageAsApp,
  fullAccessAsApp,
  shellAccessAsUser,
  smtpSend,
  smtpSendAsApp,
} from '../../trust/well-known.ts';
import { type ParsedToken, shown, written } from './parsed-token.ts';
import { type Finding, failed, found } from './trail.ts';

/** Where a token is brought to: EWS and Autodiscover, SMTP submission, the shell with its admin API, or calendars in Graph. */
export type TokenDoor = 'http' | 'smtp' | 'shell' | 'graph';

/** learn.microsoft.com/graph/api/calendar-getschedule, least privileged first; the names are the same for users and applications. */
const calendarReading = ['Calendars.ReadBasic', 'Calendars.Read', 'Calendars.ReadWrite'];

/** Delegated permissions that open each door; the second and third for EWS are older names. */
const openingScopes: Readonly<Record<TokenDoor, readonly string[]>> = {
  http: [ewsAccessAsUser, 'full_access_as_user', 'user_impersonation'],
  smtp: [smtpSend],
  shell: [shellAccessAsUser, exchangeManage],
  graph: calendarReading,
};
/** Application permissions that do; the second for EWS is the role of that name in RBAC for Applications. */
const openingRoles: Readonly<Record<TokenDoor, readonly string[]>> = {
  http: [fullAccessAsApp, 'EWS.AccessAsApp'],
  smtp: [smtpSendAsApp],
  shell: [exchangeManageAsApp],
  graph: calendarReading,
};

/** The delegated permissions of a user's token: `scp`, words with blanks between them. */
export function grantedScopes({ claims }: ParsedToken, door: TokenDoor = 'http'): Finding<readonly string[]> {
  const { scp } = claims;
  const scopes = typeof scp === 'string' ? scp.split(' ').filter((scope) => scope !== '') : [];
  return opening(scopes, openingScopes[door], `scp ${shown(written(scp))}`);
}

/** The application permissions of an application's token: `roles`, a list of texts. */
export function grantedRoles({ claims }: ParsedToken, door: TokenDoor = 'http'): Finding<readonly string[]> {
  const { roles } = claims;
  const texts = Array.isArray(roles) ? roles.filter((role): role is string => typeof role === 'string') : [];
  return opening(texts, openingRoles[door], roles === undefined ? 'no roles' : `roles ${shown(written(roles))}`);
}

function opening(granted: readonly string[], wanted: readonly string[], actual: string): Finding<readonly string[]> {
  const expected = wanted.join(' or ');
  if (granted.length === 0) return failed('scope-missing', [], { expected, actual });
  // Scopes have no case at Entra (RFC 6749 leaves it to the server); roles come as the resource wrote them.
  const opens = granted.some((one) => wanted.some((name) => name.toLowerCase() === one.toLowerCase()));
  return opens ? found(granted, actual) : failed('scope-insufficient', [], { expected, actual });
}

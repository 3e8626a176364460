import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { configKind } from '../organization/config-kind.ts';

/** The moment from which a user's refresh tokens count; those issued before it are revoked. */
export interface SignInSession {
  readonly validFrom: Instant;
}

/** In a cloud organisation, by the user's object id; absent where nothing was ever revoked. */
export const signInSessions = configKind<SignInSession>('SignInSession');

/** Revokes every refresh token that a user's applications hold, as `Revoke-MgUserSignInSession` does. */
export async function revokeSignInSessions(tx: Executor, organization: string, user: Guid, at: Instant): Promise<void> {
  const stored = await signInSessions.find(tx, organization, user);
  if (stored === undefined) await signInSessions.create(tx, organization, user, { validFrom: at }, at);
  else await signInSessions.replace(tx, stored, { validFrom: at }, at);
}

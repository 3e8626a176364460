import type { PasswordAttempt } from '../bridges/access/basic.ts';
import { countPassword, isCounted } from '../domain/identity/account-lockout.ts';
import { passwordPolicy } from '../domain/identity/password-policy.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Settings } from '../domain/organization/settings.ts';
import type { Instant } from '../kernel/clock.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Store } from '../store/database.ts';

/**
 * Counts a password where the domain locks accounts: a wrong one, or a right one that ends the counting. Nothing is written
 * otherwise. Of two that come at the same moment from several processes one may be missed.
 */
export async function countAttempt(
  store: Store,
  { name: organization }: Organization,
  settings: Settings,
  attempt: PasswordAttempt | undefined,
  at: Instant,
): Promise<void> {
  if (attempt === undefined || !isCounted(settings, attempt.account, attempt.isRight)) return;
  try {
    await store.transaction((tx) => countPassword(tx, { organization, ...attempt }, passwordPolicy(settings), at));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

import { accountTerms, lockOf, locksAccounts } from '../../shared/bridges/access/account-terms.ts';
import { findAccount } from '../../shared/domain/identity/find-account.ts';
import { verifyPassword } from '../../shared/domain/identity/nt-hash.ts';
import { countAttempt } from '../../shared/service/count-attempt.ts';
import type { PerimeterGround } from './context.ts';

/**
 * Asks the organisation's directory, as devices that are joined to its domain do. Undefined: the account and its password are good;
 * otherwise why not, for the journal alone. Wrong passwords count for the domain's lockout.
 */
export async function refusalOf(
  { options, settings, at }: PerimeterGround,
  userName: string,
  password: string,
): Promise<string | undefined> {
  const { directory, organization, store } = options;
  const account = await findAccount(directory, organization, userName);
  const isRight = verifyPassword(account?.ntHash ?? null, password);
  if (account === undefined) return 'no such account';
  if (locksAccounts(settings) && lockOf(account, settings, at).outcome === 'failed') return 'the account is locked';
  if (!account.enabled) return 'the account is disabled';
  await countAttempt(store, organization, settings, { account: account.guid, isRight }, at);
  if (!isRight) return 'another password';
  return accountTerms(account, settings, at).find(([, { outcome }]) => outcome === 'failed')?.[0];
}

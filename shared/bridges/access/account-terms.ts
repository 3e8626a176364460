import type { Recipient } from '../../domain/directory/recipient.ts';
import { lockedUntil } from '../../domain/identity/account-lockout.ts';
import { passwordExpiry, passwordPolicy } from '../../domain/identity/password-policy.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Finding } from './ntlm-response.ts';

/** What may stand between an account and somebody who knows its password. */
export type AccountTerm = 'account.expires' | 'account.password-change' | 'account.password-age';

/** Sources of their rules. */
export const termReferences = {
  'account.locked': 'Set-ADDefaultDomainPasswordPolicy -LockoutThreshold',
  'account.expires': 'Set-ADAccountExpiration',
  'account.password-change': 'Set-User -ResetPasswordOnNextLogon',
  'account.password-age': 'Set-ADDefaultDomainPasswordPolicy -MaxPasswordAge',
} as const;

/** Whether wrong passwords lock accounts: then {@link lockOf} is asked. */
export function locksAccounts(settings: Settings): boolean {
  return passwordPolicy(settings).lockoutThreshold > 0;
}

/** Whether an account is locked. */
export function lockOf({ guid }: Recipient, settings: Settings, at: Instant): Finding {
  const until = lockedUntil(settings, guid, at);
  if (until === undefined) return { outcome: 'passed' };
  return { outcome: 'failed', actual: until === Number.POSITIVE_INFINITY ? 'locked until it is unlocked' : `locked until ${time(until)}` };
}

/** What else is said of an account, in order; nothing of most. */
export function accountTerms(account: Recipient, settings: Settings, at: Instant): readonly (readonly [AccountTerm, Finding])[] {
  const { accountExpires, mustChangePassword } = account.settings;
  const passwordEnds = passwordExpiry(account, settings);
  const ending = (end: Instant): Finding => ({ outcome: at < end ? 'passed' : 'failed', actual: `until ${time(end)}` });
  return [
    ...(accountExpires === undefined ? [] : [['account.expires', ending(accountExpires)] as const]),
    ...(mustChangePassword === true
      ? [['account.password-change', { outcome: 'failed', actual: 'to be changed at the next sign-in' }] as const]
      : []),
    ...(passwordEnds === undefined ? [] : [['account.password-age', ending(passwordEnds)] as const]),
  ];
}

function time(at: Instant): string {
  return new Date(at).toISOString();
}

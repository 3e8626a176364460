import { accountTerms } from '../../shared/bridges/access/account-terms.ts';
import type { Judgement } from '../../shared/bridges/authority/judgement.ts';
import { findTenant } from '../../shared/bridges/authority/urls.ts';
import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { AzureAuthContext } from './context.ts';

/** A password that was given for an account that exists. */
interface GivenPassword {
  /** Name of the organisation that is the user's tenant. */
  readonly tenant: string;
  readonly user: Recipient;
  readonly password: string;
  readonly isRight: boolean;
  readonly at: Instant;
}

const reference = 'learn.microsoft.com, Microsoft Entra smart lockout';

/**
 * Judges a password that has been compared; throws the refusal. While the account is locked the right one is refused
 * like any other. Checks `user.lockout`, `user.password`.
 */
export async function judgeKnownPassword(
  { signIns: { lockout } }: Pick<AzureAuthContext, 'signIns'>,
  judgement: Judgement,
  { tenant, user, password, isRight, at }: GivenPassword,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const until = await lockout.lockedUntil(tenant, user.guid, at);
  const facts = { expected: 'not locked', actual: until === undefined ? 'not locked' : `locked until ${new Date(until).toISOString()}` };
  if (until !== undefined) judgement.refuse('user.lockout', { ...facts, reference }, '50053', values);
  judgement.pass('user.lockout', facts);
  if (!isRight) {
    await lockout.failed(tenant, user.guid, password, at);
    judgement.refuse('user.password', { actual: 'another password' }, '50126', values);
  }
  await lockout.succeeded(tenant, user.guid);
  judgement.pass('user.password');
}

/** Judges what a right password is good for; throws the refusal. Check `user.password-age`. */
export async function judgePasswordAge(
  context: AzureAuthContext,
  judgement: Judgement,
  { tenant, user, at }: Pick<GivenPassword, 'tenant' | 'user' | 'at'>,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const flaw = await flawOf(context, tenant, user, at);
  const facts = { expected: 'not expired, and not to be changed', actual: flaw ?? 'it is', reference: 'Set-MsolPasswordPolicy' };
  if (flaw !== undefined) judgement.refuse('user.password-age', facts, '50055', values);
  judgement.pass('user.password-age', facts);
}

/** What is wrong with the password of a user, found by name in the tenant of its domain; undefined: nothing, or no such user. */
export async function passwordFlawOf(context: AzureAuthContext, name: string, at: Instant): Promise<PasswordFlaw | undefined> {
  const tenant = findTenant(await context.organizations(), name.slice(name.lastIndexOf('@') + 1));
  if (tenant === undefined) return undefined;
  const directory = context.directory(tenant.name);
  const user = (await directory.byUserPrincipalName(name)) ?? (await directory.byAddress(name));
  return user === undefined ? undefined : flawOf(context, tenant.name, user, at);
}

type PasswordFlaw = 'PasswordExpired' | 'PasswordToBeChanged';

async function flawOf(context: AzureAuthContext, tenant: string, user: Recipient, at: Instant): Promise<PasswordFlaw | undefined> {
  const terms = accountTerms(user, await context.settings(tenant), at);
  const failed = terms.filter(([, { outcome }]) => outcome === 'failed').map(([term]) => term);
  if (failed.includes('account.password-change')) return 'PasswordToBeChanged';
  return failed.includes('account.password-age') ? 'PasswordExpired' : undefined;
}

import type { Judgement } from '../../shared/bridges/authority/judgement.ts';
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
export function judgeKnownPassword(
  { signIns: { lockout } }: Pick<AzureAuthContext, 'signIns'>,
  judgement: Judgement,
  { tenant, user, password, isRight, at }: GivenPassword,
  values: Readonly<Record<string, string>>,
): void {
  const until = lockout.lockedUntil(tenant, user.guid, at);
  const facts = { expected: 'not locked', actual: until === undefined ? 'not locked' : `locked until ${new Date(until).toISOString()}` };
  if (until !== undefined) judgement.refuse('user.lockout', { ...facts, reference }, '50053', values);
  judgement.pass('user.lockout', facts);
  if (!isRight) {
    lockout.failed(tenant, user.guid, password, at);
    judgement.refuse('user.password', { actual: 'another password' }, '50126', values);
  }
  lockout.succeeded(tenant, user.guid);
  judgement.pass('user.password');
}

import type { Recipient } from '../../domain/directory/recipient.ts';
import { judge, type Verdict } from '../../kernel/verdict.ts';
import { accessRefusal, type Caller } from './caller.ts';

/** The right by which a caller opens a mailbox. */
export interface MailboxAccess {
  readonly right: 'owner' | 'FullAccess';
  readonly verdict: Verdict;
}

/**
 * Whether a caller may open the mailbox of `owner`: the owner may, and whoever has been given full access. Administrators
 * have no rights of their own in a mailbox. Refuses with `access-denied`.
 */
export function mailboxAccess(caller: Caller, owner: Recipient): MailboxAccess {
  const isHere = caller.organization === owner.organization;
  if (isHere && caller.recipient === owner.guid) {
    return { right: 'owner', verdict: judge([{ check: 'mailbox.owner', outcome: 'passed' }]) };
  }
  const mayOpen = isHere && owner.access.some(({ trustee, right }) => trustee === caller.recipient && right === 'FullAccess');
  if (!mayOpen) throw accessRefusal('access-denied', `${caller.primarySmtpAddress} has no right in the mailbox of ${owner.primaryAddress}`);
  return {
    right: 'FullAccess',
    verdict: judge([
      { check: 'mailbox.owner', outcome: 'skipped', actual: caller.primarySmtpAddress, expected: owner.primaryAddress },
      { check: 'mailbox.full-access', outcome: 'passed' },
    ]),
  };
}

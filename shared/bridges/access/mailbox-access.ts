import type { Recipient } from '../../domain/directory/recipient.ts';
import { judge, type Verdict } from '../../kernel/verdict.ts';
import { accessRefusal, type Caller } from './caller.ts';

/** The right by which a caller opens a mailbox. */
export interface MailboxAccess {
  readonly right: 'owner' | 'FullAccess';
  readonly verdict: Verdict;
}

/** The right by which somebody may open the mailbox of `owner`: as its owner, or because he was given full access; else undefined. */
export function mailboxRight(caller: Pick<Caller, 'organization' | 'recipient'>, owner: Recipient): MailboxAccess['right'] | undefined {
  if (caller.organization !== owner.organization) return undefined;
  if (caller.recipient === owner.guid) return 'owner';
  return owner.access.some(({ trustee, right }) => trustee === caller.recipient && right === 'FullAccess') ? 'FullAccess' : undefined;
}

/**
 * Whether a caller may open the mailbox of `owner`: the owner may, and whoever has been given full access. Administrators
 * have no rights of their own in a mailbox. Refuses with `access-denied`.
 */
export function mailboxAccess(caller: Caller, owner: Recipient): MailboxAccess {
  const right = mailboxRight(caller, owner);
  if (right === 'owner') return { right, verdict: judge([{ check: 'mailbox.owner', outcome: 'passed' }]) };
  if (right === undefined)
    throw accessRefusal('access-denied', `${caller.primarySmtpAddress} has no right in the mailbox of ${owner.primaryAddress}`);
  return {
    right,
    verdict: judge([
      { check: 'mailbox.owner', outcome: 'skipped', actual: caller.primarySmtpAddress, expected: owner.primaryAddress },
      { check: 'mailbox.full-access', outcome: 'passed' },
    ]),
  };
}

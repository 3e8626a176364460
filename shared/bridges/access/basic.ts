import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { findAccount } from '../../domain/identity/find-account.ts';
import { verifyPassword } from '../../domain/identity/nt-hash.ts';
import { allowsBasic } from '../../domain/organization/virtual-directories.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';
import { type AccountTerm, accountTerms, lockOf, locksAccounts } from './account-terms.ts';
import { readBasicHeader } from './basic-credentials.ts';
import { type AccessRefusalCode, accessRefusal, type Caller } from './caller.ts';
import type { AccessPoint } from './schemes.ts';

/** What came of an attempt to sign in. `userName` is as typed, for the journal; null when there was none to read. */
export type Authentication = {
  readonly verdict: Verdict;
  readonly userName: string | null;
  readonly attempt?: PasswordAttempt | undefined;
} & ({ readonly caller: Caller; readonly refusal?: never } | { readonly caller?: never; readonly refusal: Refusal<AccessRefusalCode> });

/** A password that was tried for an account: whoever lets people in counts the wrong ones. */
export interface PasswordAttempt {
  readonly account: Guid;
  readonly isRight: boolean;
}

const checkNames = ['basic.header', 'basic.offered', 'account.exists', 'account.enabled', 'account.password'] as const;
type CheckName = (typeof checkNames)[number] | 'account.locked' | AccountTerm;

/**
 * Judges a Basic `Authorization` header. Whether the account is unknown, disabled, or has another password makes no
 * difference to the refusal's code and none to the work done: a password is hashed and compared in every case. What the
 * domain says of passwords and the account's own end are judged where there is something to judge.
 */
export async function authenticateBasic(
  header: string | undefined,
  point: Omit<AccessPoint, 'host'>,
  directory: Directory,
  at: Instant,
): Promise<Authentication> {
  const { organization, settings, virtualDirectory } = point;
  const passed: Check[] = [];
  const pass = (check: CheckName): void => {
    passed.push(passedCheck(check));
  };
  const refuse = (
    code: AccessRefusalCode,
    userName: string | null,
    failed: Omit<Check, 'outcome'> & { check: CheckName },
    attempt?: PasswordAttempt,
  ): Authentication => {
    const seen = new Set([...passed.map(({ check }) => check), failed.check]);
    const skipped = checkNames.filter((check) => !seen.has(check)).map((check): Check => ({ check, outcome: 'skipped' }));
    const verdict = judge([...passed, { ...failed, outcome: 'failed' }, ...skipped]);
    const refusal = accessRefusal(code, `${failed.check}: ${failed.actual ?? 'failed'}`);
    return { verdict, userName, refusal, ...(attempt === undefined ? {} : { attempt }) };
  };

  if (header === undefined) return refuse('no-credentials', null, { check: 'basic.header', actual: 'no Authorization header' });
  const scheme = header.split(' ', 1)[0] ?? '';
  if (scheme.toLowerCase() !== 'basic') {
    return refuse('scheme-not-offered', null, { check: 'basic.header', expected: 'Basic', actual: scheme.slice(0, 32) });
  }
  const credentials = readBasicHeader(header);
  if (typeof credentials === 'string') {
    return refuse('invalid-credentials', null, { check: 'basic.header', actual: credentials, reference: 'RFC 7617 section 2' });
  }
  pass('basic.header');
  const { userName, password } = credentials;
  if (!allowsBasic(organization, settings, virtualDirectory)) {
    return refuse('scheme-not-offered', userName, {
      check: 'basic.offered',
      expected: `${virtualDirectory} BasicAuthentication True`,
      actual: 'False',
    });
  }
  pass('basic.offered');
  const account = await findAccount(directory, organization, userName);
  const isPassword = verifyPassword(account?.ntHash ?? null, password);
  if (account === undefined) return refuse('invalid-credentials', userName, { check: 'account.exists', actual: 'no such account' });
  pass('account.exists');
  if (locksAccounts(settings)) {
    const { outcome, ...looked } = lockOf(account, settings, at);
    if (outcome === 'failed') return refuse('invalid-credentials', userName, { check: 'account.locked', ...looked });
    pass('account.locked');
  }
  if (!account.enabled) return refuse('invalid-credentials', userName, { check: 'account.enabled', actual: 'disabled' });
  pass('account.enabled');
  const attempt = { account: account.guid, isRight: isPassword };
  if (!isPassword) return refuse('invalid-credentials', userName, { check: 'account.password', actual: 'another password' }, attempt);
  pass('account.password');
  for (const [check, { outcome, ...looked }] of accountTerms(account, settings, at)) {
    if (outcome === 'failed') return refuse('invalid-credentials', userName, { check, ...looked }, attempt);
    pass(check);
  }
  return { verdict: judge(passed), userName, caller: callerOf(account), attempt };
}

/** The journal keeps one for each check of each request. */
function passedCheck(check: CheckName): Check {
  const known = passedChecks.get(check);
  if (known !== undefined) return known;
  const made: Check = { check, outcome: 'passed' };
  passedChecks.set(check, made);
  return made;
}

const passedChecks = new Map<CheckName, Check>();

/** The caller that an account makes. */
export function callerOf(account: Recipient): Caller {
  return {
    organization: account.organization,
    recipient: account.guid,
    primarySmtpAddress: account.primaryAddress,
    userPrincipalName: account.userPrincipalName ?? account.primaryAddress,
    mailbox: localMailbox(account),
  };
}

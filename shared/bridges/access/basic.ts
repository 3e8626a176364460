import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { findAccount } from '../../domain/identity/find-account.ts';
import { verifyPassword } from '../../domain/identity/nt-hash.ts';
import { allowsBasic } from '../../domain/organization/virtual-directories.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';
import { readBasicHeader } from './basic-credentials.ts';
import { type AccessRefusalCode, accessRefusal, type Caller } from './caller.ts';
import type { AccessPoint } from './schemes.ts';

/** What came of an attempt to sign in. `userName` is as typed, for the journal; null when there was none to read. */
export type Authentication = { readonly verdict: Verdict; readonly userName: string | null } & (
  | { readonly caller: Caller; readonly refusal?: never }
  | { readonly caller?: never; readonly refusal: Refusal<AccessRefusalCode> }
);

const checkNames = ['basic.header', 'basic.offered', 'account.exists', 'account.enabled', 'account.password'] as const;
type CheckName = (typeof checkNames)[number];

/**
 * Judges a Basic `Authorization` header. Whether the account is unknown, disabled, or has another password makes no
 * difference to the refusal's code and none to the work done: a password is hashed and compared in every case.
 */
export async function authenticateBasic(
  header: string | undefined,
  point: Omit<AccessPoint, 'host'>,
  directory: Directory,
): Promise<Authentication> {
  const { organization, settings, virtualDirectory } = point;
  const passed: Check[] = [];
  const pass = (check: CheckName): void => {
    passed.push({ check, outcome: 'passed' });
  };
  const refuse = (
    code: AccessRefusalCode,
    userName: string | null,
    failed: Omit<Check, 'outcome'> & { check: CheckName },
  ): Authentication => {
    const skipped = checkNames.slice(passed.length + 1).map((check): Check => ({ check, outcome: 'skipped' }));
    const verdict = judge([...passed, { ...failed, outcome: 'failed' }, ...skipped]);
    return { verdict, userName, refusal: accessRefusal(code, `${failed.check}: ${failed.actual ?? 'failed'}`) };
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
  if (!account.enabled) return refuse('invalid-credentials', userName, { check: 'account.enabled', actual: 'disabled' });
  pass('account.enabled');
  if (!isPassword) return refuse('invalid-credentials', userName, { check: 'account.password', actual: 'another password' });
  pass('account.password');
  return { verdict: judge(passed), userName, caller: callerOf(account) };
}

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

import { timingSafeEqual } from 'node:crypto';
import type { Directory } from '../../domain/directory/directory.ts';
import { digestRealm, md5 } from '../../domain/identity/digest-keys.ts';
import { findAccount } from '../../domain/identity/find-account.ts';
import { allowsDigest } from '../../domain/organization/virtual-directories.ts';
import { Checklist, type Looked } from '../../kernel/checklist.ts';
import type { Instant } from '../../kernel/clock.ts';
import { accountTerms, lockOf, locksAccounts, termReferences } from './account-terms.ts';
import { type Authentication, callerOf, type PasswordAttempt } from './basic.ts';
import { type AccessRefusalCode, accessRefusal } from './caller.ts';
import { type DigestCredentials, readDigestHeader } from './digest-credentials.ts';
import type { DigestNonces } from './digest-nonces.ts';
import type { AccessPoint } from './schemes.ts';

/** What a Digest header is judged by. */
export interface DigestGround {
  readonly point: AccessPoint;
  readonly directory: Directory;
  readonly at: Instant;
  readonly nonces: DigestNonces;
  /** Method and target of the request. */
  readonly method: string;
  readonly target: string;
}

const references = {
  'digest.header': 'RFC 7616 section 3.4',
  'digest.offered': 'Set-WebServicesVirtualDirectory -DigestAuthentication',
  'digest.request': 'RFC 7616 section 3.4.6',
  'digest.nonce': 'RFC 7616 section 3.3',
  'account.exists': 'RFC 7616 section 3.4.1',
  'account.enabled': 'RFC 7616 section 3.4.1',
  'digest.response': 'RFC 7616 section 3.4.1',
  ...termReferences,
} as const;
type CheckName = keyof typeof references;

/** What came of it; `isStale`: everything but the age of the nonce is as it should be, so that no password is asked for anew. */
export type DigestOutcome = Authentication & { readonly isStale?: boolean };

/**
 * Judges a Digest `Authorization` header: MD5 and MD5-sess, qop `auth`. A nonce that is over, or has been used with that count, says
 * nothing of the password, which is judged before.
 */
export async function authenticateDigest(header: string, ground: DigestGround): Promise<DigestOutcome> {
  const { point, directory, at, nonces } = ground;
  const { organization, settings } = point;
  const locking: readonly CheckName[] = locksAccounts(settings) ? ['account.locked'] : [];
  const order: readonly CheckName[] = ['digest.header', 'digest.offered', 'digest.request', 'account.exists', ...locking];
  const list = new Checklist<CheckName>(references, [...order, 'account.enabled', 'digest.response', 'digest.nonce']);
  let userName: string | null = null;
  let attempt: PasswordAttempt | undefined;
  const no = (check: CheckName, looked: Looked, code: AccessRefusalCode = 'invalid-credentials'): DigestOutcome => {
    list.note(check, 'failed', looked);
    const refusal = accessRefusal(code, `${check}: ${looked.actual ?? 'failed'}`);
    return { verdict: list.verdict(), userName, refusal, ...(attempt === undefined ? {} : { attempt }) };
  };
  const credentials = readDigestHeader(header);
  if (typeof credentials === 'string') return no('digest.header', { actual: credentials });
  list.note('digest.header', 'passed');
  userName = credentials.username;
  if (!allowsDigest(organization, settings, point.virtualDirectory)) {
    const looked = { expected: `${point.virtualDirectory} DigestAuthentication True`, actual: 'False' };
    return no('digest.offered', looked, 'scheme-not-offered');
  }
  list.note('digest.offered', 'passed');
  const other = unlike(credentials, ground);
  if (other !== undefined) return no('digest.request', other);
  list.note('digest.request', 'passed');
  const account = await findAccount(directory, organization, userName);
  const key = account?.settings.digestKeys?.[userName];
  const isRight = proves(credentials, key ?? unknownKey, ground.method) && key !== undefined;
  if (account === undefined) return no('account.exists', { actual: 'no such account' });
  list.note('account.exists', 'passed');
  if (locking.length > 0) {
    const { outcome, ...looked } = lockOf(account, settings, at);
    if (outcome === 'failed') return no('account.locked', looked);
    list.note('account.locked', 'passed');
  }
  if (!account.enabled) return no('account.enabled', { actual: 'disabled' });
  list.note('account.enabled', 'passed');
  attempt = { account: account.guid, isRight };
  if (!isRight) return no('digest.response', { actual: key === undefined ? 'no digest is kept for that spelling' : 'another password' });
  list.note('digest.response', 'passed');
  const taken = nonces.take(credentials.nonce, Number.parseInt(credentials.nc, 16), at);
  if (taken !== 'taken') return { ...no('digest.nonce', { actual: taken }), isStale: true };
  list.note('digest.nonce', 'passed');
  const terms = accountTerms(account, settings, at);
  list.follow(terms.map(([check]) => check));
  for (const [check, { outcome, ...looked }] of terms) {
    if (outcome === 'failed') return no(check, looked);
    list.note(check, 'passed');
  }
  return { verdict: list.verdict(), userName, caller: callerOf(account), attempt };
}

/** What of the header is not about this request, or not as the challenge asked. */
function unlike({ realm, uri, qop, algorithm }: DigestCredentials, { point, target }: DigestGround): Looked | undefined {
  const asked = digestRealm(point.organization);
  if (realm !== asked) return { expected: `realm ${asked}`, actual: realm };
  if (qop !== 'auth') return { expected: 'qop auth', actual: qop };
  if (!/^MD5(?:-sess)?$/i.test(algorithm)) return { expected: 'MD5-sess or MD5', actual: algorithm };
  const path = uri.replace(/^https?:\/\/[^/?#]*/i, '');
  return path === target ? undefined : { expected: target, actual: uri };
}

const unknownKey = '0'.repeat(32);

function proves({ nonce, nc, cnonce, qop, uri, algorithm, response }: DigestCredentials, key: string, method: string): boolean {
  const first = /-sess$/i.test(algorithm) ? md5(`${key}:${nonce}:${cnonce}`) : key;
  const expected = md5(`${first}:${nonce}:${nc}:${cnonce}:${qop}:${md5(`${method}:${uri}`)}`);
  return timingSafeEqual(Buffer.from(expected), Buffer.from(response));
}

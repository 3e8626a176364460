import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { findAccount } from '../../domain/identity/find-account.ts';
import { allowsWindows, type SignInDoor, tokenCheckingOf } from '../../domain/organization/virtual-directories.ts';
import { Checklist, type Looked } from '../../kernel/checklist.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Verdict } from '../../kernel/verdict.ts';
import { type Authenticate, readAuthenticate } from '../../protocols/ntlm/authenticate.ts';
import { flags as bit } from '../../protocols/ntlm/flags.ts';
import { messageType } from '../../protocols/ntlm/message.ts';
import { type Negotiate, readNegotiate } from '../../protocols/ntlm/negotiate.ts';
import { acceptedHeader, readTokenHeader, type TokenHeader, writeChallengeHeader } from '../../protocols/ntlm/token-header.ts';
import { accountTerms, lockOf, locksAccounts, termReferences } from './account-terms.ts';
import { callerOf, type PasswordAttempt } from './basic.ts';
import type { AccessRefusalCode, Caller } from './caller.ts';
import type { ConnectionSignIn, ConnectionState } from './connection-sign-in.ts';
import { ntlmChallenge } from './ntlm-challenge.ts';
import { type Finding, judgeChannelBinding, judgeIntegrity, judgeTime, keyThatProves, responseIn } from './ntlm-response.ts';
import type { AccessPoint } from './schemes.ts';

/** What NTLM is judged by. */
export interface NtlmGround {
  readonly point: AccessPoint & { readonly virtualDirectory: Exclude<SignInDoor, 'SmtpSubmission'> };
  readonly directory: Directory;
  readonly at: Instant;
  /** What the client's connection carries; it is changed here. */
  readonly connection: ConnectionSignIn;
  /** SHA-256 of the certificate that the client was shown; undefined without TLS. */
  readonly certificateHash: Buffer | undefined;
  /** The connection may carry requests of several people: nobody is remembered on it. */
  readonly isShared: boolean;
  /** Gives 8 octets that nobody can foresee. */
  readonly newChallenge: () => Buffer;
}

/** `ntlm-handshake`: nothing is wrong, a challenge goes out. */
export type NtlmRefusalCode = AccessRefusalCode | 'ntlm-handshake';

/** What came of it. `userName` is as the client says; null where it has not said. */
export type NtlmOutcome = { readonly verdict: Verdict; readonly userName: string | null; readonly attempt?: PasswordAttempt } & (
  | {
      readonly caller: Caller;
      /** `WWW-Authenticate` of the answer, where the scheme has a last word. */
      readonly lastWord?: string | undefined;
      readonly refusal?: never;
    }
  | {
      readonly refusal: Refusal<NtlmRefusalCode>;
      /** `WWW-Authenticate` of the 401 that asks on; without it all schemes are offered anew. */
      readonly challenge?: string;
      readonly caller?: never;
    }
);

const references = {
  'ntlm.header': 'MS-NLMP 2.2.1, RFC 4559 section 4',
  'ntlm.offered': 'Set-WebServicesVirtualDirectory -WindowsAuthentication',
  'ntlm.challenge': 'MS-NLMP 3.2.5.1.2',
  'ntlm.version': 'MS-NLMP 3.3.2',
  'ntlm.connection': 'MS-NTHT',
  'account.exists': 'MS-NLMP 3.2.5.1.2',
  'account.enabled': 'MS-NLMP 3.2.5.1.2',
  'ntlm.response': 'MS-NLMP 3.3.2',
  'ntlm.time': 'MS-NLMP 3.2.5.1.2',
  'ntlm.integrity': 'MS-NLMP 3.2.5.1.2',
  'ntlm.channel-binding': 'MS-NLMP 3.2.5.1.2, RFC 5929 section 4',
  ...termReferences,
} as const;
type CheckName = keyof typeof references;

const handshakeOrder: readonly CheckName[] = [
  'ntlm.header',
  'ntlm.offered',
  'ntlm.challenge',
  'ntlm.version',
  'account.exists',
  'account.enabled',
  'ntlm.response',
  'ntlm.time',
  'ntlm.integrity',
  'ntlm.channel-binding',
];

/** The same where wrong passwords lock accounts. */
const lockingOrder: readonly CheckName[] = handshakeOrder.flatMap((check) =>
  check === 'account.enabled' ? ['account.locked', check] : [check],
);

/** Judges an `Authorization` header that says NTLM or Negotiate, and moves the connection's state on. */
export async function authenticateNtlm(header: string, ground: NtlmGround): Promise<NtlmOutcome> {
  const { point, connection } = ground;
  // Whatever comes, it ends what was: a challenge is good for one answer, and who signs in anew is nobody until then.
  const before = connection.state;
  connection.state = undefined;
  const list = new Checklist<CheckName>(references, locksAccounts(point.settings) ? lockingOrder : handshakeOrder);
  const brought = readMessage(header);
  if (typeof brought === 'string') return refuse(list, 'ntlm.header', null, { actual: brought });
  list.note('ntlm.header', 'passed', { actual: brought.type.toUpperCase() });
  const userName = brought.type === 'negotiate' ? null : nameOf(brought.authenticate);
  if (!allowsWindows(point.organization, point.settings, point.virtualDirectory)) {
    const looked = { expected: `${point.virtualDirectory} WindowsAuthentication True`, actual: 'False' };
    return refuse(list, 'ntlm.offered', userName, looked, 'scheme-not-offered');
  }
  list.note('ntlm.offered', 'passed');
  if (brought.type === 'negotiate') return challenge(brought, ground, list);

  const proving: ConnectionState = { is: 'proving' };
  connection.state = proving;
  const outcome = await judgeAnswer(brought, nameOf(brought.authenticate), before, ground, list);
  // A later request on the connection may have begun another handshake meanwhile: that one counts.
  if (connection.state === proving) connection.state = rememberedOf(outcome, ground);
  return outcome;
}

/**
 * The caller whom a connection is signed in as, judged anew: account and virtual directory may have changed. Undefined when
 * the connection is nobody's here.
 */
export async function authenticateByConnection(ground: NtlmGround): Promise<NtlmOutcome | undefined> {
  const { point, connection, directory, isShared } = ground;
  const { organization, settings, virtualDirectory } = point;
  const { state } = connection;
  if (state?.is !== 'signed-in' || isShared) return undefined;
  if (state.organization !== organization.name || state.virtualDirectory !== virtualDirectory) return undefined;
  const list = new Checklist<CheckName>(references, ['ntlm.connection', 'ntlm.offered', 'account.exists', 'account.enabled']);
  const account = await directory.byGuid(state.recipient);
  const userName = account?.primaryAddress ?? null;
  list.note('ntlm.connection', 'passed');
  const checks: readonly (readonly [CheckName, boolean])[] = [
    ['ntlm.offered', allowsWindows(organization, settings, virtualDirectory)],
    ['account.exists', account !== undefined],
    ['account.enabled', account?.enabled === true],
  ];
  for (const [check, holds] of checks) {
    if (!holds) {
      if (connection.state === state) connection.state = undefined;
      return refuse(list, check, userName, { actual: 'no more' });
    }
    list.note(check, 'passed');
  }
  return { verdict: list.verdict(), userName, caller: callerOf(account as Recipient) };
}

type Brought = TokenHeader &
  ({ readonly type: 'negotiate'; readonly negotiate: Negotiate } | { readonly type: 'authenticate'; readonly authenticate: Authenticate });

/** A text says what is wrong with the header. */
function readMessage(header: string): Brought | string {
  try {
    const token = readTokenHeader(header);
    const type = messageType(token.message);
    if (type === 'negotiate') {
      const negotiate = readNegotiate(token.message);
      const hasCharset = (negotiate.flags & (bit.unicode | bit.oem)) !== 0;
      return hasCharset ? { ...token, type, negotiate } : 'a NEGOTIATE_MESSAGE without a character set';
    }
    if (type === 'authenticate') {
      const authenticate = readAuthenticate(token.message);
      const isShowable = !/[\u0000-\u001f\u007f]/.test(nameOf(authenticate));
      return isShowable ? { ...token, type, authenticate } : 'a control character';
    }
    return 'a CHALLENGE_MESSAGE, which servers send';
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'ntlm-malformed') throw error;
    return error.detail ?? error.code;
  }
}

function challenge(
  { scheme, wrapped, message, negotiate }: Brought & { readonly type: 'negotiate' },
  { point, at, connection, newChallenge }: NtlmGround,
  list: Checklist<CheckName>,
): NtlmOutcome {
  const serverChallenge = newChallenge();
  const octets = ntlmChallenge(negotiate.flags, serverChallenge, point.organization, at);
  connection.state = { is: 'challenged', scheme, wrapped, negotiate: message, challenge: octets, serverChallenge };
  return {
    verdict: list.verdict(),
    userName: null,
    refusal: new Refusal<NtlmRefusalCode>('ntlm-handshake', { detail: 'a challenge has been sent' }),
    challenge: writeChallengeHeader({ scheme, wrapped }, octets),
  };
}

async function judgeAnswer(
  brought: Brought & { readonly type: 'authenticate' },
  userName: string,
  before: ConnectionState | undefined,
  { point, directory, at, certificateHash }: NtlmGround,
  list: Checklist<CheckName>,
): Promise<NtlmOutcome> {
  const { organization, settings, virtualDirectory } = point;
  const { authenticate, message } = brought;
  const no = (check: CheckName, looked: Looked): NtlmOutcome => refuse(list, check, userName, looked);
  if (before?.is !== 'challenged' || before.scheme !== brought.scheme)
    return no('ntlm.challenge', { expected: 'a challenge on this connection', actual: 'none that waits for an answer' });
  list.note('ntlm.challenge', 'passed');
  const response = responseIn(authenticate);
  if (typeof response === 'string') return no('ntlm.version', { expected: 'NTLMv2', actual: response });
  list.note('ntlm.version', 'passed');
  const account = await findAccount(directory, organization, userName);
  const key = keyThatProves(account?.ntHash ?? null, authenticate, response, before.serverChallenge);
  if (account === undefined) return no('account.exists', { actual: 'no such account' });
  list.note('account.exists', 'passed');
  if (locksAccounts(settings)) {
    const { outcome, ...looked } = lockOf(account, settings, at);
    if (outcome === 'failed') return no('account.locked', looked);
    list.note('account.locked', 'passed');
  }
  if (!account.enabled) return no('account.enabled', { actual: 'disabled' });
  list.note('account.enabled', 'passed');
  const attempt = { account: account.guid, isRight: key !== undefined };
  if (key === undefined) return { ...no('ntlm.response', { actual: 'made with another password' }), attempt };
  list.note('ntlm.response', 'passed');
  const checking = tokenCheckingOf(organization, settings, virtualDirectory);
  const rest: readonly (readonly [CheckName, Finding])[] = [
    ['ntlm.time', judgeTime(response, at)],
    ['ntlm.integrity', judgeIntegrity(message, authenticate, response, key, before)],
    ['ntlm.channel-binding', judgeChannelBinding(response, checking, certificateHash)],
  ];
  for (const [check, { outcome, ...looked }] of rest) {
    if (outcome === 'failed') return { ...no(check, looked), attempt };
    list.note(check, outcome, looked);
  }
  const terms = accountTerms(account, settings, at);
  list.follow(terms.map(([check]) => check));
  for (const [check, { outcome, ...looked }] of terms) {
    if (outcome === 'failed') return { ...no(check, looked), attempt };
    list.note(check, outcome, looked);
  }
  return { verdict: list.verdict(), userName, attempt, caller: callerOf(account), lastWord: acceptedHeader(brought) };
}

/** `CONTOSO\mary` where the client says a domain; a user principal name has its own. */
function nameOf({ user, domain }: Authenticate): string {
  return domain === '' || user.includes('@') ? user : `${domain}\\${user}`;
}

function rememberedOf({ caller }: NtlmOutcome, { point, isShared }: NtlmGround): ConnectionState | undefined {
  if (caller === undefined || isShared) return undefined;
  const { recipient } = caller;
  return { is: 'signed-in', organization: point.organization.name, virtualDirectory: point.virtualDirectory, recipient };
}

function refuse(
  list: Checklist<CheckName>,
  check: CheckName,
  userName: string | null,
  looked: Looked,
  code: AccessRefusalCode = 'invalid-credentials',
): NtlmOutcome {
  list.note(check, 'failed', looked);
  const refusal = new Refusal<NtlmRefusalCode>(code, { detail: `${check}: ${looked.actual ?? 'failed'}` });
  return { verdict: list.verdict(), userName, refusal };
}

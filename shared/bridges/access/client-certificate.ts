import type { X509Certificate } from 'node:crypto';
import type { Directory } from '../../domain/directory/directory.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { Checklist, type Looked } from '../../kernel/checklist.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Verdict } from '../../kernel/verdict.ts';
import { chainFlaw } from '../../net/certificate-chain.ts';
import { principalNameIn } from '../../net/certificate-principal.ts';
import { accountTerms, termReferences } from './account-terms.ts';
import { callerOf } from './basic.ts';
import type { Caller } from './caller.ts';

/** What a client showed in the TLS handshake, and the authority that the servers trust. */
export interface ShownCertificate {
  readonly certificate: X509Certificate;
  readonly authority: X509Certificate;
}

/** `certificate-required`, `certificate-untrusted` and `certificate-expired` are IIS's 403.7, 403.16 and 403.17. */
export type CertificateRefusalCode = 'certificate-required' | 'certificate-untrusted' | 'certificate-expired' | 'invalid-credentials';

/** What came of it. `userName` is the user principal name in the certificate. */
export type CertificateOutcome = { readonly verdict: Verdict; readonly userName: string | null } & (
  | { readonly caller: Caller; readonly refusal?: never }
  | { readonly refusal: Refusal<CertificateRefusalCode>; readonly status: 401 | 403; readonly caller?: never }
);

const references = {
  'certificate.shown': 'The HTTP status code in IIS 7 and later versions: 403.7',
  'certificate.chain': 'The HTTP status code in IIS 7 and later versions: 403.16',
  'certificate.time': 'The HTTP status code in IIS 7 and later versions: 403.17',
  'certificate.usage': 'RFC 5280 section 4.2.1.12',
  'certificate.user': 'MS-PKCA 3.1.5.2.1.3',
  'account.enabled': 'MS-NLMP 3.2.5.1.2',
  ...termReferences,
} as const;
type CheckName = keyof typeof references;

const order: readonly CheckName[] = ['certificate.chain', 'certificate.time', 'certificate.usage', 'certificate.user', 'account.enabled'];
const clientAuthentication = '1.3.6.1.5.5.7.3.2';

/** Judges the certificate of a client: that the installation's authority has issued it, itself or by another one, when, for what and for whom. */
export async function authenticateCertificate(
  { certificate, authority }: ShownCertificate,
  directory: Directory,
  settings: Settings,
  at: Instant,
): Promise<CertificateOutcome> {
  const list = new Checklist<CheckName>(references, order);
  const no = (check: CheckName, code: CertificateRefusalCode, looked: Looked, userName: string | null = null): CertificateOutcome => {
    list.note(check, 'failed', looked);
    const refusal = new Refusal<CertificateRefusalCode>(code, { detail: `${check}: ${looked.actual ?? 'failed'}` });
    return { verdict: list.verdict(), userName, refusal, status: code === 'invalid-credentials' ? 401 : 403 };
  };
  const flaw = await flawOf({ certificate, authority }, at);
  if (flaw?.check === 'certificate.chain') return no(flaw.check, flaw.code, flaw.looked);
  list.note('certificate.chain', 'passed');
  if (flaw !== undefined) return no(flaw.check, flaw.code, flaw.looked);
  list.note('certificate.time', 'passed', { actual: datesOf(certificate) });
  const usages: readonly string[] | undefined = certificate.keyUsage;
  if (usages !== undefined && !usages.includes(clientAuthentication))
    return no('certificate.usage', 'certificate-untrusted', { expected: clientAuthentication, actual: usages.join(', ') });
  list.note('certificate.usage', 'passed');
  const userName = (await principalNameIn(certificate.raw)) ?? null;
  const account = userName === null ? undefined : await directory.byUserPrincipalName(userName);
  if (account === undefined)
    return no(
      'certificate.user',
      'invalid-credentials',
      { expected: 'the principal name of an account', actual: userName ?? 'none' },
      userName,
    );
  list.note('certificate.user', 'passed', { actual: account.userPrincipalName ?? '' });
  if (!account.enabled) return no('account.enabled', 'invalid-credentials', { actual: 'disabled' }, userName);
  list.note('account.enabled', 'passed');
  // Passwords are of no matter here.
  const terms = accountTerms(account, settings, at).filter(([check]) => check === 'account.expires');
  list.follow(terms.map(([check]) => check));
  for (const [check, { outcome, ...looked }] of terms) {
    if (outcome === 'failed') return no(check, 'invalid-credentials', looked, userName);
    list.note(check, outcome, looked);
  }
  return { verdict: list.verdict(), userName, caller: callerOf(account) };
}

interface Flaw {
  readonly check: 'certificate.chain' | 'certificate.time';
  readonly code: CertificateRefusalCode;
  readonly looked: Looked;
}

/** Why IIS takes no notice of a certificate: it does not lead to the authority, or it is not its time. */
async function flawOf({ certificate, authority }: ShownCertificate, at: Instant): Promise<Flaw | undefined> {
  const flaw = await chainFlaw(certificate, authority, at);
  if (flaw !== undefined) {
    const looked = { expected: authority.subject, actual: flaw.is === 'expired' ? datesOf(flaw.at) : flaw.at.issuer };
    return { check: 'certificate.chain', code: `certificate-${flaw.is}`, looked };
  }
  if (at >= certificate.validFromDate.getTime() && at <= certificate.validToDate.getTime()) return undefined;
  const looked = { expected: new Date(at).toISOString(), actual: datesOf(certificate) };
  return { check: 'certificate.time', code: 'certificate-expired', looked };
}

/** What is wrong where a virtual directory requires a certificate of everybody, and why; undefined: it is good, whoever it names. */
export async function missesCertificate(
  shown: ShownCertificate | undefined,
  at: Instant,
): Promise<{ readonly verdict: Verdict; readonly refusal: Refusal<CertificateRefusalCode> } | undefined> {
  const list = new Checklist<CheckName>(references, ['certificate.shown', 'certificate.chain', 'certificate.time']);
  const no = (check: CheckName, code: CertificateRefusalCode, looked: Looked) => {
    list.note(check, 'failed', looked);
    return { verdict: list.verdict(), refusal: new Refusal(code, { detail: `${check}: ${looked.actual ?? 'failed'}` }) };
  };
  if (shown === undefined) return no('certificate.shown', 'certificate-required', { actual: 'none' });
  const flaw = await flawOf(shown, at);
  if (flaw === undefined) return undefined;
  list.note('certificate.shown', 'passed');
  if (flaw.check === 'certificate.time') list.note('certificate.chain', 'passed');
  return no(flaw.check, flaw.code, flaw.looked);
}

function datesOf({ validFrom, validTo }: X509Certificate): string {
  return `${validFrom} to ${validTo}`;
}

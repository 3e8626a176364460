import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { parseAccountName } from '../../domain/identity/account-name.ts';
import { transportConfigOf } from '../../domain/mailflow/transport-config.ts';
import { microsoftNames } from '../../domain/organization/host-map.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Organizations } from '../../domain/organization/registry.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Instant } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';
import { applicationPolicy } from './application-policy.ts';
import { authenticateBasic, callerOf, type PasswordAttempt } from './basic.ts';
import { authenticateBearer, type BearerRefusalCode } from './bearer.ts';
import type { AccessRefusalCode, Caller } from './caller.ts';
import { mailboxAccess } from './mailbox-access.ts';
import type { Principal } from './principal.ts';
import { protocolGate } from './protocol-gate.ts';

/** Why somebody may not submit mail. */
export type SubmissionRefusalCode =
  | AccessRefusalCode
  | BearerRefusalCode
  | 'organization-unknown'
  | 'token-without-permissions'
  | 'mailbox-unknown'
  | 'submission-disabled'
  | 'submission-disabled-for-tenant'
  | 'application-policy';

/** What a user name is proven with. */
export type SubmissionProof =
  | { readonly userName: string; readonly password: string; readonly token?: never }
  | { readonly userName: string; readonly token: string; readonly password?: never };

/** What submission is judged by. */
export interface SubmissionGround {
  readonly organizations: Organizations;
  settings(organization: string): Promise<Settings>;
  directory(organization: string): Directory;
  /** The name that the client asked for in its TLS handshake; '' when it asked for none. */
  readonly serverName: string;
  /** The time at an organisation's servers. */
  at(organization: string): Instant;
}

/** What came of it; the organisation is that which judged, undefined when none could. */
export type Submission = {
  readonly verdict: Verdict;
  readonly organization: Organization | undefined;
  readonly attempt?: PasswordAttempt;
} & (
  | { readonly caller: Caller; readonly organization: Organization; readonly refusal?: never }
  | { readonly refusal: Refusal<SubmissionRefusalCode>; readonly caller?: never }
);

/**
 * Judges whoever wants to submit mail: a password as HTTP does it, a token by the permission SMTP.Send (a user) or
 * SMTP.SendAsApp (an application), and whether it is that of the user who is named.
 */
export async function judgeSubmission(proof: SubmissionProof, ground: SubmissionGround): Promise<Submission> {
  const organization = await organizationOf(proof.userName, ground);
  const check = 'submission.organization';
  if (organization === undefined) {
    const failed: Check = { check, outcome: 'failed', expected: 'a name of an organisation here', actual: 'a name of none' };
    return {
      verdict: judge([failed]),
      organization,
      refusal: new Refusal('organization-unknown', { detail: `${check}: ${failed.actual}` }),
    };
  }
  const found: Check = { check, outcome: 'passed', actual: organization.name };
  const settings = await ground.settings(organization.name);
  const judged = await (proof.token === undefined
    ? byPassword(proof, organization, settings, ground)
    : byToken(proof, organization, settings, ground));
  const checks = [found, ...judged.verdict.checks];
  if (judged.refusal !== undefined) return { ...judged, organization, verdict: judge(checks) };
  const own = await protocolGate(judged.caller, ground.directory(organization.name), 'SmtpClientAuthentication');
  const asked = await organizationGate(judged.caller, { organization, settings, directory: ground.directory(organization.name) });
  const verdict = judge([...checks, ...own.verdict.checks, ...asked]);
  if (!own.isOpen)
    return { verdict, organization, refusal: new Refusal('submission-disabled', { detail: own.verdict.checks[0]?.actual ?? '' }) };
  const closed = asked.find(({ outcome }) => outcome === 'failed');
  if (closed === undefined) return { ...judged, organization, verdict };
  return { verdict, organization, refusal: new Refusal('submission-disabled-for-tenant', { detail: closed.actual ?? '' }) };
}

/**
 * What the tenant says of all its mailboxes; one that says of itself that it may goes before it (OfficeDocs-Exchange, "Enable or
 * disable authenticated client SMTP submission"). Nothing where nothing is said.
 */
async function organizationGate(
  { recipient }: Caller,
  { organization, settings, directory }: { organization: Organization; settings: Settings; directory: Directory },
): Promise<readonly Check[]> {
  if (organization.kind !== 'cloud' || !transportConfigOf(organization, settings).SmtpClientAuthenticationDisabled) return [];
  const owner = await directory.byGuid(recipient);
  const isOpen = owner?.settings.mayAlwaysSubmit === true;
  return [
    {
      check: 'organization.smtp-client-authentication',
      outcome: isOpen ? 'passed' : 'failed',
      expected: 'a tenant that lets clients sign in to submit mail, or a mailbox that does',
      actual: isOpen ? 'the mailbox does' : 'SmtpClientAuthenticationDisabled True',
    },
  ];
}

/**
 * The organisation that judges: that of the host which the client asked for, else that of the user name. Where several
 * accept its domain, as during coexistence, the one that keeps the mailbox.
 */
async function organizationOf(
  userName: string,
  { organizations, directory, serverName }: SubmissionGround,
): Promise<Organization | undefined> {
  const asked = organizations.byHost(Object.hasOwn(microsoftNames, serverName) ? (microsoftNames[serverName] ?? serverName) : serverName);
  if (asked !== undefined) return asked;
  const name = parseAccountName(userName);
  if (name?.kind === 'domain-account')
    return organizations.all.find(
      ({ netbiosName, kind }) => kind === 'on-premises' && netbiosName.toUpperCase() === name.domain.toUpperCase(),
    );
  if (name?.kind !== 'address') return undefined;
  const accepting = organizations.byDomain(name.address.slice(name.address.lastIndexOf('@') + 1));
  for (const organization of accepting) {
    const recipient = await recipientNamed(directory(organization.name), name.address);
    if (recipient !== undefined && localMailbox(recipient) !== null) return organization;
  }
  return accepting[0];
}

async function recipientNamed(directory: Directory, name: string): Promise<Recipient | undefined> {
  return (await directory.byUserPrincipalName(name)) ?? directory.byAddress(name);
}

type Judged = { readonly verdict: Verdict; readonly attempt?: PasswordAttempt } & (
  | { readonly caller: Caller; readonly refusal?: never }
  | { readonly refusal: Refusal<SubmissionRefusalCode>; readonly caller?: never }
);

async function byPassword(
  { userName, password }: SubmissionProof & { readonly password: string },
  organization: Organization,
  settings: Settings,
  ground: SubmissionGround,
): Promise<Judged> {
  const header = `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`;
  const point = { organization, settings, virtualDirectory: 'SmtpSubmission' } as const;
  const at = ground.at(organization.name);
  const { verdict, caller, refusal, attempt } = await authenticateBasic(header, point, ground.directory(organization.name), at);
  const tried = attempt === undefined ? {} : { attempt };
  return refusal === undefined ? { verdict, ...tried, caller } : { verdict, ...tried, refusal };
}

async function byToken(
  { userName, token }: SubmissionProof & { readonly token: string },
  organization: Organization,
  settings: Settings,
  ground: SubmissionGround,
): Promise<Judged> {
  const { web } = organization.hosts;
  const directory = ground.directory(organization.name);
  const outcome = await authenticateBearer(`Bearer ${token}`, {
    point: { organization, settings, virtualDirectory: 'SmtpSubmission', host: web },
    organizations: ground.organizations,
    settings,
    directory,
    requestAuthority: web,
    byName: true,
    at: ground.at(organization.name),
  });
  if (!('principal' in outcome)) return { verdict: outcome.verdict, refusal: outcome.refusal };
  const { checks } = outcome.verdict;
  const refuse = (code: SubmissionRefusalCode, check: Check): Judged => ({
    verdict: judge([...checks, check]),
    refusal: new Refusal(code, { detail: `${check.check}: ${check.actual ?? 'failed'}` }),
  });

  const { principal } = outcome;
  const kind = principal.application?.token;
  if (kind !== 'user' && kind !== 'app') {
    const expected = 'a token with the permission SMTP.Send or SMTP.SendAsApp';
    return refuse('token-without-permissions', { check: 'submission.token-kind', outcome: 'failed', expected, actual: kind ?? 'none' });
  }
  const owner = await recipientNamed(directory, userName);
  const check = 'submission.user';
  if (owner === undefined || localMailbox(owner) === null) {
    return refuse('mailbox-unknown', { check, outcome: 'failed', expected: 'a user with a mailbox here', actual: 'nobody' });
  }
  if (principal.is === 'application') return forApplication(principal, owner);
  return forUser(principal, owner);

  async function forApplication({ application: { appId } }: Extract<Principal, { is: 'application' }>, user: Recipient): Promise<Judged> {
    const policy = await applicationPolicy(appId, user, settings, directory);
    if (policy.outcome === 'failed') return refuse('application-policy', policy);
    const passed: Check = { check, outcome: 'passed', actual: user.primaryAddress };
    return { verdict: judge([...checks, passed, policy]), caller: { ...callerOf(user), impersonatedBy: appId, application: appId } };
  }

  /** The user of the token, or a mailbox that this user has full access to: then the shared mailbox is named (Microsoft, "Authenticate an IMAP, POP or SMTP connection using OAuth"). */
  function forUser({ caller, application }: Extract<Principal, { is: 'user' }>, user: Recipient): Judged {
    try {
      const { verdict } = mailboxAccess(caller, user);
      const passed: Check = { check, outcome: 'passed', actual: user.primaryAddress };
      const named = application === null ? caller : { ...caller, application: application.appId };
      return { verdict: judge([...checks, passed, ...verdict.checks]), caller: named };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refuse('access-denied', { check, outcome: 'failed', expected: caller.primarySmtpAddress, actual: user.primaryAddress });
    }
  }
}

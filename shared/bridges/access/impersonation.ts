import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { linkedAccountOf } from '../../domain/identity/tokens/s2s-app.ts';
import { eraOf } from '../../domain/organization/eras.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { managementScopes } from '../../domain/organization/role-assignments.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { partnerApplications } from '../../domain/trust/partner-applications.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';
import type { Impersonation } from '../../protocols/ews/request-header.ts';
import { applicationPolicy } from './application-policy.ts';
import { callerOf } from './basic.ts';
import type { Caller } from './caller.ts';
import { hasMember, recipientNamed } from './group-membership.ts';
import type { Principal } from './principal.ts';
import { readRecipientFilter } from './recipient-filter.ts';
import { assignmentsHeld } from './role-holders.ts';

/** Why somebody may not act as the user that an ExchangeImpersonation header names, or as nobody in particular. */
export type ImpersonationRefusalCode =
  | 'impersonation-required'
  | 'impersonation-excluded'
  | 'impersonation-denied'
  | 'linked-account-missing'
  | 'impersonated-name-unknown'
  | 'impersonated-sid-malformed'
  | 'impersonated-sid-unknown'
  | 'impersonated-address-unknown'
  | 'impersonated-address-not-primary'
  | 'application-policy';

/** Where it is asked. */
export interface ImpersonationGround {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly directory: Directory;
  /**
   * Another organisation's server asks. Its dedicated application names the user for whom it asks, whose mailbox is there: here
   * he is a mail user, as in the tokens of the shared principal ("Deploy dedicated Exchange hybrid app"; that the context is
   * this header is inferred).
   */
  readonly isFromServer?: boolean;
}

/** As whom the request is carried out. The verdict is undefined where nothing had to be decided. */
export type Acting =
  | { readonly verdict: Verdict | undefined; readonly caller: Caller; readonly refusal?: never }
  | { readonly verdict: Verdict; readonly caller?: never; readonly refusal: Refusal<ImpersonationRefusalCode> };

const roleName = 'ApplicationImpersonation';

/**
 * Decides as whom somebody who has signed in acts, from the ExchangeImpersonation header or its absence.
 *
 * @param applicationRoles roles that the request claims for the application (ManagementRole header); one that acts as a
 *   user has them by its partner application's linked account
 */
export async function actAs(
  principal: Principal,
  header: Impersonation | undefined,
  ground: ImpersonationGround,
  applicationRoles: readonly string[] = [],
): Promise<Acting> {
  const claims = principal.application?.token === 's2s-act-as' ? applicationRoles : [];
  if (principal.is === 'user' && header === undefined && claims.length === 0)
    return { verdict: undefined, caller: withApplication(principal) };
  const checks: Check[] = [];
  try {
    if (claims.length > 0) await checkApplicationRoles(principal, claims, ground, checks);
    if (principal.is === 'user' && header === undefined) return { verdict: judge(checks), caller: withApplication(principal) };
    const target = await decide(principal, header, ground, checks);
    const impersonatedBy = principal.is === 'user' ? principal.caller.primarySmtpAddress : principal.application.appId;
    const application = principal.application === null ? {} : { application: principal.application.appId };
    return { verdict: judge(checks), caller: { ...callerOf(target), impersonatedBy, ...application } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { verdict: judge(checks), refusal: error as Refusal<ImpersonationRefusalCode> };
  }
}

function withApplication({ caller, application }: Extract<Principal, { is: 'user' }>): Caller {
  return application === null ? caller : { ...caller, application: application.appId };
}

/** Adds a check of each decision; the refusal that ends it comes with the check that failed. */
async function decide(
  principal: Principal,
  header: Impersonation | undefined,
  ground: ImpersonationGround,
  checks: Check[],
): Promise<Recipient> {
  const kind = principal.application?.token;
  if (kind === 's2s-app') await checkLinkedAccount(principal, ground, checks);
  if (header === undefined) {
    throw failed(checks, 'impersonation-required', { check: 'impersonation.header', expected: 'ExchangeImpersonation', actual: 'absent' });
  }
  if (kind === 's2s-act-as') {
    throw failed(checks, 'impersonation-excluded', {
      check: 'impersonation.header',
      expected: 'none: the token names its user',
      actual: 'present',
    });
  }
  checks.push({ check: 'impersonation.header', outcome: 'passed', actual: `${header.by} ${header.value.slice(0, 256)}` });
  if (kind === 'app') {
    const target = await findTarget(header, ground.directory, checks, ground.isFromServer);
    await checkPolicy(principal, target, ground, checks);
    return target;
  }
  const holder = principal.is === 'user' ? principal.caller : principal.linkedAccount;
  const scopes = await roleScopes(holder, ground, checks);
  const target = await findTarget(header, ground.directory, checks);
  await checkScopes(scopes, target, ground, checks);
  return target;
}

/** A server-to-server token without a user has the rights of its partner application's linked account. */
async function checkLinkedAccount(principal: Principal, ground: ImpersonationGround, checks: Check[]): Promise<void> {
  const account = principal.is === 'application' ? principal.linkedAccount : null;
  const check = 'application.linked-account';
  if (account === null) {
    throw failed(checks, 'linked-account-missing', { check, expected: 'LinkedAccount of the partner application', actual: 'none' });
  }
  // What every mailbox has for itself gives an application nothing.
  const held = (await assignmentsHeld(account.recipient, ground)).filter(
    ({ RoleAssigneeType }) => RoleAssigneeType !== 'RoleAssignmentPolicy',
  );
  if (held.length === 0)
    throw failed(checks, 'linked-account-missing', { check, expected: 'a role', actual: `${account.primarySmtpAddress} has none` });
  checks.push({ check, outcome: 'passed', actual: account.primarySmtpAddress });
}

/** What an application claims beyond the rights of the user whom it acts as must be its linked account's. */
async function checkApplicationRoles(
  principal: Principal,
  claimed: readonly string[],
  ground: ImpersonationGround,
  checks: Check[],
): Promise<void> {
  const { settings, directory } = ground;
  const appId = principal.application?.appId.toLowerCase();
  const partner = partnerApplications.all(settings).find((one) => one.ApplicationIdentifier.toLowerCase() === appId);
  const linked = partner === undefined ? undefined : await linkedAccountOf(partner.LinkedAccount, directory);
  const check = 'application.linked-account';
  if (linked?.ok !== true || linked.value === null) {
    throw failed(checks, 'linked-account-missing', { check, expected: 'LinkedAccount of the partner application', actual: 'none' });
  }
  const account = callerOf(linked.value);
  const held = await assignmentsHeld(account.recipient, ground);
  for (const role of claimed) {
    const looked = { check, expected: `${account.primarySmtpAddress} with the role ${role}` };
    if (!held.some(({ Role }) => Role.toLowerCase() === role.toLowerCase()))
      throw failed(checks, 'linked-account-missing', { ...looked, actual: 'no such role' });
    checks.push({ ...looked, outcome: 'passed', actual: account.primarySmtpAddress });
  }
}

/** The scopes within which somebody has the role; '' is the whole organisation. */
async function roleScopes(holder: Caller | null, ground: ImpersonationGround, checks: Check[]): Promise<readonly string[]> {
  const { organization } = ground;
  const check = 'impersonation.role';
  if (organization.era !== undefined && !eraOf(organization.era).applicationImpersonationRole) {
    const actual = `the role does not exist in the era ${organization.era}`;
    throw failed(checks, 'impersonation-denied', { check, expected: roleName, actual, reference: 'MC718754' });
  }
  const held = holder === null ? [] : await assignmentsHeld(holder.recipient, ground);
  const scopes = held.filter(({ Role }) => Role === roleName).map(({ CustomRecipientWriteScope }) => CustomRecipientWriteScope);
  if (scopes.length === 0) {
    const actual = `${holder?.primarySmtpAddress ?? 'nobody'} does not have the role`;
    throw failed(checks, 'impersonation-denied', { check, expected: roleName, actual });
  }
  checks.push({ check, outcome: 'passed', actual: holder?.primarySmtpAddress ?? '' });
  return scopes;
}

async function checkScopes(
  names: readonly string[],
  target: Recipient,
  { settings, directory }: ImpersonationGround,
  checks: Check[],
): Promise<void> {
  const check = 'impersonation.scope';
  const found: string[] = [];
  for (const name of names) {
    const verdict = name === '' ? true : await isWithin(name, target, settings, directory);
    if (verdict === true) {
      checks.push({ check, outcome: 'passed', actual: name === '' ? 'the whole organization' : name });
      return;
    }
    found.push(verdict);
  }
  throw failed(checks, 'impersonation-denied', { check, expected: target.primaryAddress, actual: found.join('; ') });
}

/** Whether a management scope covers a recipient; a text says why not. */
async function isWithin(name: string, target: Recipient, settings: Settings, directory: Directory): Promise<true | string> {
  const scope = managementScopes.get(settings, name);
  if (scope === undefined) return `there is no management scope ${name}`;
  const filter = readRecipientFilter(scope.RecipientRestrictionFilter);
  if (filter === undefined) return `the filter of ${name} is not understood here and covers nobody: ${scope.RecipientRestrictionFilter}`;
  const memberOf = new Set<string>();
  for (const group of filter.groups) {
    const known = await recipientNamed(directory, group);
    if (known !== undefined && (await hasMember(directory, known, target.guid))) memberOf.add(group);
  }
  return filter.matches(target, memberOf) || `${name} does not cover ${target.primaryAddress}`;
}

async function checkPolicy(principal: Principal, target: Recipient, ground: ImpersonationGround, checks: Check[]): Promise<void> {
  const check = await applicationPolicy(principal.application?.appId ?? '', target, ground.settings, ground.directory);
  if (check.outcome === 'failed') throw failed(checks, 'application-policy', check);
  checks.push(check);
}

/** The recipient that a header names, with a mailbox here. */
async function findTarget(
  { by, value }: Impersonation,
  directory: Directory,
  checks: Check[],
  mayLieElsewhere = false,
): Promise<Recipient> {
  const check = 'impersonation.user';
  const fail = (code: ImpersonationRefusalCode, actual: string, values?: Readonly<Record<string, string>>): Refusal =>
    failed(checks, code, { check, expected: 'a user with a mailbox here', actual }, values);
  const address = value.replace(/^smtp:/i, '');
  if (by === 'SID' && !/^S-1(?:-\d{1,10}){2,15}$/i.test(value)) throw fail('impersonated-sid-malformed', 'not a SID');
  const found =
    by === 'SID'
      ? await directory.bySid(value)
      : by === 'PrincipalName'
        ? await directory.byUserPrincipalName(value)
        : await directory.byAddress(address);
  if (found === undefined && by === 'SID') throw fail('impersonated-sid-unknown', 'no such user');
  if (found === undefined && by === 'PrincipalName') throw fail('impersonated-name-unknown', 'no such user');
  if (found === undefined) throw fail('impersonated-address-unknown', 'no such address', { SmtpAddress: address });
  if (by === 'PrimarySmtpAddress' && found.primaryAddress.toLowerCase() !== address.toLowerCase()) {
    throw fail('impersonated-address-not-primary', `primary is ${found.primaryAddress}`, { Primary: found.primaryAddress });
  }
  const isUser = localMailbox(found) !== null || (mayLieElsewhere && found.type === 'MailUser');
  if (!isUser) {
    throw fail('impersonated-address-unknown', `${found.primaryAddress} has no mailbox here`, { SmtpAddress: found.primaryAddress });
  }
  checks.push({ check, outcome: 'passed', actual: found.primaryAddress });
  return found;
}

/** Adds the check that failed and answers the refusal. */
function failed(
  checks: Check[],
  code: ImpersonationRefusalCode,
  check: Omit<Check, 'outcome'>,
  values: Readonly<Record<string, string>> = {},
): Refusal<ImpersonationRefusalCode> {
  checks.push({ ...check, outcome: 'failed' });
  return new Refusal(code, { detail: `${check.check}: ${check.actual ?? 'failed'}`, values });
}

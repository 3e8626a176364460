import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import {
  type ApplicationAccessPolicy,
  accessByPolicy,
  applicationAccessPolicies,
  policiesAbout,
} from '../../domain/trust/application-access-policies.ts';
import type { Check } from '../../kernel/verdict.ts';
import { hasMember, recipientNamed } from './group-membership.ts';

/**
 * Whether an application may open a mailbox with its application permissions, as a check that says which policy decided.
 * A group that does not exist has no members.
 */
export async function applicationPolicy(appId: string, owner: Recipient, settings: Settings, directory: Directory): Promise<Check> {
  const check = 'application.access-policy';
  const policies = policiesAbout(applicationAccessPolicies.all(settings), appId);
  if (policies.length === 0) return { check, outcome: 'passed', actual: 'no policy names the application' };
  const covering = new Set<string>();
  for (const { PolicyScopeGroupId } of policies) {
    const group = await recipientNamed(directory, PolicyScopeGroupId);
    if (group !== undefined && (await hasMember(directory, group, owner.guid))) covering.add(PolicyScopeGroupId);
  }
  const outcome = accessByPolicy(policies, appId, (group) => covering.has(group)) === 'Granted' ? 'passed' : 'failed';
  return { check, outcome, ...reason(policies, covering, owner) };
}

/** In the words of the policies that count: one that denies comes first, then those that restrict. */
function reason(
  policies: readonly ApplicationAccessPolicy[],
  covering: ReadonlySet<string>,
  { primaryAddress }: Recipient,
): { readonly expected: string; readonly actual: string } {
  const groupsOf = (right: ApplicationAccessPolicy['AccessRight']): readonly string[] =>
    policies.filter(({ AccessRight }) => AccessRight === right).map(({ PolicyScopeGroupId }) => PolicyScopeGroupId);
  const denying = groupsOf('DenyAccess').find((group) => covering.has(group));
  if (denying !== undefined) return { expected: `no member of ${denying}`, actual: `DenyAccess covers ${primaryAddress}` };
  const restricting = groupsOf('RestrictAccess');
  if (restricting.length === 0) return { expected: 'no member of a denied group', actual: primaryAddress };
  const allowing = restricting.find((group) => covering.has(group));
  return { expected: `a member of ${allowing ?? restricting.join(' or ')}`, actual: primaryAddress };
}

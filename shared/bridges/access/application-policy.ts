import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import { applicationAccessPolicies, policiesAbout } from '../../domain/trust/application-access-policies.ts';
import type { Check } from '../../kernel/verdict.ts';
import { hasMember, recipientNamed } from './group-membership.ts';

/**
 * Whether an application may open a mailbox with its application permissions. Where none of the tenant's policies names
 * it, all mailboxes are open to it. `RestrictAccess`: members of the group alone, of any of the groups where there are
 * several such policies; `DenyAccess`: all but the members, and that comes first. A group that does not exist has no
 * members. (The five rules of New-ApplicationAccessPolicy's page; `accessByPolicy` is the same without the reasons.)
 */
export async function applicationPolicy(appId: string, owner: Recipient, settings: Settings, directory: Directory): Promise<Check> {
  const check = 'application.access-policy';
  const policies = policiesAbout(applicationAccessPolicies.all(settings), appId);
  if (policies.length === 0) return { check, outcome: 'passed', actual: 'no policy names the application' };
  const covers = async (group: string): Promise<boolean> => {
    const known = await recipientNamed(directory, group);
    return known !== undefined && hasMember(directory, known, owner.guid);
  };
  const tell = (outcome: Check['outcome'], expected: string, actual: string): Check => ({ check, outcome, expected, actual });
  for (const { AccessRight, PolicyScopeGroupId } of policies) {
    if (AccessRight !== 'DenyAccess' || !(await covers(PolicyScopeGroupId))) continue;
    return tell('failed', `no member of ${PolicyScopeGroupId}`, `DenyAccess covers ${owner.primaryAddress}`);
  }
  const restricting = policies
    .filter(({ AccessRight }) => AccessRight === 'RestrictAccess')
    .map(({ PolicyScopeGroupId }) => PolicyScopeGroupId);
  for (const group of restricting) if (await covers(group)) return tell('passed', `a member of ${group}`, owner.primaryAddress);
  if (restricting.length === 0) return tell('passed', 'no member of a denied group', owner.primaryAddress);
  return tell('failed', `a member of ${restricting.join(' or ')}`, owner.primaryAddress);
}

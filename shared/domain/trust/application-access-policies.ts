import { configKind } from '../organization/config-kind.ts';

/** Limits which mailboxes an application may open with its application permissions (`New-ApplicationAccessPolicy`). */
export interface ApplicationAccessPolicy {
  readonly Identity: string;
  /** Application ids in lower case, or `*` for every application. */
  readonly AppId: readonly string[];
  readonly AccessRight: 'RestrictAccess' | 'DenyAccess';
  /** Primary address of the group (or mailbox) that the policy is about. */
  readonly PolicyScopeGroupId: string;
  readonly Description: string;
}

/** In a cloud organisation, by identity. */
export const applicationAccessPolicies = configKind<ApplicationAccessPolicy>('ApplicationAccessPolicy');

/**
 * Whether the policies let an application open a mailbox, by the five rules of New-ApplicationAccessPolicy, in their
 * order (learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy, Description).
 *
 * @param isMember whether the mailbox is the policy's recipient or, through any depth, a member of it
 */
export function accessByPolicy(
  policies: readonly ApplicationAccessPolicy[],
  appId: string,
  isMember: (groupAddress: string) => boolean,
): 'Granted' | 'Denied' {
  const about = policiesAbout(policies, appId);
  const matches = about.filter(({ PolicyScopeGroupId }) => isMember(PolicyScopeGroupId));
  if (matches.some(({ AccessRight }) => AccessRight === 'DenyAccess')) return 'Denied';
  if (matches.length > 0) return 'Granted';
  return about.some(({ AccessRight }) => AccessRight === 'RestrictAccess') ? 'Denied' : 'Granted';
}

/** The policies that name an application, or every one (`*`). */
export function policiesAbout(policies: readonly ApplicationAccessPolicy[], appId: string): readonly ApplicationAccessPolicy[] {
  const wanted = appId.toLowerCase();
  return policies.filter(({ AppId }) => AppId.some((one) => one === '*' || one.toLowerCase() === wanted));
}

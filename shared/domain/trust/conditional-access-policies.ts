import type { Guid } from '../../kernel/ids.ts';
import { configKind } from '../organization/config-kind.ts';

export const conditionalAccessStates = ['enabled', 'disabled', 'enabledForReportingButNotEnforced'] as const;
export const grantControls = ['block', 'mfa'] as const;

/**
 * What a tenant demands before users get tokens for some of its resources, under the names of Microsoft Graph's
 * conditionalAccessPolicy; of its conditions there are users and applications alone.
 */
export interface ConditionalAccessPolicy {
  readonly Id: Guid;
  readonly DisplayName: string;
  readonly State: (typeof conditionalAccessStates)[number];
  /** Object ids of users, or `All`. */
  readonly IncludeUsers: readonly string[];
  readonly ExcludeUsers: readonly string[];
  /** Application ids of the resources that tokens are asked for, or `All`. */
  readonly IncludeApplications: readonly string[];
  readonly BuiltInControls: readonly (typeof grantControls)[number][];
}

/** In a cloud organisation, by id. */
export const conditionalAccessPolicies = configKind<ConditionalAccessPolicy>('ConditionalAccessPolicy');

/** What the policies make of a user who asks for a resource. */
export type ConditionalAccess =
  | { readonly is: 'granted'; readonly policy?: never }
  | { readonly is: 'blocked' | 'mfa'; readonly policy: ConditionalAccessPolicy };

/** The gravest demand of the policies in force that are about the user and the resource; `block` outweighs all else. */
export function conditionalAccess(policies: readonly ConditionalAccessPolicy[], user: Guid, resourceAppId: string): ConditionalAccess {
  const about = policies.filter((policy) => policy.State === 'enabled' && isAbout(policy, user, resourceAppId));
  const blocking = about.find(({ BuiltInControls }) => BuiltInControls.includes('block'));
  if (blocking !== undefined) return { is: 'blocked', policy: blocking };
  const demanding = about.find(({ BuiltInControls }) => BuiltInControls.includes('mfa'));
  return demanding === undefined ? { is: 'granted' } : { is: 'mfa', policy: demanding };
}

function isAbout({ IncludeUsers, ExcludeUsers, IncludeApplications }: ConditionalAccessPolicy, user: Guid, resourceAppId: string): boolean {
  return names(IncludeUsers, user) && !names(ExcludeUsers, user) && names(IncludeApplications, resourceAppId);
}

function names(listed: readonly string[], id: string): boolean {
  const wanted = id.toLowerCase();
  return listed.some((one) => one === 'All' || one.toLowerCase() === wanted);
}

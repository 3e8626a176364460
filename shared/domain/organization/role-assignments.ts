import { configKind } from './config-kind.ts';

/** A management role that somebody has, as `Get-ManagementRoleAssignment` shows it. */
export interface ManagementRoleAssignment {
  readonly Name: string;
  /** `ApplicationImpersonation` and others. */
  readonly Role: string;
  /** Primary address of the user, or of the group whose members have the role; or the name of a role group or policy. */
  readonly RoleAssignee: string;
  readonly RoleAssigneeType: 'User' | 'SecurityGroup' | 'RoleGroup' | 'RoleAssignmentPolicy';
  /** The assignee may hand the role out, and does not have it by this. */
  readonly Delegating?: boolean;
  /** Name of a management scope; '' : the whole organisation. */
  readonly CustomRecipientWriteScope: string;
}

/** By name. */
export const roleAssignments = configKind<ManagementRoleAssignment>('ManagementRoleAssignment');

/** Which recipients a role reaches: those whose property has one of the values (`New-ManagementScope -RecipientRestrictionFilter`). */
export interface ManagementScope {
  readonly Name: string;
  readonly RecipientRestrictionFilter: string;
}

/** By name. */
export const managementScopes = configKind<ManagementScope>('ManagementScope');

import { configKind } from './config-kind.ts';

/** A management role that somebody has, as `Get-ManagementRoleAssignment` shows it. */
export interface ManagementRoleAssignment {
  readonly Name: string;
  /** `ApplicationImpersonation` and others. */
  readonly Role: string;
  /** Primary address of the user, or of the group whose members have the role. */
  readonly RoleAssignee: string;
  readonly RoleAssigneeType: 'User' | 'SecurityGroup';
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

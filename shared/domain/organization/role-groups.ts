import type { Guid } from '../../kernel/ids.ts';
import { configKind } from './config-kind.ts';
import { builtInRoleGroups, rolesOf } from './management-roles.ts';
import type { Organization } from './organization.ts';
import type { ManagementRoleAssignment } from './role-assignments.ts';

/** A role group: a list of recipients that have roles together. */
export interface RoleGroup {
  readonly Name: string;
  readonly Description: string;
  /** Object GUIDs; null: as it was at first, see {@link firstMember}. */
  readonly Members: readonly Guid[] | null;
  /** Primary addresses, or names of role groups. */
  readonly ManagedBy: readonly string[];
}

/** By name; a built-in group that nobody has changed is not among them. */
export const roleGroups = configKind<RoleGroup>('RoleGroup');

/** All role groups of an organisation: the built-in ones, each as it is stored if it is, then the others. */
export function roleGroupsOf({ kind }: Pick<Organization, 'kind'>, stored: readonly RoleGroup[]): readonly RoleGroup[] {
  const builtIn = Object.entries(builtInRoleGroups).flatMap(([Name, { kinds, description }]): RoleGroup[] =>
    kinds.some((one) => one === kind)
      ? [
          stored.find((one) => one.Name === Name) ?? {
            Name,
            Description: description,
            Members: null,
            ManagedBy: ['Organization Management'],
          },
        ]
      : [],
  );
  return [...builtIn, ...stored.filter(({ Name }) => !isBuiltInRoleGroup(Name))];
}

export function isBuiltInRoleGroup(name: string): boolean {
  return Object.hasOwn(builtInRoleGroups, name);
}

/**
 * User principal name of a role group's only member before anybody has changed it; undefined: nobody. Who has installed
 * an organisation, or signed up for a tenant, manages it.
 */
export function firstMember(group: string, { domains }: Pick<Organization, 'domains'>): string | undefined {
  return group === 'Organization Management' ? `administrator@${domains[0]}` : undefined;
}

/** The assignments with which an organisation begins, named as Exchange's set-up names them. None of them is stored. */
export function firstAssignments(organization: Pick<Organization, 'kind' | 'era'>): readonly ManagementRoleAssignment[] {
  const known = roleGroupsOf(organization, []).map(({ Name }) => Name);
  return rolesOf(organization).flatMap(([Role, { groups, endUser }]) => {
    const common = { Role, CustomRecipientWriteScope: '' };
    const regular = groups
      .filter((group) => known.includes(group))
      .map(
        (group): ManagementRoleAssignment => ({ ...common, Name: `${Role}-${group}`, RoleAssignee: group, RoleAssigneeType: 'RoleGroup' }),
      );
    const manager = 'Organization Management';
    const delegating: ManagementRoleAssignment = {
      ...common,
      ...{ Name: `${Role}-${manager}-Delegating`, RoleAssignee: manager, RoleAssigneeType: 'RoleGroup', Delegating: true },
    };
    const policy = 'Default Role Assignment Policy';
    const own: ManagementRoleAssignment = {
      ...common,
      Name: `${Role}-${policy}`,
      RoleAssignee: policy,
      RoleAssigneeType: 'RoleAssignmentPolicy',
    };
    return [...regular, delegating, ...(endUser === true ? [own] : [])];
  });
}

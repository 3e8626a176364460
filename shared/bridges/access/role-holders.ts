import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { type ManagementRoleAssignment, roleAssignments } from '../../domain/organization/role-assignments.ts';
import { firstAssignments, firstMember, type RoleGroup, roleGroups, roleGroupsOf } from '../../domain/organization/role-groups.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Guid } from '../../kernel/ids.ts';
import { hasMember, recipientNamed } from './group-membership.ts';

/** Where roles are held. */
export interface RoleGround {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly directory: Directory;
}

/** The assignments by which somebody has roles: his own, those of groups, and those of the policy that all mailboxes have. */
export async function assignmentsHeld(holder: Guid, ground: RoleGround): Promise<readonly ManagementRoleAssignment[]> {
  const all = [...roleAssignments.all(ground.settings), ...firstAssignments(ground.organization)].filter(
    ({ Delegating }) => Delegating !== true,
  );
  const assignees = new Map<string, boolean>();
  const held: ManagementRoleAssignment[] = [];
  for (const assignment of all) {
    const key = `${assignment.RoleAssigneeType} ${assignment.RoleAssignee.toLowerCase()}`;
    const known = assignees.get(key) ?? (await isAssignee(assignment, holder, ground));
    assignees.set(key, known);
    if (known) held.push(assignment);
  }
  return held;
}

async function isAssignee(
  { RoleAssignee, RoleAssigneeType }: ManagementRoleAssignment,
  holder: Guid,
  ground: RoleGround,
): Promise<boolean> {
  const { directory, organization, settings } = ground;
  if (RoleAssigneeType === 'RoleAssignmentPolicy') {
    const recipient = await directory.byGuid(holder);
    return recipient !== undefined && localMailbox(recipient) !== null;
  }
  if (RoleAssigneeType !== 'RoleGroup') {
    const assignee = await recipientNamed(directory, RoleAssignee);
    return assignee !== undefined && hasMember(directory, assignee, holder);
  }
  const groups = roleGroupsOf(organization, roleGroups.all(settings));
  const group = groups.find(({ Name }) => Name.toLowerCase() === RoleAssignee.toLowerCase());
  return group !== undefined && isMember(group, holder, ground);
}

/** Whether a role group has the member, by itself or by a group within. */
export async function isMember(group: RoleGroup, holder: Guid, ground: Pick<RoleGround, 'organization' | 'directory'>): Promise<boolean> {
  for (const member of await roleGroupMembers(group, ground)) if (await hasMember(ground.directory, member, holder)) return true;
  return false;
}

/** The members of a role group that still exist. */
export async function roleGroupMembers(
  { Name, Members }: RoleGroup,
  { organization, directory }: Pick<RoleGround, 'organization' | 'directory'>,
): Promise<readonly Recipient[]> {
  const first = Members === null ? firstMember(Name, organization) : undefined;
  const found =
    Members === null
      ? [first === undefined ? undefined : await directory.byUserPrincipalName(first)]
      : await Promise.all(Members.map((guid) => directory.byGuid(guid)));
  return found.filter((one) => one !== undefined);
}

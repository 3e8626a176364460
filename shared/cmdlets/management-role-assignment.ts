import { isGroup } from '../domain/directory/recipient.ts';
import { type ManagementRoleAssignment, managementScopes, roleAssignments } from '../domain/organization/role-assignments.ts';
import { firstAssignments, roleGroups, roleGroupsOf } from '../domain/organization/role-groups.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { newObject, type ObjectNoun, objectNotFound, removeObject } from './config-object.ts';
import { requireOneSet, textGiven } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';
import { requireRole } from './roles/require-role.ts';

const noun: ObjectNoun<ManagementRoleAssignment> = {
  noun: 'ManagementRoleAssignment',
  kinds: ['on-premises', 'cloud'],
  objects: roleAssignments,
  name: ({ Name }) => Name,
  show: (assignment) => ({
    Name: assignment.Name,
    Role: assignment.Role,
    RoleAssignee: assignment.RoleAssignee,
    RoleAssigneeName: assignment.RoleAssignee,
    RoleAssigneeType: assignment.RoleAssigneeType,
    RoleAssignmentDelegationType: assignment.Delegating === true ? 'DelegatingOrgWide' : 'Regular',
    AssignmentMethod: 'Direct',
    CustomRecipientWriteScope: assignment.CustomRecipientWriteScope,
    RecipientWriteScope: assignment.CustomRecipientWriteScope === '' ? 'Organization' : 'CustomRecipientScope',
    Enabled: true,
    Identity: assignment.Name,
  }),
};

const removed = removeObject(noun);

/** `New-ManagementRoleAssignment -Role ApplicationImpersonation -User svc@contoso.test`: who may act as others. Roles that every
 * organisation has assigned at first are shown and cannot be taken away. */
export const managementRoleAssignment = {
  new: newObject(noun, {
    parameters: {
      Name: 'text',
      Role: 'text',
      User: 'text',
      SecurityGroup: 'text',
      CustomRecipientWriteScope: 'text',
      Delegating: 'switch',
    },
    required: ['Role'],
    make: madeAssignment,
    async check({ Name, CustomRecipientWriteScope: scope }, { organization }, tx) {
      if (firstAssignments(organization).some((one) => isSame(Name, one.Name)))
        throw cmdletRefusal('object-exists', `${organization.name} already has the ManagementRoleAssignment '${Name}'.`);
      if (scope === '') return;
      if ((await managementScopes.find(tx, organization.name, scope)) === undefined) throw objectNotFound(organization, scope);
    },
  }),
  get: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Role: 'text', RoleAssignee: 'text' },
    required: [],
    async run(scope, given) {
      requireOneSet(given, [['Identity'], ['Role', 'RoleAssignee']]);
      const { organization, transaction, at } = scope;
      const assignee = textGiven(given, 'RoleAssignee');
      const address = assignee === undefined ? undefined : await assigneeNamed(scope, assignee);
      const stored = (await transaction((tx) => roleAssignments.list(tx, organization.name))).map(({ value }) => value);
      const all = [...firstAssignments(organization), ...stored];
      const [identity, role] = [textGiven(given, 'Identity'), textGiven(given, 'Role')];
      const found = all.filter((one) => isSame(identity, one.Name) && isSame(role, one.Role) && isSame(address, one.RoleAssignee));
      if (identity !== undefined && found.length === 0) throw objectNotFound(organization, identity);
      return found.map((one) => noun.show(one, at));
    },
  },
  remove: {
    ...removed,
    run(scope, given) {
      const identity = String(given['Identity']);
      const first = firstAssignments(scope.organization).find(({ Name }) => isSame(identity, Name));
      if (first !== undefined)
        throw cmdletRefusal('operation-failed', `'${first.Name}' is an assignment that every organization has; it cannot be removed here.`);
      return removed.run(scope, given);
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function isSame(wanted: string | undefined, actual: string): boolean {
  return wanted === undefined || wanted.toLowerCase() === actual.toLowerCase();
}

async function assigneeNamed(scope: CmdletScope, name: string): Promise<string> {
  const { organization, directory } = scope;
  return (await findRoleGroup(scope, name)) ?? (await requireRecipient(directory(organization.name), organization, name)).primaryAddress;
}

async function madeAssignment(scope: CmdletScope, given: CmdletParameters): Promise<ManagementRoleAssignment> {
  const Role = requireRole(scope.organization, String(given['Role']));
  requireOneSet(given, [['User'], ['SecurityGroup']]);
  const CustomRecipientWriteScope = textGiven(given, 'CustomRecipientWriteScope') ?? '';
  if (CustomRecipientWriteScope !== '' && Role !== 'ApplicationImpersonation')
    throw cmdletRefusal('bad-parameter', `-CustomRecipientWriteScope limits ApplicationImpersonation alone here, not ${Role}.`);
  const { assignee, type, short } = await assigneeGiven(scope, given);
  const delegating = given['Delegating'] === true;
  return {
    Name: textGiven(given, 'Name') ?? `${Role}-${short}${delegating ? '-Delegating' : ''}`.slice(0, 64),
    Role,
    RoleAssignee: assignee,
    RoleAssigneeType: type,
    CustomRecipientWriteScope,
    ...(delegating ? { Delegating: true } : {}),
  };
}

/** -SecurityGroup takes a role group too (its page). */
async function assigneeGiven(
  scope: CmdletScope,
  given: CmdletParameters,
): Promise<{
  readonly assignee: string;
  readonly type: ManagementRoleAssignment['RoleAssigneeType'];
  readonly short: string;
}> {
  const { organization } = scope;
  const user = textGiven(given, 'User');
  const group = textGiven(given, 'SecurityGroup');
  const identity = user ?? group;
  if (identity === undefined) throw cmdletRefusal('bad-parameter', 'An assignment needs -User or -SecurityGroup here.');
  const roleGroup = group === undefined ? undefined : await findRoleGroup(scope, group);
  if (roleGroup !== undefined) return { assignee: roleGroup, type: 'RoleGroup', short: roleGroup };
  const found = await requireRecipient(scope.directory(organization.name), organization, identity);
  const isSecurityGroup = isGroup(found);
  if (isSecurityGroup !== (group !== undefined)) throw objectNotFound(organization, identity);
  return { assignee: found.primaryAddress, type: isSecurityGroup ? 'SecurityGroup' : 'User', short: found.alias };
}

async function findRoleGroup({ organization, transaction }: CmdletScope, name: string): Promise<string | undefined> {
  const stored = (await transaction((tx) => roleGroups.list(tx, organization.name))).map(({ value }) => value);
  return roleGroupsOf(organization, stored).find(({ Name }) => Name.toLowerCase() === name.toLowerCase())?.Name;
}

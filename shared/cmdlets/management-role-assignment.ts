import { eraOf } from '../domain/organization/eras.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { type ManagementRoleAssignment, managementScopes, roleAssignments } from '../domain/organization/role-assignments.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { newObject, type ObjectNoun, objectNotFound, removeObject } from './config-object.ts';
import { requireOneSet, textGiven } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';

/** The roles that mean something here. */
const roles = ['ApplicationImpersonation'] as const;

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
    AssignmentMethod: 'Direct',
    CustomRecipientWriteScope: assignment.CustomRecipientWriteScope,
    RecipientWriteScope: assignment.CustomRecipientWriteScope === '' ? 'Organization' : 'CustomRecipientScope',
    Enabled: true,
    Identity: assignment.Name,
  }),
};

/** `New-ManagementRoleAssignment -Role ApplicationImpersonation -User svc@contoso.test`: who may act as others. */
export const managementRoleAssignment = {
  new: newObject(noun, {
    parameters: { Name: 'text', Role: 'text', User: 'text', SecurityGroup: 'text', CustomRecipientWriteScope: 'text' },
    required: ['Role'],
    make: madeAssignment,
    async check({ CustomRecipientWriteScope: scope }, { organization }, tx) {
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
      const address =
        assignee === undefined
          ? undefined
          : (await requireRecipient(scope.directory(organization.name), organization, assignee)).primaryAddress;
      const all = (await transaction((tx) => roleAssignments.list(tx, organization.name))).map(({ value }) => value);
      const [identity, role] = [textGiven(given, 'Identity'), textGiven(given, 'Role')];
      const found = all.filter((one) => isSame(identity, one.Name) && isSame(role, one.Role) && isSame(address, one.RoleAssignee));
      if (identity !== undefined && found.length === 0) throw objectNotFound(organization, identity);
      return found.map((one) => noun.show(one, at));
    },
  },
  remove: removeObject(noun),
} satisfies Readonly<Record<string, Cmdlet>>;

function isSame(wanted: string | undefined, actual: string): boolean {
  return wanted === undefined || wanted.toLowerCase() === actual.toLowerCase();
}

async function madeAssignment(scope: CmdletScope, given: CmdletParameters): Promise<ManagementRoleAssignment> {
  const { organization } = scope;
  const Role = requireRole(organization, String(given['Role']));
  requireOneSet(given, [['User'], ['SecurityGroup']]);
  const user = textGiven(given, 'User');
  const group = textGiven(given, 'SecurityGroup');
  if (user === undefined && group === undefined) throw cmdletRefusal('bad-parameter', 'An assignment needs -User or -SecurityGroup here.');
  const assignee = await requireRecipient(scope.directory(organization.name), organization, user ?? group ?? '');
  const isGroup = assignee.type === 'MailUniversalDistributionGroup';
  if (isGroup !== (group !== undefined)) throw objectNotFound(organization, user ?? group ?? '');
  return {
    Name: textGiven(given, 'Name') ?? `${Role}-${assignee.alias}`.slice(0, 64),
    Role,
    RoleAssignee: assignee.primaryAddress,
    RoleAssigneeType: isGroup ? 'SecurityGroup' : 'User',
    CustomRecipientWriteScope: textGiven(given, 'CustomRecipientWriteScope') ?? '',
  };
}

/**
 * Exchange Online took the role away for good in February 2025 (Exchange Team blog, "Retirement of RBAC Application
 * Impersonation in Exchange Online"); from then on there is no such object, and Exchange says so of it as of any other.
 */
function requireRole(organization: Organization, written: string): string {
  const role = roles.find((one) => one.toLowerCase() === written.toLowerCase());
  if (role === undefined) throw cmdletRefusal('bad-parameter', `-Role takes ${roles.join(' or ')} here: no other role means anything.`);
  if (organization.era === undefined || eraOf(organization.era).applicationImpersonationRole) return role;
  const reason = 'Exchange Online has no ApplicationImpersonation role any more: give the application full_access_as_app';
  throw objectNotFound(organization, role, `${reason} and limit it with New-ApplicationAccessPolicy.`);
}

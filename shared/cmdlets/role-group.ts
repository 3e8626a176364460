import { roleGroupMembers } from '../bridges/access/role-holders.ts';
import { roleAssignments } from '../domain/organization/role-assignments.ts';
import { firstAssignments, isBuiltInRoleGroup, type RoleGroup, roleGroups, roleGroupsOf } from '../domain/organization/role-groups.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletObject, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound, requireShortName } from './config-object.ts';
import { listGiven, textGiven } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';
import { requireRole } from './roles/require-role.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const largest = 1_000;

/** `New-RoleGroup "Seattle" -Roles "Mail Recipients" -Members mary`: who has roles together. A built-in group keeps its name and its roles. */
export const roleGroup = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: [],
    async run(scope, given) {
      const identity = textGiven(given, 'Identity');
      const groups = await scope.transaction((tx) => allGroups(scope, tx));
      const found = identity === undefined ? groups : groups.filter((one) => isNamed(one, identity));
      if (found.length === 0 && identity !== undefined) throw objectNotFound(scope.organization, identity);
      return Promise.all(found.map((one) => shown(scope, one)));
    },
  },
  new: {
    kinds,
    positional: 'Name',
    parameters: { Name: 'text', Roles: 'list', Members: 'list', ManagedBy: 'list', Description: 'text' },
    required: ['Name'],
    async run(scope, given) {
      requireShortName(given);
      const { organization, transaction, at } = scope;
      const Name = String(given['Name']);
      const roles = (listGiven(given, 'Roles') ?? []).map((role) => requireRole(organization, role));
      const value: RoleGroup = {
        Name,
        Description: textGiven(given, 'Description') ?? '',
        Members: (await recipientsNamed(scope, listGiven(given, 'Members') ?? [])).map(({ guid }) => guid),
        ManagedBy: await managersGiven(scope, listGiven(given, 'ManagedBy') ?? ['Organization Management']),
      };
      await transaction(async (tx) => {
        if ((await allGroups(scope, tx)).some((one) => isNamed(one, Name)))
          throw cmdletRefusal('object-exists', `${organization.name} already has the role group '${Name}'.`);
        await roleGroups.create(tx, organization.name, Name, value, at);
        for (const Role of roles) {
          const assignment = {
            Role,
            Name: `${Role}-${Name}`,
            RoleAssignee: Name,
            RoleAssigneeType: 'RoleGroup',
            CustomRecipientWriteScope: '',
          } as const;
          await roleAssignments.create(tx, organization.name, assignment.Name, assignment, at);
        }
      });
      return [await shown(scope, value)];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ManagedBy: 'list', Description: 'nullable text' },
    required: ['Identity'],
    current: async (scope, given) => ({
      ManagedBy: (await scope.transaction((tx) => requireGroup(scope, String(given['Identity']), tx))).ManagedBy,
    }),
    async run(scope, given) {
      const managers = listGiven(given, 'ManagedBy');
      const ManagedBy = managers === undefined ? undefined : await managersGiven(scope, managers);
      await changeGroup(scope, String(given['Identity']), (before) => ({
        ...before,
        Description: given['Description'] === undefined ? before.Description : (textGiven(given, 'Description') ?? ''),
        ManagedBy: ManagedBy ?? before.ManagedBy,
      }));
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const { organization, transaction, at } = scope;
      await transaction(async (tx) => {
        const { Name } = await requireGroup(scope, String(given['Identity']), tx);
        if (isBuiltInRoleGroup(Name))
          throw cmdletRefusal('operation-failed', `The role group '${Name}' is built in and cannot be removed.`);
        for (const assignment of await roleAssignments.list(tx, organization.name)) {
          if (assignment.value.RoleAssigneeType === 'RoleGroup' && assignment.value.RoleAssignee === Name)
            await roleAssignments.remove(tx, assignment, at);
        }
        const stored = await roleGroups.find(tx, organization.name, Name);
        if (stored !== undefined) await roleGroups.remove(tx, stored, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** The role group of a name, in any case. Refuses with `object-not-found`. */
export async function requireGroup(scope: CmdletScope, identity: string, tx: Transaction): Promise<RoleGroup> {
  const found = (await allGroups(scope, tx)).find((one) => isNamed(one, identity));
  if (found === undefined) throw objectNotFound(scope.organization, identity);
  return found;
}

/** Changes a role group and stores it, a built-in one for the first time perhaps. */
export async function changeGroup(scope: CmdletScope, identity: string, change: (before: RoleGroup) => RoleGroup): Promise<void> {
  const { organization, transaction, at } = scope;
  await transaction(async (tx) => {
    const before = await requireGroup(scope, identity, tx);
    const value = change(before);
    if ((value.Members?.length ?? 0) > largest)
      throw cmdletRefusal('operation-failed', `A role group has at most ${largest} members here.`);
    const stored = await roleGroups.find(tx, organization.name, before.Name);
    if (stored === undefined) await roleGroups.create(tx, organization.name, before.Name, value, at);
    else await roleGroups.replace(tx, stored, value, at);
  });
}

async function allGroups({ organization }: CmdletScope, tx: Transaction): Promise<readonly RoleGroup[]> {
  const stored = (await roleGroups.list(tx, organization.name)).map(({ value }) => value);
  return roleGroupsOf(organization, stored);
}

function isNamed({ Name }: RoleGroup, identity: string): boolean {
  return Name.toLowerCase() === identity.toLowerCase();
}

function recipientsNamed({ directory, organization }: CmdletScope, names: readonly string[]) {
  return Promise.all(names.map((name) => requireRecipient(directory(organization.name), organization, name)));
}

/** Names of role groups, or primary addresses. */
async function managersGiven(scope: CmdletScope, names: readonly string[]): Promise<readonly string[]> {
  const groups = await scope.transaction((tx) => allGroups(scope, tx));
  return Promise.all(
    names.map(
      async (name) => groups.find((one) => isNamed(one, name))?.Name ?? (await recipientsNamed(scope, [name]))[0]?.primaryAddress ?? name,
    ),
  );
}

async function shown(scope: CmdletScope, group: RoleGroup): Promise<CmdletObject> {
  const { organization, directory, transaction } = scope;
  const stored = (await transaction((tx) => roleAssignments.list(tx, organization.name))).map(({ value }) => value);
  const assignments = [...firstAssignments(organization), ...stored].filter(
    (one) => one.RoleAssigneeType === 'RoleGroup' && one.RoleAssignee === group.Name,
  );
  const members = await roleGroupMembers(group, { organization, directory: directory(organization.name) });
  return {
    ManagedBy: group.ManagedBy,
    RoleAssignments: assignments.map(({ Name }) => Name),
    Roles: [...new Set(assignments.filter(({ Delegating }) => Delegating !== true).map(({ Role }) => Role))],
    Members: members.map(({ displayName }) => displayName),
    Description: group.Description,
    RoleGroupType: 'Standard',
    Name: group.Name,
    Identity: group.Name,
  };
}

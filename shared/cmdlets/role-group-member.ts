import { roleGroupMembers } from '../bridges/access/role-holders.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import type { RoleGroup } from '../domain/organization/role-groups.ts';
import type { Guid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { requireRecipient } from './recipient-identity.ts';
import { changeGroup, requireGroup } from './role-group.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const change = {
  kinds,
  positional: 'Identity',
  parameters: { Identity: 'text', Member: 'text' },
  required: ['Identity', 'Member'],
} as const;

/** `Add-RoleGroupMember "Recipient Management" -Member mary`: a user, or a group whose members all belong to it. */
export const roleGroupMember = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      return (await membersOf(scope, await groupGiven(scope, given))).map(shown);
    },
  },
  add: {
    ...change,
    async run(scope, given) {
      const { group, member, members } = await bothGiven(scope, given);
      if (members.includes(member.guid)) {
        // Observed: many a log of Add-DistributionGroupMember (MemberAlreadyExistsException); the group's name stands for its path.
        throw cmdletRefusal('object-exists', `The recipient "${member.displayName}" is already a member of the group "${group.Name}".`);
      }
      await changeGroup(scope, group.Name, (before) => ({ ...before, Members: [...(before.Members ?? members), member.guid] }));
      return [];
    },
  },
  remove: {
    ...change,
    async run(scope, given) {
      const { group, member, members } = await bothGiven(scope, given);
      if (!members.includes(member.guid))
        throw cmdletRefusal('object-not-found', `The recipient "${member.displayName}" isn't a member of the group "${group.Name}".`);
      // Our words: without anybody in it nobody could change a role any more.
      if (group.Name === 'Organization Management' && members.length === 1)
        throw cmdletRefusal('operation-failed', `"${member.displayName}" is the last member of "${group.Name}": add another one first.`);
      await changeGroup(scope, group.Name, (before) => ({
        ...before,
        Members: (before.Members ?? members).filter((guid) => guid !== member.guid),
      }));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function groupGiven(scope: CmdletScope, given: CmdletParameters): Promise<RoleGroup> {
  return scope.transaction((tx) => requireGroup(scope, String(given['Identity']), tx));
}

function membersOf({ directory, organization }: CmdletScope, group: RoleGroup): Promise<readonly Recipient[]> {
  return roleGroupMembers(group, { organization, directory: directory(organization.name) });
}

async function bothGiven(
  scope: CmdletScope,
  given: CmdletParameters,
): Promise<{ readonly group: RoleGroup; readonly member: Recipient; readonly members: readonly Guid[] }> {
  const { organization, directory } = scope;
  const group = await groupGiven(scope, given);
  const member = await requireRecipient(directory(organization.name), organization, String(given['Member']));
  return { group, member, members: (await membersOf(scope, group)).map(({ guid }) => guid) };
}

function shown({ displayName, type, primaryAddress }: Recipient): CmdletObject {
  return { Name: displayName, RecipientType: type, PrimarySmtpAddress: primaryAddress, Identity: primaryAddress };
}

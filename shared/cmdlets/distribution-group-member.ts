import { hasMember } from '../bridges/access/group-membership.ts';
import { isGroup, type Recipient, typeDetails } from '../domain/directory/recipient.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { groupNoun } from './distribution-group.ts';
import { requireMasteredHere } from './recipient/mail-settings.ts';
import { requireOf } from './recipient/noun.ts';
import { identityOf, nameOf, recipientType } from './recipient/shown.ts';
import { changeRecipient } from './recipient/write.ts';
import { requireRecipient } from './recipient-identity.ts';

const { kinds } = groupNoun;
const parameters = { Identity: 'text', Member: 'text' } as const;

/** `Add-DistributionGroupMember Sales -Member mary`: who is in a group. */
export const distributionGroupMember = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const group = await requireOf(groupNoun, scope, String(given['Identity']));
      return (await scope.directory(scope.organization.name).members(group)).map((member) => ({
        Name: nameOf(member),
        DisplayName: member.displayName,
        Alias: member.alias,
        PrimarySmtpAddress: member.primaryAddress,
        RecipientType: recipientType(member.type),
        RecipientTypeDetails: typeDetails(member),
        Identity: identityOf(member),
        Guid: member.guid,
      }));
    },
  },
  add: {
    kinds,
    positional: 'Identity',
    parameters,
    required: ['Identity', 'Member'],
    async run(scope, given) {
      const { group, member } = await bothOf('Add-DistributionGroupMember', scope, given);
      if (group.members.includes(member.guid)) {
        // Observed: learn.microsoft.com/answers 833374 and many scripts that look for this text.
        throw cmdletRefusal(
          'object-exists',
          `The recipient "${identityOf(member)}" is already a member of the group "${identityOf(group)}".`,
        );
      }
      if (isGroup(member) && (await hasMember(scope.directory(scope.organization.name), member, group.guid))) {
        throw cmdletRefusal(
          'operation-failed',
          `The group "${identityOf(member)}" has "${identityOf(group)}" in it: a group is not in itself.`,
        );
      }
      await changeRecipient(scope, group, (current) => ({
        ...current,
        members: [...current.members.filter((guid) => guid !== member.guid), member.guid],
      }));
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters,
    required: ['Identity', 'Member'],
    async run(scope, given) {
      const { group, member } = await bothOf('Remove-DistributionGroupMember', scope, given);
      if (!group.members.includes(member.guid)) {
        throw cmdletRefusal(
          'object-not-found',
          `The recipient "${identityOf(member)}" isn't a member of the group "${identityOf(group)}".`,
        );
      }
      await changeRecipient(scope, group, (current) => ({ ...current, members: current.members.filter((guid) => guid !== member.guid) }));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

async function bothOf(
  cmdlet: string,
  scope: CmdletScope,
  given: CmdletParameters,
): Promise<{ readonly group: Recipient; readonly member: Recipient }> {
  const { organization } = scope;
  const group = await requireOf(groupNoun, scope, String(given['Identity']));
  requireMasteredHere(cmdlet, group, { Members: true });
  return { group, member: await requireRecipient(scope.directory(organization.name), organization, String(given['Member'])) };
}

import { nextRid } from '../domain/directory/name-holders.ts';
import { newRecipient } from '../domain/directory/new-recipient.ts';
import type { Recipient } from '../domain/directory/recipient.ts';
import { readRecipients } from '../domain/directory/recipients.ts';
import type { RecipientType } from '../domain/world/vocabulary.ts';
import type { Guid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound, requireShortName } from './config-object.ts';
import { choiceGiven, listGiven, textGiven } from './given.ts';
import { aliasFrom, mailEnabled } from './recipient/enable.ts';
import { addressGiven, aliasGiven, people, withSettings } from './recipient/mail-settings.ts';
import { groupModerationParameters } from './recipient/moderation.ts';
import { getRecipients, type RecipientNoun, requireOf } from './recipient/noun.ts';
import { mailProperties, namesOf } from './recipient/shown.ts';
import { disableOf, removeOf, setRecipient } from './recipient/verbs.ts';
import { changeRecipient, createRecipient } from './recipient/write.ts';
import { requireRecipient } from './recipient-identity.ts';

/** Groups with an address. */
export const groupNoun: RecipientNoun = {
  noun: 'DistributionGroup',
  kinds: ['on-premises', 'cloud'],
  types: ['MailUniversalDistributionGroup', 'MailUniversalSecurityGroup'],
  show,
};

const withMail = {
  UniversalDistributionGroup: 'MailUniversalDistributionGroup',
  UniversalSecurityGroup: 'MailUniversalSecurityGroup',
} as const;
type PlainGroup = keyof typeof withMail;

const groupTypes = { Distribution: 'MailUniversalDistributionGroup', Security: 'MailUniversalSecurityGroup' } as const;

async function show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  const isSecurity = recipient.type === 'MailUniversalSecurityGroup';
  return {
    GroupType: isSecurity ? 'Universal, SecurityEnabled' : 'Universal',
    SamAccountName: recipient.samAccountName ?? recipient.alias,
    ManagedBy: await namesOf(scope, recipient.settings.managedBy),
    BypassNestedModerationEnabled: recipient.settings.bypassNestedModeration ?? false,
    ...(await mailProperties(recipient, scope)),
  };
}

/** `New-DistributionGroup Sales -Members mary,rob -Type Security`: groups with an address; `Disable-` leaves the group without one. Joining and leaving are not asked for here. */
export const distributionGroup = {
  get: getRecipients(groupNoun),
  new: {
    kinds: groupNoun.kinds,
    positional: 'Name',
    parameters: {
      ...{ Name: 'text', DisplayName: 'text', Alias: 'text', PrimarySmtpAddress: 'text', Type: 'text' },
      ...{ Members: 'list', ManagedBy: 'list', RequireSenderAuthenticationEnabled: 'boolean', RoomList: 'switch' },
    },
    required: ['Name'],
    async run(scope, given) {
      requireShortName(given);
      const { organization } = scope;
      const name = String(given['Name']);
      const displayName = textGiven(given, 'DisplayName') ?? name;
      const type = groupTypes[choiceGiven(given, 'Type', ['Distribution', 'Security'] as const) ?? 'Distribution'];
      const facts = { type, alias: aliasGiven(given), primaryAddress: addressGiven(given, 'PrimarySmtpAddress') };
      if (given['RoomList'] === true) requireRoomListType(type);
      const members = await membersGiven(scope, given);
      const managers = await people(scope, given, 'ManagedBy', 'managedBy');
      const asked = given['RequireSenderAuthenticationEnabled'] === false ? false : undefined;
      const made = await scope.transaction(async (tx) => {
        const names = { displayName, alias: '', primaryAddress: '', userPrincipalName: null, samAccountName: null };
        const entry = newRecipient(organization, {
          ...names,
          guid: scope.identifiers.guid(),
          type,
          rid: await nextRid(tx, organization.name),
        });
        const settings = withSettings(managers, {
          name: name === displayName ? undefined : name,
          requireSenderAuthentication: asked,
          roomList: given['RoomList'] === true ? true : undefined,
        });
        const recipient = await mailEnabled(tx, scope, { ...entry, members, settings }, facts);
        await createRecipient(tx, scope, recipient);
        return recipient;
      });
      return [await show(made, scope)];
    },
  },
  set: setRecipient(groupNoun, {
    parameters: { ManagedBy: 'list', RoomList: 'switch', ...groupModerationParameters },
    async change(scope, given) {
      const managers = await people(scope, given, 'ManagedBy', 'managedBy');
      return (current) => {
        if (given['RoomList'] !== true) return { ...current, settings: withSettings(current.settings, managers) };
        requireRoomListType(current.type);
        return { ...current, settings: withSettings(current.settings, { ...managers, roomList: true }) };
      };
    },
  }),
  enable: {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text', Alias: 'text', DisplayName: 'text', PrimarySmtpAddress: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const { organization } = scope;
      const identity = String(given['Identity']);
      const found = await requireOf({ types: Object.keys(withMail) as PlainGroup[] }, scope, identity);
      const primaryAddress = addressGiven(given, 'PrimarySmtpAddress');
      const made = await scope.transaction(async (tx) => {
        const [still] = await readRecipients(tx, organization.name, [found.guid]);
        const type = withMail[still?.type as PlainGroup] as RecipientType | undefined;
        if (still === undefined || type === undefined) throw objectNotFound(organization, identity);
        const displayName = textGiven(given, 'DisplayName') ?? still.displayName;
        const alias = aliasGiven(given) ?? aliasFrom(still.samAccountName ?? displayName);
        return mailEnabled(tx, scope, { ...still, displayName }, { type, alias, primaryAddress });
      });
      return [await show(await changeRecipient(scope, found, () => made), scope)];
    },
  },
  disable: { ...disableOf(groupNoun), kinds: ['on-premises'] },
  remove: removeOf(groupNoun),
} satisfies Readonly<Record<string, Cmdlet>>;

/** A room list is a distribution group (pages of New- and Set-DistributionGroup, -RoomList); our own words. */
function requireRoomListType(type: RecipientType): void {
  if (type !== 'MailUniversalDistributionGroup') throw cmdletRefusal('operation-failed', 'A security group cannot be a room list.');
}

async function membersGiven({ directory, organization }: CmdletScope, given: CmdletParameters): Promise<readonly Guid[]> {
  const members = new Set<Guid>();
  for (const one of listGiven(given, 'Members') ?? []) {
    members.add((await requireRecipient(directory(organization.name), organization, one)).guid);
  }
  return [...members];
}

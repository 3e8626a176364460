import type { Recipient } from '../domain/directory/recipient.ts';
import { throttlingPolicies } from '../domain/organization/throttling-policies.ts';
import type { Guid } from '../kernel/ids.ts';
import type { Cmdlet, CmdletObject, CmdletParameters, CmdletScope } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { withSettings } from './recipient/mail-settings.ts';
import { getRecipients, type RecipientNoun, requireOf } from './recipient/noun.ts';
import { identityOf, nameOf } from './recipient/shown.ts';
import { changeRecipient } from './recipient/write.ts';
import { requirePolicy } from './throttling-policy.ts';

const noun: RecipientNoun = {
  noun: 'ThrottlingPolicyAssociation',
  kinds: ['on-premises'],
  types: ['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox', 'MailUser', 'RemoteUserMailbox', 'MailContact', 'User'],
  show,
};

async function show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  return {
    ObjectId: nameOf(recipient),
    // Empty: that of the organisation (page "EWS throttling in Exchange").
    ThrottlingPolicyId: await policyName(scope, recipient),
    Name: nameOf(recipient),
    Identity: identityOf(recipient),
    Guid: recipient.guid,
  };
}

/** `Set-ThrottlingPolicyAssociation mary -ThrottlingPolicy Migration`: which policy holds for somebody, with a mailbox or without. */
export const throttlingPolicyAssociation = {
  get: {
    ...getRecipients(noun),
    parameters: { Identity: 'text', ThrottlingPolicy: 'text', ResultSize: 'text' },
    async run(scope, given) {
      const policy = textGiven(given, 'ThrottlingPolicy');
      const found = await getRecipients(noun).run(scope, given);
      if (policy === undefined) return found;
      const { Name } = await requirePolicy(scope, policy);
      return found.filter(({ ThrottlingPolicyId }) => ThrottlingPolicyId === Name);
    },
  },
  set: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ThrottlingPolicy: 'nullable text' },
    required: ['Identity'],
    async run(scope, given) {
      const found = await requireOf(noun, scope, String(given['Identity']));
      const change = await policyChange(scope, given);
      await changeRecipient(scope, found, (current) => ({ ...current, settings: withSettings(current.settings, change) }));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** What -ThrottlingPolicy changes; Setup's policy and `$null` are none of one's own. Refuses with `object-not-found`. */
export async function policyChange(scope: CmdletScope, given: CmdletParameters): Promise<{ throttlingPolicy?: Guid | undefined }> {
  if (given['ThrottlingPolicy'] === undefined) return {};
  const name = textGiven(given, 'ThrottlingPolicy');
  const policy = name === undefined ? undefined : await requirePolicy(scope, name);
  return { throttlingPolicy: policy === undefined || policy.ThrottlingPolicyScope === 'Global' ? undefined : policy.Guid };
}

/** The name of the policy that is associated with somebody; '' for none. */
export async function policyName({ organization, settings }: CmdletScope, { settings: own }: Recipient): Promise<string> {
  if (own.throttlingPolicy === undefined) return '';
  const all = throttlingPolicies.all(await settings(organization.name));
  return all.find(({ Guid }) => Guid === own.throttlingPolicy)?.Name ?? '';
}

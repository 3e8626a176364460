import type { Recipient } from '../../domain/directory/recipient.ts';
import type { RecipientSettings } from '../../domain/directory/recipient-settings.ts';
import type { RecipientType } from '../../domain/world/vocabulary.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { choiceGiven, listGiven } from '../given.ts';
import { requireRecipient } from '../recipient-identity.ts';
import { flag, people, type SettingChanges, withSettings } from './mail-settings.ts';
import { identityOf, namesOf } from './shown.ts';
import type { Change } from './write.ts';

/** What the Set- of every mail-enabled recipient takes of moderation. */
export const moderationParameters = {
  ModerationEnabled: 'boolean',
  ModeratedBy: 'list',
  BypassModerationFromSendersOrMembers: 'list',
  SendModerationNotifications: 'text',
} as const satisfies Readonly<Record<string, ParameterType>>;

/** What groups take besides. */
export const groupModerationParameters = { BypassNestedModerationEnabled: 'boolean' } as const satisfies Readonly<
  Record<string, ParameterType>
>;

/** The lists that {@link moderationParameters} change, as they are. */
export async function moderationLists({ settings }: Recipient, scope: CmdletScope): Promise<Readonly<Record<string, readonly string[]>>> {
  return {
    ModeratedBy: await namesOf(scope, settings.moderatedBy),
    BypassModerationFromSendersOrMembers: await namesOf(scope, settings.bypassModerationFrom),
  };
}

/**
 * What the parameters make of a recipient (page of Set-DistributionGroup). Refuses with `bad-parameter` and `object-not-found`; where
 * nobody could approve anything with `operation-failed`.
 */
export async function moderationChange(scope: CmdletScope, given: CmdletParameters): Promise<Change> {
  await requireModerators(scope, given);
  const notifications = choiceGiven(given, 'SendModerationNotifications', ['Always', 'Internal', 'Never'] as const);
  const changes: SettingChanges = {
    ...flag(given, 'ModerationEnabled', 'moderationEnabled', false),
    ...(await people(scope, given, 'ModeratedBy', 'moderatedBy')),
    ...(await people(scope, given, 'BypassModerationFromSendersOrMembers', 'bypassModerationFrom')),
    ...flag(given, 'BypassNestedModerationEnabled', 'bypassNestedModeration', false),
    ...(notifications === undefined ? {} : { moderationNotifications: notifications === 'Always' ? undefined : notifications }),
  };
  return (current) => {
    const settings = withSettings(current.settings, changes);
    if (Object.keys(changes).length > 0) requireApprover(current, settings);
    return { ...current, settings };
  };
}

const mayModerate = (type: RecipientType): boolean => type.endsWith('Mailbox') || type === 'MailUser' || type === 'MailContact';

async function requireModerators({ directory, organization }: CmdletScope, given: CmdletParameters): Promise<void> {
  for (const one of listGiven(given, 'ModeratedBy') ?? []) {
    const found = await requireRecipient(directory(organization.name), organization, one);
    if (!mayModerate(found.type))
      throw cmdletRefusal('operation-failed', `A moderator is a mailbox, a mail user or a mail contact; "${identityOf(found)}" is none.`);
  }
}

/**
 * Refuses what nobody could approve: of a distribution group without moderators the owners approve, of all others somebody has to be named
 * (page of Set-DistributionGroup, -ModeratedBy; of recipients that are no groups inferred).
 */
function requireApprover(recipient: Recipient, changed: RecipientSettings): void {
  if (changed.moderationEnabled !== true || (changed.moderatedBy ?? []).length > 0) return;
  if (recipient.type === 'MailUniversalDistributionGroup') return;
  throw cmdletRefusal('operation-failed', `"${identityOf(recipient)}" needs a moderator: name one with -ModeratedBy.`);
}

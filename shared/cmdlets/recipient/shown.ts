import { isGroup, type Recipient, typeDetails } from '../../domain/directory/recipient.ts';
import type { RecipientSettings } from '../../domain/directory/recipient-settings.ts';
import type { RecipientType } from '../../domain/world/vocabulary.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { CmdletObject, CmdletScope } from '../cmdlet.ts';
import { sizeText } from './size.ts';

/** What an absent GUID is shown as. */
export const noGuid = '00000000-0000-0000-0000-000000000000';

/** `Name` of a recipient. */
export function nameOf({ displayName, settings }: Recipient): string {
  return settings.name ?? displayName;
}

/** By what a recipient is found again, through a pipe too; Exchange shows a canonical name or a GUID there. */
export function identityOf({ alias, samAccountName, userPrincipalName, guid }: Recipient): string {
  return alias || (samAccountName ?? userPrincipalName ?? guid);
}

/** RecipientType of a RecipientTypeDetails. */
export function recipientType(type: RecipientType): string {
  if (type.startsWith('Remote')) return 'MailUser';
  return type.endsWith('Mailbox') ? 'UserMailbox' : type;
}

/** Names of recipients that another one refers to; those that are gone are left out. */
export async function namesOf(scope: CmdletScope, guids: readonly Guid[] = []): Promise<readonly string[]> {
  const directory = scope.directory(scope.organization.name);
  const names: string[] = [];
  for (const guid of guids) {
    const found = await directory.byGuid(guid);
    if (found !== undefined) names.push(identityOf(found));
  }
  return names;
}

/** The MailTip in every language, its own text first (page of Set-Mailbox). */
export function translationsOf({ mailTip, mailTipTranslations = {} }: RecipientSettings): readonly string[] {
  const others = Object.entries(mailTipTranslations).map(([language, words]) => `${language.toUpperCase()}: ${words}`);
  return mailTip === undefined ? others : [`default: ${mailTip}`, ...others];
}

/** What every mail-enabled recipient shows, in the order of the cmdlets' own output. */
export async function mailProperties(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject> {
  const { alias, displayName, addresses, primaryAddress, type, legacyDn, settings, guid } = recipient;
  const attributes = Array.from({ length: 15 }, (_, index) => [
    `CustomAttribute${index + 1}`,
    settings.customAttributes?.[index + 1] ?? '',
  ]);
  return {
    IsDirSynced: settings.sourceAnchor !== undefined,
    AcceptMessagesOnlyFrom: await namesOf(scope, settings.acceptMessagesOnlyFrom),
    Alias: alias,
    ...(Object.fromEntries(attributes) as CmdletObject),
    DisplayName: displayName,
    EmailAddresses: addresses,
    GrantSendOnBehalfTo: await namesOf(scope, settings.grantSendOnBehalfTo),
    HiddenFromAddressListsEnabled: settings.hiddenFromAddressLists ?? false,
    LegacyExchangeDN: legacyDn,
    MaxSendSize: sizeText(settings.maxSendSize),
    MaxReceiveSize: sizeText(settings.maxReceiveSize),
    EmailAddressPolicyEnabled: hasAddressPolicy(recipient, scope),
    PrimarySmtpAddress: primaryAddress,
    RecipientType: recipientType(type),
    RecipientTypeDetails: typeDetails(recipient),
    RejectMessagesFrom: await namesOf(scope, settings.rejectMessagesFrom),
    BypassModerationFromSendersOrMembers: await namesOf(scope, settings.bypassModerationFrom),
    ModeratedBy: await namesOf(scope, settings.moderatedBy),
    ModerationEnabled: settings.moderationEnabled ?? false,
    SendModerationNotifications: settings.moderationNotifications ?? 'Always',
    RequireSenderAuthenticationEnabled: settings.requireSenderAuthentication ?? isGroup(recipient),
    WindowsEmailAddress: primaryAddress,
    MailTip: settings.mailTip ?? '',
    MailTipTranslations: translationsOf(settings),
    Identity: identityOf(recipient),
    Name: nameOf(recipient),
    Guid: guid,
  };
}

/** Whether address policies make a recipient's addresses; there are none for people in the cloud. */
export function hasAddressPolicy({ settings }: Recipient, { organization }: Pick<CmdletScope, 'organization'>): boolean {
  return organization.kind === 'on-premises' && settings.emailAddressPolicyEnabled !== false;
}

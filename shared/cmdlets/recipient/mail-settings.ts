import { isSmtpAddress, parseProxyAddress, primaryOf, smtpAddresses, withPrimary } from '../../domain/directory/proxy-addresses.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { RecipientSettings } from '../../domain/directory/recipient-settings.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { requireShortName } from '../config-object.ts';
import { listGiven, textGiven } from '../given.ts';
import { requireRecipient } from '../recipient-identity.ts';
import { hasAddressPolicy, identityOf, namesOf, translationsOf } from './shown.ts';
import { sizeGiven } from './size.ts';
import type { Change } from './write.ts';

const customAttributes = Array.from({ length: 15 }, (_, index) => `CustomAttribute${index + 1}`);

/** What the Set- of every mail-enabled recipient takes. */
export const mailParameters: Readonly<Record<string, ParameterType>> = {
  Name: 'text',
  DisplayName: 'text',
  Alias: 'text',
  EmailAddresses: 'list',
  PrimarySmtpAddress: 'text',
  WindowsEmailAddress: 'text',
  EmailAddressPolicyEnabled: 'boolean',
  HiddenFromAddressListsEnabled: 'boolean',
  MailTip: 'nullable text',
  MailTipTranslations: 'list',
  GrantSendOnBehalfTo: 'list',
  AcceptMessagesOnlyFrom: 'list',
  RejectMessagesFrom: 'list',
  RequireSenderAuthenticationEnabled: 'boolean',
  MaxSendSize: 'text',
  MaxReceiveSize: 'text',
  ...Object.fromEntries(customAttributes.map((name) => [name, 'nullable text'] as const)),
};

/** Lists that {@link mailParameters} change, as they are. */
export async function currentLists(recipient: Recipient, scope: CmdletScope): Promise<Readonly<Record<string, readonly string[]>>> {
  const { settings, addresses } = recipient;
  return {
    EmailAddresses: addresses,
    GrantSendOnBehalfTo: await namesOf(scope, settings.grantSendOnBehalfTo),
    AcceptMessagesOnlyFrom: await namesOf(scope, settings.acceptMessagesOnlyFrom),
    RejectMessagesFrom: await namesOf(scope, settings.rejectMessagesFrom),
    MailTipTranslations: translationsOf(settings),
    ManagedBy: await namesOf(scope, settings.managedBy),
  };
}

/** What {@link mailParameters} make of a recipient. Refuses with `bad-parameter`, `object-not-found` and `operation-failed`. */
export async function mailChange(scope: CmdletScope, given: CmdletParameters): Promise<Change> {
  requireShortName(given);
  const { organization } = scope;
  refuseElsewhere(organization, given, { EmailAddressPolicyEnabled: 'on-premises', PrimarySmtpAddress: 'on-premises' });
  const alias = aliasGiven(given);
  const changes = {
    ...flag(given, 'HiddenFromAddressListsEnabled', 'hiddenFromAddressLists', false),
    ...flag(given, 'EmailAddressPolicyEnabled', 'emailAddressPolicyEnabled', true),
    ...text(given, 'MailTip', 'mailTip'),
    ...translationsGiven(given),
    ...(await people(scope, given, 'GrantSendOnBehalfTo', 'grantSendOnBehalfTo')),
    ...(await people(scope, given, 'AcceptMessagesOnlyFrom', 'acceptMessagesOnlyFrom')),
    ...(await people(scope, given, 'RejectMessagesFrom', 'rejectMessagesFrom')),
    ...flag(given, 'RequireSenderAuthenticationEnabled', 'requireSenderAuthentication'),
    ...size(given, 'MaxSendSize', 'maxSendSize'),
    ...size(given, 'MaxReceiveSize', 'maxReceiveSize'),
  };
  const [name, displayName] = [textGiven(given, 'Name'), textGiven(given, 'DisplayName')];
  const changeAddresses = addressChange(organization, given);
  return (current) => {
    const shownName = displayName ?? current.displayName;
    const ownName = name ?? current.settings.name;
    return changeAddresses({
      ...current,
      alias: alias ?? current.alias,
      displayName: shownName,
      settings: withSettings(current.settings, {
        ...changes,
        ...customAttributeChange(current.settings, given),
        name: ownName === shownName ? undefined : ownName,
      }),
    });
  };
}

/** Settings that change; `undefined` is the usual value again. */
export type SettingChanges = { readonly [Key in keyof RecipientSettings]?: RecipientSettings[Key] | undefined };

/** Settings after some of them have changed. */
export function withSettings(settings: SettingChanges, changes: SettingChanges): RecipientSettings {
  return Object.fromEntries(Object.entries({ ...settings, ...changes }).filter(([, value]) => value !== undefined)) as RecipientSettings;
}

/** The setting that a boolean parameter changes; a value that is `usual` is not kept. */
export function flag(given: CmdletParameters, parameter: string, setting: keyof RecipientSettings, usual?: boolean): SettingChanges {
  const value = given[parameter];
  if (typeof value !== 'boolean') return {};
  return { [setting]: value === usual ? undefined : value };
}

function text(given: CmdletParameters, parameter: string, setting: keyof RecipientSettings): SettingChanges {
  return given[parameter] === undefined ? {} : { [setting]: textGiven(given, parameter) };
}

/** `DE: Bin verreist`, as the page of Set-Mailbox has it. The text of MailTip itself, as `default`, is not taken from here. */
function translationsGiven(given: CmdletParameters): SettingChanges {
  const written = listGiven(given, 'MailTipTranslations');
  if (written === undefined) return {};
  const translations = written.flatMap((one): readonly (readonly [string, string])[] => {
    const [, language = '', words = ''] = /^([a-z]{2,8}(?:-[a-z0-9]{2,8}){0,2})\s*:\s*(.*)$/is.exec(one) ?? [];
    if (language === '' || words === '')
      throw cmdletRefusal('bad-parameter', `-MailTipTranslations takes "language: text", not ${JSON.stringify(one.slice(0, 80))}.`);
    return language.toLowerCase() === 'default' ? [] : [[language.toLowerCase(), words]];
  });
  return { mailTipTranslations: translations.length === 0 ? undefined : Object.fromEntries(translations) };
}

function size(given: CmdletParameters, parameter: string, setting: keyof RecipientSettings): SettingChanges {
  const value = sizeGiven(given, parameter);
  return value === undefined ? {} : { [setting]: value ?? undefined };
}

/** The setting that a list of recipients changes. Refuses with `object-not-found`. */
export async function people(
  { directory, organization }: CmdletScope,
  given: CmdletParameters,
  parameter: string,
  setting: keyof RecipientSettings,
): Promise<SettingChanges> {
  const written = listGiven(given, parameter);
  if (written === undefined) return {};
  const guids = new Set<Guid>();
  for (const one of written) guids.add((await requireRecipient(directory(organization.name), organization, one)).guid);
  return { [setting]: guids.size === 0 ? undefined : [...guids] };
}

function customAttributeChange({ customAttributes: current = {} }: RecipientSettings, given: CmdletParameters): SettingChanges {
  const written = customAttributes.filter((name) => given[name] !== undefined);
  if (written.length === 0) return {};
  const values = {
    ...current,
    ...Object.fromEntries(written.map((name) => [name.slice('CustomAttribute'.length), textGiven(given, name) ?? ''])),
  };
  const kept = Object.entries(values).filter(([, value]) => value !== '');
  return { customAttributes: kept.length === 0 ? undefined : Object.fromEntries(kept) };
}

/** Refuses parameters that the other kind of organisation has, as one that no cmdlet has. */
export function refuseElsewhere(
  { kind }: Organization,
  given: CmdletParameters,
  places: Readonly<Record<string, Organization['kind']>>,
): void {
  const stray = Object.keys(places).find((name) => given[name] !== undefined && places[name] !== kind);
  if (stray === undefined) return;
  const more = kind === 'cloud' ? 'It is available only in on-premises Exchange.' : 'It is available only in the cloud-based service.';
  throw cmdletRefusal('bad-parameter', `A parameter cannot be found that matches parameter name '${stray}'. ${more}`);
}

/** -Alias, of the characters that the pages name. */
export function aliasGiven(given: CmdletParameters): string | undefined {
  const alias = textGiven(given, 'Alias');
  if (alias === undefined || /^(?!\.)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}(?<!\.)$/.test(alias)) return alias;
  throw cmdletRefusal('bad-parameter', `-Alias takes at most 64 letters, digits and !#$%&'*+-/=?^_\`{|}~. , not ${JSON.stringify(alias)}.`);
}

/** A parameter that takes an SMTP address without type. Refuses with `bad-parameter`. */
export function addressGiven(given: CmdletParameters, name: string): string | undefined {
  const address = textGiven(given, name)?.replace(/^smtp:/i, '');
  if (address === undefined || isSmtpAddress(address)) return address;
  throw cmdletRefusal('bad-parameter', `-${name} takes an SMTP address, not ${JSON.stringify(address)}.`);
}

/** What -EmailAddresses, -PrimarySmtpAddress and -WindowsEmailAddress make of a recipient's addresses. */
function addressChange(organization: Organization, given: CmdletParameters): Change {
  const written = listGiven(given, 'EmailAddresses')?.map(requireProxy);
  const single = addressGiven(given, 'PrimarySmtpAddress') ?? addressGiven(given, 'WindowsEmailAddress');
  if (written === undefined && single === undefined) return (current) => current;
  if (written !== undefined && single !== undefined)
    throw cmdletRefusal('bad-parameter', 'A primary address goes with -EmailAddresses as SMTP:.');
  return (current) => {
    const list = written ?? current.addresses;
    const primary = single ?? primaryOf(list, current.primaryAddress);
    if (primary === undefined)
      throw cmdletRefusal(
        'bad-parameter',
        `-EmailAddresses has ${smtpAddresses(list).length === 0 ? 'no' : 'more than one'} primary SMTP address.`,
      );
    const addresses = unique(withPrimary(list, primary));
    if (written !== undefined || single !== undefined) requireAccepted(organization, current, addresses);
    refuseByPolicy(organization, { ...current, settings: settingsAfter(current, given) }, primary);
    return { ...current, primaryAddress: primary, addresses };
  };
}

function settingsAfter({ settings }: Recipient, given: CmdletParameters): RecipientSettings {
  return withSettings(settings, flag(given, 'EmailAddressPolicyEnabled', 'emailAddressPolicyEnabled', true));
}

/** Exchange's reason (learn.microsoft.com/answers 1121915 and many more), shortened. */
function refuseByPolicy(organization: Organization, current: Recipient, primary: string): void {
  if (primary === current.primaryAddress || !hasAddressPolicy(current, { organization })) return;
  throw cmdletRefusal(
    'operation-failed',
    'The e-mail addresses of this recipient are automatically generated based on e-mail address policies. To modify the primary SMTP address, first disable automatic updating: -EmailAddressPolicyEnabled $false.',
  );
}

/** New addresses lie in accepted domains, except those of somebody whose mailbox is elsewhere. */
function requireAccepted({ domains, name }: Organization, current: Recipient, addresses: readonly string[]): void {
  if (current.targetAddress !== null) return;
  const known = new Set(current.addresses.map((address) => address.toLowerCase()));
  const foreign = smtpAddresses(addresses).find(
    (address) => !known.has(`smtp:${address.toLowerCase()}`) && !domains.includes(address.slice(address.indexOf('@') + 1).toLowerCase()),
  );
  if (foreign === undefined) return;
  const domain = foreign.slice(foreign.indexOf('@') + 1);
  throw cmdletRefusal(
    'operation-failed',
    `The domain ${domain} of ${foreign} is not an accepted domain of ${name}, which has ${domains.join(', ')}.`,
  );
}

function requireProxy(text: string): string {
  const address = parseProxyAddress(text);
  if (address !== undefined) return address;
  throw cmdletRefusal(
    'bad-parameter',
    `The address '${text}' is invalid: -EmailAddresses takes SMTP addresses and others with their type.`,
  );
}

function unique(addresses: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return addresses.filter((address) => !seen.has(address.toLowerCase()) && seen.add(address.toLowerCase()));
}

const mastered = ['Name', 'DisplayName', 'Alias', 'EmailAddresses', 'PrimarySmtpAddress', 'WindowsEmailAddress'];
const masteredToo = ['HiddenFromAddressListsEnabled', 'MailTip', 'GrantSendOnBehalfTo', 'AcceptMessagesOnlyFrom', 'RejectMessagesFrom'];
const masteredBesides = [
  'RequireSenderAuthenticationEnabled',
  'ExternalEmailAddress',
  'ManagedBy',
  'Members',
  'RoomList',
  'ResourceDelegates',
  ...['ModerationEnabled', 'ModeratedBy', 'BypassModerationFromSendersOrMembers', 'BypassNestedModerationEnabled'],
  'SendModerationNotifications',
  ...customAttributes,
];
const masteredOnPremises: ReadonlySet<string> = new Set([...mastered, ...masteredToo, ...masteredBesides]);

/**
 * Refuses to change in a tenant what is mastered on-premises. Observed: easy365manager.com "The operation on mailbox failed
 * because it's out of the current user's write scope", emtunc.org.
 */
export function requireMasteredHere(
  cmdlet: string,
  recipient: Recipient,
  given: CmdletParameters,
  object = cmdlet.slice(cmdlet.indexOf('-') + 1).toLowerCase(),
): void {
  const parameter = Object.keys(given).find((name) => masteredOnPremises.has(name));
  if (recipient.settings.sourceAnchor === undefined || parameter === undefined) return;
  const name = identityOf(recipient);
  throw cmdletRefusal(
    'operation-failed',
    `The operation on ${object} "${name}" failed because it's out of the current user's write scope. The action '${cmdlet}', '${parameter}', can't be performed on the object '${name}' because the object is being synchronized from your on-premises organization. This action should be performed on the object in your on-premises organization.`,
  );
}

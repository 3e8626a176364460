import type { Recipient } from '../domain/directory/recipient.ts';
import { digestKeys } from '../domain/identity/digest-keys.ts';
import { ntHash } from '../domain/identity/nt-hash.ts';
import { recipientTypes } from '../domain/world/vocabulary.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { textGiven } from './given.ts';
import { refuseElsewhere, requireMasteredHere, type SettingChanges, withSettings } from './recipient/mail-settings.ts';
import { principalNameGiven } from './recipient/new-account.ts';
import { getRecipients, type RecipientNoun, requireOf } from './recipient/noun.ts';
import { identityOf, nameOf, recipientType } from './recipient/shown.ts';
import { requireNotSynchronised } from './recipient/verbs.ts';
import { changeRecipient } from './recipient/write.ts';

const noun: RecipientNoun = {
  noun: 'User',
  kinds: ['on-premises', 'cloud'],
  types: recipientTypes.filter(
    (type) => (type.endsWith('Mailbox') && type !== 'ArbitrationMailbox') || type === 'MailUser' || type === 'User',
  ),
  show: (recipient, scope) => Promise.resolve(show(recipient, scope)),
};

/** Parameters and the directory's attributes. */
const attributes: Readonly<Record<string, string>> = {
  FirstName: 'givenName',
  LastName: 'surname',
  Title: 'title',
  Department: 'department',
  Company: 'company',
  Office: 'office',
  Phone: 'phone',
};
const attributeParameters: Readonly<Record<string, ParameterType>> = Object.fromEntries(
  Object.keys(attributes).map((name) => [name, 'nullable text'] as const),
);

function show(recipient: Recipient, { organization }: CmdletScope): CmdletObject {
  const { samAccountName, sid, userPrincipalName, enabled, displayName, details, type, primaryAddress, netId, settings } = recipient;
  return {
    SamAccountName: samAccountName ?? '',
    Sid: sid,
    UserPrincipalName: userPrincipalName ?? '',
    ...(organization.kind === 'cloud' ? { NetID: netId, MicrosoftOnlineServicesID: userPrincipalName ?? '' } : {}),
    IsDirSynced: settings.sourceAnchor !== undefined,
    AccountDisabled: !enabled,
    Company: details['company'] ?? '',
    Department: details['department'] ?? '',
    DisplayName: displayName,
    FirstName: details['givenName'] ?? '',
    LastName: details['surname'] ?? '',
    Office: details['office'] ?? '',
    Phone: details['phone'] ?? '',
    RecipientType: recipientType(type),
    RecipientTypeDetails: type === 'User' && !enabled ? 'DisabledUser' : type,
    Title: details['title'] ?? '',
    WindowsEmailAddress: primaryAddress,
    Identity: identityOf(recipient),
    Name: nameOf(recipient),
    Guid: recipient.guid,
  };
}

/** `Set-User mary -Title "Programme manager" -Department Operations`: what the directory knows of people besides mail. */
export const user = {
  get: getRecipients(noun),
  set: {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      ...attributeParameters,
      DisplayName: 'text',
      UserPrincipalName: 'text',
      AccountDisabled: 'boolean',
      Password: 'text',
      ResetPasswordOnNextLogon: 'boolean',
    },
    required: ['Identity'],
    async run(scope, given) {
      refuseElsewhere(scope.organization, given, {
        UserPrincipalName: 'on-premises',
        AccountDisabled: 'on-premises',
        ResetPasswordOnNextLogon: 'on-premises',
      });
      const found = await requireOf(noun, scope, String(given['Identity']));
      requireMasteredHere('Set-User', found, given);
      if (Object.keys(attributes).some((name) => given[name] !== undefined)) requireNotSynchronised('Set-User', found);
      const principalName = principalNameGiven(scope, given);
      const password = passwordGiven(given, found);
      const digests = (after: Pick<Recipient, 'samAccountName' | 'userPrincipalName'>): SettingChanges =>
        password === undefined ? {} : { digestKeys: digestKeys(scope.organization, after, String(given['Password'])) };
      await changeRecipient(scope, found, (current) => ({
        ...current,
        displayName: textGiven(given, 'DisplayName') ?? current.displayName,
        userPrincipalName: principalName ?? current.userPrincipalName,
        enabled: typeof given['AccountDisabled'] === 'boolean' ? !given['AccountDisabled'] : current.enabled,
        ntHash: password ?? current.ntHash,
        details: changedDetails(current, given),
        settings: withSettings(current.settings, {
          ...passwordChange(scope, given),
          ...digests({ ...current, userPrincipalName: principalName ?? current.userPrincipalName }),
        }),
      }));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** Not Exchange's: passwords are the directory's own matter there (`Set-ADAccountPassword`, `Set-MsolUserPassword`). */
function passwordGiven(given: CmdletParameters, { settings }: Recipient): string | undefined {
  const password = textGiven(given, 'Password');
  if (password === undefined) return undefined;
  if (settings.sourceAnchor !== undefined)
    throw cmdletRefusal('operation-failed', 'The password of somebody who is synchronised is set on-premises.');
  return ntHash(password);
}

/** A new password counts from now on, and need not be changed unless that is said. */
function passwordChange({ at, organization }: CmdletScope, given: CmdletParameters): SettingChanges {
  const isNew = given['Password'] !== undefined;
  const mustChange = given['ResetPasswordOnNextLogon'];
  return {
    ...(isNew && organization.kind === 'on-premises' ? { passwordSetAt: at } : {}),
    ...(isNew || mustChange !== undefined ? { mustChangePassword: mustChange === true ? (true as const) : undefined } : {}),
  };
}

function changedDetails({ details }: Recipient, given: CmdletParameters): Recipient['details'] {
  const changes = Object.entries(attributes).filter(([parameter]) => given[parameter] !== undefined);
  const changed = { ...details, ...Object.fromEntries(changes.map(([parameter, name]) => [name, textGiven(given, parameter) ?? ''])) };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== ''));
}

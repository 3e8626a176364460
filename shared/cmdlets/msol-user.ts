import type { Recipient } from '../domain/directory/recipient.ts';
import { ntHash } from '../domain/identity/nt-hash.ts';
import { readPasswordPolicy, setPasswordPolicy } from '../domain/identity/password-policy.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { numberGiven, textGiven } from './given.ts';
import { withSettings } from './recipient/mail-settings.ts';
import { changeRecipient } from './recipient/write.ts';

const kinds: Cmdlet['kinds'] = ['cloud'];
const dayMs = 86_400_000;

/**
 * `Set-MsolUser -UserPrincipalName joe@contoso.test -PasswordNeverExpires $true`: accounts of a tenant, by the MSOnline module, as
 * far as they decide what passwords are good for (OfficeDocs-Support, "Resolve free/busy errors").
 */
export const msolUser = {
  get: {
    kinds,
    parameters: { UserPrincipalName: 'text' },
    required: ['UserPrincipalName'],
    run: async (scope, given) => [shown(await requireUser(scope, given))],
  },
  set: {
    kinds,
    parameters: { UserPrincipalName: 'text', PasswordNeverExpires: 'boolean' },
    required: ['UserPrincipalName'],
    async run(scope, given) {
      if (given['PasswordNeverExpires'] === undefined) return [];
      const passwordNeverExpires = given['PasswordNeverExpires'] === true ? (true as const) : undefined;
      await changeRecipient(scope, await requireUser(scope, given), (current) => ({
        ...current,
        settings: withSettings(current.settings, { passwordNeverExpires }),
      }));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/**
 * `Set-MsolUserPassword -UserPrincipalName joe@contoso.test -ForceChangePassword $true`: whether a password has to be changed, which
 * nobody can here. A new one is set where `-NewPassword` says it; in life one is drawn where it does not.
 */
export const msolUserPassword = {
  set: {
    kinds,
    parameters: { UserPrincipalName: 'text', NewPassword: 'text', ForceChangePassword: 'boolean' },
    required: ['UserPrincipalName'],
    async run(scope, given) {
      const user = await requireUser(scope, given);
      const password = textGiven(given, 'NewPassword');
      const mustChange = given['ForceChangePassword'];
      if (password === undefined && mustChange === undefined)
        throw cmdletRefusal('bad-parameter', 'Say -NewPassword, or -ForceChangePassword: no password is drawn here.');
      if (password !== undefined && user.settings.sourceAnchor !== undefined)
        throw cmdletRefusal('operation-failed', 'The password of somebody who is synchronised is set on-premises.');
      await changeRecipient(scope, user, (current) => ({
        ...current,
        ntHash: password === undefined ? current.ntHash : ntHash(password),
        settings: withSettings(current.settings, {
          ...(password === undefined ? {} : { passwordSetAt: scope.at }),
          mustChangePassword: mustChange === false ? undefined : true,
        }),
      }));
      return password === undefined ? [] : [{ Password: password }];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** `Set-MsolPasswordPolicy -DomainName contoso.test -ValidityPeriod 90 -NotificationDays 14`: one policy for all domains of a tenant here. */
export const msolPasswordPolicy = {
  get: {
    kinds,
    parameters: { DomainName: 'text' },
    required: ['DomainName'],
    async run({ organization, transaction }, given) {
      requireDomain(organization, given);
      const { maxPasswordAgeMs, notificationDays } = await transaction((tx) => readPasswordPolicy(tx, organization.name));
      const ValidityPeriod = maxPasswordAgeMs === 0 ? neverExpires : Math.round(maxPasswordAgeMs / dayMs);
      return [{ NotificationDays: notificationDays ?? null, ValidityPeriod }];
    },
  },
  set: {
    kinds,
    parameters: { DomainName: 'text', ValidityPeriod: 'integer', NotificationDays: 'integer' },
    required: ['DomainName'],
    async run({ organization, transaction, at }, given) {
      requireDomain(organization, given);
      if (given['ValidityPeriod'] === undefined || given['NotificationDays'] === undefined)
        throw cmdletRefusal('bad-parameter', '-ValidityPeriod and -NotificationDays are set together.');
      const days = within(given, 'ValidityPeriod', 14, neverExpires);
      const notificationDays = within(given, 'NotificationDays', 1, 30);
      const maxPasswordAgeMs = days > 730 ? 0 : days * dayMs;
      await transaction((tx) => setPasswordPolicy(tx, organization.name, { maxPasswordAgeMs, notificationDays }, at));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** How the module writes that passwords do not expire. */
const neverExpires = 2_147_483_647;

function within(given: CmdletParameters, name: string, least: number, most: number): number {
  const value = numberGiven(given, name) ?? least;
  if (value < least || value > most) throw cmdletRefusal('bad-parameter', `-${name} takes a number from ${least} to ${most}.`);
  return value;
}

function requireDomain(organization: Organization, given: CmdletParameters): void {
  const domain = String(given['DomainName']);
  if (!organization.domains.includes(domain.toLowerCase())) throw objectNotFound(organization, domain);
}

async function requireUser({ organization, directory }: CmdletScope, given: CmdletParameters): Promise<Recipient> {
  const name = String(given['UserPrincipalName']);
  const found = await directory(organization.name).byUserPrincipalName(name);
  if (found !== undefined) return found;
  throw cmdletRefusal('object-not-found', `User Not Found. User: ${name}.`);
}

function shown({ userPrincipalName, displayName, enabled, settings, guid }: Recipient): CmdletObject {
  return {
    UserPrincipalName: userPrincipalName ?? '',
    DisplayName: displayName,
    BlockCredential: !enabled,
    PasswordNeverExpires: settings.passwordNeverExpires === true,
    ObjectId: guid,
    Identity: userPrincipalName ?? '',
  };
}

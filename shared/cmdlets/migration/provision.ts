import { withFurther } from '../../domain/directory/proxy-addresses.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import type { FoundEntry, ListedUser } from '../../domain/migration/csv-columns.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { CmdletObject, CmdletParameters, CmdletScope, ParameterValue } from '../cmdlet.ts';
import { distributionGroup } from '../distribution-group.ts';
import { mailContact } from '../mail-contact.ts';
import { mailUser } from '../mail-user.ts';
import { mailbox } from '../mailbox.ts';
import type { Unmovable } from '../move-request/preconditions.ts';
import { changeRecipient } from '../recipient/write.ts';

/** What came of making somebody: `isFilled`: his mailbox is copied, too. */
export type Provisioned =
  | { readonly person: Recipient; readonly isFilled: boolean; readonly said: readonly string[] }
  | { readonly person: Recipient | undefined; readonly problem: Unmovable };

interface Making {
  run(scope: CmdletScope, given: CmdletParameters): Promise<readonly CmdletObject[]>;
  /** Somebody signs in with it: it gets a password. */
  readonly hasAccount: boolean;
  readonly isFilled: boolean;
  readonly more?: CmdletParameters;
}

const makings: Readonly<Record<string, Making>> = {
  UserMailbox: { run: mailbox.new.run, hasAccount: true, isFilled: true },
  SharedMailbox: { run: mailbox.new.run, hasAccount: false, isFilled: true, more: { Shared: true } },
  RoomMailbox: { run: mailbox.new.run, hasAccount: false, isFilled: true, more: { Room: true } },
  EquipmentMailbox: { run: mailbox.new.run, hasAccount: false, isFilled: true, more: { Equipment: true } },
  MailUser: { run: mailUser.new.run, hasAccount: true, isFilled: false },
  MailContact: { run: mailContact.new.run, hasAccount: false, isFilled: false },
  MailUniversalDistributionGroup: { run: distributionGroup.new.run, hasAccount: false, isFilled: false },
  MailUniversalSecurityGroup: { run: distributionGroup.new.run, hasAccount: false, isFilled: false, more: { Type: 'Security' } },
};

const permanent = 'MigrationPermanentException';

/**
 * Makes somebody whom a cutover migration has found, or takes the one who is here with that address. A remote mailbox of the source is a mail
 * user here. New accounts get new passwords.
 */
export async function provision(scope: CmdletScope, { address, found }: Pick<ListedUser, 'address' | 'found'>): Promise<Provisioned> {
  if (found === undefined) throw new Error(`defect: nobody was found for ${address}`);
  const { organization, directory } = scope;
  const type = found.type.startsWith('Remote') ? 'MailUser' : found.type;
  const making = makings[type];
  if (making === undefined) throw new Error(`defect: ${found.type} is not migrated`);
  const known = await directory(organization.name).byAddress(address);
  if (known !== undefined) return taken(known, address, type, making);
  // Published (OfficeDocs-Support): both.
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) return refused(`"${address}" is not a valid SMTP address`);
  const isOurs = organization.domains.includes(address.slice(address.indexOf('@') + 1).toLowerCase());
  if (!isOurs && type !== 'MailContact')
    return refused("You can't use the domain because it's not an accepted domain for your organization.");
  const password = making.hasAccount ? newPassword(scope) : undefined;
  try {
    await making.run(scope, await parametersOf(scope, type, address, found, password));
  } catch (error) {
    if (error instanceof Refusal) return refused(error.detail ?? error.code);
    throw error;
  }
  const made = await directory(organization.name).byAddress(address);
  if (made === undefined) throw new Error(`defect: ${address} was not made`);
  const person = await withOldNames(scope, made, found);
  const said = [
    `'${person.displayName}' was made here as ${person.type}.`,
    ...(password === undefined ? [] : [`The password of the new account '${person.userPrincipalName}' is ${password}`]),
    'Mail programs need a new profile for the mailbox here, and download it anew.',
    'Send As and Full Access rights, folder permissions and rules of the mailbox are not migrated.',
  ];
  return { person, isFilled: making.isFilled, said };
}

/** Published: OfficeDocs-Support, "A different type of Active Directory object already exists". */
function taken(known: Recipient, address: string, type: string, { isFilled }: Making): Provisioned {
  const fits = isFilled ? localMailbox(known) !== null : known.type === type;
  if (fits) return { person: known, isFilled, said: [`'${known.displayName}' is here already; his mailbox is filled.`] };
  const message = `A different type of Active Directory object already exists for "${address}" in the target forest. Please verify that the SMTP address is correct.`;
  return { person: known, problem: { type: permanent, message } };
}

function refused(message: string): Provisioned {
  return { person: undefined, problem: { type: permanent, message } };
}

async function parametersOf(
  scope: CmdletScope,
  type: string,
  address: string,
  { displayName, alias, targetAddress, members, details }: FoundEntry,
  password: string | undefined,
): Promise<CmdletParameters> {
  const external = type === 'MailUser' || type === 'MailContact' ? { ExternalEmailAddress: targetAddress ?? address } : {};
  const given: Record<string, ParameterValue> = { Name: displayName.slice(0, 64), DisplayName: displayName, Alias: alias, ...external };
  if (type !== 'MailContact') given['PrimarySmtpAddress'] = address;
  if (password !== undefined) Object.assign(given, { MicrosoftOnlineServicesID: address, Password: password });
  if (details['givenName'] !== undefined && type !== 'MailUniversalDistributionGroup') given['FirstName'] = details['givenName'];
  if (details['surname'] !== undefined && type !== 'MailUniversalDistributionGroup') given['LastName'] = details['surname'];
  const inside = scope.directory(scope.organization.name);
  if (members.length > 0) {
    const present: string[] = [];
    for (const member of members) if ((await inside.byAddress(member)) !== undefined) present.push(member);
    if (present.length < members.length)
      scope.warn(`${members.length - present.length} members of '${displayName}' are not here and were left out.`);
    given['Members'] = present;
  }
  return { ...given, ...makings[type]?.more };
}

/** Further addresses that may be had here, and the old legacyExchangeDN: old mail can be answered. */
async function withOldNames(scope: CmdletScope, person: Recipient, { addresses, legacyDn }: FoundEntry): Promise<Recipient> {
  const { organization, directory } = scope;
  const inside = directory(organization.name);
  const further: string[] = [];
  for (const address of addresses) {
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    const isOurs = /^smtp:/i.test(address) && organization.domains.includes(domain);
    if (isOurs && (await inside.byAddress(address)) === undefined) further.push(address.replace(/^smtp:/i, 'smtp:'));
  }
  if (legacyDn !== '' && (await inside.byLegacyDn(legacyDn)) === undefined) further.push(`X500:${legacyDn}`);
  if (further.length === 0) return person;
  return changeRecipient(scope, person, (current) => ({ ...current, addresses: withFurther(current.addresses, further) }));
}

/** Fit for the usual rules of complexity. */
function newPassword({ identifiers }: Pick<CmdletScope, 'identifiers'>): string {
  return `Mv-${identifiers.guid().replaceAll('-', '').slice(0, 10)}`;
}

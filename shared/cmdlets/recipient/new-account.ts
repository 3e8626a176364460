import { nextRid, takenName } from '../../domain/directory/name-holders.ts';
import { newRecipient } from '../../domain/directory/new-recipient.ts';
import { isSmtpAddress } from '../../domain/directory/proxy-addresses.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { digestKeys } from '../../domain/identity/digest-keys.ts';
import { ntHash } from '../../domain/identity/nt-hash.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { requireShortName } from '../config-object.ts';
import { textGiven } from '../given.ts';
import { aliasFrom } from './enable.ts';
import { aliasGiven, refuseElsewhere, withSettings } from './mail-settings.ts';

/**
 * What the New- of a recipient with an account takes. `-Password` is a text here: there is nobody who would type a
 * SecureString, and only its NT hash is kept.
 */
export const accountParameters: Readonly<Record<string, ParameterType>> = {
  Name: 'text',
  DisplayName: 'text',
  Alias: 'text',
  FirstName: 'text',
  LastName: 'text',
  UserPrincipalName: 'text',
  MicrosoftOnlineServicesID: 'text',
  SamAccountName: 'text',
  Password: 'text',
  PrimarySmtpAddress: 'text',
};

/** How an account begins. */
interface AccountFacts {
  /** Somebody signs in with it: it has a name to do so and a password. */
  readonly isPerson: boolean;
}

/** A new account without mail from a New-'s parameters; nothing is written. Refuses with `bad-parameter`. */
export async function newAccount(
  tx: Transaction,
  scope: CmdletScope,
  given: CmdletParameters,
  { isPerson }: AccountFacts,
): Promise<Recipient> {
  const { organization } = scope;
  const name = String(given['Name']);
  const displayName = textGiven(given, 'DisplayName') ?? name;
  const guid = scope.identifiers.guid();
  const userPrincipalName = principalNameGiven(scope, given) ?? (isPerson ? missing(organization.kind) : principalNameFor(scope, given));
  const password = textGiven(given, 'Password');
  if (isPerson && password === undefined)
    throw cmdletRefusal('bad-parameter', 'An account needs -Password; it is a text here, no SecureString.');
  const account = newRecipient(organization, {
    guid,
    type: 'User',
    alias: '',
    displayName,
    primaryAddress: '',
    userPrincipalName,
    samAccountName: null,
    rid: await nextRid(tx, organization.name),
  });
  const samAccountName = textGiven(given, 'SamAccountName') ?? (await freeAccountName(tx, account));
  if (!/^[^\s"/\\[\]:;|=,+*?<>@]{1,20}$/.test(samAccountName)) {
    throw cmdletRefusal(
      'bad-parameter',
      `-SamAccountName takes at most 20 characters and none of "/\\[]:;|=,+*?<>@, not '${samAccountName}'.`,
    );
  }
  return {
    ...account,
    samAccountName,
    ntHash: password === undefined ? null : ntHash(password),
    enabled: isPerson,
    details: {
      ...(given['FirstName'] === undefined ? {} : { givenName: String(given['FirstName']) }),
      ...(given['LastName'] === undefined ? {} : { surname: String(given['LastName']) }),
    },
    settings: withSettings(
      {},
      {
        name: name === displayName ? undefined : name,
        digestKeys: password === undefined ? undefined : digestKeys(organization, { samAccountName, userPrincipalName }, password),
        passwordSetAt: password === undefined || organization.kind === 'cloud' ? undefined : scope.at,
      },
    ),
  };
}

/** Checks before a transaction what needs none. Refuses with `bad-parameter`. */
export function checkAccount({ organization }: CmdletScope, given: CmdletParameters): void {
  requireShortName(given);
  aliasGiven(given);
  refuseElsewhere(organization, given, {
    UserPrincipalName: 'on-premises',
    SamAccountName: 'on-premises',
    MicrosoftOnlineServicesID: 'cloud',
  });
}

/** -UserPrincipalName on-premises, -MicrosoftOnlineServicesID in the cloud; the domain has to be the organisation's. */
export function principalNameGiven({ organization }: Pick<CmdletScope, 'organization'>, given: CmdletParameters): string | undefined {
  const parameter = organization.kind === 'cloud' ? 'MicrosoftOnlineServicesID' : 'UserPrincipalName';
  const written = textGiven(given, parameter);
  if (written === undefined) return undefined;
  const domain = written.slice(written.indexOf('@') + 1).toLowerCase();
  if (isSmtpAddress(written) && organization.domains.includes(domain)) return written;
  throw cmdletRefusal(
    'bad-parameter',
    `-${parameter} takes name@domain of an accepted domain (${organization.domains.join(', ')}), not ${JSON.stringify(written)}.`,
  );
}

function missing(kind: 'on-premises' | 'cloud'): never {
  const parameter = kind === 'cloud' ? 'MicrosoftOnlineServicesID' : 'UserPrincipalName';
  throw cmdletRefusal('bad-parameter', `Cannot process command because of one or more missing mandatory parameters: ${parameter}.`);
}

/** The account behind a shared mailbox or a resource is called as it is. */
function principalNameFor({ organization }: CmdletScope, given: CmdletParameters): string {
  const written = textGiven(given, 'PrimarySmtpAddress');
  return written !== undefined && isSmtpAddress(written)
    ? written
    : `${aliasGiven(given) ?? aliasFrom(String(given['Name']))}@${organization.domains[0] ?? organization.name}`;
}

async function freeAccountName(tx: Transaction, account: Recipient): Promise<string> {
  const [local = account.displayName] = account.userPrincipalName?.split('@') ?? [];
  const base =
    aliasFrom(local)
      .replaceAll(/[^A-Za-z0-9._-]/g, '')
      .slice(0, 16) || 'account';
  for (let number = 1; number < 1_000; number += 1) {
    const samAccountName = number === 1 ? base : `${base}${number}`;
    if ((await takenName(tx, { ...account, samAccountName, userPrincipalName: null })) === undefined) return samAccountName;
  }
  throw cmdletRefusal('operation-failed', `Every account name like ${base} is taken.`);
}

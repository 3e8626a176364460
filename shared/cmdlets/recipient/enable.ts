import { listPolicies, policyAddresses, policyFor } from '../../domain/directory/email-address-policies.ts';
import { addressHolder, takenName } from '../../domain/directory/name-holders.ts';
import { legacyDnIn } from '../../domain/directory/new-recipient.ts';
import { withFurther, withPrimary } from '../../domain/directory/proxy-addresses.ts';
import { type Recipient, typeWithoutMail } from '../../domain/directory/recipient.ts';
import { createMailbox } from '../../domain/mailbox/mailboxes.ts';
import { initialDomain } from '../../domain/organization/organization.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { RecipientType } from '../../domain/world/vocabulary.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { withSettings } from './mail-settings.ts';

/** What makes a mail-enabled recipient of an account. */
export interface MailFacts {
  readonly type: RecipientType;
  /** Undefined: made from its other names, so that nobody else has it. */
  readonly alias?: string | undefined;
  /** Undefined: what address policies say, in the cloud the sign-in name. */
  readonly primaryAddress?: string | undefined;
  readonly targetAddress?: string | null;
  readonly exchangeGuid?: Guid | null;
}

/** The highest number that is put behind an alias or an address that another one has. */
const mostTries = 999;

/** The account with alias, addresses and legacyExchangeDN; nothing is written. */
export async function mailEnabled(tx: Transaction, scope: CmdletScope, account: Recipient, facts: MailFacts): Promise<Recipient> {
  const { organization } = scope;
  const alias = facts.alias ?? (await freeAlias(tx, account));
  const named: Recipient = {
    ...account,
    type: facts.type,
    alias,
    legacyDn: legacyDnIn(organization, scope.identifiers.guid(), alias),
    targetAddress: facts.targetAddress ?? null,
    exchangeGuid: facts.exchangeGuid ?? null,
    addresses: facts.targetAddress == null ? [] : [`smtp:${facts.targetAddress}`],
  };
  const given = facts.primaryAddress ?? (organization.kind === 'cloud' ? signInAddress(named, scope) : undefined);
  if (given === undefined) return withPolicyAddresses(tx, scope, named);
  const initial = organization.kind === 'cloud' && facts.exchangeGuid != null ? initialDomain(organization) : undefined;
  const addresses = withPrimary(named.addresses, given);
  if (initial !== undefined) {
    const address = await freeAddress(tx, named, `smtp:${alias}@${initial}`);
    return { ...named, primaryAddress: given, addresses: withFurther(addresses, [address]) };
  }
  const settings = organization.kind === 'cloud' ? named.settings : withSettings(named.settings, { emailAddressPolicyEnabled: false });
  return { ...named, primaryAddress: given, addresses, settings };
}

/** The recipient with the addresses that the policies of its organisation give it; others that it has stay. */
export async function withPolicyAddresses(tx: Transaction, { organization }: CmdletScope, recipient: Recipient): Promise<Recipient> {
  const [domain = organization.name] = organization.domains;
  const policy = policyFor(recipient, await listPolicies(tx, organization.name, domain));
  const made = policy === undefined ? [] : policyAddresses(policy, recipient);
  const [first = `SMTP:${recipient.alias}@${domain}`, ...others] = made;
  const primaryAddress = (await freeAddress(tx, recipient, first)).slice('smtp:'.length);
  const further: string[] = [];
  for (const other of others) further.push(await freeAddress(tx, recipient, other));
  return { ...recipient, primaryAddress, addresses: withFurther(withPrimary(recipient.addresses, primaryAddress), further) };
}

/** The mailbox behind a recipient that has just got its GUID. */
export async function openMailbox(tx: Transaction, scope: CmdletScope, { guid, exchangeGuid, organization }: Recipient): Promise<void> {
  if (exchangeGuid === null) throw new Error(`defect: ${guid} has no mailbox GUID`);
  const ids = { databaseGuid: namedGuid('database', organization), replicaGuid: scope.identifiers.guid() };
  await createMailbox(tx, { guid: exchangeGuid, organization, recipient: guid, kind: 'primary', ...ids }, scope.at);
}

/** The names of an account that Exchange does nothing for any more. Its mailbox stays in the store, nobody's. */
export function mailDisabled(recipient: Recipient): Recipient {
  const { name, sourceAnchor, digestKeys } = recipient.settings;
  return {
    ...recipient,
    type: typeWithoutMail(recipient.type),
    // Groups of the directory have an account name, which is not kept apart from the alias while they have mail.
    samAccountName: recipient.samAccountName ?? recipient.alias,
    alias: '',
    primaryAddress: '',
    addresses: [],
    targetAddress: null,
    legacyDn: '',
    exchangeGuid: null,
    archiveGuid: null,
    access: [],
    settings: withSettings({}, { name, sourceAnchor, digestKeys }),
  };
}

function signInAddress({ userPrincipalName, alias }: Recipient, { organization }: CmdletScope): string {
  const domain = userPrincipalName?.slice(userPrincipalName.indexOf('@') + 1).toLowerCase() ?? '';
  return userPrincipalName !== null && organization.domains.includes(domain) ? userPrincipalName : `${alias}@${organization.domains[0]}`;
}

async function freeAddress(tx: Transaction, { organization, guid }: Recipient, address: string): Promise<string> {
  const at = address.lastIndexOf('@');
  for (let number = 1; number <= mostTries; number += 1) {
    const tried = number === 1 ? address : `${address.slice(0, at)}${number}${address.slice(at)}`;
    const holder = await addressHolder(tx, organization, tried);
    if (holder === undefined || holder === guid) return tried;
  }
  throw cmdletRefusal('operation-failed', `Every address like ${address} is taken.`);
}

async function freeAlias(tx: Transaction, account: Recipient): Promise<string> {
  const { samAccountName, userPrincipalName, displayName } = account;
  const [local] = userPrincipalName?.split('@') ?? [];
  const base = aliasFrom(local ?? samAccountName ?? displayName);
  for (let number = 1; number <= mostTries; number += 1) {
    const alias = number === 1 ? base : `${base}${number}`;
    const taken = await takenName(tx, { ...account, alias, addresses: [], userPrincipalName: null, samAccountName: null });
    if (taken === undefined) return alias;
  }
  throw cmdletRefusal('operation-failed', `Every alias like ${base} is taken.`);
}

/** An alias of a name: what an alias cannot hold is left out, and letters lose their marks. */
export function aliasFrom(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]/g, '')
    .replaceAll(/^\.+|\.+$/g, '');
  return plain.slice(0, 60) || 'recipient';
}

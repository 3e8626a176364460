import { netIdOf } from '../../domain/directory/account-ids.ts';
import { legacyDnIn } from '../../domain/directory/new-recipient.ts';
import { withFurther, withPrimary } from '../../domain/directory/proxy-addresses.ts';
import { isGroup, localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import type { RecipientSettings } from '../../domain/directory/recipient-settings.ts';
import { initialDomain, type Organization } from '../../domain/organization/organization.ts';
import type { RecipientType } from '../../domain/world/vocabulary.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';
import type { Claims } from './claims.ts';
import type { Pair } from './match.ts';

/** What an object of the tenant is to be, and what of its source it cannot have. */
export interface Desired {
  readonly recipient: Recipient;
  readonly refusedAddresses: readonly string[];
  readonly refusedPrincipalName: string | null;
}

interface Ground {
  readonly tenant: Organization;
  readonly claims: Claims;
  /** The tenant's object of one on-premises; undefined where there is none. */
  counterpart(source: Guid): Guid | undefined;
}

/** What the tenant makes of a mailbox that lies there. */
const provisioned: Partial<Readonly<Record<RecipientType, RecipientType>>> = {
  RemoteUserMailbox: 'UserMailbox',
  RemoteSharedMailbox: 'SharedMailbox',
  RemoteRoomMailbox: 'RoomMailbox',
  RemoteEquipmentMailbox: 'EquipmentMailbox',
};

/**
 * The tenant's object as directory synchronisation makes it: who the mailbox of is on-premises is a mail user with its GUID,
 * a remote mailbox has its mailbox here. A mailbox that the tenant has is never taken away. What another object has is left
 * out and told, as since "duplicate attribute resiliency"; the object then goes without.
 */
export function desiredOf({ source, guid, existing }: Pair, ground: Ground): Desired {
  const { tenant, claims } = ground;
  const keepsMailbox = existing !== undefined && localMailbox(existing) !== null;
  const type = typeIn(source, existing);
  const alias = source.alias === '' && !keepsMailbox ? '' : freeAlias(source.alias || (existing?.alias ?? ''), guid, claims);
  const principal = principalName(source, alias, guid, ground);
  const isMailbox = provisionedHere(type);
  if (source.type === 'User' && keepsMailbox) for (const address of existing.addresses) claims.take('address', address, guid);
  // Of somebody whose Exchange attributes were taken away on-premises while the mailbox is here, mail stays as it is.
  const mail =
    source.type === 'User' && existing !== undefined && keepsMailbox
      ? { primaryAddress: existing.primaryAddress, addresses: existing.addresses, refused: [] }
      : addressesOf(source, { guid, alias, existing, isMailbox }, ground);
  const recipient: Recipient = {
    guid,
    organization: tenant.name,
    type,
    alias,
    displayName: source.displayName,
    primaryAddress: mail.primaryAddress,
    addresses: mail.addresses.toSorted(),
    targetAddress: isMailbox || type === 'User' || isGroup(source) ? null : targetOf(source),
    userPrincipalName: principal.name,
    samAccountName: existing?.samAccountName ?? null,
    ntHash: source.ntHash,
    enabled: source.enabled,
    mfa: existing?.mfa ?? source.mfa,
    sid: source.sid,
    netId: existing?.netId ?? netIdOf(principal.name ?? source.primaryAddress),
    legacyDn: alias === '' ? '' : existing?.legacyDn || legacyDnIn(tenant, namedGuid('legacy-dn', guid), alias),
    exchangeGuid: isMailbox ? mailboxGuid(source, existing, guid) : source.exchangeGuid,
    archiveGuid: isMailbox ? (existing?.archiveGuid ?? null) : source.archiveGuid,
    details: source.details,
    members: mapped(source.members, ground),
    access: existing?.access ?? [],
    settings: settingsOf(source, existing, ground),
  };
  return { recipient, refusedAddresses: mail.refused, refusedPrincipalName: principal.refused };
}

function typeIn(source: Recipient, existing: Recipient | undefined): RecipientType {
  if (isGroup(source) || source.type === 'MailContact') return source.type;
  const remote = provisioned[source.type];
  if (remote !== undefined) return remote;
  if (existing !== undefined && localMailbox(existing) !== null) return existing.type;
  return source.type === 'User' ? 'User' : 'MailUser';
}

function provisionedHere(type: RecipientType): boolean {
  return Object.values(provisioned).includes(type);
}

function mailboxGuid({ exchangeGuid }: Recipient, existing: Recipient | undefined, guid: Guid): Guid {
  const kept = existing === undefined || localMailbox(existing) === null ? null : existing.exchangeGuid;
  return kept ?? exchangeGuid ?? namedGuid('provisioned-mailbox', guid);
}

/** Where mail of somebody whose mailbox is elsewhere goes: the mailbox's own address, or what the mail user says. */
function targetOf(source: Recipient): string {
  return source.targetAddress ?? source.primaryAddress;
}

function freeAlias(wanted: string, guid: Guid, claims: Claims): string {
  for (let number = 1; ; number += 1) {
    const alias = number === 1 ? wanted : `${wanted}${number}`;
    if (claims.take('alias', alias, guid)) return alias;
  }
}

function principalName(source: Recipient, alias: string, guid: Guid, { tenant, claims }: Ground) {
  const wanted = source.userPrincipalName;
  if (wanted === null) return { name: null, refused: null };
  const isVerified = tenant.domains.includes(wanted.slice(wanted.indexOf('@') + 1).toLowerCase());
  if (isVerified && claims.take('userPrincipalName', wanted, guid)) return { name: wanted, refused: null };
  const initial = initialDomain(tenant);
  const made = `${alias || wanted.slice(0, wanted.indexOf('@'))}@${initial ?? tenant.domains[0]}`;
  const isFree = claims.take('userPrincipalName', made, guid);
  return { name: isFree ? made : null, refused: isVerified ? wanted : null };
}

interface Mail {
  readonly guid: Guid;
  readonly alias: string;
  readonly existing: Recipient | undefined;
  readonly isMailbox: boolean;
}

/**
 * The addresses of the source; of a mailbox in the tenant those in its domains alone (learn.microsoft.com "How the
 * proxyAddresses attribute is populated", KB 3190357). Then the initial domain's, and the source's legacyExchangeDN as X500.
 */
function addressesOf(source: Recipient, { guid, alias, existing, isMailbox }: Mail, { tenant, claims }: Ground) {
  if (source.addresses.length === 0) return { primaryAddress: '', addresses: [], refused: [] };
  const initial = initialDomain(tenant);
  const isOurs = (address: string): boolean => tenant.domains.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase());
  const isKept = (address: string): boolean => !/^smtp:/i.test(address) || !isMailbox || isOurs(address);
  const refused: string[] = [];
  const own = source.addresses.filter(isKept).filter((address) => {
    // The way back: the tenant's own legacyExchangeDN is no other name of it.
    if (existing !== undefined && address.toLowerCase() === `x500:${existing.legacyDn.toLowerCase()}`) return false;
    const isFree = claims.take('address', address, guid);
    if (!isFree) refused.push(address);
    return isFree;
  });
  const further = [
    ...(initial === undefined || isGroup(source) || source.type === 'MailContact' ? [] : [`smtp:${alias}@${initial}`]),
    ...(existing?.addresses ?? []).filter((address) => initial !== undefined && address.toLowerCase().endsWith(`@${initial}`)),
    `X500:${source.legacyDn}`,
  ].filter((address) => claims.take('address', address, guid));
  const all = withFurther(own, further);
  const wanted = all.find((address) => address.startsWith('SMTP:')) ?? further.find((address) => /^smtp:/i.test(address));
  const primaryAddress = wanted?.slice('smtp:'.length) ?? '';
  return { primaryAddress, addresses: primaryAddress === '' ? [] : withPrimary(all, primaryAddress), refused };
}

function mapped(guids: readonly Guid[], { counterpart }: Ground): readonly Guid[] {
  return guids.flatMap((guid) => counterpart(guid) ?? []);
}

/** What is mastered on-premises comes from there, what the tenant itself sets stays. */
function settingsOf({ guid, settings: theirs }: Recipient, existing: Recipient | undefined, ground: Ground): RecipientSettings {
  const ours = existing?.settings ?? {};
  const people = (list: readonly Guid[] | undefined): readonly Guid[] | undefined => {
    const found = mapped(list ?? [], ground);
    return found.length === 0 ? undefined : found;
  };
  const all = {
    ...ours,
    emailAddressPolicyEnabled: undefined,
    name: theirs.name,
    hiddenFromAddressLists: theirs.hiddenFromAddressLists,
    mailTip: theirs.mailTip,
    grantSendOnBehalfTo: people(theirs.grantSendOnBehalfTo),
    acceptMessagesOnlyFrom: people(theirs.acceptMessagesOnlyFrom),
    rejectMessagesFrom: people(theirs.rejectMessagesFrom),
    managedBy: people(theirs.managedBy),
    moderationEnabled: theirs.moderationEnabled,
    moderatedBy: people(theirs.moderatedBy),
    bypassModerationFrom: people(theirs.bypassModerationFrom),
    bypassNestedModeration: theirs.bypassNestedModeration,
    moderationNotifications: theirs.moderationNotifications,
    requireSenderAuthentication: theirs.requireSenderAuthentication,
    customAttributes: theirs.customAttributes,
    ...ofMailbox(theirs, existing, ground),
    sourceAnchor: guid,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as RecipientSettings;
}

/**
 * What the mailbox itself is to have once it is moved here: altRecipient, msExchLitigationHoldDate and -Owner are synchronised, its quotas,
 * retention policy and other forwarding are not (learn.microsoft.com "Microsoft Entra Connect Sync: Attributes synchronized to Microsoft
 * Entra ID", Exchange Online). Of a mailbox that is here already the tenant's own hold.
 */
function ofMailbox(
  { forwardingAddress, litigationHold }: RecipientSettings,
  existing: Recipient | undefined,
  { counterpart }: Ground,
): Pick<Partial<Record<keyof RecipientSettings, unknown>>, 'forwardingAddress' | 'litigationHold'> {
  if (existing !== undefined && localMailbox(existing) !== null) return {};
  return {
    forwardingAddress: forwardingAddress === undefined ? undefined : counterpart(forwardingAddress),
    litigationHold: litigationHold === undefined ? undefined : { since: litigationHold.since, owner: litigationHold.owner },
  };
}

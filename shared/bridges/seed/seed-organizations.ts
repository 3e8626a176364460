import { accountSid, netIdOf } from '../../domain/directory/account-ids.ts';
import { arbitrationRecipient } from '../../domain/directory/arbitration.ts';
import { legacyExchangeDn } from '../../domain/directory/legacy-dn.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { createRecipients } from '../../domain/directory/recipients.ts';
import { digestKeys } from '../../domain/identity/digest-keys.ts';
import { ntHash } from '../../domain/identity/nt-hash.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { perimeterDefined, perimeterDeviceName, perimeterDevices } from '../../domain/organization/perimeter-devices.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import { createOrganization } from '../../domain/organization/registry.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { createVirtualDirectories } from '../../domain/organization/virtual-directories.ts';
import type { World, WorldOrganization, WorldRecipient } from '../../domain/world/world.ts';
import { present } from '../../kernel/assert.ts';
import type { Instant } from '../../kernel/clock.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';

/** Writes the organisations of a world, their settings as Setup leaves them, and their directories. */
export async function seedOrganizations(tx: Transaction, world: World, at: Instant): Promise<readonly Organization[]> {
  const hashes = new Map<string, string>();
  const organizations = world.organizations.map(organizationOf);
  for (const [position, written] of world.organizations.entries()) {
    const organization = organizationOf(written);
    await createOrganization(tx, organization, position, at);
    await createVirtualDirectories(tx, organization, at);
    if (written.perimeter !== undefined)
      await perimeterDevices.create(tx, organization.name, perimeterDeviceName, perimeterDefined(written.perimeter), at);
    const sids = securityIdentifiers(world, written);
    const recipients = written.recipients.map((recipient) => recipientOf(world, written, recipient, { hashes, sids }));
    await createRecipients(tx, organization.name, [...recipients, arbitrationRecipient(organization)], at);
  }
  return organizations;
}

/** GUID of the directory object that a world's recipient becomes. */
export function recipientGuid(organization: string, mail: string): Guid {
  return namedGuid('recipient', organization, mail.toLowerCase());
}

function organizationOf({
  name,
  kind,
  title,
  product,
  era,
  tenantId,
  netbiosName,
  domains,
  hosts,
  servers,
}: WorldOrganization): Organization {
  const { web, autodiscover, smtp, redirectOnly } = hosts;
  return {
    name,
    kind,
    title,
    product,
    ...(era === null ? {} : { era }),
    ...(tenantId === null ? {} : { tenantId }),
    netbiosName,
    domains,
    hosts: { web, autodiscover, ...(smtp === null ? {} : { smtp }), redirectOnly },
    ...(servers === undefined ? {} : { servers }),
  };
}

interface RecipientSources {
  readonly hashes: Map<string, string>;
  readonly sids: ReadonlyMap<string, string>;
}

function recipientOf(world: World, organization: WorldOrganization, written: WorldRecipient, sources: RecipientSources): Recipient {
  const { type, alias, displayName, mail, addresses, targetAddress, account, exchangeGuid, details, members, fullAccess } = written;
  const guidOf = (address: string): Guid => recipientGuid(organization.name, address);
  const digests = account === null || account.password === null ? undefined : digestKeys(organization, account, account.password);
  return {
    guid: guidOf(mail),
    organization: organization.name,
    type,
    alias,
    displayName,
    primaryAddress: mail,
    addresses: [`SMTP:${mail}`, ...addresses.map((address) => `smtp:${address}`), ...counterpartAddresses(world, written)],
    targetAddress,
    userPrincipalName: account?.userPrincipalName ?? null,
    samAccountName: account?.samAccountName ?? null,
    ntHash: account === null || account.password === null ? null : hashOf(account.password, sources.hashes),
    enabled: account?.enabled ?? true,
    mfa: account?.mfa ?? false,
    sid: present(sources.sids.get(mail), `the security identifier of ${mail}`),
    netId: netIdOf(account?.userPrincipalName ?? mail),
    legacyDn: legacyDnOf(organization, alias, guidOf(mail)),
    exchangeGuid,
    archiveGuid: null,
    details,
    members: members.map(guidOf),
    access: fullAccess.map((address) => ({ trustee: guidOf(address), right: 'FullAccess', inherited: false })),
    settings: digests === undefined ? {} : { digestKeys: digests },
  };
}

/** The first account of a new domain that is not built in; the number goes up from there. */
const firstRid = 1_105;

/**
 * Security identifiers by address. A cloud object that is synchronised from an on-premises one has that one's: both are
 * the same person, whichever of them has the mailbox.
 */
function securityIdentifiers(world: World, organization: WorldOrganization): ReadonlyMap<string, string> {
  const own = ({ name, recipients }: WorldOrganization) =>
    recipients.map(({ mail }, index) => [mail, accountSid(name, firstRid + index)] as const);
  const sids = new Map(own(organization));
  if (organization.kind !== 'cloud') return sids;
  for (const other of world.organizations.filter(({ kind }) => kind === 'on-premises')) {
    const theirs = new Map(own(other));
    for (const { mail, counterpart } of organization.recipients) {
      const isShared = other.domains.includes(mail.slice(mail.indexOf('@') + 1));
      const sid = isShared && counterpart?.organization === other.name ? theirs.get(counterpart.mail) : undefined;
      if (sid !== undefined) sids.set(mail, sid);
    }
  }
  return sids;
}

/** Directory synchronisation and moves leave the other side's legacyExchangeDN as X500 address, so that old mail can be answered. */
function counterpartAddresses(world: World, { counterpart }: WorldRecipient): readonly string[] {
  const other = world.organizations.find(({ name }) => name === counterpart?.organization);
  const recipient = other?.recipients.find(({ mail }) => mail === counterpart?.mail);
  if (other === undefined || recipient === undefined) return [];
  return [`X500:${legacyDnOf(other, recipient.alias, recipientGuid(other.name, recipient.mail))}`];
}

function legacyDnOf(organization: WorldOrganization, alias: string, guid: Guid): string {
  return legacyExchangeDn(profileOf(organization.product).directoryName ?? organization.title, guid, alias);
}

/** Most accounts of a world share one password. */
function hashOf(password: string, hashes: Map<string, string>): string {
  const hash = hashes.get(password) ?? ntHash(password);
  hashes.set(password, hash);
  return hash;
}

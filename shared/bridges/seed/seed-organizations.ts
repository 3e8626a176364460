import { legacyExchangeDn } from '../../domain/directory/legacy-dn.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { createRecipients } from '../../domain/directory/recipients.ts';
import { ntHash } from '../../domain/identity/nt-hash.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import { createOrganization } from '../../domain/organization/registry.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { createVirtualDirectories } from '../../domain/organization/virtual-directories.ts';
import type { World, WorldOrganization, WorldRecipient } from '../../domain/world/world.ts';
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
    const recipients = written.recipients.map((recipient) => recipientOf(world, written, recipient, hashes));
    await createRecipients(tx, organization.name, recipients, at);
  }
  return organizations;
}

/** GUID of the directory object that a world's recipient becomes. */
export function recipientGuid(organization: string, mail: string): Guid {
  return namedGuid('recipient', organization, mail.toLowerCase());
}

function organizationOf({ name, kind, product, era, tenantId, netbiosName, domains, hosts }: WorldOrganization): Organization {
  const { web, autodiscover, smtp, redirectOnly } = hosts;
  return {
    name,
    kind,
    product,
    ...(era === null ? {} : { era }),
    ...(tenantId === null ? {} : { tenantId }),
    netbiosName,
    domains,
    hosts: { web, autodiscover, ...(smtp === null ? {} : { smtp }), redirectOnly },
  };
}

function recipientOf(world: World, organization: WorldOrganization, written: WorldRecipient, hashes: Map<string, string>): Recipient {
  const { type, alias, displayName, mail, addresses, targetAddress, account, exchangeGuid, details, members, fullAccess } = written;
  const guidOf = (address: string): Guid => recipientGuid(organization.name, address);
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
    ntHash: account === null || account.password === null ? null : hashOf(account.password, hashes),
    enabled: account?.enabled ?? true,
    legacyDn: legacyDnOf(organization, alias, guidOf(mail)),
    exchangeGuid,
    archiveGuid: null,
    details,
    members: members.map(guidOf),
    access: fullAccess.map((address) => ({ trustee: guidOf(address), right: 'FullAccess', inherited: false })),
  };
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

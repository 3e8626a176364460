import type { Directory } from '../../domain/directory/directory.ts';
import { addressHolder } from '../../domain/directory/name-holders.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { createRecipients, readRecipients, removeRecipient, updateRecipient } from '../../domain/directory/recipients.ts';
import {
  provisioningErrors,
  synchronisationName,
  synchronisationSettings,
  synchronisedPublicFolders,
  usualSynchronisation,
} from '../../domain/directory/synchronisation.ts';
import { createMailbox, getMailbox } from '../../domain/mailbox/mailboxes.ts';
import type { ConfigKind } from '../../domain/organization/config-kind.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import type { Organizations } from '../../domain/organization/registry.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import { namedGuid } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { isEqual, type Plan, planCycle } from './plan.ts';

/** What a cycle works on. */
export interface SyncGround {
  readonly organization: Organization;
  readonly organizations: Pick<Organizations, 'all'>;
  readonly at: Instant;
  /** `work` holds calls of the store only. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  directory(organization: string): Directory;
}

/** Why there is no cycle. */
export type SyncRefusalCode = 'no-tenant' | 'deletion-threshold';

/** How much a cycle has written. */
export interface SyncOutcome {
  readonly tenant: string;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly writtenBack: number;
  readonly errors: number;
}

/** Objects that are written in one transaction. */
const batch = 100;

/** The tenant that an organisation's recipients are synchronised to: the first that shares a domain with it. */
function tenantOf({ domains }: Organization, { all }: Pick<Organizations, 'all'>): Organization | undefined {
  return all.find((other) => other.kind === 'cloud' && other.domains.some((domain) => domains.includes(domain)));
}

/**
 * One cycle of directory synchronisation: reads both directories, works out what differs, writes it in batches. A cycle
 * that finds nothing different writes nothing. Objects that somebody changes meanwhile are left to the next one. Refuses
 * with {@link SyncRefusalCode}.
 */
export async function runSyncCycle(ground: SyncGround): Promise<SyncOutcome> {
  const { organization, organizations } = ground;
  const tenant = tenantOf(organization, organizations);
  if (tenant === undefined) {
    throw new Refusal<SyncRefusalCode>('no-tenant', { detail: `no tenant of this world shares a domain with ${organization.name}` });
  }
  const settings = await ground.transaction(
    async (tx) => (await synchronisationSettings.find(tx, organization.name, synchronisationName))?.value ?? usualSynchronisation,
  );
  const [sources, tenantRecipients] = [await ground.directory(organization.name).all(), await ground.directory(tenant.name).all()];
  const others = await anchorsElsewhere(ground);
  const isOthers = ({ settings: { sourceAnchor } }: Recipient): boolean => sourceAnchor !== undefined && others.has(sourceAnchor);
  const plan = await planCycle({ sources, tenant, tenantRecipients, settings, isOthers });
  if (plan.deletions.length > settings.deletionThreshold) {
    // The step's result of the same name: learn.microsoft.com "Microsoft Entra Connect Sync: Prevent accidental deletes".
    const detail = `stopped-deletion-threshold-exceeded: ${plan.deletions.length} objects would be deleted, more than ${settings.deletionThreshold}`;
    throw new Refusal<SyncRefusalCode>('deletion-threshold', { detail });
  }
  await writeDeletions(ground, tenant, plan);
  await giveUpAddresses(ground, plan);
  await writeObjects(ground, tenant, plan);
  const writtenBack = await writeBack(ground, plan);
  await writeReports(ground, tenant, plan);
  const created = plan.objects.filter(({ existing }) => existing === undefined).length;
  return {
    ...{ tenant: tenant.name, created, updated: plan.objects.length - created },
    ...{ deleted: plan.deletions.length, writtenBack, errors: plan.errors.length },
  };
}

async function anchorsElsewhere({ organization, organizations, directory }: SyncGround): Promise<ReadonlySet<string>> {
  const anchors = new Set<string>();
  for (const { name, kind } of organizations.all) {
    if (kind === 'on-premises' && name !== organization.name) for (const { guid } of await directory(name).all()) anchors.add(guid);
  }
  return anchors;
}

/** The mailbox of an object that goes stays in the store, nobody's. */
async function writeDeletions(ground: SyncGround, tenant: Organization, { deletions }: Plan): Promise<void> {
  await inBatches(ground, deletions, async (tx, { guid }) => {
    if (await isThere(tx, tenant.name, guid)) await removeRecipient(tx, tenant.name, guid, ground.at);
  });
}

/** An address that goes over to another object is given up by the one that has it first. */
async function giveUpAddresses(ground: SyncGround, { objects }: Plan): Promise<void> {
  const claimed = new Map(objects.flatMap(({ desired }) => desired.addresses.map((address) => [keyOf(address), desired.guid] as const)));
  const giving = objects.flatMap(({ existing }) => {
    const kept = existing?.addresses.filter((address) => (claimed.get(keyOf(address)) ?? existing.guid) === existing.guid);
    return existing === undefined || kept === undefined || kept.length === existing.addresses.length
      ? []
      : [{ ...existing, addresses: kept }];
  });
  await inBatches(ground, giving, async (tx, recipient) => {
    if (await isAsRead(tx, recipient)) await updateRecipient(tx, recipient, ground.at);
  });
}

async function writeObjects(ground: SyncGround, tenant: Organization, { objects }: Plan): Promise<void> {
  await inBatches(ground, objects, async (tx, { desired, existing }) => {
    if (existing === undefined) await createRecipients(tx, tenant.name, [desired], ground.at);
    else if (!(await isAsRead(tx, existing))) return;
    else await updateRecipient(tx, desired, ground.at);
    const mailbox = localMailbox(desired);
    if (mailbox === null || (await getMailbox(tx, mailbox)) !== undefined) return;
    const ids = { databaseGuid: namedGuid('database', tenant.name), replicaGuid: namedGuid('replica', tenant.name, mailbox) };
    await createMailbox(tx, { guid: mailbox, organization: tenant.name, recipient: desired.guid, kind: 'primary', ...ids }, ground.at);
  });
}

async function writeBack(ground: SyncGround, { writebacks }: Plan): Promise<number> {
  const { organization } = ground;
  let written = 0;
  await inBatches(ground, writebacks, async (tx, { source, address }) => {
    const [current] = await readRecipients(tx, organization.name, [source.guid]);
    if (current === undefined || (await addressHolder(tx, organization.name, address)) !== undefined) return;
    await updateRecipient(tx, { ...current, addresses: [...current.addresses, address] }, ground.at);
    written += 1;
  });
  return written;
}

async function writeReports(ground: SyncGround, tenant: Organization, { errors, publicFolders }: Plan): Promise<void> {
  const { transaction, at } = ground;
  await transaction(async (tx) => {
    const folders = publicFolders.map((folder) => [folder.sourceAnchor, folder] as const);
    await replaceAll(tx, synchronisedPublicFolders, tenant.name, new Map(folders), at);
    const reports = errors.map((error) => [`${error.sourceAnchor} ${error.property}`, error] as const);
    await replaceAll(tx, provisioningErrors, tenant.name, new Map(reports), at);
  });
}

async function replaceAll<T extends object>(
  tx: Transaction,
  kind: ConfigKind<T>,
  organization: string,
  wanted: ReadonlyMap<string, T>,
  at: Instant,
): Promise<void> {
  const known = new Set<string>();
  for (const stored of await kind.list(tx, organization)) {
    known.add(stored.name);
    const value = wanted.get(stored.name);
    if (value === undefined) await kind.remove(tx, stored, at);
    else if (JSON.stringify(value) !== JSON.stringify(stored.value)) await kind.replace(tx, stored, value, at);
  }
  for (const [name, value] of wanted) if (!known.has(name)) await kind.create(tx, organization, name, value, at);
}

async function inBatches<T>(
  { transaction }: SyncGround,
  members: readonly T[],
  write: (tx: Transaction, member: T) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < members.length; start += batch) {
    await transaction(async (tx) => {
      for (const member of members.slice(start, start + batch)) await write(tx, member);
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Whether an object is as it was when the cycle read it, its addresses apart: it may have become a mailbox meanwhile, or have moved. */
async function isAsRead(tx: Transaction, read: Recipient): Promise<boolean> {
  const [current] = await readRecipients(tx, read.organization, [read.guid]);
  return current !== undefined && isEqual({ ...current, addresses: [] }, { ...read, addresses: [] });
}

async function isThere(tx: Transaction, organization: string, guid: string): Promise<boolean> {
  return (await readRecipients(tx, organization, [guid])).length === 1;
}

function keyOf(address: string): string {
  return address.toLowerCase();
}

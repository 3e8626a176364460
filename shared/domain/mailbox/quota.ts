import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { RecipientSettings } from '../directory/recipient-settings.ts';
import {
  archiveQuota,
  archiveWarningQuota,
  databaseNameOfMailbox,
  heldQuotas,
  type MailboxDatabase,
  mailboxDatabases,
  type Quotas,
  setupQuotas,
  usualQuotas,
} from '../organization/mailbox-databases.ts';
import type { Organization } from '../organization/organization.ts';
import { findOrganization } from '../organization/registry.ts';
import { isRecoverable } from './deletion-stamp.ts';
import { mailboxRefusal } from './errors.ts';
import type { FolderRow } from './folder-columns.ts';
import { getFolderByRole } from './folders.ts';
import { sizeOfMailbox } from './mailbox-size.ts';

/** What holds for a mailbox: octets, null for without limit. */
export interface MailboxQuotas extends Quotas {
  readonly messagesPerFolder: number | null;
}

const nothing: MailboxQuotas = {
  ProhibitSendReceiveQuota: null,
  ProhibitSendQuota: null,
  IssueWarningQuota: null,
  RecoverableItemsQuota: null,
  RecoverableItemsWarningQuota: null,
  messagesPerFolder: null,
};
/** Messages of a folder in Exchange Online (service description, "Exchange Online limits"). */
const cloudMessagesPerFolder = 1_000_000;

const ownerOf = prepared((db, p: { guid: string }) =>
  db
    .selectFrom('mailbox')
    .leftJoin('recipient', 'recipient.guid', 'mailbox.recipient')
    .select(['mailbox.kind as kind', 'mailbox.organization as organization', 'recipient.attributes as attributes'])
    .where('mailbox.guid', '=', p.guid),
);
const inTransaction = new WeakMap<Executor, Map<Guid, Promise<MailboxQuotas>>>();

/** The quotas that hold for a mailbox, as the transaction sees them; read once in each. Public folders have none here. */
export function quotasOf(executor: Executor, mailbox: Guid): Promise<MailboxQuotas> {
  if (!executor.isTransaction) return readQuotas(executor, mailbox);
  const known = inTransaction.get(executor) ?? new Map<Guid, Promise<MailboxQuotas>>();
  inTransaction.set(executor, known);
  const quotas = known.get(mailbox) ?? readQuotas(executor, mailbox);
  known.set(mailbox, quotas);
  return quotas;
}

async function readQuotas(executor: Executor, mailbox: Guid): Promise<MailboxQuotas> {
  const found = await ownerOf.first(executor, { guid: mailbox });
  const organization = found === undefined ? undefined : await findOrganization(executor, found.organization);
  if (found === undefined || organization === undefined || found.kind === 'public') return nothing;
  const { settings = {} }: { settings?: RecipientSettings } = found.attributes === null ? {} : JSON.parse(found.attributes);
  const stored = await mailboxDatabases.list(executor, organization.name);
  const databases = stored.map(({ value }) => value);
  const quotas = quotasOfOwner(mailbox, { organization, settings, databases });
  if (found.kind !== 'archive') return quotas;
  // An archive sends nothing: it has one limit, from which on it takes nothing more.
  return { ...quotas, ProhibitSendReceiveQuota: archiveQuota, ProhibitSendQuota: null, IssueWarningQuota: archiveWarningQuota };
}

/** Whose a mailbox is that is no archive and keeps no public folders, and what was set at the organisation's databases. */
export interface MailboxOwner {
  readonly organization: Organization;
  readonly settings: RecipientSettings;
  readonly databases: readonly MailboxDatabase[];
}

function quotasOfOwner(mailbox: Guid, { organization, settings, databases }: MailboxOwner): MailboxQuotas {
  const messagesPerFolder = settings.messagesPerFolder ?? (organization.kind === 'cloud' ? cloudMessagesPerFolder : null);
  return { ...sizesThatHold(mailbox, { organization, settings, databases }), messagesPerFolder };
}

function sizesThatHold(mailbox: Guid, { organization, settings, databases }: MailboxOwner): Quotas {
  const { quotas = {}, ownQuotas, litigationHold } = settings;
  const isCloud = organization.kind === 'cloud';
  const held = isCloud && litigationHold !== undefined ? heldQuotas : {};
  if (ownQuotas ?? isCloud) return { ...usualQuotas[organization.kind], ...held, ...quotas };
  if (databases.length === 0) return setupQuotas;
  const database = databaseNameOfMailbox(organization, mailbox);
  return { ...setupQuotas, ...databases.find(({ Name }) => Name === database)?.quotas };
}

/**
 * Refuses what a mailbox has no room for any more: `quota-exceeded` where it is as large as it may be, or what is recoverable in
 * it for a folder of that, and `folder-full`. What goes beyond a limit is taken as long as the limit was not reached before
 * (inferred). `growth`: of an item that is there already.
 */
export async function requireRoom(tx: Executor, mailbox: Guid, folder: FolderRow, what: 'item' | 'growth' = 'item'): Promise<void> {
  const [quotas, size] = [await quotasOf(tx, mailbox), await sizeOfMailbox(tx, mailbox)];
  const [used, limit] = isRecoverable(folder)
    ? [size.recoverable, quotas.RecoverableItemsQuota]
    : [size.inUse, quotas.ProhibitSendReceiveQuota];
  if (limit !== null && used >= limit) throw mailboxRefusal('quota-exceeded', `mailbox ${mailbox} has ${used} octets of ${limit}`);
  if (what === 'item') await requireRoomIn(tx, mailbox, folder);
}

/** Refuses with `folder-full` where a folder has as many items as it may; recoverable ones are not counted here. */
export async function requireRoomIn(tx: Executor, mailbox: Guid, folder: FolderRow): Promise<void> {
  const { messagesPerFolder: limit } = await quotasOf(tx, mailbox);
  if (limit !== null && !isRecoverable(folder) && folder.item_count >= limit)
    throw mailboxRefusal('folder-full', `folder ${folder.counter} of mailbox ${mailbox} has ${folder.item_count} items of ${limit}`);
}

/** Refuses with `quota-exceeded` where a mailbox is so large that it sends nothing any more (page of Set-Mailbox, -ProhibitSendQuota). */
export async function requireMaySend(executor: Executor, mailbox: Guid): Promise<void> {
  const { ProhibitSendQuota, ProhibitSendReceiveQuota } = await quotasOf(executor, mailbox);
  const limit = Math.min(ProhibitSendQuota ?? Infinity, ProhibitSendReceiveQuota ?? Infinity);
  const { inUse } = limit === Infinity ? { inUse: 0 } : await sizeOfMailbox(executor, mailbox);
  if (inUse >= limit) throw mailboxRefusal('quota-exceeded', `mailbox ${mailbox} has ${inUse} octets of ${limit} and sends nothing`);
}

/** Why mail cannot come into a mailbox; undefined where it can. Its owner is read where he is not known. */
export async function fullFor(
  executor: Executor,
  mailbox: Guid,
  owner?: MailboxOwner,
): Promise<'quota-exceeded' | 'folder-full' | undefined> {
  const quotas = owner === undefined ? await quotasOf(executor, mailbox) : quotasOfOwner(mailbox, owner);
  const { ProhibitSendReceiveQuota: limit, messagesPerFolder } = quotas;
  if (limit !== null && (await sizeOfMailbox(executor, mailbox)).inUse >= limit) return 'quota-exceeded';
  const inbox = messagesPerFolder === null ? undefined : await getFolderByRole(executor, mailbox, 'inbox');
  return inbox !== undefined && messagesPerFolder !== null && inbox.item_count >= messagesPerFolder ? 'folder-full' : undefined;
}

/** Which limit the owner of a mailbox is told that it has passed. */
export type QuotaNotice = 'Warning' | 'Send' | 'SendReceive';

/**
 * What the owner of a mailbox of that size is told: of the highest limit that it has reached, but of the lowest only where that is at
 * least half of the one for sending ("Understanding Quota Messages" of Exchange 2010 SP1).
 */
export function quotaNoticeFor(quotas: Quotas, inUse: number): QuotaNotice | undefined {
  switch (storageLimitStatus(quotas, inUse)) {
    case 'MailboxDisabled':
      return 'SendReceive';
    case 'ProhibitSend':
      return 'Send';
    case 'IssueWarning':
      return 2 * (quotas.IssueWarningQuota ?? 0) >= (quotas.ProhibitSendQuota ?? 0) ? 'Warning' : undefined;
    case 'BelowLimit':
    case 'NoChecking':
      return undefined;
  }
}

/** What `Get-MailboxStatistics` calls StorageLimitStatus (StorageLimitStatus of the Exchange 2010 documentation). */
export function storageLimitStatus(
  quotas: Quotas,
  inUse: number,
): 'BelowLimit' | 'IssueWarning' | 'ProhibitSend' | 'MailboxDisabled' | 'NoChecking' {
  const { ProhibitSendReceiveQuota, ProhibitSendQuota, IssueWarningQuota } = quotas;
  const reaches = (limit: number | null): boolean => limit !== null && inUse >= limit;
  if (reaches(ProhibitSendReceiveQuota)) return 'MailboxDisabled';
  if (reaches(ProhibitSendQuota)) return 'ProhibitSend';
  if (reaches(IssueWarningQuota)) return 'IssueWarning';
  return ProhibitSendReceiveQuota === null && ProhibitSendQuota === null && IssueWarningQuota === null ? 'NoChecking' : 'BelowLimit';
}

import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { prepared } from '../../store/prepared.ts';
import type { ItemTable } from '../../store/schema.ts';
import { readRecipients } from '../directory/recipients.ts';
import { profileOf } from '../organization/profiles.ts';
import { findOrganization } from '../organization/registry.ts';
import { type MailboxHold, mailboxHolds } from './holds.ts';
import { itemFits } from './item-fits.ts';
import { itemProperty } from './property-reader.ts';

const dayMs = 86_400_000;
/** RetainDeletedItemsFor of a mailbox of which nothing is said (pages of Set-Mailbox and "Recoverable Items folder"). */
export const usualRetentionSeconds = 14 * 86_400;
/** What of calendars is deleted stays longer (page "Recoverable Items folder in Exchange Server", table of the purging). */
const calendarRetentionMs = 120 * dayMs;

/** What a mailbox keeps of what is removed from it or changed in it. */
export interface Keeping {
  /** First half of PidTagLastActiveParentEntryId; absent where the product has no such stamp. */
  readonly stampGuid?: Guid;
  readonly retentionMs: number;
  readonly singleItemRecovery: boolean;
  readonly litigationHold?: { readonly days?: number };
  /** Holds of searches: what fits the query of one. */
  readonly holds: readonly MailboxHold[];
}

/** Folders of the recoverable items where what must not go is kept. */
export type KeptIn = 'recoverableitemspurges' | 'recoverableitemsdiscoveryholds';

const mailboxNamed = prepared((db, p: { guid: string }) =>
  db.selectFrom('mailbox').select(['organization', 'recipient', 'database_guid']).where('guid', '=', p.guid),
);
const inTransaction = new WeakMap<Executor, Map<Guid, Promise<Keeping>>>();

/** What holds for a mailbox, its owner's archive included, as the transaction sees it; read once in each. */
export function keepingOf(tx: Executor, mailbox: Guid): Promise<Keeping> {
  if (!tx.isTransaction) return readKeeping(tx, mailbox);
  const known = inTransaction.get(tx) ?? new Map<Guid, Promise<Keeping>>();
  inTransaction.set(tx, known);
  const keeping = known.get(mailbox) ?? readKeeping(tx, mailbox);
  known.set(mailbox, keeping);
  return keeping;
}

async function readKeeping(tx: Executor, mailbox: Guid): Promise<Keeping> {
  const found = await mailboxNamed.first(tx, { guid: mailbox });
  const organization = found === undefined ? undefined : await findOrganization(tx, found.organization);
  if (found === undefined || organization === undefined)
    return { retentionMs: usualRetentionSeconds * 1_000, singleItemRecovery: false, holds: [] };
  const profile = profileOf(organization.product);
  const [owner] = await readRecipients(tx, organization.name, [found.recipient]);
  const settings = owner?.settings ?? {};
  const primary = owner?.exchangeGuid ?? mailbox;
  const holds = (await mailboxHolds.list(tx, organization.name)).map(({ value }) => value);
  return {
    ...(profile.originalFolderRecovery ? { stampGuid: found.database_guid as Guid } : {}),
    retentionMs: (settings.retainDeletedItemsFor ?? usualRetentionSeconds) * 1_000,
    singleItemRecovery: settings.singleItemRecovery ?? profile.singleItemRecovery,
    ...(settings.litigationHold === undefined ? {} : { litigationHold: settings.litigationHold }),
    holds: holds.filter(({ Mailboxes }) => Mailboxes.includes(primary)),
  };
}

/** Whether a mailbox keeps anything at all that its users remove for good. */
export function keepsAnything({ singleItemRecovery, litigationHold, holds }: Keeping): boolean {
  return singleItemRecovery || litigationHold !== undefined || holds.length > 0;
}

/**
 * Where a hold keeps an item and until when, Infinity for without end; undefined when none does. The end of a hold counts from
 * when the item was received or created. Folder associated information is not held (inferred).
 */
export async function heldBy(
  tx: Executor,
  { litigationHold, holds }: Keeping,
  item: ItemTable,
  instant: Instant,
): Promise<{ readonly where: KeptIn; readonly until: number } | undefined> {
  if (item.associated === 1) return undefined;
  const from = item.received ?? item.created;
  const litigated = litigationHold === undefined ? 0 : from + (litigationHold.days ?? Infinity) * dayMs;
  if (litigated > instant) return { where: 'recoverableitemspurges', until: litigated };
  let until = 0;
  for (const { Query, ItemHoldPeriod } of holds) {
    const end = from + holdDays(ItemHoldPeriod) * dayMs;
    if (end > instant && end > until && (await itemFits(tx, item, Query, instant))) until = end;
  }
  return until === 0 ? undefined : { where: 'recoverableitemsdiscoveryholds', until };
}

/** Days, or a time as .NET writes it; anything else holds without end (inferred). */
function holdDays(period: string | null): number {
  const days = /^\s*(\d{1,6})(?:\.\d\d:\d\d:\d\d)?\s*$/.exec(period ?? '')?.[1];
  return days === undefined ? Infinity : Number(days);
}

/** Since when an item lies among the recoverable ones. */
function deletedOn(item: ItemTable): Instant {
  const stamped = itemProperty(item, tags.deletedOn);
  return typeof stamped === 'number' ? stamped : (item.modified ?? item.created);
}

/** When an item that lies among the recoverable ones has lain there for as long as deleted items are retained. */
export function retentionEnds({ retentionMs }: Keeping, item: ItemTable): Instant {
  const isOfCalendar = /^IPM\.(Appointment|Schedule\.Meeting)\b/i.test(item.class);
  return deletedOn(item) + (isOfCalendar ? Math.max(retentionMs, calendarRetentionMs) : retentionMs);
}

import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyKey, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemTable } from '../../store/schema.ts';
import { storableJson } from '../../store/storable.ts';
import type { ChangedProperty } from './change-rows.ts';
import { copyItem } from './copy-item.ts';
import { getFolderByRole, requireFolder } from './folders.ts';
import { mfUnsent } from './item-columns.ts';
import { heldBy, keepingOf, keepsAnything } from './keeping.ts';
import { bagOf } from './property-reader.ts';

/** What of a message or post is copied before it is written (page "Recoverable Items folder in Exchange Server", copy-on-write). */
const ofMessages: ReadonlySet<ChangedProperty> = new Set<ChangedProperty>([
  ...(['recipients', 'attachments'] as const),
  ...[tags.subject, tags.body, tags.clientSubmitTime, tags.messageDeliveryTime],
  ...[tags.senderName, tags.senderAddressType, tags.senderEmailAddress, tags.senderSmtpAddress],
  ...[tags.sentRepresentingName, tags.sentRepresentingAddressType, tags.sentRepresentingEmailAddress, tags.sentRepresentingSmtpAddress],
]);
/** Of everything else any change counts but these: whether it was read, and what retention says of it (same page). */
const nothing: ReadonlySet<ChangedProperty> = new Set<PropertyKey>([
  tags.read,
  ...[tags.policyTag, tags.archiveTag, tags.retentionDate, tags.retentionFlags],
]);

/**
 * Keeps the version of an item that a change is about to replace, where a hold is upon it and the change counts: a copy in
 * Versions. What is written in Drafts has none until it is sent. Answers whether it did.
 */
export async function keepVersion(
  tx: Executor,
  mailbox: Guid,
  before: ItemTable,
  touched: readonly ChangedProperty[],
  instant: Instant,
): Promise<boolean> {
  const keeping = await keepingOf(tx, mailbox);
  if (before.associated === 1 || !keepsAnything(keeping)) return false;
  const isMessage = /^IPM\.(Note|Post)\b/i.test(before.class);
  if (!touched.some((one) => (isMessage ? ofMessages.has(one) : !nothing.has(one)))) return false;
  if ((await heldBy(tx, keeping, before, instant)) === undefined) return false;
  const drafts = await getFolderByRole(tx, mailbox, 'drafts');
  if (before.folder === drafts?.counter && (before.flags & mfUnsent) !== 0) return false;
  const { counter: folder } = await requireFolder(tx, mailbox, 'recoverableitemsversions');
  const { counter } = await copyItem(tx, { mailbox, counter: before.counter }, { mailbox, folder }, instant);
  const bag = storableJson({ ...bagOf(before), [tags.deletedOn]: instant });
  await tx.updateTable('item').set({ bag }).where('mailbox', '=', mailbox).where('counter', '=', counter).execute();
  return true;
}

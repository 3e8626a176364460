import { getFolder } from '../../domain/mailbox/folders.ts';
import type { Mailbox } from '../../domain/mailbox/mailboxes.ts';
import { movedCounters, rememberMoved } from '../../domain/mailbox/moved-entries.ts';
import { putMovedItem } from '../../domain/mailbox/put-moved-item.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import { itemOf, type RecordedItem } from './message-record.ts';
import type { MessagePayload } from './ports.ts';
import { referencedFolders, withReferences } from './references.ts';

/** A message that could not be written. */
export interface NotWritten {
  readonly entryId: string;
  readonly failure: string;
}

/** A message that has been read and can be written. */
export interface ReadPayload {
  readonly entryId: string;
  readonly folderEntryId: string;
  readonly item: RecordedItem;
}

/** Reads payloads; what cannot be read is told. */
export function readPayloads(payloads: readonly MessagePayload[]): {
  readonly readable: readonly ReadPayload[];
  readonly unreadable: readonly NotWritten[];
} {
  const readable: ReadPayload[] = [];
  const unreadable: NotWritten[] = [];
  for (const { entryId, folderEntryId, octets } of payloads) {
    try {
      readable.push({ entryId, folderEntryId, item: itemOf(octets) });
    } catch (error) {
      unreadable.push({ entryId, failure: error instanceof Error ? error.message : String(error) });
    }
  }
  return { readable, unreadable };
}

/** Writes messages in one transaction, each where it was written before; those whose folder has not come are passed over. */
export async function writeItems(tx: Transaction, mailbox: Mailbox, payloads: readonly ReadPayload[], instant: Instant): Promise<void> {
  const named = payloads.flatMap(({ entryId, folderEntryId, item }) => [entryId, folderEntryId, ...referencedFolders(item.references)]);
  const counters = await movedCounters(tx, mailbox.guid, [...new Set(named)]);
  for (const { entryId, folderEntryId, item } of payloads) {
    const place = counters.get(folderEntryId);
    const folder = place === undefined ? undefined : await getFolder(tx, mailbox.guid, place);
    if (folder === undefined) continue;
    const properties = withReferences(item.draft.properties, item.references, mailbox, counters);
    const whole = { ...item, draft: { ...item.draft, properties } };
    const { counter } = await putMovedItem(tx, folder, whole, counters.get(entryId), instant);
    counters.set(entryId, counter);
    await rememberMoved(tx, mailbox.guid, entryId, counter);
  }
}

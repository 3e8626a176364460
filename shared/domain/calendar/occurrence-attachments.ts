import type { Instant } from '../../kernel/clock.ts';
import type { PropertyBag } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { type EmbeddedItem, embeddedOf } from '../mailbox/attachments.ts';
import { changedItem, type EmbeddedChanges } from '../mailbox/embedded-items.ts';
import type { ItemReference } from '../mailbox/item-writes.ts';
import { changeOccurrence } from './change-occurrence.ts';
import { attachmentsOf, type MeetingOccurrence } from './meetings/held-meeting.ts';

/**
 * Attaches something to one occurrence, or takes it away, which makes it an exception with attachments of its own: those of its
 * series at first, which keep their numbers. `within` leads on to an item attachment. Refuses with `attachment-not-found` and as
 * {@link changeOccurrence}.
 */
export async function changeOccurrenceAttachments(
  tx: Executor,
  of: MeetingOccurrence,
  { within, ofSeries, ...changes }: EmbeddedChanges & { readonly within: readonly number[]; readonly ofSeries: PropertyBag },
  instant: Instant,
): Promise<ItemReference & { readonly addedAttachments: readonly number[] }> {
  const { attachments, added } = await changedAttachments(tx, of, changes, within);
  const changed = await changeOccurrence(tx, of, { set: {}, attachments, ofSeries }, 'any', instant);
  return { ...changed, addedAttachments: added };
}

/** All that an occurrence has attached after a change, and the numbers of what was added. */
export async function changedAttachments(
  tx: Executor,
  of: MeetingOccurrence,
  changes: EmbeddedChanges,
  within: readonly number[] = [],
): Promise<{ readonly attachments: EmbeddedItem['attachments']; readonly added: readonly number[] }> {
  const there = (await attachmentsOf(tx, of)).map(embeddedOf);
  const holder: EmbeddedItem = { class: '', properties: {}, recipients: [], attachments: there, mime: null };
  const { item, added } = await changedItem(tx, holder, within, changes);
  return { attachments: item.attachments, added };
}

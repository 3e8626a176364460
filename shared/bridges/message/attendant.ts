import { type CalendarProcessing, calendarProcessing } from '../../domain/calendar/calendar-processing.ts';
import { meetingMessageKind } from '../../domain/calendar/meetings/meeting-facts.ts';
import { receiveMeetingMessage } from '../../domain/calendar/meetings/receive.ts';
import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { requireFolder } from '../../domain/mailbox/folders.ts';
import { senderOf } from '../../domain/mailbox/junk-email.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { PropertyBag } from '../../kernel/mapi.ts';

/** What looks after a calendar when a message about a meeting comes: all that must be known before the transaction. */
export interface Attendant {
  readonly owner: Recipient;
  readonly processing: CalendarProcessing;
  /** Addresses of whoever sent the message, in small letters. */
  readonly sender: readonly string[];
}

/** The attendant for a message that comes into a mailbox; undefined for what is about no meeting, and where it is switched off. */
export async function attendantFor(
  { read, directory }: { readonly read: Store['read']; readonly directory: Directory },
  mailbox: Guid,
  owner: Recipient,
  draft: ItemDraft,
): Promise<Attendant | undefined> {
  if (meetingMessageKind(draft.class) === undefined) return undefined;
  const processing = calendarProcessing(await requireFolder(read, mailbox, 'calendar'), owner.type);
  if (processing.automateProcessing === 'None') return undefined;
  const sender = await directory.byAddress(senderOf(draft.properties));
  const addresses = sender?.addresses.map((address) => address.replace(/^smtp:/i, '').toLowerCase()) ?? [];
  return { owner, processing, sender: addresses };
}

/** Does in the calendar what a message says, before it is put into the Inbox; answers what the message has there besides. */
export async function attend(
  tx: Transaction,
  mailbox: Guid,
  attendant: Attendant,
  draft: ItemDraft,
  instant: Instant,
): Promise<PropertyBag> {
  const received = await receiveMeetingMessage(tx, mailbox, draft, { addresses: attendant.sender }, instant);
  return received.set;
}

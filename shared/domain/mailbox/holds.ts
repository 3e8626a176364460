import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';

/** A hold: what fits its query and lies in one of the mailboxes is not to be removed for good. */
export interface MailboxHold {
  readonly HoldId: string;
  /** A query string; '' for everything. */
  readonly Query: string;
  /** Mailbox GUIDs. */
  readonly Mailboxes: readonly Guid[];
  /** The name by which administration knows the hold, if it has another. */
  readonly InPlaceHoldIdentity: string | null;
  /** How long items are held after they were received or created, as it was given; null: without end. */
  readonly ItemHoldPeriod: string | null;
  readonly Since: Instant;
}

/** By HoldId. */
export const mailboxHolds = configKind<MailboxHold>('MailboxHold');

/** The holds that a mailbox is on. */
export function holdsOn(settings: Settings, mailbox: Guid): readonly MailboxHold[] {
  return mailboxHolds.all(settings).filter(({ Mailboxes }) => Mailboxes.includes(mailbox));
}

import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import { named, type PropertyBag } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import type { ItemReference } from '../../mailbox/item-writes.ts';
import { changeHeld, type HeldMeeting, removeHeld } from './held-meeting.ts';
import { type Answered, busy, responses } from './meeting-facts.ts';

/** What the copy of somebody who was asked to a meeting shows of his answer; `intended`: how busy he is to be then. */
export function answerShown(answered: Answered, intended: unknown, name: string, instant: Instant): PropertyBag {
  return {
    [named.responseStatus]: responses[answered],
    [named.busyStatus]: answered === 'accepted' ? (typeof intended === 'number' ? intended : busy.busy) : busy.tentative,
    [named.appointmentReplyTime]: instant,
    [named.appointmentReplyName]: name,
  };
}

/**
 * Moves the copy of a meeting that was declined or called off to Deleted Items, where it shows that: `shown`. An occurrence is
 * nowhere else once it is deleted: there is nothing to note it in, and the answer is undefined.
 */
export async function letGo(
  tx: Executor,
  mailbox: Guid,
  held: HeldMeeting,
  shown: PropertyBag,
  instant: Instant,
): Promise<ItemReference | undefined> {
  if (held.occurrence === undefined) await changeHeld(tx, mailbox, held, { set: shown }, instant);
  return removeHeld(tx, mailbox, held, 'to-deleted-items', {}, instant);
}

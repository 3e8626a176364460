import type { CalendarProcessing } from '../../domain/calendar/calendar-processing.ts';
import { approvalNote } from '../../domain/calendar/meetings/booking-answer.ts';
import type { Asker, BookingRefusal } from '../../domain/calendar/meetings/judge-booking.ts';
import type { Directory } from '../../domain/directory/directory.ts';
import { localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { mostDelegates } from '../../domain/mailbox/delegates.ts';
import type { ItemDraft } from '../../domain/mailbox/draft.ts';
import { fullFor } from '../../domain/mailbox/quota.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyBag, tags } from '../../kernel/mapi.ts';
import { receivedFor } from './delegate-copies.ts';
import type { DeliveryGround } from './on-the-way.ts';
import { escaped } from './sent-on.ts';

/** Groups within groups are followed as far as this. */
const deepestNesting = 16;

/**
 * What may be done by whoever asks for a resource: that one of `people` is listed is enough, who asks and who sent it for him
 * (page of Set-CalendarProcessing, BookInPolicy; inferred for the other lists).
 */
export async function askerAmong(
  directory: Directory,
  processing: CalendarProcessing,
  people: readonly (Recipient | undefined)[],
): Promise<Asker> {
  const guids = people.flatMap((one) => one?.guid ?? []);
  return {
    books: processing.allBookInPolicy || (await isListed(directory, processing.bookInPolicy, guids)),
    requestsInPolicy: processing.allRequestInPolicy || (await isListed(directory, processing.requestInPolicy, guids)),
    requestsOutOfPolicy: processing.allRequestOutOfPolicy || (await isListed(directory, processing.requestOutOfPolicy, guids)),
  };
}

/** Whether one of those who ask is listed, or a member of a group that is. */
async function isListed(directory: Directory, listed: readonly Guid[], asking: readonly Guid[]): Promise<boolean> {
  const seen = new Set<Guid>();
  let level = listed;
  for (let depth = 0; depth < deepestNesting && level.length > 0; depth += 1) {
    if (level.some((guid) => asking.includes(guid))) return true;
    const fresh = level.filter((guid) => !seen.has(guid));
    const groups = await Promise.all(fresh.map((guid) => directory.byGuid(guid)));
    for (const guid of fresh) seen.add(guid);
    level = groups.flatMap((group) => group?.members ?? []);
  }
  return false;
}

/**
 * The mailboxes that get what somebody may only ask for: those of the resource's delegates, who are the ones that may send on
 * its behalf (Observed: mandie.net, "Set-CalendarProcessing -ResourceDelegates (and Friends) Without Tears"). Who is elsewhere,
 * or has no room, gets nothing, and who is locked by his move gets nothing as long as there are others. Not inside a transaction.
 */
export async function approversOf(
  { read, directory, isHeld }: Pick<DeliveryGround, 'read' | 'directory' | 'isHeld'>,
  resource: Recipient,
  { forwardRequestsToDelegates }: CalendarProcessing,
  { requestsInPolicy, requestsOutOfPolicy }: Asker,
): Promise<readonly Guid[]> {
  if (!forwardRequestsToDelegates || !(requestsInPolicy || requestsOutOfPolicy)) return [];
  const [approvers, held]: [Guid[], Guid[]] = [[], []];
  for (const guid of (resource.settings.grantSendOnBehalfTo ?? []).slice(0, mostDelegates)) {
    const delegate = await directory.byGuid(guid);
    const mailbox = delegate === undefined ? null : localMailbox(delegate);
    if (mailbox !== null && (await fullFor(read, mailbox)) === undefined) ((await isHeld?.(mailbox)) ? held : approvers).push(mailbox);
  }
  return approvers.length === 0 ? held : approvers;
}

/** The copy of a request that a delegate of a resource gets: it says why, and for whom it was. */
export function approvalRequest(
  draft: ItemDraft,
  resource: Recipient,
  why: BookingRefusal | undefined,
  processing: CalendarProcessing,
): ItemDraft {
  const { mime: _, properties, ...rest } = draft;
  const note = approvalNote(why, processing);
  const html = properties[tags.bodyHtml];
  const body: PropertyBag = {
    [tags.body]: `${note.join('\r\n')}\r\n\r\n${String(properties[tags.body] ?? '')}`,
    ...(typeof html === 'string' ? { [tags.bodyHtml]: `<p>${note.map(escaped).join('<br>')}</p>${html}` } : {}),
  };
  return { ...rest, properties: { ...properties, ...body, ...receivedFor(resource) } };
}

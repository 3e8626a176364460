import type { Instant } from '../../../kernel/clock.ts';
import type { Guid } from '../../../kernel/ids.ts';
import { type PropertyBag, tags } from '../../../kernel/mapi.ts';
import type { Executor } from '../../../store/database.ts';
import type { ItemDraft } from '../../mailbox/draft.ts';
import { requireFolder } from '../../mailbox/folders.ts';
import { createItem } from '../../mailbox/item-writes.ts';
import type { Answered } from './meeting-facts.ts';
import { type MeetingParty, meetingResponse } from './meeting-messages.ts';

/** What a mailbox answers to a request by itself, as its organizer gets it; a copy of it lies in Sent Items. */
export async function automaticAnswer(
  tx: Executor,
  mailbox: Guid,
  request: ItemDraft,
  { answered, party, body }: { readonly answered: Answered; readonly party: MeetingParty; readonly body: PropertyBag },
  instant: Instant,
): Promise<ItemDraft> {
  const bare = meetingResponse(request.properties, answered, party, instant);
  const response: ItemDraft = {
    ...bare,
    properties: {
      ...bare.properties,
      ...body,
      [tags.senderName]: party.name,
      [tags.senderSmtpAddress]: party.address,
      [tags.clientSubmitTime]: instant,
      [tags.messageFlags]: 0,
      [tags.read]: true,
    },
  };
  const sent = await requireFolder(tx, mailbox, 'sentitems');
  await createItem(tx, mailbox, sent.counter, response, instant);
  return response;
}

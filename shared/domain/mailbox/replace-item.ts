import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type PropertyKey, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import type { ItemDraft } from './draft.ts';
import { mailboxRefusal } from './errors.ts';
import type { ItemReference } from './item-writes.ts';
import { getAllAttachments, getItem } from './items.ts';
import { itemProperties } from './property-reader.ts';
import { updateItem } from './update-item.ts';

/**
 * Makes an item what a draft says, whatever it was: nothing of it stays but its id and its folder. Refuses with
 * `item-not-found`.
 */
export async function replaceItem(
  tx: Executor,
  mailbox: Guid,
  counter: number,
  draft: ItemDraft,
  instant: Instant,
): Promise<ItemReference> {
  const row = await getItem(tx, mailbox, counter, { properties: 'all' });
  if (row === undefined) throw mailboxRefusal('item-not-found', `item ${counter} of mailbox ${mailbox}`);
  const there = (await getAllAttachments(tx, mailbox, [counter])).get(counter) ?? [];
  const changes = {
    set: { ...draft.properties, [tags.messageClass]: draft.class },
    remove: (Object.keys(itemProperties(row)) as PropertyKey[]).filter((key) => draft.properties[key] === undefined),
    recipients: draft.recipients,
    attachments: { add: draft.attachments, remove: there.map(({ number }) => number) },
    mime: draft.mime,
  };
  return updateItem(tx, mailbox, counter, changes, 'any', instant);
}

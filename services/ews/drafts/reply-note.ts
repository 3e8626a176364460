import type { ItemRow } from '../../../shared/domain/mailbox/item-columns.ts';
import { getItem } from '../../../shared/domain/mailbox/items.ts';
import { withSharedFacts } from '../../../shared/domain/mailbox/private-items.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { namedProperty, tags } from '../../../shared/kernel/mapi.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { mayDo, openItemFor } from '../item-rights.ts';
import type { OpenItemKey, OpenMailbox } from '../mailboxes.ts';
import type { Draft } from './draft.ts';

/** What answering leaves on the item that was answered: PidTagLastVerbExecuted and PidTagIconIndex (MS-OXOMSG 2.2.1). */
const verbs = {
  ReplyToItem: { verb: 102, icon: 0x105 },
  ReplyAllToItem: { verb: 103, icon: 0x105 },
  ForwardItem: { verb: 104, icon: 0x106 },
} as const;
export type Answer = keyof typeof verbs;

/** What a draft keeps of the item that it answers, until it is sent: `<element> <id of the item>`, in a property set of our own. */
const note = namedProperty(namedGuid('coexist', 'item settings'), 'Answers', 'String');

/** Which item is answered, and how. */
interface ReplyNote {
  readonly how: Answer;
  readonly opened: OpenItemKey;
}

/** Notes in a draft which item it answers, so that sending it marks that one, be it now or later. */
export function writeReplyNote(draft: Draft, how: Answer, { ids }: OpenMailbox, { folder, counter }: ItemRow): void {
  draft.properties[note] = `${how} ${ids.itemId(folder, counter)}`;
}

/**
 * Takes the note from a draft that is sent. Clients may have written there what they like: an item that the caller may
 * not change is none.
 */
export async function takeReplyNote(call: EwsCall, draft: Draft): Promise<ReplyNote | undefined> {
  const [how = '', Id = ''] = String(draft.properties[note] ?? '').split(' ');
  delete draft.properties[note];
  if (!Object.hasOwn(verbs, how)) return undefined;
  try {
    return { how: how as Answer, opened: await openItemFor(call, { Id }, 'edit') };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Marks the item that was answered, where it still lies in its folder. */
export async function markAnswered(tx: Executor, { how, opened: { mailbox, key } }: ReplyNote, instant: Instant): Promise<void> {
  const row = await getItem(tx, mailbox.guid, key.item, withSharedFacts({ properties: [] }));
  if (row?.folder !== key.folder || !mayDo(mailbox, row, 'edit')) return;
  const { verb, icon } = verbs[how];
  const set = { [tags.lastVerbExecuted]: verb, [tags.lastVerbExecutionTime]: instant, [tags.iconIndex]: icon };
  await updateItem(tx, mailbox.guid, key.item, { set }, 'any', instant);
}

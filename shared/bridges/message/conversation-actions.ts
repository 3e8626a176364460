import type { Recipient } from '../../domain/directory/recipient.ts';
import { type KeptAction, keepAction, keptAction } from '../../domain/mailbox/conversation-actions.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Check } from '../../kernel/verdict.ts';
import { folderEntryIdLength, readEntryId, type StoreKey, writeFolderEntryId } from '../../protocols/ews/entry-id.ts';

/** What happens to the mail of a conversation, that which is still to come included (MS-OXOCFG 2.2.8). */
export interface ConversationAction extends Pick<KeptAction, 'categories'> {
  /** The counter of the folder that it is moved to; `deleteditems` for a conversation that is ignored. */
  readonly moveTo?: number | 'deleteditems' | undefined;
}

export const noAction: ConversationAction = { categories: [] };

/** The action of a conversation, by its 32 hexadecimal digits; undefined where it has none. */
export async function conversationAction(
  executor: Store['read'],
  mailbox: Guid,
  conversation: string,
): Promise<ConversationAction | undefined> {
  const kept = await keptAction(executor, mailbox, conversation);
  if (kept?.moveTo === undefined) return kept && { categories: kept.categories };
  const moveTo = kept.moveTo === '' ? 'deleteditems' : readEntryId(mailbox, Buffer.from(kept.moveTo, 'base64'))?.folder;
  return { moveTo, categories: kept.categories };
}

/** Keeps the action of a conversation instead of the one it had; {@link noAction} takes it away. Inside a transaction. */
export async function keepConversationAction(
  tx: Transaction,
  store: StoreKey,
  about: Parameters<typeof keepAction>[2],
  { moveTo, categories }: ConversationAction,
  instant: Instant,
): Promise<void> {
  const target = moveTo === undefined ? {} : { moveTo: moveTo === 'deleteditems' ? '' : entryIdOf(store, moveTo) };
  await keepAction(tx, store.mailbox, about, { ...target, categories }, instant);
}

function entryIdOf(store: StoreKey, folder: number): string {
  const octets = Buffer.alloc(folderEntryIdLength);
  writeFolderEntryId(octets, 0, { ...store, folder });
  return octets.toString('base64');
}

/** What an action did to a message, for the verdict. */
export function actionCheck(owner: Recipient, { moveTo, categories }: ConversationAction): Check {
  const moved = moveTo === undefined ? '' : moveTo === 'deleteditems' ? 'ignored' : `moved to folder ${moveTo}`;
  const done = [moved, ...categories.map((name) => `category ${name}`)].filter((one) => one !== '').join(', ');
  return { check: 'mailflow.conversation-action', outcome: 'passed', actual: `${owner.primaryAddress}: ${done}` };
}

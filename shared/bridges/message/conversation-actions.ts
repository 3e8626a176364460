import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import { createFolder } from '../../domain/mailbox/folder-writes.ts';
import { requireFolder } from '../../domain/mailbox/folders.ts';
import type { ItemRow } from '../../domain/mailbox/item-columns.ts';
import { createItem } from '../../domain/mailbox/item-writes.ts';
import { deleteItem } from '../../domain/mailbox/delete-item.ts';
import { itemProperty } from '../../domain/mailbox/property-reader.ts';
import { updateItem } from '../../domain/mailbox/update-item.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, namedProperty, type PropertyBag, type PropertyKey, type PropertyValue, propertySets, tags } from '../../kernel/mapi.ts';
import { folderEntryIdLength, readEntryId, type StoreKey, writeFolderEntryId } from '../../protocols/ews/entry-id.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import { prepared } from '../../store/prepared.ts';

/** What happens to the mail of a conversation, that which is still to come included (MS-OXOCFG 2.2.8). */
export interface ConversationAction {
  /** The counter of the folder that it is moved to; `deleteditems` for a conversation that is ignored. */
  readonly moveTo?: number | 'deleteditems' | undefined;
  readonly categories: readonly string[];
}

export const noAction: ConversationAction = { categories: [] };

/** MS-OXOSFLD 2.2.5.1; hidden, and made when the first action is kept. */
const actionFolder = { displayName: 'Conversation Action Settings', class: 'IPF.Configuration' } as const;
const actionClass = 'IPM.ConversationAction';
const moveFolderEid = namedProperty(propertySets.Common, 0x85c6, 'Binary');
const maxDeliveryTime = namedProperty(propertySets.Common, 0x85c8, 'SystemTime');
const lastAppliedTime = namedProperty(propertySets.Common, 0x85ca, 'SystemTime');
/** Conversations of a mailbox with an action: a bound of ours. Beyond it the oldest action is forgotten. */
const mostActions = 1_000;

const folderOf = prepared((db, p: { mailbox: string; fold: string; class: string }) =>
  db
    .selectFrom('folder as top')
    .innerJoin('folder as kept', (join) => join.onRef('kept.mailbox', '=', 'top.mailbox').onRef('kept.parent', '=', 'top.counter'))
    .select(['kept.mailbox', 'kept.counter', 'kept.associated_count'])
    .where('top.mailbox', '=', p.mailbox)
    .where('top.role', '=', 'msgfolderroot')
    .where('kept.display_name_fold', '=', p.fold)
    .where('kept.class', '=', p.class),
);

const messageOf = prepared((db, p: { mailbox: string; folder: number; class: string; conversation: string }) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('associated', '=', 1)
    .where('class', '=', p.class)
    .where('conversation', '=', p.conversation),
);

const oldest = prepared((db, p: { mailbox: string; folder: number }) =>
  db
    .selectFrom('item')
    .select('counter')
    .where('mailbox', '=', p.mailbox)
    .where('folder', '=', p.folder)
    .where('associated', '=', 1)
    .orderBy('counter')
    .limit(1),
);

/** The action of a conversation, by its 32 hexadecimal digits; undefined where it has none. */
export async function conversationAction(executor: Executor, mailbox: Guid, conversation: string): Promise<ConversationAction | undefined> {
  const row = await actionRow(executor, await findFolder(executor, mailbox), conversation);
  return row && actionOf(mailbox, row);
}

/** Keeps the action of a conversation instead of the one it had; {@link noAction} takes it away. Inside a transaction. */
export async function keepConversationAction(
  tx: Executor,
  { mailbox, database }: StoreKey,
  { conversation, topic, lastDelivery }: { readonly conversation: string; readonly topic: string; readonly lastDelivery: Instant },
  { moveTo, categories }: ConversationAction,
  instant: Instant,
): Promise<void> {
  const folder = await findFolder(tx, mailbox);
  const kept = await actionRow(tx, folder, conversation);
  if (moveTo === undefined && categories.length === 0) {
    if (kept !== undefined) await deleteItem(tx, mailbox, kept.counter, 'hard', instant);
    return;
  }
  const set: PropertyBag = {
    [maxDeliveryTime]: lastDelivery,
    [lastAppliedTime]: instant,
    ...(moveTo === undefined ? {} : { [moveFolderEid]: entryIdOf({ mailbox, database }, moveTo) }),
    ...(categories.length === 0 ? {} : { [named.keywords]: categories }),
  };
  if (kept !== undefined) {
    const remove: PropertyKey[] = [moveFolderEid, named.keywords].filter((key) => !(key in set));
    await updateItem(tx, mailbox, kept.counter, { set, remove }, 'any', instant);
    return;
  }
  if (folder !== undefined && folder.associated_count >= mostActions) {
    const first = await oldest.first(tx, { mailbox, folder: folder.counter });
    if (first !== undefined) await deleteItem(tx, mailbox, first.counter, 'hard', instant);
  }
  const about: PropertyBag = {
    [tags.subject]: topic,
    [tags.conversationTopic]: topic,
    // The octets 6 to 21 name the conversation (MS-OXOCFG 2.2.8.8).
    [tags.conversationIndex]: Buffer.from(`010000000000${conversation}`, 'hex').toString('base64'),
    [tags.conversationIndexTracking]: true,
  };
  const draft = { class: actionClass, properties: { ...about, ...set }, recipients: [], attachments: [], associated: true };
  await createItem(tx, mailbox, folder?.counter ?? (await makeFolder(tx, mailbox, instant)), draft, instant);
}

/** Categories as they are kept, and more of them; each once. */
export function withCategories(kept: PropertyValue | undefined, more: readonly string[]): readonly string[] {
  return [...new Set([...(Array.isArray(kept) ? kept.map(String) : []), ...more])];
}

type ActionFolder = Pick<FolderRow, 'mailbox' | 'counter' | 'associated_count'>;

function findFolder(executor: Executor, mailbox: Guid): Promise<ActionFolder | undefined> {
  return folderOf.first(executor, { mailbox, fold: foldKey(actionFolder.displayName), class: actionFolder.class });
}

/** A mailbox without actions costs one look for their folder. */
async function actionRow(executor: Executor, folder: ActionFolder | undefined, conversation: string): Promise<ItemRow | undefined> {
  if (folder === undefined || folder.associated_count === 0) return undefined;
  return messageOf.first(executor, { mailbox: folder.mailbox, folder: folder.counter, class: actionClass, conversation });
}

async function makeFolder(tx: Executor, mailbox: Guid, instant: Instant): Promise<number> {
  const { counter } = await requireFolder(tx, mailbox, 'msgfolderroot');
  const draft = { ...actionFolder, parent: counter, properties: { [tags.attributeHidden]: true } };
  return (await createFolder(tx, mailbox, draft, instant)).counter;
}

/** No octets at all say that the conversation is ignored (MS-OXOCFG 2.2.8.3). */
function entryIdOf(store: StoreKey, moveTo: number | 'deleteditems'): string {
  if (moveTo === 'deleteditems') return '';
  const octets = Buffer.alloc(folderEntryIdLength);
  writeFolderEntryId(octets, 0, { ...store, folder: moveTo });
  return octets.toString('base64');
}

function actionOf(mailbox: Guid, row: ItemRow): ConversationAction {
  const target = itemProperty(row, moveFolderEid);
  const kept = withCategories(itemProperty(row, named.keywords), []);
  if (typeof target !== 'string') return { categories: kept };
  if (target === '') return { moveTo: 'deleteditems', categories: kept };
  return { moveTo: readEntryId(mailbox, Buffer.from(target, 'base64'))?.folder, categories: kept };
}

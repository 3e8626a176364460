import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { named, namedProperty, type PropertyBag, type PropertyKey, type PropertyValue, propertySets, tags } from '../../kernel/mapi.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import { prepared } from '../../store/prepared.ts';
import { deleteItem } from './delete-item.ts';
import type { FolderRow } from './folder-columns.ts';
import { createFolder } from './folder-writes.ts';
import { requireFolder } from './folders.ts';
import type { ItemRow } from './item-columns.ts';
import { createItem } from './item-writes.ts';
import { itemProperty } from './property-reader.ts';
import { updateItem } from './update-item.ts';

/** What happens to the mail of a conversation, that which is still to come included (MS-OXOCFG 2.2.8). */
export interface KeptAction {
  /** Entry id of the folder that it is moved to, in base64; no octets at all for a conversation that is ignored (2.2.8.3). */
  readonly moveTo?: string | undefined;
  readonly categories: readonly string[];
}

/** MS-OXOSFLD 2.2.5.1; hidden, and made when the first action is kept. */
const actionFolder = { displayName: 'Conversation Action Settings', class: 'IPF.Configuration' } as const;
const actionClass = 'IPM.ConversationAction';
/** Of an action: the entry id of the folder that mail is moved to. */
export const moveFolderEid = namedProperty(propertySets.Common, 0x85c6, 'Binary');
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
export async function keptAction(executor: Executor, mailbox: Guid, conversation: string): Promise<KeptAction | undefined> {
  const row = await actionRow(executor, await findFolder(executor, mailbox), conversation);
  return row && actionOf(row);
}

/** Keeps the action of a conversation instead of the one it had; one that does nothing takes it away. Inside a transaction. */
export async function keepAction(
  tx: Executor,
  mailbox: Guid,
  { conversation, topic, lastDelivery }: { readonly conversation: string; readonly topic: string; readonly lastDelivery: Instant },
  { moveTo, categories }: KeptAction,
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
    ...(moveTo === undefined ? {} : { [moveFolderEid]: moveTo }),
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

function actionOf(row: ItemRow): KeptAction {
  const target = itemProperty(row, moveFolderEid);
  const categories = withCategories(itemProperty(row, named.keywords), []);
  return typeof target === 'string' ? { moveTo: target, categories } : { categories };
}

import {
  type ConversationAction,
  conversationAction,
  keepConversationAction,
  noAction,
} from '../../../shared/bridges/message/conversation-actions.ts';
import { withCategories } from '../../../shared/domain/mailbox/conversation-actions.ts';
import { type ConversationItem, conversationItems } from '../../../shared/domain/mailbox/conversations.ts';
import { copyItem } from '../../../shared/domain/mailbox/copy-item.ts';
import { deleteItem, type Removal } from '../../../shared/domain/mailbox/delete-item.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { moveItem } from '../../../shared/domain/mailbox/move-item.ts';
import { inTurns } from '../../../shared/domain/mailbox/turns.ts';
import { type ItemChanges, updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { type Guid, parseGuid } from '../../../shared/kernel/ids.ts';
import { named, tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { applyConversationAction as contract } from '../../../shared/protocols/ews/operations/apply-conversation-action.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { type OpenConversation, openConversation, recoverableFolders } from '../conversations/open.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { refuseSearchFolder } from '../folders/rights.ts';
import { type FolderTarget, type OpenMailbox, openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { requireTag, tagPlaces, tagProperties } from '../retention/retention-tag.ts';

type Action = RequestOf<typeof contract>['ConversationActions'][number];
/** What is done to one item. */
type Act = (tx: Executor, mailbox: Guid, item: ConversationItem) => Promise<unknown>;

/** What an action is made of. */
interface Deed {
  readonly act?: Act | undefined;
  /** Whether items of a folder are concerned; absent: all. */
  readonly concerns?: ((folder: number) => boolean) | undefined;
  /** What is kept for mail that is still to come. */
  readonly keep?: ConversationAction | undefined;
}

const removals = { HardDelete: 'hard', SoftDelete: 'soft', MoveToDeletedItems: 'to-deleted-items' } as const satisfies Readonly<
  Record<string, Removal>
>;
/** Items that one transaction changes. */
const itemsAtOnce = 100;

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/applyconversationaction-operation
 * An action is done when it is answered, ProcessRightAway or not.
 */
export const applyConversationAction: Operation<typeof contract> = async (call, { ConversationActions }) =>
  perItem(call, ConversationActions, async (action) => {
    const open = await openConversation(call, action.ConversationId);
    const { act, concerns, keep } = await deedOf(call, open, action);
    const items = await itemsOf(call, open, action);
    if (keep !== undefined) await keepFor(call, open, items, keep);
    const concerned = act === undefined ? [] : items.filter(({ row }) => concerns?.(row.folder) !== false);
    for (let start = 0; start < concerned.length; start += itemsAtOnce) {
      await call.context.store.transaction(async (tx) => {
        for (const item of concerned.slice(start, start + itemsAtOnce)) await act?.(tx, open.mailbox.guid, item);
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { class: 'Success' } as const;
  });

/** The items that an action is for: those of one folder if it names one, and none that came after the client has looked. */
async function itemsOf(call: EwsCall, { mailbox, conversation }: OpenConversation, action: Action): Promise<readonly ConversationItem[]> {
  const { read } = call.context.store;
  const context = action.ContextFolderId && (await openFolder(call, action.ContextFolderId));
  if (context !== undefined) refuseSearchFolder(context);
  if (context !== undefined && context.mailbox.guid !== mailbox.guid)
    throw ewsRefusal('ErrorFolderNotFound', { detail: 'a folder of another mailbox' });
  const except = await recoverableFolders(read, mailbox.guid);
  if (context !== undefined) except.delete(context.folder.counter);
  const needs = [tags.messageDeliveryTime, tags.conversationTopic, named.keywords, tags.retentionFlags];
  const found = await conversationItems(read, { mailbox: mailbox.guid, conversation, except }, needs);
  // Times are kept to the millisecond and shown to the second: the last message that a client has seen is not later than it says.
  const last = action.ConversationLastSyncTime === undefined ? Number.POSITIVE_INFINITY : action.ConversationLastSyncTime + 999;
  const items: ConversationItem[] = [];
  for await (const some of inTurns(found)) {
    for (const item of some) {
      const isHere = context === undefined || item.row.folder === context.folder.counter;
      if (isHere && Number(item.read(tags.messageDeliveryTime) ?? 0) <= last) items.push(item);
    }
  }
  return items;
}

async function keepFor(
  { context, instant }: EwsCall,
  { mailbox, conversation }: OpenConversation,
  items: readonly ConversationItem[],
  keep: ConversationAction,
): Promise<void> {
  const newest = items.at(-1);
  const about = {
    conversation,
    topic: String(newest?.read(tags.conversationTopic) ?? ''),
    lastDelivery: (Number(newest?.read(tags.messageDeliveryTime) ?? 0) || instant) as Instant,
  };
  await context.store.transaction((tx) => keepConversationAction(tx, mailbox.store, about, keep, instant));
}

async function deedOf(call: EwsCall, open: OpenConversation, action: Action): Promise<Deed> {
  const { instant } = call;
  switch (action.Action) {
    case 'Delete': {
      const removal = removals[given(action.DeleteType, 'DeleteType')];
      return { act: (tx, guid, { row }) => deleteItem(tx, guid, row.counter, removal, instant) };
    }
    case 'Move':
      return { act: moving(await targetOf(call, open, given(action.DestinationFolderId, 'DestinationFolderId')), instant) };
    case 'Copy': {
      const folder = await targetOf(call, open, given(action.DestinationFolderId, 'DestinationFolderId'));
      const to = { mailbox: open.mailbox.guid, folder };
      return { act: (tx, guid, { row }) => copyItem(tx, { mailbox: guid, counter: row.counter }, to, instant) };
    }
    case 'SetReadState':
      return { act: updating({ set: { [tags.read]: given(action.IsRead, 'IsRead') } }, instant) };
    case 'Flag': {
      const { FlagStatus } = given(action.Flag, 'Flag');
      const flagged = { set: { [tags.flagStatus]: FlagStatus === 'Complete' ? 1 : 2 } };
      return { act: updating(FlagStatus === 'NotFlagged' ? { remove: [tags.flagStatus] } : flagged, instant) };
    }
    case 'SetRetentionPolicy':
      return {
        act: await retaining(call, open.mailbox, given(action.RetentionPolicyType, 'RetentionPolicyType'), action.RetentionPolicyTagId),
      };
    case 'AlwaysMove':
    case 'AlwaysDelete':
    case 'AlwaysCategorize':
      return lastingDeed(call, open, action);
  }
}

/**
 * Actions that go on with later mail, and those that end them: without a folder, without categories, with
 * EnableAlwaysDelete false. What is done to the items that are there: MS-OXOCFG 3.2.5.1.
 */
async function lastingDeed(call: EwsCall, open: OpenConversation, action: Action): Promise<Deed> {
  const { read } = call.context.store;
  const { guid } = open.mailbox;
  const { instant } = call;
  const before = (await conversationAction(read, guid, open.conversation)) ?? noAction;
  const counterOf = async (role: string): Promise<number> => (await requireFolder(read, guid, role)).counter;
  const sent = await counterOf('sentitems');
  if (action.Action === 'AlwaysCategorize') {
    const categories = [...new Set(action.Categories?.String ?? [])];
    return { keep: { ...before, categories }, act: categories.length === 0 ? undefined : categorizing(categories, instant) };
  }
  if (action.Action === 'AlwaysMove') {
    if (action.DestinationFolderId === undefined)
      return typeof before.moveTo === 'number' ? { keep: { categories: before.categories } } : {};
    const moveTo = await targetOf(call, open, action.DestinationFolderId);
    return { keep: { ...before, moveTo }, act: moving(moveTo, instant), concerns: (folder) => folder !== sent && folder !== moveTo };
  }
  if (action.DeleteType !== undefined && action.DeleteType !== 'MoveToDeletedItems')
    throw notSupported(`ApplyConversationAction AlwaysDelete with DeleteType ${action.DeleteType}`);
  const deleted = await counterOf('deleteditems');
  if (given(action.EnableAlwaysDelete, 'EnableAlwaysDelete')) {
    const concerns = (folder: number): boolean => folder !== sent && folder !== deleted;
    return { keep: { ...before, moveTo: 'deleteditems' }, act: moving(deleted, instant), concerns };
  }
  if (before.moveTo !== 'deleteditems') return {};
  const inbox = await counterOf('inbox');
  return { keep: { categories: before.categories }, act: moving(inbox, instant), concerns: (folder) => folder === deleted };
}

function moving(folder: number, instant: Instant): Act {
  return (tx, guid, { row }) => moveItem(tx, guid, row.counter, folder, instant);
}

function updating(changes: ItemChanges, instant: Instant): Act {
  return (tx, guid, { row }) => updateItem(tx, guid, row.counter, changes, 'any', instant);
}

function categorizing(categories: readonly string[], instant: Instant): Act {
  return async (tx, guid, { row, read }) => {
    const all = withCategories(read(named.keywords), categories);
    await updateItem(tx, guid, row.counter, { set: { [named.keywords]: all } }, 'any', instant);
  };
}

/** Gives items a retention tag, or without an id takes theirs away. Refuses with ErrorInvalidRetentionTagIdGuid and as `requireTag`. */
async function retaining(call: EwsCall, { owner }: OpenMailbox, type: 'Delete' | 'Archive', id: string | undefined): Promise<Act> {
  const name = type === 'Delete' ? 'PolicyTag' : 'ArchiveTag';
  const { tag: key, bit, period, date } = tagPlaces[name];
  const guid = id === undefined || id === '' ? undefined : parseGuid(id);
  if (id !== undefined && id !== '' && guid === undefined) throw ewsRefusal('ErrorInvalidRetentionTagIdGuid', { detail: id });
  const wire = guid === undefined ? undefined : { text: guid, IsExplicit: true };
  const tag = wire && (await requireTag(call.context.store.read, owner, name, wire));
  return (tx, mailbox, { row, read }) => {
    const before = Number(read(tags.retentionFlags) ?? 0);
    const start = Number(read(tags.messageDeliveryTime) ?? read(tags.creationTime) ?? call.instant);
    const flags = tag === undefined ? before & ~bit : before | bit;
    const set = { ...(tag === undefined ? {} : tagProperties(name, tag, start)), [tags.retentionFlags]: flags };
    const remove = [key, period, date].filter((one) => !(one in set));
    return updateItem(tx, mailbox, row.counter, { set, remove }, 'any', call.instant);
  };
}

async function targetOf(call: EwsCall, { mailbox }: OpenConversation, destination: FolderTarget): Promise<number> {
  const target = await openFolder(call, destination);
  refuseSearchFolder(target);
  if (target.mailbox.guid !== mailbox.guid) throw notSupported('ApplyConversationAction into another mailbox');
  return target.folder.counter;
}

function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw ewsRefusal('ErrorMissingArgument', { detail: name });
  return value;
}

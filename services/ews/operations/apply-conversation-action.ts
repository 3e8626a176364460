import { conversationItems } from '../../../shared/domain/mailbox/conversations.ts';
import { copyItem } from '../../../shared/domain/mailbox/copy-item.ts';
import { deleteItem, moveItem, type Removal } from '../../../shared/domain/mailbox/move-item.ts';
import { type ItemChanges, updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { applyConversationAction as contract } from '../../../shared/protocols/ews/operations/apply-conversation-action.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';
import { type OpenConversation, openConversation, recoverableFolders } from '../conversations/open.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type Action = RequestOf<typeof contract>['ConversationActions'][number];
/** What is done to one item. */
type Act = (tx: Executor, mailbox: Guid, counter: number) => Promise<unknown>;

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
    const act = await actOf(call, open, action);
    const counters = await countersOf(call, open, action);
    for (let start = 0; start < counters.length; start += itemsAtOnce) {
      await call.context.store.transaction(async (tx) => {
        for (const counter of counters.slice(start, start + itemsAtOnce)) await act(tx, open.mailbox.guid, counter);
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { class: 'Success' } as const;
  });

/** The items that an action is for: those of one folder if it names one, and none that came after the client has looked. */
async function countersOf(call: EwsCall, { mailbox, conversation }: OpenConversation, action: Action): Promise<readonly number[]> {
  const { read } = call.context.store;
  const context = action.ContextFolderId && (await openFolder(call, action.ContextFolderId));
  if (context !== undefined && context.mailbox.guid !== mailbox.guid)
    throw ewsRefusal('ErrorFolderNotFound', { detail: 'a folder of another mailbox' });
  const except = await recoverableFolders(read, mailbox.guid);
  if (context !== undefined) except.delete(context.folder.counter);
  const found = await conversationItems(read, mailbox.guid, [conversation], [tags.messageDeliveryTime], except);
  // Times are kept to the millisecond and shown to the second: the last message that a client has seen is not later than it says.
  const last = action.ConversationLastSyncTime === undefined ? Number.POSITIVE_INFINITY : action.ConversationLastSyncTime + 999;
  const items = (found.get(conversation) ?? []).filter(
    (item) =>
      (context === undefined || item.row.folder === context.folder.counter) && Number(item.read(tags.messageDeliveryTime) ?? 0) <= last,
  );
  return items.map(({ row }) => row.counter);
}

async function actOf(call: EwsCall, { mailbox }: OpenConversation, action: Action): Promise<Act> {
  const { instant } = call;
  const update =
    (changes: ItemChanges): Act =>
    (tx, guid, counter) =>
      updateItem(tx, guid, counter, changes, 'any', instant);
  switch (action.Action) {
    case 'Delete': {
      const removal = removals[given(action.DeleteType, 'DeleteType')];
      return (tx, guid, counter) => deleteItem(tx, guid, counter, removal, instant);
    }
    case 'Move': {
      const target = await openFolder(call, given(action.DestinationFolderId, 'DestinationFolderId'));
      if (target.mailbox.guid !== mailbox.guid) throw notSupported('ApplyConversationAction into another mailbox');
      return (tx, guid, counter) => moveItem(tx, guid, counter, target.folder.counter, instant);
    }
    case 'Copy': {
      const target = await openFolder(call, given(action.DestinationFolderId, 'DestinationFolderId'));
      if (target.mailbox.guid !== mailbox.guid) throw notSupported('ApplyConversationAction into another mailbox');
      const to = { mailbox: mailbox.guid, folder: target.folder.counter };
      return (tx, guid, counter) => copyItem(tx, { mailbox: guid, counter }, to, instant);
    }
    case 'SetReadState':
      return update({ set: { [tags.read]: given(action.IsRead, 'IsRead') } });
    case 'Flag': {
      const { FlagStatus } = given(action.Flag, 'Flag');
      return update(
        FlagStatus === 'NotFlagged' ? { remove: [tags.flagStatus] } : { set: { [tags.flagStatus]: FlagStatus === 'Complete' ? 1 : 2 } },
      );
    }
    default:
      throw notSupported(`ApplyConversationAction ${action.Action}`);
  }
}

function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw ewsRefusal('ErrorMissingArgument', { detail: name });
  return value;
}

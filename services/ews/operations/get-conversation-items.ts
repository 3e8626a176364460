import { type ConversationNode, orderNodes } from '../../../shared/domain/mailbox/conversation-tree.ts';
import { type ConversationItem, type ConversationPlace, visitConversations } from '../../../shared/domain/mailbox/conversations.ts';
import { getItems } from '../../../shared/domain/mailbox/items.ts';
import { sortInTurns } from '../../../shared/domain/mailbox/sort.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { getConversationItems as contract } from '../../../shared/protocols/ews/operations/get-conversation-items.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { openConversation, recoverableFolders, refuseScope } from '../conversations/open.ts';
import { ewsRefusal } from '../failures.ts';
import { openFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { planItems } from '../views/item-plan.ts';
import { viewItems } from '../views/item-view.ts';
import { findBudget } from '../views/page.ts';

/** Items of one conversation in an answer: a bound of ours, and what is returned where a request asks for no number. */
const mostItems = 1_000;

const needs = [tags.internetMessageId, tags.inReplyToId, tags.messageDeliveryTime];

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getconversationitems-operation */
export const getConversationItems: Operation<typeof contract> = async (call, request) => {
  const { ItemShape, FoldersToIgnore = [], MaxItemsToReturn, SortOrder = 'TreeOrderAscending', MailboxScope, Conversations } = request;
  const plan = planItems(ItemShape, false);
  const { read } = call.context.store;
  const most = Math.min(MaxItemsToReturn ?? mostItems, mostItems);
  const spend = findBudget();
  // The schema lets it pass, and an answer of no messages would violate it; which code Exchange has is not known.
  if (Conversations.length === 0) throw ewsRefusal('ErrorMissingArgument', { detail: 'no conversation' });
  return perItem(call, Conversations, async ({ ConversationId, SyncState }) => {
    refuseScope(MailboxScope);
    if (most < 1) throw ewsRefusal('ErrorInvalidPagingMaxRows', { detail: `MaxItemsToReturn ${MaxItemsToReturn}` });
    const { mailbox, conversation } = await openConversation(call, ConversationId);
    const since = SyncState === undefined ? 0 : readPosition(SyncState, conversation);
    const except = await recoverableFolders(read, mailbox.guid);
    for (const target of FoldersToIgnore) {
      const { folder, mailbox: other } = await openFolder(call, target);
      if (other.guid === mailbox.guid) except.add(folder.counter);
    }
    const { nodes: found, position } = await nodesOf(read, { mailbox: mailbox.guid, conversations: [conversation], except });
    if (found.length === 0) throw ewsRefusal('ErrorItemNotFound', { detail: `no item of conversation ${conversation}` });
    const ascending = await orderNodes(found, SortOrder.startsWith('Tree') ? 'tree' : 'date');
    const nodes = SortOrder.endsWith('Descending') ? ascending.toReversed() : ascending;
    // Of what a client has seen only the nodes in which something is new.
    const changed = since === 0 ? nodes : nodes.filter((node) => node.items.some(({ change }) => change > since));
    const shown: { readonly node: ConversationNode<Copy>; readonly counters: readonly number[] }[] = [];
    let left = most;
    for (const node of changed) {
      if (left === 0) break;
      const counters = node.items.slice(0, left).map(({ counter }) => counter);
      shown.push({ node, counters });
      left -= counters.length;
    }
    spend(most - left);
    const rows = await getItems(
      read,
      mailbox.guid,
      shown.flatMap(({ counters }) => counters),
      plan.need,
    );
    const ConversationNodes = [];
    for (const { node, counters } of shown) {
      const Items = await viewItems(
        call,
        mailbox,
        counters.flatMap((counter) => rows.get(counter) ?? []),
        plan,
      );
      if (Items.length === 0) continue;
      const names = {
        ...(node.id === '' ? {} : { InternetMessageId: node.id }),
        ...(node.parent === '' ? {} : { ParentInternetMessageId: node.parent }),
      };
      ConversationNodes.push({ ...names, Items });
    }
    const Conversation = {
      ConversationId: { Id: mailbox.ids.conversationId(Buffer.from(conversation, 'hex')) },
      SyncState: writePosition(position, conversation),
      ...(ConversationNodes.length === 0 ? {} : { ConversationNodes }),
    };
    return { class: 'Success', Conversation } as const;
  });
};

/** What is kept of an item while its conversation is put in order. */
interface Copy {
  readonly counter: number;
  readonly change: number;
  readonly delivered: number;
}

/** A message whose copies are being found; its parent is what the first copy that names one says. */
interface OpenNode {
  readonly id: string;
  parent: string;
  parentFrom: Copy | undefined;
  delivered: number;
  items: readonly Copy[];
}

/** The messages that the items of a conversation are copies of, copies by their delivery, and the last change of any of them. */
async function nodesOf(
  read: Executor,
  place: ConversationPlace,
): Promise<{ readonly nodes: readonly ConversationNode<Copy>[]; readonly position: number }> {
  const nodes = new Map<string | number, OpenNode & { readonly items: Copy[] }>();
  let position = 0;
  await visitConversations(read, place, needs, (_, item) => {
    const { counter, change_number: change } = item.row;
    position = Math.max(position, change);
    const copy = { counter, change, delivered: Number(item.read(tags.messageDeliveryTime) ?? 0) };
    const id = textOf(item, 'internetMessageId');
    const parent = textOf(item, 'inReplyToId');
    const node = nodes.get(id || counter) ?? { id, parent: '', parentFrom: undefined, delivered: copy.delivered, items: [] };
    if (node.items.length === 0) nodes.set(id || counter, node);
    node.items.push(copy);
    node.delivered = Math.min(node.delivered, copy.delivered);
    if (parent === '' || (node.parentFrom !== undefined && byDelivery(node.parentFrom, copy) < 0)) return;
    node.parent = parent;
    node.parentFrom = copy;
  });
  const sorted: readonly OpenNode[] = [...nodes.values()];
  for (const node of sorted) if (node.items.length > 1) node.items = await sortInTurns(node.items, byDelivery);
  return { nodes: sorted, position };
}

function byDelivery(one: Copy, other: Copy): number {
  return one.delivered - other.delivered || one.counter - other.counter;
}

function textOf({ read }: ConversationItem, name: 'internetMessageId' | 'inReplyToId'): string {
  const value = read(tags[name]);
  return typeof value === 'string' ? value : '';
}

/** Layout: version, the conversation, the last change that the client has seen (48 bits). */
const stateLength = 1 + 16 + 6;

function writePosition(position: number, conversation: string): Buffer {
  const octets = Buffer.alloc(stateLength);
  octets[0] = 1;
  octets.write(conversation, 1, 'hex');
  octets.writeUIntBE(position, 17, 6);
  return octets;
}

function readPosition(octets: Buffer, conversation: string): number {
  // Who begins may say so with nothing in the element (observed: ews-javascript-api 0.15.3).
  if (octets.length === 0) return 0;
  if (octets.length !== stateLength || octets[0] !== 1 || octets.subarray(1, 17).toString('hex') !== conversation)
    throw ewsRefusal('ErrorInvalidSyncStateData', { detail: `${octets.length} octets` });
  return octets.readUIntBE(17, 6);
}

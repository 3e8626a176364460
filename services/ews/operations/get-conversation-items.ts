import { type ConversationNode, orderNodes } from '../../../shared/domain/mailbox/conversation-tree.ts';
import { type ConversationItem, conversationItems } from '../../../shared/domain/mailbox/conversations.ts';
import { getItems } from '../../../shared/domain/mailbox/items.ts';
import { inTurns } from '../../../shared/domain/mailbox/turns.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { getConversationItems as contract } from '../../../shared/protocols/ews/operations/get-conversation-items.ts';
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
    const items = (await conversationItems(read, mailbox.guid, [conversation], needs, except)).get(conversation) ?? [];
    if (items.length === 0) throw ewsRefusal('ErrorItemNotFound', { detail: `no item of conversation ${conversation}` });
    const position = items.reduce((last, { row }) => Math.max(last, row.change_number), 0);
    const ascending = await orderNodes(await nodesOf(items), SortOrder.startsWith('Tree') ? 'tree' : 'date');
    const nodes = SortOrder.endsWith('Descending') ? ascending.toReversed() : ascending;
    // Of what a client has seen only the nodes in which something is new.
    const changed = nodes.filter((node) => node.items.some(({ row }) => row.change_number > since));
    const shown: { readonly node: ConversationNode<ConversationItem>; readonly counters: readonly number[] }[] = [];
    let left = most;
    for (const node of changed) {
      const counters = node.items.slice(0, left).map(({ row }) => row.counter);
      if (counters.length > 0) shown.push({ node, counters });
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

/** The messages that items, which are in the order of their delivery, are copies of. */
async function nodesOf(items: readonly ConversationItem[]): Promise<readonly ConversationNode<ConversationItem>[]> {
  const copies = new Map<string | ConversationItem, { id: string; parent: string; delivered: number; items: ConversationItem[] }>();
  for await (const some of inTurns(items)) {
    for (const item of some) {
      const id = textOf(item, 'internetMessageId');
      const node = copies.get(id || item) ?? { id, parent: '', delivered: Number(item.read(tags.messageDeliveryTime) ?? 0), items: [] };
      copies.set(id || item, node);
      node.items.push(item);
      if (node.parent === '') node.parent = textOf(item, 'inReplyToId');
    }
  }
  return [...copies.values()];
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

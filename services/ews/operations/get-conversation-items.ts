import { type ConversationNode, orderNodes } from '../../../shared/domain/mailbox/conversation-tree.ts';
import { type ConversationItem, visitConversations } from '../../../shared/domain/mailbox/conversations.ts';
import { getItems } from '../../../shared/domain/mailbox/items.ts';
import { sortInTurns } from '../../../shared/domain/mailbox/sort.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import type { getConversationItems as contract } from '../../../shared/protocols/ews/operations/get-conversation-items.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { openConversation, recoverableFolders } from '../conversations/open.ts';
import { mailboxesIn } from '../conversations/scope.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenFolder, type OpenMailbox, openFolder } from '../mailboxes.ts';
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
    if (most < 1) throw ewsRefusal('ErrorInvalidPagingMaxRows', { detail: `MaxItemsToReturn ${MaxItemsToReturn}` });
    const { mailbox, conversation } = await openConversation(call, ConversationId);
    const mailboxes = await mailboxesIn(call, mailbox, MailboxScope);
    const since = readPositions(SyncState, conversation, mailboxes.length);
    const ignored = [];
    for (const target of FoldersToIgnore) ignored.push(await openFolder(call, target));
    const found = await nodesOf(read, mailboxes, conversation, ignored);
    if (found.nodes.length === 0) throw ewsRefusal('ErrorItemNotFound', { detail: `no item of conversation ${conversation}` });
    const ascending = await orderNodes(found.nodes, SortOrder.startsWith('Tree') ? 'tree' : 'date');
    const nodes = SortOrder.endsWith('Descending') ? ascending.toReversed() : ascending;
    // Of what a client has seen only the nodes in which something is new.
    const isNew = ({ place, change }: Copy): boolean => change > (since?.[place] ?? 0);
    const changed = since === undefined ? nodes : nodes.filter((node) => node.items.some(isNew));
    const shown: { readonly node: ConversationNode<Copy>; readonly copies: readonly Copy[] }[] = [];
    let left = most;
    for (const node of changed) {
      if (left === 0) break;
      const copies = node.items.slice(0, left);
      shown.push({ node, copies });
      left -= copies.length;
    }
    spend(most - left);
    const rows: Awaited<ReturnType<typeof getItems>>[] = [];
    for (const [place, { guid }] of mailboxes.entries()) {
      const counters = shown.flatMap(({ copies }) => copies.flatMap((copy) => (copy.place === place ? [copy.counter] : [])));
      rows.push(await getItems(read, guid, counters, plan.need));
    }
    const ConversationNodes = [];
    for (const { node, copies } of shown) {
      const Items = [];
      for (const { place, counters } of stretchesOf(copies)) {
        const held = counters.flatMap((counter) => rows[place]?.get(counter) ?? []);
        Items.push(...(await viewItems(call, present(mailboxes[place], 'the mailbox of a copy'), held, plan)));
      }
      if (Items.length === 0) continue;
      const names = {
        ...(node.id === '' ? {} : { InternetMessageId: node.id }),
        ...(node.parent === '' ? {} : { ParentInternetMessageId: node.parent }),
      };
      ConversationNodes.push({ ...names, Items });
    }
    const Conversation = {
      ConversationId: { Id: mailbox.ids.conversationId(Buffer.from(conversation, 'hex')) },
      SyncState: writePositions(found.positions, conversation),
      ...(ConversationNodes.length === 0 ? {} : { ConversationNodes }),
    };
    return { class: 'Success', Conversation } as const;
  });
};

/** What is kept of an item while its conversation is put in order. */
interface Copy {
  /** Which of the mailboxes it lies in. */
  readonly place: number;
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

/** The messages that the items of a conversation are copies of, copies by their delivery, and the last change of any of them in each mailbox. */
async function nodesOf(
  read: Executor,
  mailboxes: readonly OpenMailbox[],
  conversation: string,
  ignored: readonly OpenFolder[],
): Promise<{ readonly nodes: readonly ConversationNode<Copy>[]; readonly positions: readonly number[] }> {
  const nodes = new Map<string, OpenNode & { readonly items: Copy[] }>();
  const positions: number[] = [];
  for (const [place, { guid: mailbox }] of mailboxes.entries()) {
    const except = await recoverableFolders(read, mailbox);
    for (const one of ignored) if (one.mailbox.guid === mailbox) except.add(one.folder.counter);
    let position = 0;
    await visitConversations(read, { mailbox, conversations: [conversation], except }, needs, (_, item) => {
      const { counter, change_number: change } = item.row;
      position = Math.max(position, change);
      const copy = { place, counter, change, delivered: Number(item.read(tags.messageDeliveryTime) ?? 0) };
      const id = textOf(item, 'internetMessageId');
      const key = id || `${place} ${counter}`;
      const node = nodes.get(key) ?? { id, parent: '', parentFrom: undefined, delivered: copy.delivered, items: [] };
      if (node.items.length === 0) nodes.set(key, node);
      noteCopy(node, copy, textOf(item, 'inReplyToId'));
    });
    positions.push(position);
  }
  const sorted: readonly OpenNode[] = [...nodes.values()];
  for (const node of sorted) if (node.items.length > 1) node.items = await sortInTurns(node.items, byDelivery);
  return { nodes: sorted, positions };
}

/** Copies stand by their delivery, wherever they lie; those that follow each other in one mailbox are viewed together. */
function stretchesOf(copies: readonly Copy[]): readonly { readonly place: number; readonly counters: number[] }[] {
  const stretches: { readonly place: number; readonly counters: number[] }[] = [];
  for (const { place, counter } of copies) {
    const last = stretches.at(-1);
    if (last?.place === place) last.counters.push(counter);
    else stretches.push({ place, counters: [counter] });
  }
  return stretches;
}

function noteCopy(node: OpenNode & { readonly items: Copy[] }, copy: Copy, parent: string): void {
  node.items.push(copy);
  node.delivered = Math.min(node.delivered, copy.delivered);
  if (parent === '' || (node.parentFrom !== undefined && byDelivery(node.parentFrom, copy) < 0)) return;
  node.parent = parent;
  node.parentFrom = copy;
}

function byDelivery(one: Copy, other: Copy): number {
  return one.delivered - other.delivered || one.place - other.place || one.counter - other.counter;
}

function textOf({ read }: ConversationItem, name: 'internetMessageId' | 'inReplyToId'): string {
  const value = read(tags[name]);
  return typeof value === 'string' ? value : '';
}

/** Layout: version, the conversation, and of each mailbox the last change that the client has seen. */
const [headLength, positionLength] = [1 + 16, 6];

function writePositions(positions: readonly number[], conversation: string): Buffer {
  const octets = Buffer.alloc(headLength + positions.length * positionLength);
  octets[0] = 1;
  octets.write(conversation, 1, 'hex');
  for (const [place, position] of positions.entries()) octets.writeUIntBE(position, headLength + place * positionLength, positionLength);
  return octets;
}

/** Undefined of a conversation that is asked for the first time. */
function readPositions(octets: Buffer | undefined, conversation: string, mailboxes: number): readonly number[] | undefined {
  // Who begins may say so with nothing in the element (observed: ews-javascript-api 0.15.3).
  if (octets === undefined || octets.length === 0) return undefined;
  const isWhole = octets.length === headLength + mailboxes * positionLength;
  if (!isWhole || octets[0] !== 1 || octets.subarray(1, headLength).toString('hex') !== conversation)
    throw ewsRefusal('ErrorInvalidSyncStateData', { detail: `${octets.length} octets` });
  return Array.from({ length: mailboxes }, (_, place) => octets.readUIntBE(headLength + place * positionLength, positionLength));
}

import { sortInTurns } from './sort.ts';
import { inTurns, nextTurn } from './turns.ts';

/** A message of a conversation: all copies of it in the mailbox. */
export interface ConversationNode<Item> {
  /** The internet message id; '' for an item that has none, which is a node of its own. */
  readonly id: string;
  /** The message that it answers, be it there or not; '' for none. */
  readonly parent: string;
  /** Delivery of the first copy. */
  readonly delivered: number;
  readonly items: readonly Item[];
}

export type NodeOrder = 'tree' | 'date';

/**
 * Nodes in their order, ascending. `tree`: a message stands before the answers to it, answers by date; ids come from
 * outside, and messages that answer each other in a circle stand at the end. `date`: by delivery. Others run in between.
 */
export async function orderNodes<Item>(
  nodes: readonly ConversationNode<Item>[],
  order: NodeOrder,
): Promise<readonly ConversationNode<Item>[]> {
  const byDate = await sortInTurns(nodes, (left, right) => left.delivered - right.delivered);
  if (order === 'date') return byDate;
  const known = new Set<string>();
  for await (const some of inTurns(nodes)) for (const { id } of some) if (id !== '') known.add(id);
  const answers = new Map<string, ConversationNode<Item>[]>();
  for await (const some of inTurns(byDate)) {
    for (const node of some) {
      const parent = known.has(node.parent) ? node.parent : '';
      const siblings = answers.get(parent) ?? [];
      answers.set(parent, siblings);
      siblings.push(node);
    }
  }
  const ordered = new Set<ConversationNode<Item>>();
  const open = (answers.get('') ?? []).toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    ordered.add(node);
    if (ordered.size % nodesAtOnce === 0) await nextTurn();
    for (const answer of node.id === '' ? [] : (answers.get(node.id) ?? []).toReversed()) open.push(answer);
  }
  return ordered.size === byDate.length ? [...ordered] : [...ordered, ...byDate.filter((node) => !ordered.has(node))];
}

/** Nodes that are put in order in one turn. */
const nodesAtOnce = 1_000;

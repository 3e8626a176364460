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
 * outside, and messages that answer each other in a circle stand at the end. `date`: by delivery.
 */
export function orderNodes<Item>(nodes: readonly ConversationNode<Item>[], order: NodeOrder): readonly ConversationNode<Item>[] {
  const byDate = nodes.toSorted((left, right) => left.delivered - right.delivered);
  if (order === 'date') return byDate;
  const known = new Set(nodes.map(({ id }) => id).filter((id) => id !== ''));
  const answers = Map.groupBy(byDate, ({ parent }) => (known.has(parent) ? parent : ''));
  const ordered = new Set<ConversationNode<Item>>();
  const open = [...(answers.get('') ?? [])].reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    ordered.add(node);
    if (node.id !== '') open.push(...(answers.get(node.id) ?? []).toReversed());
  }
  return [...ordered, ...byDate.filter((node) => !ordered.has(node))];
}

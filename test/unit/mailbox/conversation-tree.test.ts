import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ConversationNode, orderNodes } from '../../../shared/domain/mailbox/conversation-tree.ts';
import { compareSorted, sortInTurns } from '../../../shared/domain/mailbox/sort.ts';
import { tags } from '../../../shared/kernel/mapi.ts';

const node = (id: string, parent: string, delivered: number): ConversationNode<string> => ({ id, parent, delivered, items: [id] });
const names = (nodes: readonly ConversationNode<string>[]): string => nodes.map(({ id }) => id).join('');

test('a message stands before its answers, answers by date', async () => {
  const nodes = [node('d', 'a', 4), node('c', 'b', 3), node('a', '', 1), node('b', 'a', 2), node('e', 'elsewhere', 5)];
  expect(names(await orderNodes(nodes, 'tree'))).toBe('abcde');
  expect(names(await orderNodes([node('b', 'a', 2), node('d', 'b', 9), node('a', '', 1), node('c', 'a', 3)], 'tree'))).toBe('abdc');
  expect(names(await orderNodes(nodes, 'date'))).toBe('abcde');
});

test('whatever answers what, every node is there once, parents first unless they go in a circle', async () => {
  const letters = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e');
  const drawn = fc.uniqueArray(fc.record({ id: letters, parent: letters, delivered: fc.nat(9) }), { selector: ({ id }) => id });
  await fc.assert(
    fc.asyncProperty(drawn, async (all) => {
      const nodes = all.map(({ id, parent, delivered }) => node(id, parent, delivered));
      const ordered = await orderNodes(nodes, 'tree');
      expect(new Set(ordered)).toEqual(new Set(nodes));
      expect(ordered).toHaveLength(nodes.length);
    }),
  );
});

test('a long chain of answers is no matter', async () => {
  const chain = Array.from({ length: 20_000 }, (_, number) => node(`${number}`, number === 0 ? '' : `${number - 1}`, -number));
  const ordered = await orderNodes(chain.toReversed(), 'tree');
  expect(ordered.map(({ id }) => Number(id))).toEqual(chain.map(({ id }) => Number(id)));
});

test('sorting in turns is sorting', async () => {
  const compare = compareSorted([{ property: tags.subject, direction: 'ascending' }]);
  await fc.assert(
    fc.asyncProperty(fc.nat(9_000), fc.nat(), async (count, seed) => {
      const values = Array.from({ length: count }, (_, counter) => ({ counter, values: [((counter + seed) * 7_919) % 1_009] }));
      expect(await sortInTurns(values, compare)).toEqual(values.toSorted(compare));
    }),
    { numRuns: 10 },
  );
});

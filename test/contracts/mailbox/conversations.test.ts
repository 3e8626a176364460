import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ConversationAction,
  conversationAction,
  keepConversationAction,
  noAction,
} from '../../../shared/bridges/message/conversation-actions.ts';
import { conversationId } from '../../../shared/domain/mailbox/conversation.ts';
import { conversationItems, visitConversations } from '../../../shared/domain/mailbox/conversations.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

const store = { mailbox, database: namedGuid('database') };
const digits = (topic: string): string => present(conversationId({ topic }), 'the conversation').toString('hex');
const about = (topic: string) => ({ conversation: digits(topic), topic, lastDelivery: at });

describeOnEveryStore('conversations of a mailbox', (source) => {
  test('small ones are read together, large ones in slices: all items, oldest first', async () => {
    const opened = await source.open();
    const inbox = await withMailbox(opened);
    const sizes = new Map([
      ...[0, 1, 3, 199, 200, 201, 450].map((size) => [`topic ${size}`, size] as const),
      ...Array.from({ length: 30 }, (_, index) => [`small ${index}`, 2] as const),
    ]);
    for (const [topic, size] of sizes) {
      const drafts = Array.from({ length: size }, (_, index) =>
        message(topic, { [tags.messageDeliveryTime]: at - ((index * 7_919) % 1_009) * 1_000 }),
      );
      await opened.transaction((tx) => createItems(tx, mailbox, inbox, drafts, at));
    }
    const wanted = [...sizes.keys()];
    const place = { mailbox, conversations: wanted.map(digits), except: new Set<number>() };
    const visited = new Map<string, Set<number>>();
    await visitConversations(opened.read, place, [], (conversation, { row }) => {
      visited.set(conversation, (visited.get(conversation) ?? new Set()).add(row.counter));
    });
    for (const topic of wanted) {
      const items = await conversationItems(opened.read, { ...place, conversation: digits(topic) }, [tags.subject]);
      expect(visited.get(digits(topic)) ?? new Set()).toEqual(new Set(items.map(({ row }) => row.counter)));
      expect([topic, new Set(items.map(({ row }) => row.counter)).size, items.length]).toEqual([topic, sizes.get(topic), sizes.get(topic)]);
      expect(new Set(items.map(({ read }) => read(tags.subject)))).toEqual(new Set(items.length === 0 ? [] : [topic]));
      const times = items.map(({ read }) => Number(read(tags.messageDeliveryTime)));
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    }
    const nowhere = { ...place, except: new Set([inbox]) };
    await visitConversations(opened.read, nowhere, [], (conversation) => expect(conversation).toBe('nowhere'));
  });

  test('the action of a conversation is what was kept last', async () => {
    const opened = await source.open();
    const inbox = await withMailbox(opened);
    const target = fc.constantFrom(undefined, 'deleteditems' as const, inbox);
    const action = fc.record({ moveTo: target, categories: fc.uniqueArray(fc.constantFrom('Red', 'Blue', 'Green')) });
    const step = fc.record({ topic: fc.constantFrom('one', 'two', 'three'), action });
    const kept = new Map<string, ConversationAction>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        for (const { topic, action: given } of steps) {
          await opened.transaction((tx) => keepConversationAction(tx, store, about(topic), given, at));
          kept.set(topic, given);
        }
        for (const [topic, { moveTo, categories }] of kept) {
          const found = await conversationAction(opened.read, mailbox, digits(topic));
          const isNone = moveTo === undefined && categories.length === 0;
          expect([found?.moveTo, found?.categories ?? []]).toEqual([moveTo, categories]);
          expect(found === undefined).toBe(isNone);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('a thousand are kept: then the oldest is forgotten', async () => {
    const opened = await source.open();
    await withMailbox(opened);
    await opened.transaction(async (tx) => {
      for (let each = 0; each <= 1_000; each += 1)
        await keepConversationAction(tx, store, about(`topic ${each}`), { ...noAction, moveTo: 'deleteditems' }, at);
    });
    expect(await conversationAction(opened.read, mailbox, digits('topic 0'))).toBeUndefined();
    for (const topic of ['topic 1', 'topic 1000'])
      expect(await conversationAction(opened.read, mailbox, digits(topic))).toMatchObject({ moveTo: 'deleteditems' });
  });
});

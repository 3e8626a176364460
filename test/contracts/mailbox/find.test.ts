import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { findItems } from '../../../shared/domain/mailbox/find-items.ts';
import { createItems } from '../../../shared/domain/mailbox/item-writes.ts';
import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { matcher, type Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { compareSorted, type SortKey, sortValues } from '../../../shared/domain/mailbox/sort.ts';
import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { at, mailbox, message, withMailbox } from './support.ts';

const texts = [
  '',
  'a',
  'A',
  'Ab',
  'straße',
  'STRASSE',
  'ä',
  'a\u0308',
  '%',
  '_',
  '\\',
  'a b',
  '😀',
  '\ue000',
  'ﬁ',
  `${'x'.repeat(700)}a`,
  `${'X'.repeat(700)}b`,
  '😀'.repeat(400),
];
const text = fc.constantFrom(...texts);
const number = fc.constantFrom(0, 1, 2, 9, 0x10, 0x11, at);

const textKeys = [tags.subject, tags.sentRepresentingName, tags.senderName, tags.internetMessageId, tags.body, named.keywords] as const;
const numberKeys = [
  tags.importance,
  tags.messageFlags,
  tags.messageDeliveryTime,
  tags.clientSubmitTime,
  named.appointmentStartWhole,
  tags.flagStatus,
] as const;
const allKeys: readonly PropertyKey[] = [
  ...textKeys,
  ...numberKeys,
  tags.read,
  tags.hasAttachments,
  tags.displayTo,
  tags.internetArticleNumber,
];

const item = fc
  .record(
    {
      [tags.subject]: text,
      [tags.sentRepresentingName]: text,
      [tags.senderName]: text,
      [tags.internetMessageId]: text,
      [tags.body]: text,
      [named.keywords]: fc.array(text, { maxLength: 3 }),
      [tags.importance]: number,
      [tags.messageFlags]: number,
      [tags.messageDeliveryTime]: number,
      [tags.clientSubmitTime]: number,
      [named.appointmentStartWhole]: number,
      [tags.flagStatus]: number,
    },
    { requiredKeys: [] },
  )
  .map((properties): ItemDraft => ({ class: 'IPM.Note', properties: properties as PropertyBag, recipients: [], attachments: [] }));

const value: fc.Arbitrary<PropertyValue> = fc.oneof(text, number, fc.boolean());
const leaf: fc.Arbitrary<Restriction> = fc.oneof(
  fc.record({ kind: fc.constant('exists' as const), property: fc.constantFrom(...allKeys) }),
  fc.record({ kind: fc.constant('excludes' as const), property: fc.constantFrom(...numberKeys), mask: number }),
  fc.record({
    kind: fc.constant('compare' as const),
    property: fc.constantFrom(...allKeys),
    operator: fc.constantFrom('=' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    with: fc.oneof(fc.record({ value }), fc.record({ property: fc.constantFrom(...allKeys) })),
  }),
  fc.record({
    kind: fc.constant('contains' as const),
    property: fc.constantFrom(...textKeys),
    text,
    mode: fc.constantFrom(
      'full-string' as const,
      'prefix' as const,
      'substring' as const,
      'prefix-on-words' as const,
      'exact-phrase' as const,
    ),
    ignoreCase: fc.boolean(),
    ignoreNonSpacing: fc.boolean(),
  }),
);
const restriction = fc.letrec<{ node: Restriction }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), of: tie('node') }),
  ),
})).node;
const sort: fc.Arbitrary<SortKey[]> = fc.array(
  fc.record({ property: fc.constantFrom(...allKeys), direction: fc.constantFrom('ascending' as const, 'descending' as const) }),
  { maxLength: 3 },
);
const page = fc.record({
  offset: fc.nat(30),
  count: fc.integer({ min: 1, max: 12 }),
  from: fc.constantFrom('beginning' as const, 'end' as const),
});

function contains(text: string): Restriction & { kind: 'contains' } {
  return { kind: 'contains', property: tags.subject, text, mode: 'substring', ignoreCase: true, ignoreNonSpacing: false };
}

const everything = { offset: 0, count: 100_000, from: 'beginning' } as const;
const exact = (key: PropertyKey): boolean => key === tags.internetMessageId;
const newestFirst: SortKey[] = [{ property: tags.messageDeliveryTime, direction: 'descending' }];

describeOnEveryStore('finding items', (source) => {
  test('finds, sorts and pages what a plain look at every item does', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 4 }),
        fc.option(restriction, { nil: undefined }),
        sort,
        page,
        async (more, wanted, order, part) => {
          await store.transaction((tx) => createItems(tx, mailbox, inbox, more, at));
          const all = await findItems(store.read, { mailbox, folder: inbox, page: everything, need: { properties: 'all' } });
          const fits = wanted === undefined ? () => true : matcher(wanted, itemProperty, exact);
          const keys = order.length === 0 ? newestFirst : order;
          const expected = all.items
            .filter(fits)
            .map((row) => sortValues(keys, row.counter, (key) => itemProperty(row, key)))
            .sort(compareSorted(keys))
            .map((one) => one.counter);
          const found = await findItems(store.read, {
            mailbox,
            folder: inbox,
            restriction: wanted,
            sort: order,
            page: part,
            need: { properties: [] },
          });
          const end = part.from === 'beginning' ? part.offset + part.count : Math.max(0, expected.length - part.offset);
          const start = part.from === 'beginning' ? part.offset : Math.max(0, end - part.count);
          expect(found.items.map((row) => row.counter)).toEqual(expected.slice(start, end));
          expect(found.total).toBe(expected.length);
        },
      ),
      { numRuns: source.kind === 'postgres' ? 40 : 80 },
    );
  });

  test('a folder of several slices, associated items apart', async () => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    const drafts = Array.from({ length: 4500 }, (_, index) => ({
      ...message(`number ${index % 7}`, { [tags.body]: `body ${index}`, [tags.messageDeliveryTime]: at + ((index * 7919) % 4500) }),
      associated: index % 10 === 0,
    }));
    await store.transaction((tx) => createItems(tx, mailbox, inbox, drafts, at));
    const bySubject: SortKey[] = [{ property: tags.subject, direction: 'ascending' }];
    const count = async (options: { associated?: boolean; restriction?: Restriction }): Promise<number> =>
      (
        await findItems(store.read, {
          mailbox,
          folder: inbox,
          page: { offset: 0, count: 1, from: 'beginning' },
          need: { properties: [] },
          ...options,
        })
      ).total;
    const expected = (associated: boolean, digit: number) =>
      drafts.filter((draft, index) => draft.associated === associated && index % 7 === digit).length;
    expect(await count({})).toBe(4050);
    expect(await count({ associated: true })).toBe(450);
    expect(await count({ restriction: contains('NUMBER 3') })).toBe(expected(false, 3));
    expect(await count({ restriction: contains('NUMBER 3'), associated: true })).toBe(expected(true, 3));
    const inBag: Restriction = { kind: 'compare', property: tags.body, operator: '=', with: { value: 'BODY 4444' } };
    expect(await count({ restriction: inBag })).toBe(1);
    const indexed = await findItems(store.read, { mailbox, folder: inbox, sort: bySubject, page: everything, need: { properties: [] } });
    const scanned = await findItems(store.read, {
      mailbox,
      folder: inbox,
      sort: bySubject,
      restriction: { kind: 'and', of: [] },
      page: everything,
      need: { properties: [] },
    });
    expect(indexed.items.map((row) => row.counter)).toEqual(scanned.items.map((row) => row.counter));
  });

  test.each<[string, string, Restriction]>([
    ['what was cut off the folded column', `${'x'.repeat(700)}end`, contains('END')],
    ['what was cut off a text of characters beyond U+FFFF', `${'😀'.repeat(400)}end`, contains('end')],
    ['a letter whose mark stands beside it', 'cafe\u0301', { ...contains('e'), ignoreCase: false }],
    [
      'less than a text that begins the same',
      `${'x'.repeat(700)}a`,
      { kind: 'compare', property: tags.subject, operator: '<', with: { value: `${'x'.repeat(700)}b` } },
    ],
    [
      'more than it',
      `${'x'.repeat(700)}b`,
      { kind: 'compare', property: tags.subject, operator: '>', with: { value: `${'x'.repeat(700)}a` } },
    ],
    ['characters that mean something to LIKE', '100%_\\', contains('0%_\\')],
    ['another case, spelt out', 'STRASSE', contains('straße')],
    ['a flag among others', 'flags', { kind: 'excludes', property: tags.messageFlags, mask: 0x18 }],
    [
      'not of something missing',
      'x',
      { kind: 'not', of: { kind: 'compare', property: tags.clientSubmitTime, operator: '>', with: { value: 0 } } },
    ],
  ])('%s is found', async (_, subject, wanted) => {
    const store = await source.open();
    const inbox = await withMailbox(store);
    await store.transaction((tx) => createItems(tx, mailbox, inbox, [message(subject)], at));
    const found = await findItems(store.read, { mailbox, folder: inbox, restriction: wanted, page: everything, need: { properties: [] } });
    expect(found.total).toBe(1);
  });

  test('a folder that is not there', async () => {
    const store = await source.open();
    await withMailbox(store);
    await expect(findItems(store.read, { mailbox, folder: 99_999, page: everything, need: { properties: [] } })).rejects.toMatchObject({
      code: 'folder-not-found',
    });
  });
});

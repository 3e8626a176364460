import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CorruptRecord, itemOf, recordOf } from '../../../shared/bridges/migration/message-record.ts';
import { readRecordedItems } from '../../../shared/bridges/migration/read-item.ts';
import type { AttachmentDraft, ItemDraft, RecipientDraft } from '../../../shared/domain/mailbox/draft.ts';
import { requireFolder } from '../../../shared/domain/mailbox/folders.ts';
import { createItem } from '../../../shared/domain/mailbox/item-writes.ts';
import { getMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import { putMovedItem } from '../../../shared/domain/mailbox/put-moved-item.ts';
import { updateItem } from '../../../shared/domain/mailbox/update-item.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { type Guid, namedGuid } from '../../../shared/kernel/ids.ts';
import {
  namedProperty,
  type PropertyBag,
  type PropertyKey,
  propertySets,
  propertyTag,
  propertyTypes,
  tags,
} from '../../../shared/kernel/mapi.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Store } from '../../../shared/store/database.ts';
import { DatabaseAway } from '../../../shared/store/database-away.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { message, withMailbox } from '../mailbox/support.ts';
import { contentOf } from './support.ts';

const from = namedGuid('mailbox', 'mary');
const to = namedGuid('mailbox', 'moved');
const at = Date.UTC(2026, 10, 21, 8);

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const date = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
const bytes = fc.uint8Array({ maxLength: 40 }).map((octets) => Buffer.from(octets));
const scalars: Readonly<Record<string, fc.Arbitrary<string | number | boolean>>> = {
  Short: fc.integer({ min: -40_000, max: 40_000 }),
  Integer: fc.integer({ min: -(2 ** 33), max: 2 ** 33 }),
  Float: fc.float({ noNaN: true, noDefaultInfinity: true }),
  Double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  Currency: fc.oneof(fc.constantFrom('1.50', '-0.0001', 'much'), fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }).map(String)),
  ApplicationTime: fc.double({ noNaN: true, noDefaultInfinity: true }),
  Error: fc.integer(),
  Boolean: fc.boolean(),
  Object: text,
  Long: fc.oneof(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String), fc.constantFrom('007', '+1', '')),
  String: text,
  SystemTime: fc.oneof(date, fc.double({ min: -1e17, max: 1e17, noNaN: true })),
  CLSID: fc.oneof(
    text.map((name) => namedGuid(name)),
    fc.constant('no guid'),
  ),
  Binary: fc.oneof(
    bytes.map((octets) => octets.toString('base64')),
    fc.constantFrom('not base64!', 'QQ', ''),
  ),
};
const typeNames = Object.keys(propertyTypes) as (keyof typeof propertyTypes)[];

const property = fc.constantFrom(...typeNames).chain((type) => {
  const key = fc.oneof(
    fc.integer({ min: 0x4000, max: 0xffff }).map((id) => propertyTag(id, type)),
    fc.integer({ min: 0, max: 0xffff }).map((id) => namedProperty(propertySets.Common, id, type)),
    fc.oneof(text, fc.constant('x'.repeat(300))).map((name) => namedProperty(propertySets.PublicStrings, name, type)),
    fc.constant(propertyTag(0x1013, 'Binary')),
  );
  const single = scalars[type.replace(/Array$/, '')] ?? text;
  return fc.tuple(key, type.endsWith('Array') ? fc.array(single, { maxLength: 3 }) : single);
});
const wellKnown = fc.record(
  {
    [tags.subject]: text,
    [tags.read]: fc.boolean(),
    [tags.bodyHtml]: text,
    [tags.importance]: fc.integer({ min: 0, max: 2 }),
    [tags.messageDeliveryTime]: date,
    [tags.creationTime]: date,
    [tags.messageFlags]: fc.integer({ min: 0, max: 0xfff }),
    [tags.internetMessageId]: text,
  },
  { requiredKeys: [] },
);
const bag = fc
  .tuple(wellKnown, fc.array(property, { maxLength: 6 }))
  .map(([known, others]) => ({ ...known, ...Object.fromEntries(others) }) as PropertyBag);

const attendee: fc.Arbitrary<PropertyBag> = fc.record({
  [tags.recipientTrackStatus]: fc.integer({ min: 0, max: 5 }),
  [propertyTag(0x5ffd, 'Integer')]: fc.nat(),
});
const recipient: fc.Arbitrary<RecipientDraft> = fc.record(
  {
    kind: fc.constantFrom('to', 'cc', 'bcc', 'reply-to'),
    name: text,
    address: text,
    routingType: fc.constantFrom('SMTP', 'EX', 'MAPIPDL'),
    properties: attendee,
  },
  { requiredKeys: ['kind', 'name', 'address', 'routingType'] },
);
const messageClass = fc.oneof(fc.constantFrom('IPM.Note', 'IPM.Appointment', 'IPM.Contact', 'IPM.Task', 'IPM.StickyNote', ''), text);

const { item } = fc.letrec<{ item: ItemDraft; attachment: AttachmentDraft }>((tie) => ({
  item: fc.record({
    class: messageClass,
    properties: bag,
    recipients: fc.array(recipient, { maxLength: 3 }),
    attachments: fc.array(tie('attachment'), { maxLength: 2, depthIdentifier: 'depth' }),
    mime: fc.option(bytes, { nil: undefined }),
    associated: fc.boolean(),
  }),
  attachment: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'depth' },
    fc.record({
      kind: fc.constant('file' as const),
      name: text,
      isInline: fc.boolean(),
      bytes,
      isContactPhoto: fc.constantFrom(true, undefined),
      contentId: text,
    }),
    fc.record({
      ...{ kind: fc.constant('reference' as const), name: text, isInline: fc.boolean(), contentType: text },
      reference: fc.record({ longPathName: text, permissionType: fc.nat({ max: 9 }), isFolder: fc.boolean() }, { requiredKeys: [] }),
    }),
    fc.record({
      kind: fc.constant('item' as const),
      name: text,
      isInline: fc.boolean(),
      item: tie('item'),
      isException: fc.constantFrom(true, undefined),
    }),
  ),
}));

/** Moves everything of the inbox of one mailbox to that of the other. */
async function moveAll(store: Store): Promise<void> {
  const mailbox = present(await getMailbox(store.read, from), 'the mailbox');
  const inbox = await requireFolder(store.read, from, 'inbox');
  const rows = await store.read
    .selectFrom('item')
    .select('counter')
    .where('mailbox', '=', from)
    .where('folder', '=', inbox.counter)
    .execute();
  const counters = rows.map(({ counter }) => counter);
  const items = await readRecordedItems({ read: store.read, blobs: (hash) => readBlob(store.read, hash) }, mailbox, counters);
  for (const read of items.values()) {
    if (read instanceof Error) throw read;
    const record = recordOf(read);
    const target = await requireFolder(store.read, to, 'inbox');
    await store.transaction((tx) => putMovedItem(tx, target, itemOf(record), undefined, at + 1));
  }
}

async function inboxOf(store: Store, guid: Guid): Promise<unknown> {
  return [...(await contentOf(store, guid))].find(([path]) => path.endsWith('/Inbox items'))?.[1];
}

const runs = { memory: 150, file: 5, postgres: 15 } as const;

describeOnEveryStore('the record of an item', (source) => {
  test('an item that cannot be read is its error; a database that is away is not', async () => {
    const store = await source.open();
    await withMailbox(store, from);
    const inbox = await requireFolder(store.read, from, 'inbox');
    const { counter } = await store.transaction((tx) =>
      createItem(tx, from, inbox.counter, message('Hello', {}, { mime: Buffer.from('Subject: Hello\r\n\r\ntext') }), at),
    );
    const mailbox = present(await getMailbox(store.read, from), 'the mailbox');
    const read = (failure: Error) => readRecordedItems({ read: store.read, blobs: () => Promise.reject(failure) }, mailbox, [counter]);
    const damaged = new Error('it is damaged');
    expect((await read(damaged)).get(counter)).toBe(damaged);
    const away = new DatabaseAway(new Error('Connection terminated'));
    await expect(read(away)).rejects.toBe(away);
  });

  test('an item comes back as it was, whatever is in it', { timeout: 120_000 }, async () => {
    const store = await source.open();
    await withMailbox(store, from);
    await withMailbox(store, to);
    await fc.assert(
      fc.asyncProperty(item, bag, async (draft, set) => {
        for (const guid of [from, to]) await store.transaction((tx) => tx.deleteFrom('item').where('mailbox', '=', guid).execute());
        await store.transaction((tx) => tx.deleteFrom('attachment').execute());
        await store.transaction((tx) => tx.deleteFrom('recipient_row').execute());
        await store.transaction(async (tx) => {
          const inbox = await requireFolder(tx, from, 'inbox');
          const { counter } = await createItem(tx, from, inbox.counter, draft, at);
          const remove = draft.attachments.length > 1 ? [0] : [];
          await updateItem(tx, from, counter, { set, attachments: { remove, add: draft.attachments.slice(0, 1) } }, 'any', at + 1);
        });
        await moveAll(store);
        expect(await inboxOf(store, to)).toEqual(await inboxOf(store, from));
      }),
      { numRuns: runs[source.kind] },
    );
  });
});

test('octets that are no record are refused', () => {
  const facts = { size: 1, articleNumber: 1, conversation: null, attachments: [] };
  const record = recordOf({ draft: message('a'), facts, references: {} });
  expect(itemOf(record).draft.properties[tags.subject as PropertyKey]).toBe('a');
  for (const octets of [
    Buffer.alloc(0),
    Buffer.from('CXR1'),
    record.subarray(0, 20),
    record.subarray(0, -3),
    Buffer.concat([Buffer.from('X'), record]),
  ])
    expect(() => itemOf(octets)).toThrow(CorruptRecord);
  fc.assert(
    fc.property(fc.nat({ max: record.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const broken = Buffer.from(record);
      broken[place] = (broken[place] ?? 0) ^ change;
      try {
        itemOf(broken);
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptRecord);
      }
    }),
  );
});

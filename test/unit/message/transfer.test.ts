import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftFromStream, streamOf } from '../../../shared/bridges/message/transfer.ts';
import type { AttachmentDraft, ItemDraft, RecipientDraft } from '../../../shared/domain/mailbox/draft.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { namedProperty, type PropertyBag, type PropertyKey, type PropertyValue, propertyTag, tags } from '../../../shared/kernel/mapi.ts';
import { CorruptStream } from '../../../shared/protocols/ews/fast-transfer/octet-reader.ts';

const text = fc.string({ maxLength: 20, unit: 'grapheme' });
const base64 = fc.uint8Array({ maxLength: 20 }).map((octets) => Buffer.from(octets).toString('base64'));
const guid = fc.uuid().map((one) => one as Guid);
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const values = {
  Short: fc.integer({ min: -32_768, max: 32_767 }),
  Integer: fc.integer(),
  Float: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  Double: real,
  ApplicationTime: real,
  Currency: fc.tuple(fc.integer(), fc.integer({ min: 1, max: 9 })).map(([units, tenth]) => `${units}.${tenth}`),
  Boolean: fc.boolean(),
  Long: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  String: text,
  SystemTime: fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  CLSID: guid,
  Binary: base64,
} as const;
const types = Object.keys(values) as (keyof typeof values)[];

/** Any property but those that have a place of their own in a stream. */
const property: fc.Arbitrary<[PropertyKey, PropertyValue]> = fc
  .tuple(
    fc.constantFrom(...types),
    fc.boolean(),
    fc.integer({ min: 0x6600, max: 0x67ff }),
    fc.option(fc.tuple(guid, fc.oneof(text, fc.nat(0xffff)))),
  )
  .chain(([type, wantsArray, id, name]) => {
    const isArray = wantsArray && type !== 'Boolean';
    const whole = isArray ? (`${type}Array` as const) : type;
    const key = name === null ? propertyTag(id, whole) : namedProperty(name[0], name[1], whole);
    const value: fc.Arbitrary<PropertyValue> = values[type] as fc.Arbitrary<string>;
    return fc.tuple(fc.constant(key), isArray ? (fc.array(value, { maxLength: 4 }) as unknown as fc.Arbitrary<PropertyValue>) : value);
  });
const properties: fc.Arbitrary<PropertyBag> = fc.array(property, { maxLength: 12 }).map((list) => Object.fromEntries(list));
const recipient: fc.Arbitrary<RecipientDraft> = fc.record({
  kind: fc.constantFrom('to', 'cc', 'bcc', 'reply-to'),
  name: text,
  address: text,
  routingType: fc.constantFrom('SMTP', 'EX', ''),
});
const facts = {
  name: text,
  contentType: fc.option(text, { nil: undefined }),
  contentId: fc.option(text, { nil: undefined }),
  contentLocation: fc.option(text, { nil: undefined }),
  isInline: fc.boolean(),
};
const optional = fc.option(text, { nil: undefined });
const number = fc.option(fc.integer(), { nil: undefined });
const reference = fc.record({
  longPathName: optional,
  providerType: optional,
  providerEndpointUrl: optional,
  thumbnailUrl: optional,
  previewUrl: optional,
  permissionType: number,
  originalPermissionType: number,
  isFolder: fc.option(fc.boolean(), { nil: undefined }),
});
const { item } = fc.letrec<{ item: ItemDraft; attachment: AttachmentDraft }>((tie) => ({
  item: fc.record({
    class: fc.constantFrom('IPM.Note', 'IPM.Contact', 'IPM.Foo.Bar'),
    properties,
    recipients: fc.array(recipient, { maxLength: 3 }),
    attachments: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('attachment'), { maxLength: 2 })) as fc.Arbitrary<
      AttachmentDraft[]
    >,
    mime: fc.option(
      fc.uint8Array({ maxLength: 20 }).map((octets) => Buffer.from(octets)),
      { nil: undefined },
    ),
    associated: fc.constant(false),
  }),
  attachment: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({
      ...facts,
      kind: fc.constant('file' as const),
      bytes: fc.uint8Array({ maxLength: 20 }).map((octets) => Buffer.from(octets)),
      isContactPhoto: fc.constantFrom(undefined, true),
    }),
    fc.record({ ...facts, kind: fc.constant('reference' as const), reference }),
    fc.record({ ...facts, kind: fc.constant('item' as const), item: tie('item') as fc.Arbitrary<ItemDraft> }),
  ) as fc.Arbitrary<AttachmentDraft>,
}));

describe('the stream of an item', () => {
  test('comes back as it went', () => {
    fc.assert(
      fc.property(item, (draft) => {
        expect(draftFromStream(streamOf(draft))).toEqual(draft);
      }),
      { numRuns: 200 },
    );
  });

  test('begins as that of Exchange: a CopyTo of a message', () => {
    const octets = streamOf({ class: 'IPM.Note', properties: { [tags.importance]: 1 }, recipients: [], attachments: [] });
    // The first 36 octets of the sample on Microsoft's page on UploadItems.
    expect(octets.subarray(0, 36).toString('base64')).toBe('AQAAAAgAAAAAAAAAAQAAAAMAAAAYAAAAAQAAAAcDAgAAAAAA');
    expect(octets.includes(Buffer.from('0300170001000000', 'hex'))).toBe(true);
  });

  test('cut off anywhere is corrupt, or the message without its end', () => {
    const octets = streamOf({
      class: 'IPM.Note',
      properties: { [tags.subject]: 'x', [tags.importance]: 1 },
      recipients: [{ kind: 'to', name: 'n', address: 'a', routingType: 'SMTP' }],
      attachments: [{ kind: 'file', name: 'f', isInline: false, bytes: Buffer.from('abc') }],
    });
    for (let length = 0; length < octets.length; length += 1)
      expect(() => draftFromStream(octets.subarray(0, length))).toThrow(CorruptStream);
  });

  test('spoilt anywhere is corrupt or another item, never anything else', () => {
    fc.assert(
      fc.property(item, fc.nat(), fc.nat(255), (draft, at, octet) => {
        const octets = Buffer.from(streamOf(draft));
        octets[at % octets.length] = octet;
        try {
          draftFromStream(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptStream);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('nested without end is corrupt', () => {
    let draft: ItemDraft = { class: 'IPM.Note', properties: {}, recipients: [], attachments: [] };
    for (let depth = 0; depth < 60; depth += 1)
      draft = { ...draft, attachments: [{ kind: 'item', name: '', isInline: false, item: draft }] };
    expect(() => draftFromStream(streamOf(draft))).toThrow(CorruptStream);
  });
});

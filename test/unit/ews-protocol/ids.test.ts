import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { formatAlternateId, idFormats, parseAlternateId } from '../../../shared/protocols/ews/alternate-id.ts';
import {
  changeKeyWriter,
  decodeChangeKey,
  encodeChangeKey,
  type ObjectKind,
  objectKinds,
} from '../../../shared/protocols/ews/change-key.ts';
import { decodeConversationId } from '../../../shared/protocols/ews/conversation-id.ts';
import {
  type AttachmentKey,
  decodeAttachmentId,
  decodeFolderId,
  decodeId,
  decodeItemId,
  encodeAttachmentId,
  encodeFolderId,
  encodeItemId,
  type FolderKey,
  type ItemKey,
  idWriter,
} from '../../../shared/protocols/ews/item-id.ts';
import { collapseRuns, expandRuns } from '../../../shared/protocols/ews/run-length.ts';
import { decodeSyncState, encodeSyncState, type SyncState } from '../../../shared/protocols/ews/sync-state.ts';

const guid = fc.uuid().map((text) => text as Guid);
const counter = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const store = fc
  .record({ mailbox: guid, database: guid, replica: guid }, { requiredKeys: ['mailbox', 'database'] })
  .map(({ mailbox, database, replica }) => ({ mailbox, database, ...(replica === undefined || replica === database ? {} : { replica }) }));
const folderKey: fc.Arbitrary<FolderKey> = fc.tuple(store, counter).map(([key, folder]) => ({ ...key, folder }));
const itemKey: fc.Arbitrary<ItemKey> = fc.tuple(folderKey, counter).map(([key, item]) => ({ ...key, item }));
const attachmentKey: fc.Arbitrary<AttachmentKey> = fc
  .tuple(
    itemKey,
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    // Up to 31 attachments around it: as deep as MIME goes.
    fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 31 }),
    fc.option(fc.integer({ min: -135_000, max: 1_000_000 }), { nil: undefined }),
  )
  .map(([key, attachment, within, day]) => ({
    ...key,
    attachment,
    ...(within.length === 0 ? {} : { within }),
    ...(day === undefined ? {} : { day }),
  }));

const mailbox = '0a1b2c3d-0001-4000-8000-000000000001' as Guid;
const database = 'ffeeddcc-bbaa-4998-8776-655443322110' as Guid;
const item: ItemKey = { mailbox, database, folder: 0x10d, item: 0x1fb3 };

describe('EWS ids', () => {
  test('have the layout of Exchange', () => {
    const octets = Buffer.from(encodeItemId(item), 'base64');
    expect(octets.subarray(0, 4).toString('hex')).toBe('00032400');
    expect(octets.subarray(4, 40).toString()).toBe(mailbox);
    expect(octets.subarray(40, 43).toString('hex')).toBe('004600');
    expect(octets.subarray(43, 63).toString('hex')).toBe('00000000ccddeeffaabb98498776655443322110');
    expect(octets.subarray(63, 65).toString('hex')).toBe('0700');
    expect(octets.subarray(81, 89).toString('hex')).toBe('00000000010d0000');
    expect(octets.subarray(105).toString('hex')).toBe('000000001fb3000000');
  });

  test('are as long as those of Exchange and begin alike', () => {
    expect(encodeItemId(item)).toMatch(/^AAMk.{148}$/);
    expect(encodeFolderId(item)).toMatch(/^AAMk.{116}$/);
    expect(encodeFolderId({ mailbox, database, folder: 7 })).toMatch(/^AAMk.{116}$/);
    expect(encodeAttachmentId({ ...item, attachment: 3 })).toMatch(/^AAMk.+EgAQA/);
  });

  test('come back as they went', () => {
    fc.assert(
      fc.property(folderKey, (key) => {
        expect(decodeId(encodeFolderId(key))).toEqual({ is: 'folder', key });
      }),
    );
    fc.assert(
      fc.property(itemKey, (key) => {
        expect(decodeId(encodeItemId(key))).toEqual({ is: 'item', key });
      }),
    );
    fc.assert(
      fc.property(attachmentKey, (key) => {
        expect(decodeId(encodeAttachmentId(key))).toEqual({ is: 'attachment', key });
      }),
    );
  });

  test('are the same from a writer of many', () => {
    fc.assert(
      fc.property(attachmentKey, fc.array(counter, { maxLength: 3 }), (key, others) => {
        const writer = idWriter(key);
        for (const other of others) {
          writer.itemId(other, other);
          writer.folderId(other);
        }
        const { attachment, within, day, item: number, ...folder } = key;
        expect(writer.folderId(key.folder)).toBe(encodeFolderId(folder));
        expect(writer.itemId(key.folder, number)).toBe(encodeItemId({ ...folder, item: number }));
        expect(writer.attachmentId(key.folder, number, attachment, within, day)).toBe(encodeAttachmentId(key));
      }),
    );
  });

  test('of conversations are as Microsoft publishes them, and answer to no other reader', () => {
    const published = 'AAQkAGI2NGVhZTVlLTI1OGMtNDI4My1iZmE5LTA5OGJiZGEzMTc0YQAQAJB4rBMBkMNGqLNKHSr3FnA=';
    const decoded = decodeConversationId(published);
    expect(decoded?.mailbox).toBe('b64eae5e-258c-4283-bfa9-098bbda3174a');
    const { mailbox, conversation } = decoded ?? { mailbox: '' as Guid, conversation: Buffer.alloc(0) };
    expect(idWriter({ mailbox, database: mailbox }).conversationId(conversation)).toBe(published);
    expect(decodeId(published)).toBeUndefined();
    for (const text of ['', 'AAQk', published.slice(0, -4), published.replace('AAQk', 'AAMk')])
      expect(decodeConversationId(text)).toBeUndefined();
  });

  test('are read in their run-length form too', () => {
    fc.assert(
      fc.property(itemKey, (key) => {
        const plain = Buffer.from(encodeItemId(key), 'base64');
        const short = Buffer.concat([Buffer.from([1]), collapseRuns(plain.subarray(1))]).toString('base64');
        expect(short).toMatch(/^AQMk/);
        expect(decodeItemId(short)).toEqual(key);
      }),
    );
  });

  test('answer to their own kind only', () => {
    const { item: number, ...folder } = item;
    const ids = [encodeFolderId(folder), encodeItemId({ ...folder, item: number }), encodeAttachmentId({ ...item, attachment: 0 })];
    expect(
      ids.map((id) => [decodeFolderId(id) !== undefined, decodeItemId(id) !== undefined, decodeAttachmentId(id) !== undefined]),
    ).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });

  test.each([
    '',
    'DUMMY',
    'AAMkAGZvbGRlci1yb290',
    'AAMk',
    '====',
    'AAA-',
    ' ',
    'a'.repeat(100_000),
    encodeItemId(item).slice(0, -4),
    `${encodeItemId(item)}AAAA`,
    encodeItemId(item).toLowerCase(),
    `${encodeItemId(item)} `,
  ])('hostile: %.20s', (id) => {
    expect(decodeId(id)).toBeUndefined();
  });

  test('never throw, whatever is done to them', () => {
    const mutated = fc
      .tuple(
        fc.oneof(folderKey.map(encodeFolderId), itemKey.map(encodeItemId), attachmentKey.map(encodeAttachmentId)),
        fc.nat(),
        fc.nat(255),
        fc.boolean(),
      )
      .map(([id, place, octet, short]) => {
        const octets = Buffer.from(id, 'base64');
        octets[place % octets.length] = octet;
        return (short ? octets.subarray(0, place % octets.length) : octets).toString('base64');
      });
    fc.assert(
      fc.property(
        fc.oneof(
          mutated,
          fc.string(),
          fc.base64String(),
          fc.uint8Array().map((bytes) => Buffer.concat([Buffer.from([1, 3]), bytes]).toString('base64')),
        ),
        (id) => {
          const decoded = decodeId(id);
          // What is still an id is the id of what it says.
          if (decoded?.is === 'item' && !id.startsWith('AQ')) expect(encodeItemId(decoded.key)).toBe(id);
          if (decoded?.is === 'folder' && !id.startsWith('AQ')) expect(encodeFolderId(decoded.key)).toBe(id);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('runs', () => {
  test.each([
    ['', ''],
    ['010203', '010203'],
    ['0101', '010100'],
    ['010101', '010101'],
    ['00000000ff', '000002ff'],
  ])('%s is written %s', (plain, short) => {
    expect(collapseRuns(Buffer.from(plain, 'hex')).toString('hex')).toBe(short);
    expect(expandRuns(Buffer.from(short, 'hex'), 100)?.toString('hex')).toBe(plain);
  });

  test('come back as they went', () => {
    const runs = fc
      .array(fc.tuple(fc.nat(3), fc.nat(600)), { maxLength: 5 })
      .map((parts) => Buffer.concat(parts.map(([octet, times]) => Buffer.alloc(times, octet))));
    fc.assert(
      fc.property(runs, (octets) => {
        expect(expandRuns(collapseRuns(octets), 4000)?.equals(octets)).toBe(true);
      }),
    );
  });

  test('end where the limit is or the input', () => {
    expect(expandRuns(Buffer.from('0000ff', 'hex'), 256)).toBeUndefined();
    expect(expandRuns(Buffer.from('0000ff', 'hex'), 257)).toHaveLength(257);
    expect(expandRuns(Buffer.from('0000', 'hex'), 100)).toBeUndefined();
  });
});

describe('change keys', () => {
  test('begin as those of Exchange', () => {
    expect(encodeChangeKey('Folder', database, 1)).toMatch(/^AQAAABYAAA.{30}$/);
    expect(encodeChangeKey('Message', database, 1)).toMatch(/^CQAAABYAAA.{30}$/);
    expect(encodeChangeKey('CalendarItem', database, 1)).toMatch(/^DwAAABYAAA.{30}$/);
  });

  test('come back as they went', () => {
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(objectKinds) as ObjectKind[])), guid, counter, (kind, replica, change) => {
        const write = changeKeyWriter(replica);
        write('Folder', 0);
        expect(decodeChangeKey(write(kind, change))).toEqual({ kind: objectKinds[kind], replica, change });
      }),
    );
  });

  test('may be short', () => {
    expect(decodeChangeKey('CQAAAA==')).toEqual({ kind: 9 });
    expect(decodeChangeKey('AQAAAA==')).toEqual({ kind: 1 });
  });

  test('never throw', () => {
    for (const text of ['', 'x', 'CQAAABYAAAA=', 'CQAAABcAAAA'.padEnd(40, 'A'), '!'.repeat(40)])
      expect(decodeChangeKey(text)).toBeUndefined();
    fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String({ minLength: 36, maxLength: 44 })), (text) => void decodeChangeKey(text)));
  });
});

describe('sync states', () => {
  const state: fc.Arbitrary<SyncState> = fc.record({
    kind: fc.constantFrom('hierarchy', 'items'),
    mailbox: guid,
    folder: counter,
    numbers: fc.array(counter, { maxLength: 16 }),
  });

  test('come back as they went', () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(decodeSyncState(encodeSyncState(value))).toEqual(value);
      }),
    );
  });

  test('are refused when anything in them was changed', () => {
    fc.assert(
      fc.property(state, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, difference) => {
        const octets = Buffer.from(encodeSyncState(value), 'base64');
        const at = place % octets.length;
        octets[at] = (octets[at] ?? 0) ^ difference;
        expect(decodeSyncState(octets.toString('base64'))).toBeUndefined();
      }),
    );
  });

  test('never throw', () => {
    for (const text of ['', 'H4sIAA==', 'x'.repeat(1_000_000)]) expect(decodeSyncState(text)).toBeUndefined();
    fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => void decodeSyncState(text)));
  });
});

describe('alternate ids', () => {
  const formats = fc.constantFrom(...idFormats);

  test('come back as they went, in every notation', () => {
    fc.assert(
      fc.property(fc.oneof(folderKey, itemKey), formats, (key, format) => {
        expect(parseAlternateId(formatAlternateId(key, format, 'mary@contoso.test'), format, key.mailbox)).toEqual(key);
      }),
    );
  });

  test('look as Exchange writes them', () => {
    const write = (format: (typeof idFormats)[number]) => formatAlternateId(item, format, 'mary@contoso.test');
    expect(write('EwsId')).toBe(encodeItemId(item));
    expect(write('HexEntryId')).toMatch(/^00000000[0-9A-F]{132}$/);
    expect(Buffer.from(write('EntryId'), 'base64').toString('hex').toUpperCase()).toBe(write('HexEntryId'));
    expect(write('StoreId')).toMatch(/^RgAAAAD.*AAAJ$/);
    expect(write('OwaId')).toMatch(/^[A-Za-z0-9%]+$/);
    expect(decodeURIComponent(write('OwaId'))).toBe(write('StoreId'));
    expect(write('EwsLegacyId')).toMatch(/^AAARAG1hcnlAY29udG9zby50ZXN0/);
  });

  test.each(idFormats)('%s is refused when it is none', (format) => {
    for (const text of ['', 'DUMMY', '%', '00', 'AAMkAGZvbGRlci1yb290', 'x'.repeat(5000)])
      expect(parseAlternateId(text, format, mailbox)).toBeUndefined();
    fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => void parseAlternateId(text, format, mailbox)));
  });
});

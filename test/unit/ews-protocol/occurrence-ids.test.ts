import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { formatAlternateId, parseAlternateId } from '../../../shared/protocols/ews/alternate-id.ts';
import { decodeId, encodeItemId, encodeOccurrenceId, type ItemKey } from '../../../shared/protocols/ews/item-id.ts';

const guid = fc.uuid().map((text) => text as Guid);
const counter = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const itemKey: fc.Arbitrary<ItemKey> = fc.record({ mailbox: guid, database: guid, folder: counter, item: counter });
const item: ItemKey = {
  mailbox: '0a1b2c3d-0001-4000-8000-000000000001' as Guid,
  database: 'ffeeddcc-bbaa-4998-8776-655443322110' as Guid,
  folder: 0x10d,
  item: 0x1fb3,
};

describe('ids of occurrences', () => {
  test('have the layout of Exchange', () => {
    const octets = Buffer.from(encodeOccurrenceId({ ...item, day: 20_560 }), 'base64');
    expect(octets.length).toBe(124);
    // Midnight of 2026-04-17 in .NET's ticks, as in ids seen in public traces.
    expect(octets.subarray(40, 57).toString('hex')).toBe('0151000808de9c1444c180004600000000');
    expect(octets.subarray(53, 123)).toEqual(Buffer.from(encodeItemId(item), 'base64').subarray(43, 113));
    expect(octets.at(-1)).toBe(16);
  });

  test('come back as they went, and no other text is one', () => {
    fc.assert(
      fc.property(
        itemKey,
        fc.integer({ min: -719_162, max: 2_932_896 }),
        fc.nat({ max: 123 }),
        fc.nat({ max: 255 }),
        (key, day, at, octet) => {
          const id = encodeOccurrenceId({ ...key, day });
          expect(decodeId(id)).toEqual({ is: 'occurrence', key: { ...key, day } });
          for (const format of ['EwsId', 'StoreId', 'OwaId'] as const)
            expect(parseAlternateId(formatAlternateId({ ...key, day }, format, ''), format, key.mailbox)).toEqual({ ...key, day });
          const octets = Buffer.from(id, 'base64');
          octets[at] = octet;
          const other = decodeId(octets.toString('base64'));
          if (other?.is === 'occurrence') expect(encodeOccurrenceId(other.key)).toBe(octets.toString('base64'));
        },
      ),
    );
  });
});

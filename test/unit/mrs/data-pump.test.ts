import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import {
  mostPortionBytes,
  nothingUnpacked,
  opcodes,
  type PumpRecord,
  pack,
  packText,
  readFields,
  unpack,
  unpackText,
  writeFields,
} from '../../../shared/protocols/mrs/data-pump.ts';

async function through(records: readonly PumpRecord[], portionBytes: number, compress: boolean): Promise<PumpRecord[]> {
  const came: PumpRecord[] = [];
  let waiting = nothingUnpacked;
  for await (const portion of pack(records, { portionBytes, compress })) {
    if (!compress) expect(portion.data.length).toBeLessThanOrEqual(portionBytes + (portionBytes >> 3));
    const unpacked = await unpack(waiting, portion, compress);
    waiting = unpacked.waiting;
    came.push(...unpacked.records);
  }
  expect(waiting.length).toBe(0);
  return came;
}

test('records come out as they went in, whatever their sizes and those of the portions', async () => {
  const octets = fc.uint8Array({ maxLength: 300 });
  const record = fc.record({ opcode: fc.constantFrom(107, 108, 220), head: octets, data: octets }, { requiredKeys: ['opcode', 'data'] });
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 30 }),
      fc.integer({ min: 9, max: 400 }),
      fc.boolean(),
      async (records, size, compress) => {
        const came = await through(records, size, compress);
        expect(came.map(({ opcode, data }) => [opcode, [...data]])).toEqual(
          records.map(({ opcode, head = [], data }) => [opcode, [...head, ...data]]),
        );
      },
    ),
    { seed: inject('seed'), numRuns: 100 },
  );
});

test('a record that is a little longer than two portions goes in two, and none is longer than a portion may be', async () => {
  const sizes = async (length: number, portionBytes: number): Promise<number[]> => {
    const found: number[] = [];
    const records = [{ opcode: opcodes.writeToMime, data: Buffer.alloc(length) }];
    for await (const { data } of pack(records, { portionBytes, compress: false })) found.push(data.length);
    return found;
  };
  expect(await sizes(2 * 4_096 + 500, 4_096)).toEqual([4_096, 4_604]);
  expect(await sizes(2 * 4_096 + 600, 4_096)).toEqual([4_096, 4_096, 608]);
  expect(await sizes(mostPortionBytes + 500, mostPortionBytes)).toEqual([mostPortionBytes, 508]);
  expect(await sizes(mostPortionBytes, mostPortionBytes - 8)).toEqual([mostPortionBytes - 8, 16]);
});

test('fields and long texts', async () => {
  const { texts, octets } = readFields(writeFields(['', 'ä☃'], Buffer.from('rest')), 2);
  expect([texts, octets.toString()]).toEqual([['', 'ä☃'], 'rest']);
  const text = 'state '.repeat(100_000);
  const packed = await packText(text);
  expect([packed.length < 10_000, await unpackText(packed)]).toEqual([true, text]);
});

describe('what is none', () => {
  const frame = (length: number): Buffer => {
    const octets = Buffer.alloc(8);
    octets.writeInt32LE(108, 0);
    octets.writeInt32LE(length, 4);
    return octets;
  };
  const code = 'InvalidDataTransientException';
  test.each<[string, number, Buffer, boolean]>([
    ['another opcode', 1, Buffer.alloc(0), false],
    ['a frame that is cut off', opcodes.bufferBatch, frame(5), false],
    ['half a frame', opcodes.bufferBatch, frame(0).subarray(0, 5), false],
    ['a negative length', opcodes.bufferBatch, frame(-1), false],
    ['no gzip', opcodes.bufferBatch, Buffer.from('hello'), true],
    ['a piece of nothing', opcodes.pagedDataChunk, Buffer.alloc(0), false],
    ['a bomb', opcodes.bufferBatch, gzipSync(Buffer.alloc(mostPortionBytes + 1)), true],
  ])('%s', async (_, opcode, data, isCompressed) => {
    await expect(unpack(nothingUnpacked, { opcode, data }, isCompressed)).rejects.toMatchObject({ code });
  });

  test('a batch within a record in pieces, and a record without end', async () => {
    const { waiting } = await unpack(nothingUnpacked, { opcode: opcodes.pagedDataChunk, data: Buffer.alloc(4) }, false);
    await expect(unpack(waiting, { opcode: opcodes.bufferBatch, data: Buffer.alloc(0) }, false)).rejects.toMatchObject({ code });
    const long = { ...waiting, length: 160 * 1_048_576 };
    await expect(unpack(long, { opcode: opcodes.pagedDataChunk, data: Buffer.alloc(4) }, false)).rejects.toMatchObject({
      ...{ code, detail: expect.stringContaining('a record of more than') },
    });
  });

  test.each([[Buffer.alloc(2)], [Buffer.from([255, 255, 255, 255])], [Buffer.from([9, 0, 0, 0, 1])]])('fields of %o', (data) => {
    expect(() => readFields(data, 1)).toThrow(code);
  });
});

test('what does not shrink is stored, what does is compressed, and both are read again', async () => {
  const dense = Uint8Array.from({ length: 200_000 }, (_, index) => createHash('sha256').update(String(index)).digest()[0] ?? 0);
  const sparse = Buffer.alloc(200_000, 'one line like the other\r\n');
  for (const [data, least, most] of [
    [dense, dense.length, dense.length + 200],
    [sparse, 0, sparse.length / 20],
  ] as const) {
    const records = [{ opcode: opcodes.writeToMime, data }];
    let length = 0;
    for await (const portion of pack(records, { portionBytes: mostPortionBytes, compress: true })) length += portion.data.length;
    expect(length).toBeGreaterThan(least);
    expect(length).toBeLessThan(most);
    for (const portionBytes of [mostPortionBytes, 70_000, 100_000])
      expect((await through(records, portionBytes, true)).map((one) => Buffer.compare(one.data, data))).toEqual([0]);
  }
});

import { expect, test } from 'vitest';
import { packFile } from '../../../shared/protocols/oab/container.ts';
import { oabCrc } from '../../../shared/protocols/oab/crc.ts';
import { encodeDetails } from '../../../shared/protocols/oab/details.ts';

test('the CRC is that of libmspack, which reads such files', () => {
  // The check value of CRC-32/JAMCRC.
  expect(oabCrc(Buffer.from('123456789'))).toBe(0x340bc6d9);
});

test.each([
  [0, '00'],
  [0x7f, '7f'],
  [0x80, '8180'],
  [0xff, '81ff'],
  [0x100, '820001'],
  [0x8c9e0102, '8402019e8c'],
  [true, '01'],
  ['é', 'c3a900'],
  ['a\0b', '6100'],
  [Buffer.of(9, 8), '020908'],
  [['a', 'b'], '0261006200'],
] as const)('a value %j is encoded as %s', (value, hex) => {
  const properties = [
    { tag: 0x10000003, flags: {} },
    { tag: 0x20000003, flags: { anr: true, key: true } },
  ];
  const octets = encodeDetails({ headerProperties: [], header: new Map(), properties, records: [new Map([[0x20000003, value]])] });
  const record = octets.subarray(12 + octets.readUInt32LE(12) + 4);
  expect(record.toString('hex')).toBe(`${Buffer.of(record.length).toString('hex')}00000040${hex}`);
  expect(octets.subarray(16, 16 + 24).toString('hex')).toBe('0000000002000000030000100000000003000020' + '03000000');
});

test('a file is packed in blocks that end where it ends', () => {
  for (const length of [0, 1, 0x40000, 0x40001]) {
    const packed = packFile(Buffer.alloc(length, 1));
    expect(packed.length).toBe(16 + length + 16 * Math.ceil(length / 0x40000));
    expect(packed.readUInt32LE(12)).toBe(length);
  }
});

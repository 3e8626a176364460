import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeOneOff, encodeOneOff } from '../../../shared/protocols/ews/one-off-entry-id.ts';

test('comes back as it went', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0'));
  fc.assert(
    fc.property(fc.record({ name: text, routingType: text, address: text }), (member) => {
      expect(decodeOneOff(encodeOneOff(member))).toEqual(member);
    }),
  );
});

test('has the layout of MS-OXCDATA 2.2.5.1', () => {
  const octets = encodeOneOff({ name: 'A', routingType: 'SMTP', address: 'a@b' });
  expect(octets.subarray(0, 24).toString('hex')).toBe('00000000812b1fa4bea310199d6e00dd010f540200000180');
  expect(octets.subarray(24).toString('utf16le')).toBe('A\0SMTP\0a@b\0');
});

test('is read from nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (octets) => {
      expect(decodeOneOff(Buffer.from(octets))).toBeUndefined();
    }),
  );
  const octets = encodeOneOff({ name: 'A', routingType: 'SMTP', address: 'a@b' });
  for (let length = 0; length < octets.length - 1; length += 1) expect(decodeOneOff(octets.subarray(0, length))).toBeUndefined();
});

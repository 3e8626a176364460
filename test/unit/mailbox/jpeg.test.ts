import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jpegSize } from '../../../shared/domain/mailbox/jpeg.ts';
import { jpegOf } from '../../support/pictures.ts';

test('the size of any picture is read from its frame', () => {
  const side = fc.integer({ min: 1, max: 65_535 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      expect(jpegSize(jpegOf(width, height))).toEqual({ width, height });
    }),
  );
});

const picture = jpegOf(96, 96);
test.each([
  ['nothing', Buffer.alloc(0)],
  ['a GIF', Buffer.from('GIF89a')],
  ['text', Buffer.from('no picture at all')],
  ['the beginning alone', picture.subarray(0, 2)],
  ['a cut frame', picture.subarray(0, 36)],
  ['no width', jpegOf(0, 96)],
  ['a segment of no length', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xc0])],
  ['an image before its frame', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 8]), picture.subarray(2)])],
  ['endless filling', Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(100_000, 0xff)])],
])('%s is none', (_, octets) => {
  expect(jpegSize(octets)).toBeUndefined();
});

test('whatever comes in, an answer comes out', () => {
  const cut = fc.tuple(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 0, max: picture.length }));
  fc.assert(
    fc.property(cut, ([rest, at]) => {
      const size = jpegSize(Buffer.concat([picture.subarray(0, at), rest]));
      expect(size === undefined || (size.width > 0 && size.height > 0)).toBe(true);
    }),
  );
});

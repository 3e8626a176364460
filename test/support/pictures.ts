import { encode } from 'jpeg-js';

/** A JPEG file with a frame of that size and nothing in it, `octets` long where it is to be longer than it must be. */
export function jpegOf(width: number, height: number, octets = 0): Buffer {
  const word = (value: number): number[] => [value >> 8, value & 0xff];
  const head = [0xff, 0xd8, 0xff, 0xe0, ...word(16), ...Buffer.from('JFIF\0'), 1, 1, 0, ...word(1), ...word(1), 0, 0];
  const table = [0xff, 0xc4, ...word(5), 0, 0, 0];
  const frame = [0xff, 0xff, 0xc0, ...word(11), 8, ...word(height), ...word(width), 1, 1, 0x11, 0];
  const end = [0xff, 0xd9];
  const bare = [...head, ...table, ...frame];
  const filling = Buffer.alloc(Math.max(0, octets - bare.length - end.length));
  return Buffer.concat([Buffer.from(bare), filling, Buffer.from(end)]);
}

/** A JPEG picture whose left half is black and whose right half is white. */
export function picture(width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 4);
  for (let at = 0; at < width * height; at += 1) data.fill(at % width < width / 2 ? 0 : 255, at * 4, at * 4 + 4);
  return encode({ width, height, data }, 90).data;
}

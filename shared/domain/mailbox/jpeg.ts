export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** More segments stand before no picture's frame. */
const mostSegments = 1_000;

/**
 * The size of a JPEG picture in pixels, as its frame header says (ITU-T T.81, annex B); undefined for octets that are none.
 * The picture itself is not looked at.
 */
export function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) return undefined;
  let at = 2;
  for (let segment = 0; segment < mostSegments; segment += 1) {
    if (bytes[at] !== 0xff) return undefined;
    while (bytes[at] === 0xff) at += 1;
    const marker = bytes[at];
    const length = wordAt(bytes, at + 1);
    if (marker === undefined || marker === startOfScan || length === undefined || length < 2) return undefined;
    if (isFrame(marker)) {
      const [height, width] = [wordAt(bytes, at + 4), wordAt(bytes, at + 6)];
      return height === undefined || width === undefined || height === 0 || width === 0 ? undefined : { width, height };
    }
    at += 1 + length;
  }
  return undefined;
}

const startOfImage = 0xd8;
const startOfScan = 0xda;

/** SOF0 to SOF15; among their numbers are those of tables (DHT, DAC) and of what is reserved (JPG). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function wordAt(bytes: Uint8Array, at: number): number | undefined {
  const [high, low] = [bytes[at], bytes[at + 1]];
  return high === undefined || low === undefined ? undefined : high * 256 + low;
}

import { Worker } from 'node:worker_threads';
import { jpegSize } from '../../../shared/domain/mailbox/jpeg.ts';
import { keptByText } from '../../../shared/kernel/kept.ts';
import { moduleBeside } from '../../../shared/kernel/module-beside.ts';
import { oneAtATime } from '../../../shared/kernel/one-at-a-time.ts';
import type { PhotoSize } from './photo.ts';

/** Pictures that are kept made smaller: 25 MiB at most, as none is larger than what the directory takes. */
const mostKept = 256;
/** Pixels of what is made smaller; its samples need four octets each. */
const mostPixels = 4_000_000;
const mostMemoryMb = 96;
/** Machine time that one may take. */
const usualMs = 10_000;

type Made = Buffer | 'late' | 'unreadable';
const kept = keptByText<Promise<Made>>(mostKept);
const inTurn = oneAtATime();

/**
 * A picture in the size that is asked for, with its proportions. One that is smaller stays as it is, which is the largest that is
 * available (Microsoft's page "Get user photos by using EWS"); so does what cannot be read as a picture, or has more than four
 * million pixels (ours).
 *
 * @param hash of the picture
 * @param mostMs machine time for it: what is not made by then is not there in this size now
 */
export async function pictureIn(hash: string, octets: Buffer, size: PhotoSize, mostMs = usualMs): Promise<Buffer> {
  const side = sideOf(size);
  const { width, height } = jpegSize(octets) ?? { width: 0, height: 0 };
  if (side === undefined || Math.max(width, height) <= side || width * height > mostPixels) return octets;
  const name = `${hash} ${side}`;
  const made = await kept(name, () => inTurn(() => smaller(octets, side, mostMs)));
  // A machine that is busy now may be less so when the picture is asked for again.
  if (made === 'late') kept.forget(name);
  return made === 'late' || made === 'unreadable' ? octets : made;
}

/** Of the square sizes; the two with an N are those of pictures behind a profile. */
function sideOf(size: PhotoSize): number | undefined {
  const side = /^HR(\d+)x\1$/.exec(size)?.[1];
  return side === undefined ? undefined : Number(side);
}

/** On a thread of its own: reading a picture takes long, and nobody else should wait for it. */
async function smaller(octets: Buffer, side: number, mostMs: number): Promise<Made> {
  const resourceLimits = { maxOldGenerationSizeMb: mostMemoryMb };
  const worker = new Worker(moduleBeside(import.meta.url, './smaller-thread'), { workerData: { octets, side }, resourceLimits });
  const timer = setTimeout(() => void worker.terminate(), mostMs);
  try {
    return await new Promise<Made>((resolve) => {
      worker.once('message', (picture: Uint8Array) => resolve(Buffer.from(picture)));
      worker.once('error', () => resolve('unreadable'));
      worker.once('exit', () => resolve('late'));
    });
  } finally {
    clearTimeout(timer);
  }
}

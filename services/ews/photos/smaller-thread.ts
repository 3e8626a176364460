import { parentPort, workerData } from 'node:worker_threads';
import { decode, encode } from 'jpeg-js';

// Given a JPEG picture and the longer side that it is to have, posts the smaller one: each of its pixels is the mean of those that
// it stands for.

interface Task {
  readonly octets: Uint8Array;
  readonly side: number;
}

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Four octets a pixel. */
  readonly data: Uint8Array;
}

const quality = 85;
const channels = 4;

function reduce(picture: Picture, side: number): Picture {
  const factor = side / Math.max(picture.width, picture.height);
  const [width, height] = [Math.max(1, Math.round(picture.width * factor)), Math.max(1, Math.round(picture.height * factor))];
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y += 1) {
    const rows = range(y, height, picture.height);
    for (let x = 0; x < width; x += 1) mean(picture, range(x, width, picture.width), rows, data, (y * width + x) * channels);
  }
  return { width, height, data };
}

/** Which of `all` pixels in a line one of `count` stands for. */
function range(index: number, count: number, all: number): readonly [from: number, to: number] {
  const from = Math.floor((index * all) / count);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * all) / count))];
}

type Range = ReturnType<typeof range>;

function mean({ width, data }: Picture, [left, right]: Range, [top, bottom]: Range, into: Uint8Array, at: number): void {
  const count = (right - left) * (bottom - top);
  for (let channel = 0; channel < channels; channel += 1) {
    let sum = 0;
    for (let y = top; y < bottom; y += 1) for (let x = left; x < right; x += 1) sum += data[(y * width + x) * channels + channel] ?? 0;
    into[at + channel] = Math.round(sum / count);
  }
}

const { octets, side } = workerData as Task;
const picture = decode(octets, { useTArray: true, maxResolutionInMP: 4, maxMemoryUsageInMB: 96 });
parentPort?.postMessage(encode(reduce(picture, side), quality).data);

import { readMessage, type TransferMessage, writeMessage } from './message.ts';
import { CorruptStream, OctetReader } from './octet-reader.ts';

/** Commands of a transfer, each a number, a length and so many octets, as the samples on Microsoft's page on ExportItems have them. */
const configure = 1;
const transferBuffer = 2;
const isInterfaceOk = 3;
const tellVersion = 4;
/** Other commands read over; a stream has few. */
const mostCommands = 100_000;

/** CopyTo of an IMessage (MS-OXCDATA, IID_IMessage 00020307-0000-0000-C000-000000000046). */
const copyTo = number32s(0, 1);
const message = Buffer.concat([number32s(1), Buffer.from('0703020000000000c000000000000046', 'hex'), number32s(0)]);
/** The version that these streams are of: 15.2, as servers tell theirs (MS-OXCRPC 3.1.4.1.3). */
const version = Buffer.from('020f00000000', 'hex');

/** The Data of an exported item. */
export function writeStream(of: TransferMessage): Buffer {
  return Buffer.concat(streamParts(of));
}

/** The same in pieces, for those who put more before it: an attachment is not copied once more. */
export function streamParts(of: TransferMessage): readonly Buffer[] {
  const content = writeMessage(of);
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const head = [command(configure, copyTo), command(isInterfaceOk, message), command(tellVersion, version)];
  return [...head, number32s(transferBuffer, length), ...content];
}

/** The inverse. Throws CorruptStream for anything else. */
export function readStream(octets: Buffer): TransferMessage {
  const reader = new OctetReader(octets);
  const buffers: Buffer[] = [];
  let commands = 0;
  while (!reader.isAtEnd) {
    commands += 1;
    const number = reader.count();
    const content = reader.take(reader.count());
    if (commands > mostCommands || number === 0 || number > tellVersion) throw new CorruptStream(`command ${number}`);
    if (commands === 1 && (number !== configure || !content.equals(copyTo))) throw new CorruptStream('not a CopyTo');
    if (number === isInterfaceOk && !content.subarray(4, 20).equals(message.subarray(4, 20))) throw new CorruptStream('not a message');
    if (number === transferBuffer) buffers.push(content);
  }
  const [first] = buffers;
  if (first === undefined) throw new CorruptStream('no content');
  return readMessage(buffers.length === 1 ? first : Buffer.concat(buffers));
}

function command(number: number, content: Buffer): Buffer {
  return Buffer.concat([number32s(number, content.length), content]);
}

function number32s(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) octets.writeUInt32LE(value, 4 * index);
  return octets;
}

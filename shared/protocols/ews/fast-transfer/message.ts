import { type Guid, guidFromBytes, guidToBytes } from '../../../kernel/ids.ts';
import {
  namedProperty,
  type PropertyBag,
  type PropertyKey,
  type PropertyValue,
  propertyTag,
  propertyTypeOf,
  propertyTypes,
} from '../../../kernel/mapi.ts';
import { CorruptStream, OctetReader } from './octet-reader.ts';
import { hasValues, readNarrowText, readValue, typeNamed, writeValue } from './values.ts';

/** A message as a FastTransfer stream has it: properties, recipients, attachments. */
export interface TransferMessage {
  readonly properties: PropertyBag;
  readonly recipients: readonly PropertyBag[];
  readonly attachments: readonly TransferAttachment[];
}

export interface TransferAttachment {
  readonly properties: PropertyBag;
  /** PidTagAttachDataBinary, which is not among the properties: as text, files would be copied twice. */
  readonly content?: Uint8Array | undefined;
  /** The item inside, where it is one. */
  readonly embedded?: TransferMessage | undefined;
}

/** Markers, MS-OXCFXICS 2.2.4.1.4, and the one property of transfer that has a value. */
const newAttachment = 0x40000003;
const startEmbedded = 0x40010003;
const endEmbedded = 0x40020003;
const startRecipient = 0x40030003;
const endRecipient = 0x40040003;
const endAttachment = 0x400e0003;
const markers: ReadonlySet<number> = new Set([newAttachment, startEmbedded, endEmbedded, startRecipient, endRecipient, endAttachment]);

/** PidTagAttachDataBinary of a file (MS-OXCMSG 2.2.2.7). */
const attachData = 0x37010102;
const attachDataKey = propertyTag(0x3701, 'Binary');

/** Bounds of a stream, ours: properties with recipients and attachments, and messages in messages. */
const mostParts = 100_000;
const deepest = 34;

/** The messageContent of MS-OXCFXICS 2.2.4.3. Properties that look like markers, and those without values, are left out. */
export function writeMessage(message: TransferMessage): Buffer[] {
  return [
    ...writeProperties(message.properties),
    ...message.recipients.flatMap((recipient) => [number32(startRecipient), ...writeProperties(recipient), number32(endRecipient)]),
    ...message.attachments.flatMap(({ properties, content, embedded }) => [
      number32(newAttachment),
      ...writeProperties(properties, content),
      ...(embedded === undefined ? [] : [number32(startEmbedded), ...writeMessage(embedded), number32(endEmbedded)]),
      number32(endAttachment),
    ]),
  ];
}

/** The inverse. Throws CorruptStream for anything that is not a message to its end, and beyond the bounds. */
export function readMessage(octets: Buffer): TransferMessage {
  const reader = new OctetReader(octets);
  const message = new MessageReader(reader).message(0);
  if (!reader.isAtEnd) throw new CorruptStream('something behind the message');
  return message;
}

class MessageReader {
  readonly #reader: OctetReader;
  #parts = 0;

  constructor(reader: OctetReader) {
    this.#reader = reader;
  }

  message(depth: number): TransferMessage {
    if (depth > deepest) throw new CorruptStream(`deeper than ${deepest}`);
    const properties = this.#properties();
    const recipients: PropertyBag[] = [];
    const attachments: TransferAttachment[] = [];
    for (;;) {
      if (this.#marked(startRecipient)) {
        recipients.push(this.#properties());
        this.#expect(endRecipient);
      } else if (this.#marked(newAttachment)) {
        let content: Buffer | undefined;
        const own = this.#properties((octets) => {
          content = octets;
        });
        const embedded = this.#marked(startEmbedded) ? this.message(depth + 1) : undefined;
        if (embedded !== undefined) this.#expect(endEmbedded);
        attachments.push({ properties: own, content, embedded });
        this.#expect(endAttachment);
      } else return { properties, recipients, attachments };
    }
  }

  #marked(marker: number): boolean {
    if (this.#reader.peek() !== marker) return false;
    this.#reader.count();
    this.#count();
    return true;
  }

  #expect(marker: number): void {
    if (!this.#marked(marker)) throw new CorruptStream(`no marker ${marker.toString(16)}`);
  }

  #count(): void {
    this.#parts += 1;
    if (this.#parts > mostParts) throw new CorruptStream(`more than ${mostParts} parts`);
  }

  /** `takeContent` is given the octets of a file, wherever they stand among the properties. */
  #properties(takeContent?: (octets: Buffer) => void): PropertyBag {
    const properties: Record<PropertyKey, PropertyValue> = {};
    for (let tag = this.#reader.peek(); tag !== undefined && !markers.has(tag); tag = this.#reader.peek()) {
      this.#count();
      if (tag === attachData && takeContent !== undefined) {
        this.#reader.count();
        takeContent(this.#reader.take(this.#reader.count()));
        continue;
      }
      const read = readProperty(this.#reader);
      if (read !== undefined) properties[read[0]] = read[1];
    }
    return properties;
  }
}

/** Types whose values are read over: Object and what a server has beside MAPI's. */
const passedOver: ReadonlySet<number> = new Set([0x000d, 0x00fb, 0x00fd, 0x00fe]);
const narrowText = 0x001e;
/** A type with this bit is text in the code page of the others (MS-OXCFXICS 2.2.4.1.1.1). */
const codePageBit = 0x8000;

function readProperty(reader: OctetReader): readonly [PropertyKey, PropertyValue] | undefined {
  const head = reader.take(4);
  const [code, id] = [head.readUInt16LE(), head.readUInt16LE(2)];
  const name = id >= 0x8000 ? readName(reader) : undefined;
  const keyOf = (type: Parameters<typeof propertyTag>[1]): PropertyKey =>
    name === undefined ? propertyTag(id, type) : namedProperty(name.set, name.name, type);
  if (code === narrowText || (code & codePageBit) !== 0)
    return [keyOf('String'), readNarrowText(reader.take(reader.count()), code & ~codePageBit)];
  if (passedOver.has(code)) {
    reader.take(reader.count());
    return undefined;
  }
  const type = typeNamed(code);
  if (type === undefined) throw new CorruptStream(`type ${code.toString(16)}`);
  return [keyOf(type), readValue(type, reader)];
}

interface Name {
  readonly set: Guid;
  readonly name: number | string;
}

const longestName = 256;

function readName(reader: OctetReader): Name {
  const set = guidFromBytes(reader.take(16));
  const kind = reader.take(1)[0];
  if (kind === 0) {
    const number = reader.count();
    if (number > 0xffff) throw new CorruptStream(`number ${number}`);
    return { set, name: number };
  }
  if (kind !== 1) throw new CorruptStream(`kind of name ${kind}`);
  let name = '';
  for (let unit = reader.take(2).readUInt16LE(); unit !== 0; unit = reader.take(2).readUInt16LE()) {
    if (name.length >= longestName) throw new CorruptStream('a long name');
    name += String.fromCharCode(unit);
  }
  return { set, name };
}

const tagKey = /^0x([0-9A-F]{4})[0-9A-F]{4}$/;
const namedKey = /^\{([0-9a-f-]{36})\}:(?:0x([0-9A-F]{4})|=(.*)):[0-9A-F]{4}$/s;

function writeProperties(properties: PropertyBag, content?: Uint8Array): Buffer[] {
  const all = Object.entries(properties) as [PropertyKey, PropertyValue | Uint8Array][];
  if (content !== undefined) all.push([attachDataKey, content]);
  // In one order, so that the same item gives the same octets.
  const sorted = all.sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.flatMap(([key, value]) => {
    if (value instanceof Uint8Array)
      return [number32(attachData), number32(value.length), Buffer.from(value.buffer, value.byteOffset, value.length)];
    const type = propertyTypeOf(key);
    const head = hasValues(type) ? writeHead(key, propertyTypes[type]) : undefined;
    return head === undefined ? [] : [head, ...writeValue(type, value)];
  });
}

function writeHead(key: PropertyKey, type: number): Buffer | undefined {
  const tag = tagKey.exec(key)?.[1];
  if (tag !== undefined) {
    const whole = (Number.parseInt(tag, 16) * 0x10000 + type) >>> 0;
    return markers.has(whole) ? undefined : number32(whole);
  }
  const [, set, id, name] = namedKey.exec(key) ?? [];
  if (set === undefined) throw new Error(`defect: property key ${key}`);
  // Names have no numbers in a store here; any beyond 0x8000 does, for the name stands behind it.
  const head = [number32(0x8000_0000 + type), guidToBytes(set as Guid)];
  if (id !== undefined) return Buffer.concat([...head, Buffer.from([0]), number32(Number.parseInt(id, 16))]);
  return Buffer.concat([...head, Buffer.from([1]), Buffer.from(`${(name ?? '').slice(0, longestName)}\0`, 'utf16le')]);
}

function number32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value >>> 0);
  return octets;
}

import { oabCrc } from './crc.ts';

/** A value of a property, by the type in its tag: number, boolean, text, octets, or several numbers or texts. */
export type OabValue = number | boolean | string | Uint8Array | readonly string[] | readonly number[];

/** A property of the records of a table. */
export interface OabProperty {
  /** Property tag with its type in the lower half. */
  readonly tag: number;
  /** It is searched for ambiguous names; it is there in every record and finds it. */
  readonly flags: { readonly anr?: boolean; readonly key?: boolean };
}

/** Values by property tag; what is not there is absent. */
export type OabRecord = ReadonlyMap<number, OabValue>;

export interface OabDetails {
  readonly headerProperties: readonly OabProperty[];
  readonly header: OabRecord;
  readonly properties: readonly OabProperty[];
  readonly records: readonly OabRecord[];
}

/** ulVersion of Full Details files. */
const version = 0x20;

/** An uncompressed version 4 Full Details file (MS-OXOAB 2.9). That the serial is the CRC of what stands behind the header is inferred. */
export function encodeDetails({ headerProperties, header, properties, records }: OabDetails): Buffer {
  const tables = Buffer.concat([propertyTable(headerProperties), propertyTable(properties)]);
  const metadata = sized(tables);
  const rest = Buffer.concat([metadata, record(headerProperties, header), ...records.map((one) => record(properties, one))]);
  return Buffer.concat([words(version, oabCrc(rest), records.length), rest]);
}

function words(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) octets.writeUInt32LE(value >>> 0, index * 4);
  return octets;
}

/** With its size before it, which counts itself. */
function sized(octets: Buffer): Buffer {
  return Buffer.concat([words(octets.length + 4), octets]);
}

function propertyTable(properties: readonly OabProperty[]): Buffer {
  return words(
    properties.length,
    ...properties.flatMap(({ tag, flags }) => [tag, (flags.anr === true ? 1 : 0) | (flags.key === true ? 2 : 0)]),
  );
}

/** OAB_V4_REC: a bit for each property of the table, the first in the highest, then the values that are there. */
function record(properties: readonly OabProperty[], values: OabRecord): Buffer {
  const presence = Buffer.alloc(Math.ceil(properties.length / 8));
  const data: Buffer[] = [];
  for (const [index, { tag }] of properties.entries()) {
    const value = values.get(tag);
    if (value === undefined) continue;
    presence[index >> 3] = (presence[index >> 3] ?? 0) | (0x80 >> (index & 7));
    data.push(encoded(value));
  }
  return sized(Buffer.concat([presence, ...data]));
}

/** MS-OXOAB 2.9.6. */
function encoded(value: OabValue): Buffer {
  if (typeof value === 'number') return integer(value);
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0);
  if (typeof value === 'string') return Buffer.from(`${value.split('\0', 1).join('')}\0`);
  if (value instanceof Uint8Array) return Buffer.concat([integer(value.length), value]);
  return Buffer.concat([integer(value.length), ...value.map(encoded)]);
}

/** Up to 127 in one octet; else how many octets follow, with the highest bit set, and those, the least significant first. */
function integer(value: number): Buffer {
  const unsigned = value >>> 0;
  if (unsigned < 0x80) return Buffer.of(unsigned);
  const count = unsigned < 0x100 ? 1 : unsigned < 0x10000 ? 2 : unsigned < 0x1000000 ? 3 : 4;
  const octets = Buffer.alloc(count + 1);
  octets[0] = 0x80 | count;
  octets.writeUIntLE(unsigned, 1, count);
  return octets;
}

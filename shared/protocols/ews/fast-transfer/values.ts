import { type Guid, guidFromBytes, guidToBytes } from '../../../kernel/ids.ts';
import { type PropertyType, type PropertyValue, propertyTypes } from '../../../kernel/mapi.ts';
import { CorruptStream, type OctetReader } from './octet-reader.ts';

// Values of properties in a FastTransfer stream: MS-OXCFXICS 2.2.4.1, MS-OXCDATA 2.11.1.

type Scalar = string | number | boolean;

/** One value: how many octets it has, or 0 where they are counted in front of it. */
interface ValueForm {
  readonly size: 0 | 2 | 4 | 8 | 16;
  write(value: Scalar): Buffer;
  read(octets: Buffer): Scalar;
}

const fixed = <T extends Scalar>(
  size: 2 | 4 | 8 | 16,
  write: (into: Buffer, value: T) => unknown,
  read: (octets: Buffer) => T,
): ValueForm => ({
  size,
  write(value) {
    const octets = Buffer.alloc(size);
    write(octets, value as T);
    return octets;
  },
  read,
});

/** FILETIME counts tenths of microseconds from 1601. */
const epoch = 11_644_473_600_000n;
/** The years 1 to 9999: MAPI's `never` lies far beyond, where no date on the wire can be. */
const firstInstant = -62_135_596_800_000;
const lastInstant = 253_402_300_799_999;
const real = fixed<number>(
  8,
  (into, value) => into.writeDoubleLE(value),
  (octets) => octets.readDoubleLE(),
);
const whole = fixed<number>(
  4,
  (into, value) => into.writeInt32LE(value),
  (octets) => octets.readInt32LE(),
);

type ScalarType = Exclude<PropertyType, `${string}Array` | 'Object' | 'Error'>;

const forms: Readonly<Record<ScalarType, ValueForm>> = {
  Short: fixed<number>(
    2,
    (into, value) => into.writeInt16LE(value),
    (octets) => octets.readInt16LE(),
  ),
  Integer: whole,
  Float: fixed<number>(
    4,
    (into, value) => into.writeFloatLE(value),
    (octets) => octets.readFloatLE(),
  ),
  Double: real,
  ApplicationTime: real,
  Currency: fixed<string>(
    8,
    (into, value) => into.writeBigInt64LE(tenThousandths(value)),
    (octets) => decimalOf(octets.readBigInt64LE()),
  ),
  Boolean: fixed<boolean>(
    2,
    (into, value) => into.writeUInt16LE(value ? 1 : 0),
    (octets) => octets.readUInt16LE() !== 0,
  ),
  Long: fixed<string>(
    8,
    (into, value) => into.writeBigInt64LE(BigInt(value)),
    (octets) => String(octets.readBigInt64LE()),
  ),
  SystemTime: fixed<number>(
    8,
    (into, value) => into.writeBigInt64LE((BigInt(Math.trunc(value)) + epoch) * 10_000n),
    (octets) => Math.max(firstInstant, Math.min(lastInstant, Number(octets.readBigInt64LE() / 10_000n - epoch))),
  ),
  CLSID: fixed<string>(16, (into, value) => guidToBytes(value as Guid).copy(into), guidFromBytes),
  String: { size: 0, write: (value) => Buffer.from(`${value}\0`, 'utf16le'), read: (octets) => withoutEnd(octets.toString('utf16le')) },
  Binary: { size: 0, write: (value) => Buffer.from(String(value), 'base64'), read: (octets) => octets.toString('base64') },
};

/** The octets of a value behind its property's name. */
export function writeValue(type: PropertyType, value: PropertyValue): Buffer[] {
  const form = forms[baseOf(type)];
  if (!Array.isArray(value)) return one(form, value as Scalar);
  return [count(value.length), ...(value as readonly Scalar[]).flatMap((each) => one(form, each))];
}

/** The inverse. Throws CorruptStream where the octets end too early or say more than there is. */
export function readValue(type: PropertyType, reader: OctetReader): PropertyValue {
  const form = forms[baseOf(type)];
  const next = (): Scalar => {
    const value = form.read(reader.take(form.size === 0 ? reader.count() : form.size));
    if (typeof value === 'number' && !Number.isFinite(value)) throw new CorruptStream('not a number');
    return value;
  };
  if (!type.endsWith('Array')) return next();
  const values: Scalar[] = [];
  // Each value has octets of its own: a count that promises more than there are is caught by the reader.
  for (let left = reader.count(); left > 0; left -= 1) values.push(next());
  return values as readonly string[] | readonly number[];
}

/** Whether values of a type can be in a stream; Object and Error properties have none. */
export function hasValues(type: PropertyType): boolean {
  return baseOf(type) in forms;
}

/** A text of one octet a character, in a code page; those that are not known here are read as 1252. */
export function readNarrowText(octets: Buffer, codePage: number): string {
  const encoding = codePage === 65001 ? 'utf-8' : codePage === 1200 ? 'utf-16le' : 'windows-1252';
  return withoutEnd(new TextDecoder(encoding).decode(octets));
}

function one(form: ValueForm, value: Scalar): Buffer[] {
  const octets = form.write(value);
  return form.size === 0 ? [count(octets.length), octets] : [octets];
}

function count(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}

function baseOf(type: PropertyType): ScalarType {
  return (type.endsWith('Array') ? type.slice(0, -5) : type) as ScalarType;
}

function withoutEnd(text: string): string {
  return text.endsWith('\0') ? text.slice(0, -1) : text;
}

function tenThousandths(text: string): bigint {
  const [, sign = '', units = '0', fraction = ''] = /^([+-]?)(\d+)(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  const value = BigInt(units) * 10_000n + BigInt(fraction.padEnd(4, '0'));
  return BigInt.asIntN(64, sign === '-' ? -value : value);
}

function decimalOf(value: bigint): string {
  const positive = value < 0n ? -value : value;
  const fraction = String(positive % 10_000n)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${positive / 10_000n}${fraction === '' ? '' : `.${fraction}`}`;
}

const names = new Map<number, PropertyType>(Object.entries(propertyTypes).map(([name, code]) => [code, name as PropertyType]));

/** The name of a type by its number; undefined for what has no values here. */
export function typeNamed(code: number): PropertyType | undefined {
  const name = names.get(code);
  return name !== undefined && hasValues(name) ? name : undefined;
}

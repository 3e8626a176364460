import { hash } from 'node:crypto';
import type { Random } from './random.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A GUID in its usual text form: 36 characters, lower case, no braces. */
export type Guid = Branded<'Guid'>;

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads a GUID in any usual spelling (upper case, braces); undefined when the text is none. */
export function parseGuid(text: string): Guid | undefined {
  const bare = text
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .toLowerCase();
  return guidPattern.test(bare) ? (bare as Guid) : undefined;
}

/** The 16 octets of a GUID in Microsoft's order: the first three fields little-endian. */
export function guidToBytes(guid: Guid): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** The inverse of {@link guidToBytes}; `bytes` must hold exactly 16 octets. */
export function guidFromBytes(bytes: Uint8Array): Guid {
  if (bytes.length !== 16) throw new Error(`defect: a GUID has 16 octets, not ${bytes.length}`);
  const copy = Buffer.from(bytes);
  copy.subarray(0, 4).reverse();
  copy.subarray(4, 6).reverse();
  copy.subarray(6, 8).reverse();
  return formatGuid(copy);
}

/** A GUID that depends on its name alone: for objects of a world file, which must keep their ids from run to run. */
export function namedGuid(...name: readonly string[]): Guid {
  return formatGuid(versioned(hash('sha256', name.join('\u0000'), 'buffer').subarray(0, 16), 8));
}

/** What makes ids. Ids of a request (trace, message) come from here; ids that persist come from counters in the store. */
export interface Identifiers {
  guid(): Guid;
  /** W3C trace id: 32 lower-case hexadecimal digits. */
  traceId(): string;
  /** W3C span id: 16 lower-case hexadecimal digits. */
  spanId(): string;
}

/** Ids drawn from a seeded stream. */
export function createIdentifiers(random: Random): Identifiers {
  const draw = (length: number): Buffer => Buffer.from(random.bytes(length).buffer);
  return {
    guid: () => formatGuid(versioned(draw(16), 4)),
    traceId: () => draw(16).toString('hex'),
    spanId: () => draw(8).toString('hex'),
  };
}

function versioned(bytes: Buffer, version: number): Buffer {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

function formatGuid(bytes: Buffer): Guid {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}` as Guid;
}

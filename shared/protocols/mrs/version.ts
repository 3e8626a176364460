/** Bits of SupportedCapabilities that this contract goes by; the layout is Exchange's, the order theirs. */
export const capabilities = {
  pagedEnumeration: 0,
  archives: 2,
  push: 4,
  archiveSeparation: 9,
  postMoveCleanup: 11,
  getFolderRecFlags: 15,
  simpleExport: 16,
  tenantHint: 24,
  resourceReservation: 37,
  proxyConfiguration: 42,
  findServerByDatabaseOrMailbox: 45,
  containerOperations: 46,
  createFolder3: 50,
  publicFolderMailboxesMigrationSupport: 82,
} as const;
export type Capability = keyof typeof capabilities;

/** How the capabilities are called in refusals: as Exchange names the bits. */
export function capabilityName(capability: Capability): string {
  return `${capability.slice(0, 1).toUpperCase()}${capability.slice(1)}`;
}

/** What a server or client of moves is. */
export interface MrsVersion {
  readonly product: readonly [major: number, minor: number, build: number, revision: number];
  readonly computerName: string;
  /** Bit 0 of the first octet is the first. */
  readonly capabilities: Uint8Array;
}

export function hasCapability({ capabilities: octets }: Pick<MrsVersion, 'capabilities'>, capability: Capability): boolean {
  const bit = capabilities[capability];
  return ((octets[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

/** `05FFFF`: the octets turned round, as every report prints them. */
function writeCapabilities(octets: Uint8Array): string {
  return Buffer.from(octets).reverse().toString('hex').toUpperCase();
}

/** The inverse of {@link writeCapabilities}. */
export function readCapabilities(printed: string): Uint8Array {
  return Buffer.from(printed, 'hex').reverse();
}

/** `15.1.1979.3 caps:3FFFFF`. */
export function writeVersion({ product, capabilities: octets }: MrsVersion): string {
  return `${product.join('.')} caps:${writeCapabilities(octets)}`;
}

/**
 * What the products can, as printed. 2010 SP3 and Exchange Online: from public error texts (support.microsoft.com "transientexception
 * errors when moving mailboxes", learn.microsoft.com/answers 2188108). 2013 CU23: its bits. Of 2016, 2019 and SE nothing is published:
 * they are taken for a 2013 (inferred).
 */
export const productCapabilities = {
  // It has no replication service: nothing of it ever asks.
  'exchange-2007': '05FFFF',
  'exchange-2010': '05FFFF',
  'exchange-2013': '0400001F7FFFFFCB07FFFF',
  'exchange-2016': '0400001F7FFFFFCB07FFFF',
  'exchange-2019': '0400001F7FFFFFCB07FFFF',
  'exchange-se': '0400001F7FFFFFCB07FFFF',
  'exchange-online': '1FFFFFFFFFFFFFFFC7DD2DFDBF5FFFFFCB07EFFF',
} as const;

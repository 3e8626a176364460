/** Addresses from one to another; IPv4 ones lie where IPv6 has them (`::ffff:0:0/96`), so both compare. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** `10.0.0.5`, `192.0.2.0/24`, `10.0.0.1-10.0.0.9`, and the same in IPv6; undefined when it is none of them. */
export function addressRange(text: string): AddressRange | undefined {
  const [from = '', to] = text.split('-');
  if (to !== undefined) return between(addressNumber(from), addressNumber(to));
  const [address = '', prefix] = text.split('/');
  const number = addressNumber(address);
  if (number === undefined) return undefined;
  if (prefix === undefined) return { first: number, last: number };
  const bits = isIPv4(address) ? 32 : 128;
  const length = Number(prefix);
  if (!/^\d{1,3}$/.test(prefix) || length > bits) return undefined;
  const size = 1n << BigInt(bits - length);
  const first = number - (number % size);
  return { first, last: first + size - 1n };
}

/** Whether an address lies in a range. */
export function isInRange(address: string, { first, last }: AddressRange): boolean {
  const number = addressNumber(address);
  return number !== undefined && number >= first && number <= last;
}

function between(first: bigint | undefined, last: bigint | undefined): AddressRange | undefined {
  return first === undefined || last === undefined || last < first ? undefined : { first, last };
}

const mappedIPv4 = 0xffff_0000_0000n;

/** An address as a number; undefined for what is no address. */
function addressNumber(text: string): bigint | undefined {
  const plain = text.trim();
  if (isIPv4(plain)) return mappedIPv4 + octetsNumber(plain);
  // An IPv4 address may stand for the last two groups.
  const [, front = '', tail] = /^(.*:)([\d.]+\.\d+)$/.exec(plain) ?? [];
  if (tail !== undefined && !isIPv4(tail)) return undefined;
  const groups = tail === undefined ? plain : `${front}${hex(octetsNumber(tail) >> 16n)}:${hex(octetsNumber(tail) & 0xffffn)}`;
  const [head = '', rest, ...more] = groups.split('::');
  const [left, right] = [groupsOf(head), groupsOf(rest ?? '')];
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (rest === undefined ? missing !== 0 : missing < 1)) return undefined;
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  return all.every((group) => /^[\da-f]{1,4}$/i.test(group))
    ? all.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n)
    : undefined;
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

function isIPv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256);
}

function octetsNumber(text: string): bigint {
  return text.split('.').reduce((sum, octet) => (sum << 8n) + BigInt(octet), 0n);
}

function hex(value: bigint): string {
  return value.toString(16);
}

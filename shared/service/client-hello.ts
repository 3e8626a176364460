/** A plaintext record's header (RFC 8446 5.1), and the greatest fragment that may follow it. */
const recordHeader = 5;
const longestFragment = 16_384;
const [handshake, clientHello, serverName, hostName] = [22, 1, 0, 0];

/**
 * The server name (RFC 6066 3) of the ClientHello that begins a connection, lower case; it may come in several records. Undefined: more
 * octets may tell. Null: it is not a ClientHello, or has no name.
 */
export function helloName(octets: Buffer): string | null | undefined {
  const parts: Buffer[] = [];
  let rest = octets;
  for (;;) {
    if (rest.length > 0 && rest[0] !== handshake) return null;
    if (rest.length < recordHeader) return undefined;
    const length = rest.readUInt16BE(3);
    if (length === 0 || length > longestFragment) return null;
    const isWhole = rest.length >= recordHeader + length;
    parts.push(rest.subarray(recordHeader, recordHeader + length));
    const message = Buffer.concat(parts);
    if (message.length > 0 && message[0] !== clientHello) return null;
    if (message.length >= 4) {
      const wanted = 4 + message.readUIntBE(1, 3);
      if (wanted > longestFragment) return null;
      if (message.length >= wanted) return nameIn(message.subarray(4, wanted)) ?? null;
    }
    if (!isWhole) return undefined;
    rest = rest.subarray(recordHeader + length);
  }
}

/** RFC 8446 4.1.2: version, random, session id, cipher suites, compression methods, extensions. Undefined where it breaks off. */
function nameIn(hello: Buffer): string | undefined {
  const body = reader(hello);
  body.skip(2 + 32);
  body.vector(1);
  body.vector(2);
  body.vector(1);
  const extensions = reader(body.vector(2));
  while (extensions.left() >= 4) {
    const type = extensions.number(2);
    const data = extensions.vector(2);
    if (type !== serverName) continue;
    const names = reader(reader(data).vector(2));
    while (names.left() >= 3) {
      const kind = names.number(1);
      const name = names.vector(2);
      if (kind === hostName && name.length > 0) return name.toString('latin1').toLowerCase();
    }
  }
  return undefined;
}

/** Reads forth; beyond the end there are no octets. */
function reader(octets: Buffer): { left(): number; skip(count: number): void; number(size: 1 | 2): number; vector(size: 1 | 2): Buffer } {
  let at = 0;
  const number = (size: 1 | 2): number => {
    const value = at + size <= octets.length ? octets.readUIntBE(at, size) : 0;
    at += size;
    return value;
  };
  return {
    left: () => octets.length - at,
    skip(count) {
      at += count;
    },
    number,
    vector(size) {
      const length = number(size);
      const vector = octets.subarray(at, at + length);
      at += length;
      return vector;
    },
  };
}

/**
 * The answer to an echo request: an RTS packet of flag RTS_FLAG_ECHO and without commands (MS-RPCH 2.2.4.48). Its head is that of every
 * RTS packet (2.2.3.6.1): version 5.0, type 20, first and last fragment, integers in little endian, length, no authentication, call 0.
 */
export function echoPacket(): Buffer {
  const packet = Buffer.alloc(echoBytes);
  packet.set([5, 0, 20, 0x03, 0x10, 0, 0, 0]);
  packet.writeUInt16LE(echoBytes, 8);
  packet.writeUInt16LE(rtsFlagEcho, 16);
  return packet;
}

/** Whether octets are an echo packet. */
export function isEchoPacket(octets: Uint8Array): boolean {
  return echoPacket().equals(octets);
}

const echoBytes = 20;
const rtsFlagEcho = 0x0040;

/** A request whose body is longer opens a channel and is no echo (MS-RPCH 2.1.2.1.5). */
export const mostEchoBytes = 0x10;

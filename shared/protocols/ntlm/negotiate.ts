import { requireMessage, writeMessage } from './message.ts';

/** What a client offers. Its names for domain and workstation are not used by anybody. */
export interface Negotiate {
  readonly flags: number;
}

/** Reads a NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1); clients may leave out all that follows the flags. */
export function readNegotiate(octets: Buffer): Negotiate {
  requireMessage(octets, 'negotiate', 16);
  return { flags: octets.readUInt32LE(12) };
}

/** A NEGOTIATE_MESSAGE without names. */
export function writeNegotiate({ flags }: Negotiate): Buffer {
  return writeMessage('negotiate', 40, [], (fixed) => {
    fixed.writeUInt32LE(flags >>> 0, 12);
    ntlmVersion.copy(fixed, 32);
  });
}

/** VERSION (MS-NLMP 2.2.2.10): Windows 10.0, build 17763, NTLMSSP revision 15. For debugging only, says the specification. */
export const ntlmVersion = Buffer.from([10, 0, 0x63, 0x45, 0, 0, 0, 15]);

import { malformed } from './message.ts';

/** AvId of an AV_PAIR (MS-NLMP 2.2.2.1). */
export const avIds = {
  nbComputerName: 1,
  nbDomainName: 2,
  dnsComputerName: 3,
  dnsDomainName: 4,
  dnsTreeName: 5,
  flags: 6,
  timestamp: 7,
  targetName: 9,
  channelBindings: 10,
} as const;

/** Bit of MsvAvFlags: the message carries a MIC. */
export const avFlagMic = 0x2;

/** AV_PAIRs by their AvId, in the order in which they stand. */
export type AvPairs = ReadonlyMap<number, Buffer>;

/** Reads a sequence up to MsvAvEOL; what follows that is not looked at. Refuses one without an end, and an AvId that comes twice. */
export function readAvPairs(octets: Buffer): AvPairs {
  const pairs = new Map<number, Buffer>();
  let at = 0;
  for (;;) {
    if (at + 4 > octets.length) throw malformed('AV_PAIRs without MsvAvEOL');
    const id = octets.readUInt16LE(at);
    if (id === 0) return pairs;
    const end = at + 4 + octets.readUInt16LE(at + 2);
    if (end > octets.length) throw malformed('an AV_PAIR behind the end');
    if (pairs.has(id)) throw malformed(`two AV_PAIRs ${id}`);
    pairs.set(id, octets.subarray(at + 4, end));
    at = end;
  }
}

/** Writes pairs and MsvAvEOL. */
export function writeAvPairs(pairs: AvPairs): Buffer {
  const parts = [...pairs].flatMap(([id, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return [head, value];
  });
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

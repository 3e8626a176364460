/** A rule's id as Exchange shows it: base64 of 8 octets, a replica number and the object counter (observed: ecederstrand/exchangelib#1305). */
export function ruleIdOf(counter: number): string {
  const octets = Buffer.alloc(8);
  octets.writeUInt16LE(replica, 0);
  octets.writeUIntBE(counter, 2, 6);
  return octets.toString('base64');
}

/** The inverse; undefined where a text is no such id. */
export function counterOf(ruleId: string): number | undefined {
  const octets = Buffer.from(ruleId, 'base64');
  return octets.length === 8 && octets.toString('base64') === ruleId && octets.readUInt16LE(0) === replica
    ? octets.readUIntBE(2, 6)
    : undefined;
}

/** One copy of each mailbox is all there is. */
const replica = 1;

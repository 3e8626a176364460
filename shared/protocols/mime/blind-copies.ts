/** The message without its Bcc fields, otherwise octet for octet: what goes to recipients (RFC 5322 3.6.3). */
export function withoutBlindCopies(octets: Buffer): Buffer {
  const kept: Buffer[] = [];
  let position = 0;
  let leavingOut = false;
  while (position < octets.length) {
    const end = octets.indexOf(0x0a, position);
    const next = end < 0 ? octets.length : end + 1;
    const line = octets.subarray(position, next);
    if (line[0] === 0x0a || (line[0] === 0x0d && line[1] === 0x0a)) break;
    const continued = line[0] === 0x20 || line[0] === 0x09;
    if (!continued) leavingOut = /^(?:resent-)?bcc[ \t]*:/i.test(line.toString('latin1', 0, 40));
    if (!leavingOut) kept.push(line);
    position = next;
  }
  return Buffer.concat([...kept, octets.subarray(position)]);
}

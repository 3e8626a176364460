/** Provider of entries of the address book (MS-OXCDATA 2.2.5.2). */
const provider = Buffer.from('dca740c8c042101ab4b908002b2fe182', 'hex');

/** The entry id by which items name somebody of the directory, base64: flags, provider, version 1, type 0, the legacy DN (MS-OXCDATA 2.2.5.2). */
export function addressEntryId(legacyDn: string): string {
  const head = Buffer.concat([Buffer.alloc(4), provider, Buffer.of(1, 0, 0, 0), Buffer.alloc(4)]);
  return Buffer.concat([head, Buffer.from(`${legacyDn}\0`, 'latin1')]).toString('base64');
}

/** The legacy DN in such an entry id; undefined for another kind of entry id. */
export function legacyDnOf(entryId: string): string | undefined {
  const octets = Buffer.from(entryId, 'base64');
  if (octets.length < 29 || !octets.subarray(4, 20).equals(provider)) return undefined;
  return octets.toString('latin1', 28).replace(/\0.*$/s, '');
}

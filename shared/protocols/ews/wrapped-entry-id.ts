/** A member of a personal distribution list that is not a one-off: an item of the mailbox or an entry of the address book. */
export interface WrappedEntryId {
  readonly is: keyof typeof kinds;
  /** Of a contact: which of its e-mail addresses, from 0. */
  readonly address: number;
  readonly entryId: Buffer;
}

/** Flags and provider UID (MS-OXOCNTC 2.2.2.2.4.1.1). */
const head = Buffer.from('00000000c091add3519dcf11a4a900aa0047faa4', 'hex');
/** The lower four bits of Type. */
const kinds = { contact: 3, list: 4, user: 5, group: 6 } as const;
/** Bits 4 to 6 of what is no contact. */
const noAddress = 3;
/** The highest bit: this is no one-off entry id. */
const wrapped = 0x80;

/** A wrapped entry id (MS-OXOCNTC 2.2.2.2.4.1.1). */
export function encodeWrapped({ is, address, entryId }: WrappedEntryId): Buffer {
  const type = wrapped | ((is === 'contact' ? address : noAddress) << 4) | kinds[is];
  return Buffer.concat([head, Buffer.of(type), entryId]);
}

/** The inverse; undefined for anything else. Never throws. */
export function decodeWrapped(octets: Buffer): WrappedEntryId | undefined {
  const type = octets[head.length];
  if (type === undefined || !octets.subarray(0, head.length).equals(head)) return undefined;
  const is = (Object.keys(kinds) as (keyof typeof kinds)[]).find((kind) => kinds[kind] === (type & 0x0f));
  return is && { is, address: (type >> 4) & 0x07, entryId: octets.subarray(head.length + 1) };
}

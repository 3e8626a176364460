/** A recipient that stands for itself, without an entry in a directory. */
export interface OneOff {
  readonly name: string;
  readonly routingType: string;
  readonly address: string;
}

/** Flags, provider UID, version (MS-OXCDATA 2.2.5.1). */
const head = Buffer.from('00000000812b1fa4bea310199d6e00dd010f54020000', 'hex');
/** MAPI_ONE_OFF_UNICODE and MAPI_ONE_OFF_NO_RICH_INFO. */
const unicode = 0x8000;
const noRichInfo = 0x0001;

/** A one-off entry id (MS-OXCDATA 2.2.5.1), its texts in UTF-16. What stands behind a NUL in a text is lost. */
export function encodeOneOff({ name, routingType, address }: OneOff): Buffer {
  const flags = Buffer.alloc(2);
  flags.writeUInt16LE(unicode | noRichInfo);
  const texts = [name, routingType, address].map((text) => Buffer.from(`${text.split('\0', 1).join('')}\0`, 'utf16le'));
  return Buffer.concat([head, flags, ...texts]);
}

/** The inverse; undefined for anything else. Never throws. */
export function decodeOneOff(octets: Buffer): OneOff | undefined {
  if (!octets.subarray(0, head.length).equals(head) || octets.length < head.length + 2) return undefined;
  if ((octets.readUInt16LE(head.length) & unicode) === 0) return undefined;
  const texts = octets
    .subarray(head.length + 2)
    .toString('utf16le')
    .split('\0');
  const [name, routingType, address] = texts;
  return address === undefined || texts.length < 4 ? undefined : { name: name ?? '', routingType: routingType ?? '', address };
}

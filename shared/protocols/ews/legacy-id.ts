import { idPayload, smtpAddressBased, splitPayload } from './id-layout.ts';

/** Reads an id of Exchange 2007's first release, which names the mailbox by SMTP address. */
export function decodeLegacyId(id: string): { readonly address: string; readonly entryId: Buffer } | undefined {
  const payload = idPayload(id);
  if (payload === undefined || payload[0] !== smtpAddressBased) return undefined;
  const parts = splitPayload(payload);
  if (parts === undefined || parts.attachments.length > 0) return undefined;
  return { address: parts.moniker, entryId: parts.entryId };
}

/** The inverse of {@link decodeLegacyId}. */
export function encodeLegacyId(address: string, entryId: Buffer): string {
  const moniker = Buffer.from(address);
  const octets = Buffer.alloc(1 + 1 + 2 + moniker.length + 1 + 2 + entryId.length + 1);
  octets[1] = smtpAddressBased;
  octets.writeUInt16LE(moniker.length, 2);
  moniker.copy(octets, 4);
  octets.writeUInt16LE(entryId.length, 5 + moniker.length);
  entryId.copy(octets, 7 + moniker.length);
  return octets.toString('base64');
}

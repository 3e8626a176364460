import { editHeader, fieldValues } from './edit-header.ts';
import { MimeError } from './errors.ts';
import { loadPostal } from './postal.ts';

/** A message whose From and Sender fields have addresses and no names; fields that name nobody stay. */
export async function withoutSenderNames(octets: Buffer): Promise<Buffer> {
  const postal = await loadPostal();
  return editHeader(octets, (name) => {
    if (!/^(?:from|sender)$/i.test(name)) return name;
    const addresses = fieldValues(octets, name).flatMap((value) => addressesIn(() => postal.addresses(value)));
    return addresses.length === 0 ? name : { line: `${name}: ${addresses.map((address) => `<${address}>`).join(', ')}` };
  });
}

function addressesIn(read: () => readonly { readonly address: string }[]): readonly string[] {
  try {
    return read().flatMap(({ address }) => (/^[^\s<>]+@[^\s<>]+$/.test(address) ? [address] : []));
  } catch (error) {
    if (error instanceof MimeError) return [];
    throw error;
  }
}

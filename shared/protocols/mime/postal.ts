import { MimeError } from './errors.ts';
import type { MimeAddress } from './message.ts';

/** What is used of postal-mime: addresses, encoded words, and text in any character set, flowed or not. */
export interface Postal {
  /** The addresses of a field, groups flattened, names decoded. */
  addresses(field: string): MimeAddress[];
  /** RFC 2047 encoded words as text. */
  decodeWords(text: string): string;
  /** Octets of a text part, transfer encoding undone, as text. `contentType` is the whole field. */
  decodeText(octets: Buffer, contentType: string): Promise<string>;
}

/** Loads postal-mime (its only importer) on first use. */
export async function loadPostal(): Promise<Postal> {
  const { default: PostalMime, addressParser, decodeWords } = await import('postal-mime');
  return {
    addresses: (field) =>
      guarded(() => addressParser(field, { flatten: true })).map(({ name, address }) => ({ name, address: address ?? '' })),
    decodeWords: (text) => guarded(() => decodeWords(text)),
    async decodeText(octets, contentType) {
      // One base64 line: the only encoding whose octets reach postal-mime's decoder unchanged.
      const head = `Content-Type: ${contentType.replace(/[\r\n]/g, ' ')}\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
      const parsed = await guarded(() => PostalMime.parse(head + octets.toString('base64'))).catch(unreadable);
      return parsed.html ?? parsed.text ?? '';
    },
  };
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): never {
  throw new MimeError('unreadable', 'postal-mime could not read a part', { cause: error });
}

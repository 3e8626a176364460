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

let loaded: Promise<Postal> | undefined;

/** Loads postal-mime (its only importer) on first use. */
export function loadPostal(): Promise<Postal> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Postal> {
  const { default: PostalMime, addressParser, decodeWords } = await import('postal-mime');
  return {
    addresses: (field) =>
      guarded(() => addressParser(field, { flatten: true })).map(({ name, address }) => ({ name, address: address ?? '' })),
    decodeWords: (text) => guarded(() => decodeWords(text)),
    async decodeText(octets, contentType) {
      const charset = plainCharset(contentType);
      if (charset !== undefined) return decoders[charset].decode(octets);
      // One base64 line: the only encoding whose octets reach postal-mime's decoder unchanged.
      const head = `Content-Type: ${contentType.replace(/[\r\n]/g, ' ')}\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
      const parsed = await guarded(() => PostalMime.parse(head + octets.toString('base64'))).catch(unreadable);
      return parsed.html ?? parsed.text ?? '';
    },
  };
}

const decoders = { 'utf-8': new TextDecoder('utf-8'), 'us-ascii': new TextDecoder('us-ascii') };

/**
 * The character set of nearly all text: postal-mime decodes it with these very decoders, once it has been through a whole message.
 * Undefined where its parameters have to be understood.
 */
function plainCharset(contentType: string): keyof typeof decoders | undefined {
  const [simple, , charset = 'utf-8'] =
    /^[ \t]*text\/(?:plain|html)[ \t]*(?:;[ \t]*charset=("?)(utf-8|us-ascii)\1[ \t]*)?$/i.exec(contentType) ?? [];
  return simple === undefined ? undefined : (charset.toLowerCase() as keyof typeof decoders);
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

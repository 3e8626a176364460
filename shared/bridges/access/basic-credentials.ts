/** User name and password of a Basic header. */
export interface BasicCredentials {
  readonly userName: string;
  readonly password: string;
}

const maximumHeaderLength = 8_192;

/** Reads an `Authorization` header (RFC 7617); a text says what is wrong with it. Octets that are not UTF-8 are taken as ISO 8859-1. */
export function readBasicHeader(header: string): BasicCredentials | string {
  if (header.length > maximumHeaderLength) return `longer than ${maximumHeaderLength} octets`;
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header)?.[1];
  if (encoded === undefined) return 'not the word Basic and base64';
  const octets = Buffer.from(encoded, 'base64');
  const text = decode(octets);
  const colon = text.indexOf(':');
  if (colon < 1) return 'no user name and colon';
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'a control character';
  return { userName: text.slice(0, colon), password: text.slice(colon + 1) };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function decode(octets: Buffer): string {
  try {
    return strictUtf8.decode(octets);
  } catch {
    return octets.toString('latin1');
  }
}

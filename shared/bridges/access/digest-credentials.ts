/** The parameters of a Digest `Authorization` header that are asked for here; quotation marks are gone. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly cnonce: string;
  /** Eight hexadecimal digits. */
  readonly nc: string;
  readonly qop: string;
  readonly algorithm: string;
}

const maximumHeaderLength = 8_192;
const required = ['username', 'realm', 'nonce', 'uri', 'response', 'cnonce', 'nc', 'qop'] as const;

/** Reads an `Authorization` header (RFC 7616 section 3.4); a text says what is wrong with it. */
export function readDigestHeader(header: string): DigestCredentials | string {
  if (header.length > maximumHeaderLength) return `longer than ${maximumHeaderLength} octets`;
  const given = new Map<string, string>();
  const parameter = /\s*([A-Za-z0-9*_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/gy;
  parameter.lastIndex = 'Digest '.length;
  while (parameter.lastIndex < header.length) {
    const found = parameter.exec(header);
    if (found === null) return 'no list of parameters';
    const [, name = '', quoted, token = ''] = found;
    if (given.has(name.toLowerCase())) return `two parameters ${name.toLowerCase()}`;
    given.set(name.toLowerCase(), quoted === undefined ? token : quoted.replaceAll(/\\(.)/g, '$1'));
  }
  const missing = required.find((name) => (given.get(name) ?? '') === '');
  if (missing !== undefined) return `no ${missing}`;
  const read = (name: string): string => given.get(name) ?? '';
  if (!/^[0-9a-f]{8}$/i.test(read('nc'))) return 'nc is not eight digits';
  if (!/^[0-9a-f]{32}$/i.test(read('response'))) return 'response is no MD5';
  return {
    username: decoded(read('username')),
    realm: decoded(read('realm')),
    nonce: read('nonce'),
    uri: read('uri'),
    response: read('response').toLowerCase(),
    cnonce: read('cnonce'),
    nc: read('nc').toLowerCase(),
    qop: read('qop'),
    algorithm: given.get('algorithm') ?? 'MD5',
  };
}

/** Header values come as ISO 8859-1; the challenge has asked for UTF-8. */
function decoded(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

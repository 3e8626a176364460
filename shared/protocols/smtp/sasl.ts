/** A user name and a password, as PLAIN and LOGIN bring them. */
export interface SaslPassword {
  readonly userName: string;
  readonly password: string;
}

/** A name of 1,024 characters and a password, twice over. */
const longestResponse = 8_192;

/** Reads one line of an exchange, base64 to the bit (RFC 4954 section 4); undefined when it is none, is too long, or is not UTF-8. */
export function readSaslText(line: string): string | undefined {
  if (line.length > longestResponse) return undefined;
  const octets = Buffer.from(line, 'base64');
  if (octets.toString('base64') !== line) return undefined;
  try {
    return strictUtf8.decode(octets);
  } catch {
    return undefined;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a response of PLAIN, `base64(authorization NUL name NUL password)` (RFC 4616); a text says what is wrong with it
 * and holds nothing of it. Whoever names another identity to act as is refused: nobody may here.
 */
export function readPlain(line: string): SaslPassword | string {
  const text = readSaslText(line);
  if (text === undefined) return 'not base64 of UTF-8';
  const [authorization, userName, password, ...rest] = text.split('\u0000');
  if (authorization === undefined || userName === undefined || password === undefined || rest.length > 0) return 'not three fields';
  if (authorization !== '' && authorization !== userName) return 'another identity to act as';
  return checkPassword({ userName, password });
}

/** What PLAIN and LOGIN have in common: a name that can be typed. A text says what is wrong. */
export function checkPassword(credentials: SaslPassword): SaslPassword | string {
  const { userName } = credentials;
  if (userName === '') return 'no user name';
  // A name ends at a colon where it stands in an Authorization header, by whose rules both are judged (RFC 7617).
  if (/[\u0000-\u001f\u007f:]/.test(userName)) return 'a control character or colon in the user name';
  return credentials;
}

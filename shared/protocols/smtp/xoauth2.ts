/** What a client sends after `AUTH XOAUTH2` (SMTP, POP) or `AUTHENTICATE XOAUTH2` (IMAP). */
export interface XOAuth2Credentials {
  readonly userName: string;
  /** The access token, without the word Bearer. */
  readonly token: string;
}

/** A control character, which ends each field and the whole. */
const end = '\u0001';
/** A token of 16 KiB in base64, with its user name. */
const longestResponse = 24_576;

/**
 * Reads an initial response, `base64("user=" user ^A "auth=Bearer " token ^A ^A)`; a text says what is wrong with it and
 * holds nothing of it. (Microsoft: "Authenticate an IMAP, POP or SMTP connection using OAuth".)
 */
export function readXOAuth2(response: string): XOAuth2Credentials | string {
  if (response.length > longestResponse) return `longer than ${longestResponse} octets`;
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(response) || response === '') return 'not base64';
  const decoded = decode(response);
  if (decoded === undefined) return 'not UTF-8';
  const fields = decoded.split(end);
  if (fields.length !== 4 || fields[2] !== '' || fields[3] !== '')
    return 'not two fields with a control character behind each and one at the end';
  const [user = '', auth = ''] = fields;
  if (!user.startsWith('user=') || user.length === 'user='.length) return 'no user';
  if (/[\u0000-\u001f\u007f]/.test(user)) return 'a control character in the user';
  const token = /^auth=Bearer +([\w.~+/=-]+)$/i.exec(auth)?.[1];
  return token === undefined ? 'no bearer token' : { userName: user.slice('user='.length), token };
}

/** Writes an initial response. */
export function writeXOAuth2({ userName, token }: XOAuth2Credentials): string {
  return Buffer.from(`user=${userName}${end}auth=Bearer ${token}${end}${end}`).toString('base64');
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function decode(base64: string): string | undefined {
  try {
    return strictUtf8.decode(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}

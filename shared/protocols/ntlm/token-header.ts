import { longestMessage, malformed, messageType } from './message.ts';
import { readSpnego, writeSpnegoAccepted, writeSpnegoChallenge } from './spnego.ts';

export type NtlmScheme = 'NTLM' | 'Negotiate';

/** A token of an `Authorization` or `WWW-Authenticate` header. */
export interface TokenHeader {
  /** The NTLM message in it. */
  readonly message: Buffer;
  readonly scheme: NtlmScheme;
  /** It came inside SPNEGO, and so does the answer. */
  readonly wrapped: boolean;
}

/**
 * Reads an `Authorization` header of either scheme (RFC 4559 section 4; MS-NTHT): base64 of an NTLM message, under Negotiate
 * also of SPNEGO around one. Refuses everything else by `ntlm-malformed`, a Kerberos ticket among it.
 */
export function readTokenHeader(header: string): TokenHeader {
  const [, word = '', text = ''] = /^(ntlm|negotiate)(?: +(\S*))? *$/i.exec(header) ?? [];
  if (word === '') throw malformed('not the word NTLM or Negotiate and base64');
  if (text === '') throw malformed(`the word ${word} alone`);
  if (text.length > longestToken) throw malformed(`longer than ${longestToken} characters`);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw malformed('no base64');
  const octets = Buffer.from(text, 'base64');
  const scheme = word.toLowerCase() === 'ntlm' ? 'NTLM' : 'Negotiate';
  if (octets.length <= longestMessage && messageType(octets) !== undefined) return { message: octets, scheme, wrapped: false };
  const spnego = scheme === 'Negotiate' ? readSpnego(octets) : undefined;
  const { token } = spnego ?? {};
  if (token !== undefined && spnego?.offersNtlm !== false && token.length <= longestMessage && messageType(token) !== undefined)
    return { message: token, scheme, wrapped: true };
  throw malformed(spnego === undefined ? 'no NTLM message' : 'SPNEGO without an NTLM message: Kerberos is not spoken here');
}

/** As long as IIS takes header fields by default. */
const longestToken = 16_384;

/** The header that carries a CHALLENGE_MESSAGE back as its offer came. */
export function writeChallengeHeader({ scheme, wrapped }: Omit<TokenHeader, 'message'>, challenge: Buffer): string {
  return `${scheme} ${(wrapped ? writeSpnegoChallenge(challenge) : challenge).toString('base64')}`;
}

/** What is said when somebody has signed in: SPNEGO has a last word, NTLM has none. */
export function acceptedHeader({ scheme, wrapped }: Omit<TokenHeader, 'message'>): string | undefined {
  return wrapped ? `${scheme} ${writeSpnegoAccepted().toString('base64')}` : undefined;
}

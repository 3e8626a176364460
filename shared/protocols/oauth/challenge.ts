/** What an Exchange server says to a caller without a token it takes (MS-SPS2SAUTH; OfficeDocs-Exchange `use-hybrid-modern-auth.md`). */
export interface BearerChallenge {
  /** The server's application id; '' where a challenge of somebody else names none. */
  readonly clientId: string;
  /** `{application id}@{realm}`; the realm may be `*`. */
  readonly trustedIssuers: readonly string[];
  /** Kinds of tokens, with blanks between. */
  readonly tokenTypes?: string;
  /** Where a person can sign in: hybrid modern authentication. */
  readonly authorizationUri?: string;
  /** `invalid_token` where a token was presented; a mere probe gets none. */
  readonly error?: string;
  readonly errorDescription?: string;
  /** Base64 of the claims that a new token must hold (conditional access). */
  readonly claims?: string;
}

/** The value of a `WWW-Authenticate` header (RFC 6750 3), its parameters in the order of Exchange, no issuers left out. */
export function writeBearerChallenge(challenge: BearerChallenge): string {
  const parameters: [name: string, value: string | undefined][] = [
    ['client_id', challenge.clientId],
    ['trusted_issuers', challenge.trustedIssuers.length === 0 ? undefined : challenge.trustedIssuers.join(',')],
    ['token_types', challenge.tokenTypes],
    ['authorization_uri', challenge.authorizationUri],
    ['error', challenge.error],
    ['error_description', challenge.errorDescription],
    ['claims', challenge.claims],
  ];
  const written = parameters.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(value)}`]));
  return `Bearer ${written.join(', ')}`;
}

/** A quoted string of RFC 9110 (5.6.4), which a header can always carry. */
function quoted(value: string): string {
  return `"${value.replace(/[^\u0020-\u007e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Reads the first Bearer challenge of a `WWW-Authenticate` value, alone or among others with commas between (RFC 9110
 * 11.6.1): parameters in any order, quoted or not, in any case, the unknown ignored. Undefined where there is none.
 */
export function readBearerChallenge(header: string): BearerChallenge | undefined {
  const parameters = readParameters(header);
  if (parameters === undefined) return undefined;
  const optional = (key: string, name: string): Record<string, string> => {
    const value = parameters.get(name);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    clientId: parameters.get('client_id') ?? '',
    trustedIssuers: (parameters.get('trusted_issuers') ?? '')
      .split(',')
      .map((issuer) => issuer.trim())
      .filter((issuer) => issuer !== ''),
    ...optional('tokenTypes', 'token_types'),
    ...optional('authorizationUri', 'authorization_uri'),
    ...optional('error', 'error'),
    ...optional('errorDescription', 'error_description'),
    ...optional('claims', 'claims'),
  };
}

// A name and what follows it: `=` and a quoted string or a token makes it a parameter, anything else a scheme.
const piece = /([!#$%&'*+\-.^_`|~\w]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*)))?/y;

function readParameters(header: string): ReadonlyMap<string, string> | undefined {
  let bearer: Map<string, string> | undefined;
  piece.lastIndex = 0;
  for (let at = 0; at < header.length; ) {
    piece.lastIndex = at;
    const [all = '', name = '', inQuotes, bare] = piece.exec(header) ?? [];
    // What is neither, commas and blanks among it, is passed over a character at a time.
    at += Math.max(all.length, 1);
    const value = inQuotes?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) {
      if (bearer !== undefined && name !== '') return bearer;
      if (name.toLowerCase() === 'bearer') bearer = new Map();
    } else if (bearer !== undefined && !bearer.has(name.toLowerCase())) bearer.set(name.toLowerCase(), value);
  }
  return bearer;
}

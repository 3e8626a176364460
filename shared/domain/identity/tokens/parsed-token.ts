/** A JSON web token taken apart, proven or not. */
export interface ParsedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What is signed: `header.payload` as received. */
  readonly signingInput: string;
  /** Empty when the token has none. */
  readonly signature: Buffer;
  /** The whole as received. */
  readonly token: string;
}

/** Why a text is no token. */
export interface UnreadableToken {
  readonly problem: string;
}

const longestShown = 256;

/** A claim as text: null when it is absent or empty, anything but a text as its JSON, which then equals nothing wanted. */
export function textClaim(claims: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined || value === null || value === '') return null;
  return written(value);
}

/** A member of a token as text: a text as it is, anything else as JSON. */
export function written(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

/** A text from a token as it may be shown in a header or a log: printable ASCII and not long. */
export function shown(text: string): string {
  const short = text.length > longestShown ? `${text.slice(0, longestShown)}...` : text;
  return short.replace(/[^\x20-\x7e]/g, '?');
}

/** True for a token that says of itself that it is not signed. */
export function isUnsigned({ header, signature }: ParsedToken): boolean {
  return signature.length === 0 || String(header['alg']).toLowerCase() === 'none';
}

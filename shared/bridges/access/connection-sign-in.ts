import type { Guid } from '../../kernel/ids.ts';
import type { TokenHeader } from '../../protocols/ntlm/token-header.ts';

/**
 * What a client's connection carries from one request to the next: NTLM proves who is at the other end of a socket, not who
 * sent a request. It belongs to the socket alone; no cookie, session or address leads to it.
 */
export interface ConnectionSignIn {
  state: ConnectionState | undefined;
}

export type ConnectionState = ChallengedConnection | ProvingConnection | SignedInConnection;

/** A challenge has gone out; the next AUTHENTICATE_MESSAGE uses it up, whatever comes of it. */
export interface ChallengedConnection extends Omit<TokenHeader, 'message'> {
  readonly is: 'challenged';
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  readonly serverChallenge: Buffer;
}

/** An answer is being judged: a request that a client sends meanwhile on the same connection is nobody's. */
interface ProvingConnection {
  readonly is: 'proving';
}

/** Somebody is known: at one virtual directory of one organisation, each of which asks for itself. */
interface SignedInConnection {
  readonly is: 'signed-in';
  readonly organization: string;
  readonly virtualDirectory: string;
  /** Object GUID in the directory: the account is looked up for every request. */
  readonly recipient: Guid;
}

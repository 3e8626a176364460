import type { SaslPassword } from '../protocols/smtp/sasl.ts';
import type { XOAuth2Credentials } from '../protocols/smtp/xoauth2.ts';

/** One line of an answer. `text` begins with its enhanced status code (RFC 3463) where the code has one. */
export interface SmtpReply {
  readonly code: number;
  readonly text: string;
}

/** What is known of a connection. */
export interface SmtpSession {
  /** `address:port` of the client. */
  readonly peer: string;
  /** The name asked for in the TLS handshake, lower case; '' when there was none. */
  readonly serverName: string;
  /** Protocol and cipher; undefined before STARTTLS. */
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  /** What the client calls itself: printable, at most 255 characters. */
  readonly clientName: string;
  /** What this side calls itself. */
  readonly serverHost: string;
}

/** What a client proves itself with; `malformed` says what is wrong with its response, which then is not in it. */
export type SmtpCredentials =
  | { readonly mechanism: 'PLAIN' | 'LOGIN'; readonly given: SaslPassword | { readonly malformed: string } }
  | { readonly mechanism: 'XOAUTH2'; readonly given: XOAuth2Credentials | { readonly malformed: string } };

/** One connection's conversation, as the service leads it. A reply below 400 accepts. What is thrown is answered with a 451. */
export interface SmtpDialogue {
  authenticate(credentials: SmtpCredentials): Promise<SmtpReply>;
  sender(address: string): Promise<SmtpReply>;
  recipient(address: string): Promise<SmtpReply>;
  /** A whole message, dots unstuffed. */
  message(envelope: { readonly sender: string; readonly recipients: readonly string[] }, octets: Buffer): Promise<SmtpReply>;
}

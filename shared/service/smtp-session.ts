import type { X509Certificate } from 'node:crypto';
import type { SaslPassword } from '../protocols/smtp/sasl.ts';
import type { XOAuth2Credentials } from '../protocols/smtp/xoauth2.ts';

/** One line of an answer. `text` begins with its enhanced status code (RFC 3463) where the code has one. */
export interface SmtpReply {
  readonly code: number;
  readonly text: string;
  /** Instead of an answer the connection ends: closed, or reset. */
  readonly ends?: 'closed' | 'reset';
}

/** Commands that are no step of a message: the connection itself, and what a client begins with. */
export type SmtpOpening = 'CONNECT' | 'EHLO' | 'STARTTLS';

/** What a connection's TLS came to. */
export interface SmtpTls {
  /** `TLSv1.3`. */
  readonly version: string;
  readonly cipher: string;
  /** The certificate that the client proved itself with; undefined when it showed none. */
  readonly certificate: X509Certificate | undefined;
  /** Whether an authority that is trusted here vouches for that certificate. */
  readonly isTrusted: boolean;
}

/** What is known of a connection. */
export interface SmtpSession {
  /** `address:port` of the client. */
  readonly peer: string;
  /** `address:port` that it came to. */
  readonly local: string;
  /** The name asked for in the TLS handshake, lower case; '' when there was none. */
  readonly serverName: string;
  /** Undefined before STARTTLS. */
  readonly tls: SmtpTls | undefined;
  /** What the client calls itself: printable, at most 255 characters. */
  readonly clientName: string;
  /** `SMTP` after HELO, `ESMTP` after EHLO, with `S` in TLS and `A` after sign-in (RFC 3848). */
  readonly protocol: string;
  /** What this side calls itself. */
  readonly serverHost: string;
  /** Aborts when the connection is over; absent where nobody can know. */
  readonly gone?: AbortSignal;
}

/** What a client proves itself with; `malformed` says what is wrong with its response, which then is not in it. */
export type SmtpCredentials =
  | { readonly mechanism: 'PLAIN' | 'LOGIN'; readonly given: SaslPassword | { readonly malformed: string } }
  | { readonly mechanism: 'XOAUTH2'; readonly given: XOAuth2Credentials | { readonly malformed: string } };

/** Parameters of MAIL and RCPT by name in capitals; true for those without a value. xtext is decoded. */
export type SmtpParameters = Readonly<Record<string, string | true>>;

/** An address with what was said of it. */
export interface SmtpPath {
  readonly address: string;
  readonly parameters: SmtpParameters;
}

/** Whom a message is from and for; the reverse path '' is the null one. */
export interface SmtpEnvelope {
  readonly sender: SmtpPath;
  readonly recipients: readonly SmtpPath[];
}

/** An event of a conversation as protocol logs tell it: connect, disconnect, send, receive, information. */
export type SmtpEvent = '+' | '-' | '>' | '<' | '*';

/** One connection's conversation, as the service leads it. A reply below 400 accepts. What is thrown is answered with a 451. */
export interface SmtpDialogue {
  /** What is said to one of these instead of what is said as ever; undefined: that. */
  opening?(command: SmtpOpening): Promise<SmtpReply | undefined> | undefined;
  authenticate(credentials: SmtpCredentials): Promise<SmtpReply>;
  sender(path: SmtpPath): Promise<SmtpReply>;
  recipient(path: SmtpPath): Promise<SmtpReply>;
  /** A whole message, dots unstuffed. */
  message(envelope: SmtpEnvelope, octets: Buffer): Promise<SmtpReply>;
  /** Hears what is said on the wire, without secrets; a message's text is not in it. */
  said?(event: SmtpEvent, text: string): void;
  /** TLS has begun. */
  secured?(): void;
  /** The connection is over. */
  ended?(): void;
}

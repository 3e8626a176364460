import type { SecureContext } from 'node:tls';
import type { Patience } from '../kernel/patience.ts';
import type { SmtpDialogue, SmtpSession } from './smtp-session.ts';
import type { TakenVersions } from './taken-versions.ts';
import type { HandshakeDoor } from './tls-faults.ts';

/** Bounds of one SMTP server. */
export interface SmtpLimits {
  readonly maxConnections: number;
  /** From one address; absent: as many as there may be. */
  readonly maxConnectionsPerSource?: number;
  /** The same as a percentage of those that others leave; one may be there always. */
  readonly maxPercentPerSource?: number;
  readonly maxMessageBytes: number;
  /** Octets of messages that are being received on all connections together. */
  readonly maxHeldBytes: number;
  readonly maxRecipients: number;
  /** Refused recipients of one connection. */
  readonly maxRefusedRecipients: number;
  /** Other refusals of one connection. */
  readonly maxErrors: number;
  /** Failed sign-ins of one connection; absent: they count as other refusals. */
  readonly maxFailedSignIns?: number;
  /** Between two commands. */
  readonly idleTimeoutMs: number;
  /** Of a whole connection. */
  readonly connectionTimeoutMs: number;
}

/** What a server offers in its answer to EHLO. */
export interface SmtpFeatures {
  /** `silent`: offered without its value. */
  readonly size: 'told' | 'silent' | 'none';
  readonly pipelining: boolean;
  /** Delivery status notifications (RFC 3461). */
  readonly dsn: boolean;
  readonly enhancedStatusCodes: boolean;
  readonly eightBitMime: boolean;
  /** BDAT (RFC 3030). */
  readonly chunking: boolean;
  /** STARTTLS between servers of an organisation, under Exchange's own name. */
  readonly xAnonymousTls: boolean;
}

/** How TLS is done after STARTTLS. */
export interface SmtpTlsSettings extends TakenVersions {
  /** Shown to clients that ask for no name or for an unknown one; PEM. */
  readonly certificate: { readonly key: string; readonly cert: string };
  /** Clients are asked for a certificate, which they may withhold; those of this authority are trusted. PEM. */
  readonly clientAuthority?: string;
  /** Where STARTTLS meets fault rules: what is shown for a name, and which versions are left. */
  readonly handshakes?: HandshakeDoor;
  /** By the name that a client asks for. */
  contextFor?(name: string): SecureContext | undefined;
}

/** How an SMTP server shows itself, and who leads its conversations. */
export interface SmtpProfile {
  /** What the server calls itself. */
  readonly name: string;
  /** The greeting after its 220. */
  greeting(): string;
  readonly limits: SmtpLimits;
  readonly features: SmtpFeatures;
  /** Undefined: STARTTLS is not offered. */
  readonly tls: SmtpTlsSettings | undefined;
  readonly signIn: {
    /** In the order in which they are offered. */
    readonly mechanisms: readonly string[];
    /** No mail without it. */
    readonly required: boolean;
    /** Offered and taken before STARTTLS, too. */
    readonly inPlainText: boolean;
  };
  /** Parameters of MAIL that are known besides those of the features. */
  mailParameters?(session: SmtpSession): readonly string[];
  /** More to offer, once known who the client is. */
  furtherFeatures?(session: SmtpSession): readonly string[];
  /** The server's own words in place of the engine's, by the engine's text or its context. */
  readonly words: Readonly<Record<string, string>>;
  /** What a connection beyond the limits is told, with a 421. */
  readonly crowded: { readonly connections: string; readonly source: string };
  /** How long whoever has not signed in waits for a refusal. */
  tarpit?(): Promise<void>;
  /** Time-outs stand while something is held; absent: nothing ever is. */
  readonly patience?: Patience | undefined;
  /** Leads a conversation; called once for each connection. */
  open(session: SmtpSession): SmtpDialogue;
  /** A connection that failed: a handshake, above all. */
  broken(session: SmtpSession, error: Error): void;
}

/** STARTTLS under the name that Exchange's servers have for it among themselves. */
export const anonymousTls = 'X-ANONYMOUSTLS';

/** How far a connection has come. */
export interface ConnectionState {
  readonly isSecure: boolean;
  readonly isSignedIn: boolean;
}

/** What EHLO is answered with, in the order in which Exchange lists it. */
export function featureLines(profile: SmtpProfile, session: SmtpSession, state: ConnectionState): readonly string[] {
  const { features, limits, tls, signIn, furtherFeatures } = profile;
  const size = features.size === 'told' && limits.maxMessageBytes > 0 ? `SIZE ${limits.maxMessageBytes}` : 'SIZE';
  const secured = tls === undefined || state.isSecure ? [] : ['STARTTLS', ...(features.xAnonymousTls ? [anonymousTls] : [])];
  return [
    ...(features.size === 'none' ? [] : [size]),
    ...(features.pipelining ? ['PIPELINING'] : []),
    ...(features.dsn ? ['DSN'] : []),
    ...(features.enhancedStatusCodes ? ['ENHANCEDSTATUSCODES'] : []),
    ...secured,
    ...(takesSignIn(profile, state) && !state.isSignedIn ? [['AUTH', ...signIn.mechanisms].join(' ')] : []),
    ...(features.eightBitMime ? ['8BITMIME'] : []),
    ...(features.chunking ? ['CHUNKING'] : []),
    ...(furtherFeatures?.(session) ?? []),
  ];
}

/** Whether AUTH may be tried now. */
export function takesSignIn({ signIn }: SmtpProfile, { isSecure }: ConnectionState): boolean {
  return signIn.mechanisms.length > 0 && (isSecure || signIn.inPlainText);
}

/** Commands that depend on a profile and are not in this one. */
export function lackingCommands({ tls, features, signIn }: SmtpProfile): readonly string[] {
  return [
    ...(tls === undefined ? ['STARTTLS'] : []),
    ...(tls === undefined || !features.xAnonymousTls ? [anonymousTls] : []),
    ...(signIn.mechanisms.length === 0 ? ['AUTH'] : []),
    ...(features.chunking ? [] : ['BDAT']),
  ];
}

import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Connection, tellDialogue } from './smtp-connection.ts';
import type { HeldOctets } from './smtp-intake.ts';
import { mechanisms } from './smtp-mechanisms.ts';
import { lackingCommands, type SmtpProfile, type SmtpTlsSettings } from './smtp-profile.ts';
import { passCertificate } from './tls-faults.ts';

/** An SMTP server without a listener: it is handed its connections. */
export interface SmtpHost {
  take(socket: Socket): void;
  /** Ends the connections that wait for a command; the others end with the answer to theirs. */
  close(): void;
}

/**
 * An SMTP server: how it shows itself is its profile, what it makes of mail its dialogues. The engine is smtp-server; its
 * texts, its SASL, its lenient base64 and its list of features are replaced.
 */
export function createSmtpHost(profile: SmtpProfile): SmtpHost {
  const server = new Engine(profile);
  return {
    take: (socket) => server.connect(socket),
    close() {
      server.close();
      for (const connection of server.connections) (connection as Connection).endIdle();
    },
  };
}

class Engine extends SMTPServer {
  readonly #profile: SmtpProfile;
  readonly #room: HeldOctets & { readonly most: number };

  constructor(profile: SmtpProfile) {
    super(engineOptions(profile));
    this.#profile = profile;
    this.#room = { held: 0, most: profile.limits.maxHeldBytes };
    // Errors of connections are told by the connections themselves.
    this.on('error', () => {});
  }

  override connect(socket: Socket): void {
    const crowd = this.#crowd(socket);
    if (crowd !== undefined) {
      // The engine has listeners of its own for those it takes; a reset of this one is nobody's business.
      socket.on('error', () => {});
      socket.end(`421 ${crowd}\r\n`);
      setTimeout(() => socket.destroy(), crowdLingerMs).unref();
      return;
    }
    const connection = new Connection(this, socket, this.#profile, this.#room);
    this.connections.add(connection);
    connection.once('error', (error: Error) => {
      // A handshake that fails tells so up to three times.
      connection.on('error', () => {});
      this.#profile.broken(connection.facts(), error);
    });
    // In the place of the engine's own init, which waits a tenth of a second for whoever speaks before the greeting.
    connection._setListeners(() => {
      // What is there when the time is over is read before the greeting is sent.
      setTimeout(() => setImmediate(() => connection.connectionReady()), earlyTalkMs).unref();
    });
  }

  /** What a connection that is one too many is told. */
  #crowd({ remoteAddress }: Socket): string | undefined {
    const { limits, crowded } = this.#profile;
    if (this.connections.size >= limits.maxConnections) return crowded.connections;
    const { maxConnectionsPerSource: most = limits.maxConnections, maxPercentPerSource: percent = 100 } = limits;
    const { size } = this.connections;
    if (size < Math.min(most, shareOf(limits.maxConnections - size, percent))) return undefined;
    const address = (remoteAddress ?? '').replace(/^::ffff:/i, '');
    const own = [...this.connections].filter((one) => one.remoteAddress === address).length;
    return own >= Math.min(most, shareOf(limits.maxConnections - (size - own), percent)) ? crowded.source : undefined;
  }
}

function shareOf(connections: number, percent: number): number {
  return Math.max(1, Math.floor((connections * percent) / 100));
}

const crowdLingerMs = 1_000;
const earlyTalkMs = 20;

function engineOptions(profile: SmtpProfile): SMTPServerOptions {
  const { name, limits, features, tls, signIn } = profile;
  return {
    name,
    ...(tls === undefined ? {} : tls.certificate),
    minVersion: tls?.minVersion ?? 'TLSv1.2',
    ...(tls?.ciphers === undefined ? {} : { ciphers: tls.ciphers }),
    ...(tls?.maxVersion === undefined ? {} : { maxVersion: tls.maxVersion }),
    ...(tls?.secureOptions === undefined ? {} : { secureOptions: tls.secureOptions }),
    ...(tls?.clientAuthority === undefined ? {} : { ca: tls.clientAuthority, requestCert: true, rejectUnauthorized: false }),
    ...(tls === undefined ? {} : { SNICallback: (asked, done) => present(tls, asked.toLowerCase(), done) }),
    authMethods: Object.keys(mechanisms),
    authOptional: !signIn.required,
    authRequiredMessage: 'authentication required',
    disabledCommands: ['XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL', 'LHLO', 'HELP', ...lackingCommands(profile)],
    heloResponse: '%s Hello %s',
    hideENHANCEDSTATUSCODES: false,
    hideDSN: !features.dsn,
    hideSize: features.size !== 'told',
    // Its headers would have to be UTF-8 all the way into the mailbox.
    hideSMTPUTF8: true,
    disableReverseLookup: true,
    logger: false,
    size: limits.maxMessageBytes,
    rejectOversized: true,
    maxRecipients: limits.maxRecipients,
    maxCommandLength: longestLine,
    socketTimeout: limits.idleTimeoutMs,
    ...tellDialogue,
  };
}

/** What is shown for a name; without a context of its own the usual certificate. */
function present(tls: SmtpTlsSettings, name: string, show: (error: Error | null, context?: SecureContext) => void): void {
  const usual = (): void => show(null, tls.contextFor?.(name));
  const met = tls.handshakes && passCertificate(tls.handshakes, name);
  if (met === undefined) usual();
  else met.then((context) => (context === undefined ? usual() : show(null, context)), show);
}

/** A response with the longest token, and the words before it. */
const longestLine = 24_704;

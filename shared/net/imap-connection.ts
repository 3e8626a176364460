import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import type { Patience } from '../kernel/patience.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { TimeLimit } from '../kernel/time-limit.ts';

/**
 * What an IMAP server refuses. `SignInRefused`: the account or its password; value `Reply` is what it said. `Throttled`: it wants to be
 * asked again later; value `BackoffMs` where it says when. `NoTls`: STARTTLS is wanted and not offered. `CommandRefused`: anything else.
 */
export type ImapRefusal = 'SignInRefused' | 'Throttled' | 'NoTls' | 'CommandRefused';

/** A folder that holds messages. */
export interface ImapFolder {
  readonly path: string;
  /** Names from the top, the folder's own last. */
  readonly names: readonly string[];
  /** `\Inbox`, `\Sent` ... (RFC 6154), or null. */
  readonly use: string | null;
}

/** A folder as it stands when it is opened (RFC 9051 2.3.1.1). */
export interface ImapFolderState {
  readonly uidValidity: string;
  readonly exists: number;
}

/** What is told of a message without its octets. */
export interface ImapMessage {
  readonly uid: number;
  readonly flags: readonly string[];
  /** INTERNALDATE, milliseconds; null where the server does not tell. */
  readonly received: number | null;
  /** Octets. */
  readonly size: number;
}

/** A connection as it is wanted. */
export interface ImapWish {
  readonly address: string;
  readonly port: number;
  /** For SNI and the certificate's names; '' for a literal address. */
  readonly servername: string;
  /** TLS from the first octet, by STARTTLS, or none. */
  readonly security: 'Ssl' | 'Tls' | 'None';
  readonly signIn: { readonly userName: string; readonly password: string } | undefined;
  readonly tls: ImapFlowOptions['tls'];
  /** Without an octet from the server while it is asked something. */
  readonly idleMs: number;
  readonly patience: Pick<Patience, 'limits'>;
}

/** Octets of a line, of a literal and of an answer that a server may send. */
const bounds = { maxLineLength: 1_048_576, maxLiteralSize: 160 * 1_048_576, maxResponseSize: 200 * 1_048_576 };
/** The longest that a timer waits. */
const never = 2 ** 31 - 1;
const noLogin = 'Please configure the login';

/** One session with an IMAP server; the only place that knows the library. */
export class ImapConnection {
  private readonly client: ImapFlow;
  private readonly signsIn: boolean;
  private readonly idleMs: number;
  private readonly patience: ImapWish['patience'];
  private backoffMs: number | undefined;

  constructor({ address, port, servername, security, signIn, tls, idleMs, patience }: ImapWish) {
    this.signsIn = signIn !== undefined;
    this.idleMs = idleMs;
    this.patience = patience;
    this.client = new ImapFlow({
      ...{ host: address, port, servername, secure: security === 'Ssl', doSTARTTLS: security === 'Tls', ...bounds },
      ...(signIn === undefined ? {} : { auth: { user: signIn.userName, pass: signIn.password } }),
      ...(tls === undefined ? {} : { tls: { ...tls, ...(servername === '' ? { host: address } : {}) } }),
      // How long anything may take is judged here and by whoever dials: the library's own time does not stand while a hop is held.
      ...{ connectionTimeout: never, greetingTimeout: never, socketTimeout: never },
      ...{ disableAutoIdle: true, disableCompression: true, clientInfo: { name: 'coexist' } },
      logger: { debug: () => {}, info: () => {}, error: () => {}, warn: (entry) => this.warned(entry) },
    });
    // Errors come with the call that meets them.
    this.client.on('error', () => {});
  }

  /** Connects, hears the greeting, secures the line, signs in where there is somebody to. */
  async open(): Promise<void> {
    try {
      await this.client.connect();
    } catch (error) {
      // All that goes before the sign-in has been done, and nobody is to be signed in.
      if (!this.signsIn && error instanceof Error && error.message === noLogin) return this.close();
      throw this.refusalOf(error, this.signsIn);
    }
  }

  /** Folders that can be opened, in the server's order. */
  async folders(): Promise<readonly ImapFolder[]> {
    const listed = await this.asked(() => this.client.list());
    return listed
      .filter(({ flags }) => !flags.has('\\Noselect') && !flags.has('\\NonExistent'))
      .map(({ path, parent, name, specialUse }) => ({ path, names: [...parent, name], use: specialUse ?? null }));
  }

  /** Opens a folder to be read only: nothing of it changes, `\Recent` and `\Seen` included. */
  async select(path: string): Promise<ImapFolderState> {
    const { uidValidity, exists } = await this.asked(() => this.client.mailboxOpen(path, { readOnly: true }));
    return { uidValidity: String(uidValidity), exists };
  }

  /** The messages of the open folder, by UID. */
  async messages(): Promise<readonly ImapMessage[]> {
    const found: ImapMessage[] = [];
    await this.asked(async () => {
      for await (const { uid, flags, internalDate, size } of this.client.fetch(
        '1:*',
        { uid: true, flags: true, internalDate: true, size: true },
        { uid: true },
      )) {
        const received = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
        found.push({ uid, flags: [...(flags ?? [])], received: Number.isNaN(received) ? null : received, size: size ?? 0 });
      }
    });
    return found.toSorted((one, other) => one.uid - other.uid);
  }

  /** A message whole; undefined: it has gone. */
  async message(uid: number): Promise<Buffer | undefined> {
    const found = await this.asked(() => this.client.fetchOne(String(uid), { uid: true, source: true }, { uid: true }));
    return found === false ? undefined : found?.source;
  }

  /** What the envelope says a message is about; '' where it says nothing or the message has gone. */
  async subject(uid: number): Promise<string> {
    const found = await this.asked(() => this.client.fetchOne(String(uid), { uid: true, envelope: true }, { uid: true }));
    return found === false ? '' : (found?.envelope?.subject ?? '');
  }

  close(): void {
    this.client.close();
  }

  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    const idle = this.watchIdle();
    try {
      return await Promise.race([ask(), idle.late]);
    } catch (error) {
      throw this.refusalOf(error, false);
    } finally {
      idle.end();
    }
  }

  /** Rejects once the server has not sent an octet for too long. */
  private watchIdle(): { readonly late: Promise<never>; end(): void } {
    const { promise: late, reject } = Promise.withResolvers<never>();
    let limit: TimeLimit;
    const begin = (heard: number): void => {
      limit = this.patience.limits(this.idleMs);
      limit.signal.addEventListener('abort', () => {
        const { received } = this.client.stats();
        if (received > heard) begin(received);
        else reject(Object.assign(new Error(`no octet for ${this.idleMs} ms`), { code: 'ETIMEOUT' }));
      });
    };
    begin(this.client.stats().received);
    return { late, end: () => limit.end() };
  }

  /** The library would wait by the machine's clock; who asked decides that. */
  private warned(entry: { readonly throttleDelay?: unknown }): void {
    if (typeof entry.throttleDelay !== 'number') return;
    this.backoffMs = entry.throttleDelay;
    setImmediate(() => this.close());
  }

  private refusalOf(error: unknown, isSignIn: boolean): unknown {
    if (this.backoffMs !== undefined)
      return imapRefusal('Throttled', `asked to wait for ${this.backoffMs} ms`, { BackoffMs: String(this.backoffMs) });
    if (!(error instanceof Error)) return error;
    const { authenticationFailed, responseStatus, responseText, response, tlsFailed, code, reason, serverResponseCode } = error as Error &
      LibraryError;
    const reply = responseText ?? (typeof response === 'string' ? response : '');
    const bye = reason === undefined || reason === '' ? '' : reason;
    if (busyCodes.has(serverResponseCode ?? '') || busyWords.test(reply) || busyWords.test(bye))
      return imapRefusal('Throttled', `the server said: ${reply || bye}`, { Reply: reply || bye });
    if (isSignIn && authenticationFailed === true) {
      // Where the server was not asked, the library says why.
      const said = reply || error.message;
      return imapRefusal('SignInRefused', `sign-in refused: ${said}`, { Reply: said });
    }
    if (tlsFailed === true && code === undefined) return imapRefusal('NoTls', error.message);
    if (responseStatus !== undefined) return imapRefusal('CommandRefused', `${responseStatus} ${reply}`, { Reply: reply });
    return error;
  }
}

/** Response codes of a server that has no room now (RFC 5530 3, RFC 9051 7.1), and of Gmail and Yahoo (observed). */
const busyCodes: ReadonlySet<string> = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'THROTTLED']);
/** The same in words, where no code is said. Observed: Gmail, Exchange, Dovecot. */
const busyWords =
  /^(?:\[(?:UNAVAILABLE|INUSE|LIMIT|THROTTLED)\]|too many (?:simultaneous )?connections|maximum number of connections|user is authenticated but not connected)/i;

/** What the library says of an error beside its code. */
interface LibraryError {
  /** What the server's BYE said. */
  readonly reason?: string;
  readonly serverResponseCode?: string;
  readonly authenticationFailed?: boolean;
  readonly responseStatus?: string;
  readonly responseText?: string;
  readonly response?: unknown;
  readonly tlsFailed?: boolean;
  readonly code?: string;
}

function imapRefusal(code: ImapRefusal, detail: string, values: Readonly<Record<string, string>> = {}): Refusal<ImapRefusal> {
  return new Refusal<ImapRefusal>(code, { detail: detail.slice(0, 1_000), values });
}

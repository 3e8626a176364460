import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { SmtpConversation, SmtpLine } from '../../../shared/kernel/exchange.ts';
import { tlsText } from '../../../shared/net/smtp-tls-text.ts';
import type { SmtpSession, SmtpTls } from '../../../shared/service/smtp-session.ts';

/** Lines that wait for an exchange to keep them; more are not told. */
const mostLines = 200;

/** What is said on a connection, until an exchange takes it along: a connector's protocol log. */
export class ProtocolLog {
  readonly #clock: Clock;
  readonly #head: Pick<SmtpConversation, 'connector' | 'session' | 'local'>;
  readonly #organization: string;
  #first = 0;
  #lines: SmtpLine[] = [];

  constructor(
    { clock }: { readonly clock: Clock },
    { local }: SmtpSession,
    { connector, organization }: { readonly connector: string; readonly organization: string },
  ) {
    this.#clock = clock;
    this.#organization = organization;
    this.#head = { connector, session: randomBytes(8).toString('hex').toUpperCase(), local };
  }

  add(event: SmtpLine['event'], text: string): void {
    if (this.#lines.length < mostLines) this.#lines.push({ at: this.#clock.now(this.#organization), event, text });
  }

  addTls(tls: SmtpTls | undefined): void {
    if (tls === undefined) return;
    this.add('*', tlsText(tls, 'SERVER'));
    if (tls.certificate === undefined) return;
    this.add(
      '*',
      `Received certificate ${tls.certificate.fingerprint.replaceAll(':', '')}: ${tls.certificate.subject.replaceAll('\n', ', ')}`,
    );
  }

  /** What has not been taken yet; undefined when that is nothing. */
  take(): SmtpConversation | undefined {
    if (this.#lines.length === 0) return undefined;
    const taken = { ...this.#head, first: this.#first, lines: this.#lines };
    this.#first += this.#lines.length;
    this.#lines = [];
    return taken;
  }
}

import type { Instant } from '../kernel/clock.ts';
import type { OpenExchange, SmtpLine } from '../kernel/exchange.ts';

/** Lines of a session that are kept; of more, the first. */
const most = 2_000;

/** What is said in a session that this side has opened, its content left out, with its ends. */
export class SmtpLines {
  readonly #now: () => Instant;
  readonly #lines: SmtpLine[] = [];
  #from = 0;
  local = '';
  remote = '';

  constructor(now: () => Instant) {
    this.#now = now;
  }

  connected(local: string, remote: string): void {
    this.local = local;
    this.remote = remote;
    this.add('+', '');
  }

  add(event: SmtpLine['event'], text: string): void {
    if (this.#lines.length < most) this.#lines.push({ at: this.#now(), event, text });
  }

  /** The lines since it was asked for last, as the journal shows them: event, blank, text. */
  recent(): readonly string[] {
    const recent = this.#lines.slice(this.#from).map(({ event, text }) => `${event} ${text}`);
    this.#from = this.#lines.length;
    return recent;
  }

  /** Writes the whole session into its exchange; where the connector keeps a protocol log, for that too. */
  tell(exchange: OpenExchange, { connector, protocolLog }: { readonly connector: string; readonly protocolLog: boolean }): void {
    exchange.sent(
      this.#lines.map(({ event, text }) => `${event} ${text}`),
      undefined,
    );
    if (!protocolLog) return;
    const { local, remote } = this;
    const session = exchange.spanId.toUpperCase();
    exchange.note({ smtp: { connector, session, local, remote, first: 0, lines: this.#lines } });
  }
}

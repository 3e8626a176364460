import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { ExchangeRecorder, OpenExchange, SmtpConversation } from '../../shared/kernel/exchange.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import { formatTraceparent } from '../../shared/kernel/traceparent.ts';
import type { SmtpReply, SmtpSession } from '../../shared/service/smtp-session.ts';

/** The steps of a conversation that the journal keeps. */
export type StepName = 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

/** What steps are recorded with. */
export interface StepParts {
  readonly recorder: ExchangeRecorder;
  readonly clock: Clock;
  readonly seams: Seams;
}

/** Keeps the steps of one connection as exchanges of one trace: the first is the cause of the others. */
export class StepRecord {
  readonly #parts: StepParts;
  readonly #session: SmtpSession;
  readonly #said: (() => SmtpConversation | undefined) | undefined;
  #traceparent: string | undefined;
  /** Whoever has signed in, and where; later steps are theirs. */
  organization: Organization | undefined;
  caller: string | undefined;

  /** @param said what was said since it was asked for last */
  constructor(parts: StepParts, session: SmtpSession, said?: () => SmtpConversation | undefined) {
    this.#parts = parts;
    this.#session = session;
    this.#said = said;
  }

  /** What follows belongs to another trace: that of the message which is brought. */
  follow(traceparent: string | undefined): void {
    this.#traceparent = traceparent ?? this.#traceparent;
  }

  /** Records a step; `line` is what the client sent, without secrets. What is thrown is a defect, and goes on. */
  async step(
    operation: StepName,
    line: string,
    work: (exchange: OpenExchange, traceparent: string) => Promise<SmtpReply>,
  ): Promise<SmtpReply> {
    const { clock, seams } = this.#parts;
    const { organization, caller } = this;
    const exchange = this.#open(operation);
    exchange.note({ operation, ...(caller === undefined ? {} : { caller }) });
    exchange.received([line], undefined);
    const facts = {
      service: 'smtp',
      organization: organization?.name,
      operation,
      host: this.#session.serverName,
      user: caller,
      traceId: exchange.traceId,
    };
    try {
      const decision = seams.at('smtp.stage', facts);
      if (decision?.effect.kind === 'latency') {
        exchange.faulted(decision.rule, decision.effect.kind);
        await delayed(decision.effect.delayMs);
      }
      const reply = await work(exchange, formatTraceparent(exchange));
      const smtp = this.#said?.();
      exchange.note({ status: reply.code, ...(smtp === undefined ? {} : { smtp }) });
      exchange.sent([`${reply.code} ${reply.text}`], undefined);
      exchange.close(reply.code < 400 ? 'answered' : 'refused', clock.now(this.organization?.name));
      return reply;
    } catch (error) {
      exchange.close('defect', clock.now(this.organization?.name), error);
      throw error;
    }
  }

  /** Keeps what was said after the last step, once the connection is over. */
  closed(): void {
    const smtp = this.#said?.();
    if (smtp === undefined) return;
    const exchange = this.#open('connection');
    exchange.note({ smtp });
    exchange.close('answered', this.#parts.clock.now(this.organization?.name));
  }

  #open(target: string): OpenExchange {
    const { recorder, clock } = this.#parts;
    const { peer, serverName } = this.#session;
    const { organization } = this;
    const exchange = recorder.open({
      ...{ service: 'smtp', direction: 'incoming', protocol: 'smtp', target, host: serverName, peer },
      at: clock.now(organization?.name),
      ...(organization === undefined ? {} : { organization: organization.name }),
      ...(this.#traceparent === undefined ? {} : { traceparent: this.#traceparent }),
    });
    this.#traceparent ??= formatTraceparent(exchange);
    return exchange;
  }
}

function delayed(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}

import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { ExchangeRecorder, OpenExchange } from '../../shared/kernel/exchange.ts';
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
  #traceparent: string | undefined;
  /** Whoever has signed in, and where; later steps are theirs. */
  organization: Organization | undefined;
  caller: string | undefined;

  constructor(parts: StepParts, session: SmtpSession) {
    this.#parts = parts;
    this.#session = session;
  }

  /** Records a step; `line` is what the client sent, without secrets. What is thrown is a defect, and goes on. */
  async step(
    operation: StepName,
    line: string,
    work: (exchange: OpenExchange, traceparent: string) => Promise<SmtpReply>,
  ): Promise<SmtpReply> {
    const { recorder, clock, seams } = this.#parts;
    const { peer, serverName } = this.#session;
    const { organization, caller } = this;
    const exchange = recorder.open({
      service: 'smtp',
      direction: 'incoming',
      protocol: 'smtp',
      target: operation,
      host: serverName,
      peer,
      at: clock.now(organization?.name),
      ...(organization === undefined ? {} : { organization: organization.name }),
      ...(this.#traceparent === undefined ? {} : { traceparent: this.#traceparent }),
    });
    this.#traceparent ??= formatTraceparent(exchange);
    exchange.note({ operation, ...(caller === undefined ? {} : { caller }) });
    exchange.received([line], undefined);
    const facts = {
      service: 'smtp',
      organization: organization?.name,
      operation,
      host: serverName,
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
      exchange.note({ status: reply.code });
      exchange.sent([`${reply.code} ${reply.text}`], undefined);
      exchange.close(reply.code < 400 ? 'answered' : 'refused', clock.now(this.organization?.name));
      return reply;
    } catch (error) {
      exchange.close('defect', clock.now(this.organization?.name), error);
      throw error;
    }
  }
}

function delayed(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}

import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { ExchangeOutcome, ExchangeRecorder, OpenExchange, SmtpConversation } from '../../shared/kernel/exchange.ts';
import type { Patience } from '../../shared/kernel/patience.ts';
import type { Decision, SeamFacts, Seams } from '../../shared/kernel/seams.ts';
import { formatTraceparent } from '../../shared/kernel/traceparent.ts';
import type { SmtpOpening, SmtpReply, SmtpSession } from '../../shared/service/smtp-session.ts';

/** The steps of a conversation that the journal keeps. */
export type StepName = 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

/** What steps are recorded with. */
export interface StepParts {
  readonly recorder: ExchangeRecorder;
  readonly clock: Clock;
  readonly seams: Seams;
  /** Time-outs stand while something is held; absent: nothing ever is. */
  readonly patience?: Patience | undefined;
  /** As which whoever connects from an address is known, where that is not by it. */
  readonly knownAs?: ((address: string) => string | undefined) | undefined;
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
    const { caller } = this;
    const exchange = this.#open(operation);
    exchange.note({ operation, ...(caller === undefined ? {} : { caller }) });
    exchange.received([line], undefined);
    try {
      const facts = { ...this.#facts(operation), user: caller, traceId: exchange.traceId };
      const held = await this.#hold(exchange, facts, line);
      const decision = held === undefined ? seams.at('smtp.stage', facts) : undefined;
      const instead = held ?? (decision && (await carryOut(exchange, decision)));
      if (instead !== undefined) {
        this.#tell(exchange, instead, 'fault');
        return instead;
      }
      const reply = await work(exchange, formatTraceparent(exchange));
      this.#tell(exchange, reply, reply.code < 400 ? 'answered' : 'refused');
      return reply;
    } catch (error) {
      exchange.close('defect', clock.now(this.organization?.name), error);
      throw error;
    }
  }

  /** A command that is no step, and is recorded only where a fault rule meets it. */
  opening(command: SmtpOpening): Promise<SmtpReply | undefined> | undefined {
    const decision = this.#parts.seams.at('smtp.stage', this.#facts(command));
    if (decision === undefined) return undefined;
    const exchange = this.#open(command);
    exchange.note({ operation: command });
    return carryOut(exchange, decision).then((reply) => {
      if (reply !== undefined) this.#tell(exchange, reply, 'fault');
      else exchange.close('answered', this.#parts.clock.now(this.organization?.name));
      return reply;
    });
  }

  /** Waits where somebody holds steps; answers what he has it say instead, or how the connection ends where he ends it. */
  async #hold(exchange: OpenExchange, facts: SeamFacts, target: string): Promise<SmtpReply | undefined> {
    const gone = this.#session.gone;
    const release = await this.#parts.seams.hold?.('smtp.stage', facts, () => ({ spanId: exchange.spanId, target, gone }));
    if (release === undefined) return undefined;
    if (release.how === 'continue') {
      if (release.edit?.reply !== undefined) exchange.faulted(release.breakpoint, 'edit');
      return release.edit?.reply;
    }
    if (release.how === 'abort') exchange.faulted(release.breakpoint, 'abort');
    return { code: 421, text: '', ends: 'closed' };
  }

  #facts(operation: string): SeamFacts {
    return { service: 'smtp', organization: this.organization?.name, operation, host: this.#session.serverName };
  }

  #tell(exchange: OpenExchange, { code, text, ends }: SmtpReply, outcome: ExchangeOutcome): void {
    const smtp = this.#said?.();
    exchange.note({ ...(ends === undefined ? { status: code } : {}), ...(smtp === undefined ? {} : { smtp }) });
    if (ends === undefined) exchange.sent([`${code} ${text}`], undefined);
    exchange.close(outcome, this.#parts.clock.now(this.organization?.name));
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

/** Does what a fault rule decided; undefined: the step goes on. */
async function carryOut(exchange: OpenExchange, { rule, effect }: Decision): Promise<SmtpReply | undefined> {
  exchange.faulted(rule, effect.kind);
  switch (effect.kind) {
    case 'latency':
      await delayed(effect.delayMs);
      return undefined;
    case 'reply':
      return { code: effect.code, text: effect.text };
    case 'reset':
      return { code: 421, text: '', ends: 'reset' };
    case 'refuse':
      return { code: 421, text: '', ends: 'closed' };
    default:
      throw new Error(`defect: a fault of kind ${effect.kind} cannot act at seam smtp.stage`);
  }
}

function delayed(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}

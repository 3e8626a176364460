import { type Holder, holdQueue, type Queue, releaseQueue, type Visit } from '../../../shared/domain/mailflow/queue-hold.ts';
import { promoteDue, type QueuedMessage, readMessages } from '../../../shared/domain/mailflow/queue-messages.ts';
import { mostSessions, transportServiceOf, waitAfter } from '../../../shared/domain/mailflow/transport-service.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { SmtpLink } from '../../../shared/net/smtp-link.ts';
import { isDatabaseAway } from '../../../shared/store/database-away.ts';
import { openTransport, type SenderParts, type Transport } from './context.ts';
import { deliver } from './deliver.ts';
import { type ConnectionFailure, connectionFailure, deletedByAdministrator, expired } from './failures.ts';
import { batch, found, type Narrowing } from './found.ts';
import { openLink } from './link.ts';
import { deliverHere, resubmitAsked } from './resubmit.ts';
import type { Sessions } from './sessions.ts';
import { type Held, settleMessage, tellDelay } from './settle.ts';
import { type Terms, termsOf } from './terms.ts';

/** How long a process keeps others from a queue that it settles nothing in: longer than every host may take. */
const leaseMs = 5 * 60_000;
/** Sessions that empty one queue together, where it is long; Exchange would take up to MaxPerDomainOutboundConnections. A bound of ours. */
const mostLinks = 4;
/** Messages in a batch that make further sessions worth their while. */
const longQueue = 40;

/** Whether a queue may be tried to be emptied now. */
export function mayAttempt({ delivery, status, retry }: Queue, now: number): boolean {
  return delivery !== 'Unreachable' && status !== 'Suspended' && (status === 'Ready' || retry === null || retry <= now);
}

/**
 * One visit of a queue: what has expired goes back, the rest is sent as far as it can be, and whoever waits too long is told. What
 * the other side has answered with 250 and this side has not settled yet when the process dies is sent once more, with the same octets:
 * servers of a lab know it by them.
 */
export async function runQueue(parts: SenderParts, organization: Organization, queue: Queue, run: Run): Promise<void> {
  const transport = await openTransport(parts, organization);
  const holder = (): Holder => ({ name: parts.holder, now: parts.realNow(), leaseMs });
  const { name } = organization;
  if (!(await parts.store.transaction((tx) => holdQueue(tx, name, queue.number, holder())))) return;
  const held: Held = { queue: queue.number, connector: queue.connector, holder };
  const service = transportServiceOf(organization, transport.settings);
  const delayMs = service.DelayNotificationTimeout * 1_000;
  let visit: Visit = { attempted: false, delayMs };
  try {
    await giveUp(transport, held, { status: 'PendingRemove' }, deletedByAdministrator);
    await giveUp(transport, held, { expiring: transport.now() }, expired);
    await resubmitAsked(transport, queue);
    if (mayAttempt(queue, transport.now())) {
      await parts.store.transaction((tx) => promoteDue(tx, name, queue.number, transport.now()));
      const { attempted, failure } = await attempt(transport, held, queue, run);
      if (failure?.permanent === true) await giveUp(transport, held, { status: 'Ready' }, failure.text);
      const attempts = queue.attempts + 1;
      const retry = transport.now() + waitAfter(attempts, service);
      visit = {
        attempted,
        delayMs,
        failed: failure === undefined || failure.permanent ? undefined : { error: failure.text, retry, attempts },
      };
    }
    const why = visit.failed?.error ?? queue.lastError ?? '';
    for await (const message of found(transport, queue.number, { untoldSince: transport.now() - delayMs }))
      await tellDelay(transport, held, message, why);
  } catch (error) {
    // A defect is not met again at once; a database that was away is, as soon as it is there.
    const attempts = queue.attempts + 1;
    const failed = { error: internal, retry: transport.now() + waitAfter(attempts, service), attempts };
    if (!isDatabaseAway(error)) visit = { attempted: true, delayMs, failed };
    throw error;
  } finally {
    await parts.store.transaction((tx) => releaseQueue(tx, name, queue.number, holder(), visit, transport.now()));
  }
}

const internal = '451 4.3.0 Temporary server error';

async function attempt(transport: Transport, held: Held, queue: Queue, run: Run): Promise<Attempt> {
  if (queue.delivery === 'SmtpDeliveryToMailbox') return { attempted: await deliverHere(transport, held, queue), failure: undefined };
  return new Emptying(transport, held, queue, run).run();
}

async function giveUp(transport: Transport, held: Held, narrowing: Narrowing, reply: string): Promise<void> {
  for await (const message of found(transport, held.queue, narrowing))
    await settleMessage(transport, held, message, {
      link: undefined,
      replies: message.recipients.map((recipient) => ({ recipient, reply })),
    });
}

/** What a visit is run with; it has the place of one session. */
interface Run {
  readonly stopping: AbortSignal;
  readonly sessions: Pick<Sessions, 'further'>;
}

interface Attempt {
  /** There was something to be sent. */
  readonly attempted: boolean;
  readonly failure: ConnectionFailure | undefined;
}

/** A queue while its messages are sent, over one session or several. */
class Emptying {
  readonly #transport: Transport;
  readonly #held: Held;
  readonly #queue: Queue;
  readonly #run: Run;
  readonly #messages: AsyncGenerator<QueuedMessage>;
  #turn: Promise<unknown> = Promise.resolve();
  #attempted = false;
  #failure: ConnectionFailure | undefined;

  constructor(transport: Transport, held: Held, queue: Queue, run: Run) {
    this.#transport = transport;
    this.#held = held;
    this.#queue = queue;
    this.#run = run;
    this.#messages = found(transport, queue.number, { status: 'Ready' });
  }

  async run(): Promise<Attempt> {
    const { parts, organization } = this.#transport;
    const { number, connector, nextHop } = this.#queue;
    const ready = await readMessages(parts.store.read, organization.name, { queue: number, status: 'Ready', limit: batch });
    if (ready.length === 0) return { attempted: false, failure: undefined };
    const terms = await termsOf(this.#transport, connector, nextHop.split(',')[0] ?? '');
    const { MaxPerDomainOutboundConnections: allowed } = transportServiceOf(organization, this.#transport.settings);
    const links = ready.length < longQueue ? 1 : Math.min(mostLinks, allowed === 'unlimited' ? mostLinks : Math.max(1, allowed));
    await Promise.all([this.#work(terms), ...Array.from({ length: links - 1 }, () => this.#workBesides(terms))]);
    return { attempted: this.#attempted, failure: this.#failure };
  }

  /** Generators hand out one message at a time. */
  #next(): Promise<QueuedMessage | undefined> {
    const next = this.#turn.then(async () => {
      if (this.#failure !== undefined || this.#run.stopping.aborted) return undefined;
      const { value, done } = await this.#messages.next();
      return done === true ? undefined : value;
    });
    this.#turn = next.catch(() => undefined);
    return next;
  }

  /** A further session, where the organisation may have one more. */
  async #workBesides(terms: Terms): Promise<void> {
    const { organization, settings } = this.#transport;
    const leave = this.#run.sessions.further(organization.name, mostSessions(organization, settings));
    if (leave === undefined) return;
    try {
      await this.#work(terms);
    } finally {
      leave();
    }
  }

  async #work(terms: Terms): Promise<void> {
    let link: SmtpLink | undefined;
    let sent = 0;
    try {
      for (let message = await this.#next(); message !== undefined; message = await this.#next()) {
        if (link?.alive !== true || sent >= terms.messagesPerConnection) {
          await link?.close();
          link = await this.#connect(terms);
          sent = 0;
        }
        if (link === undefined) return;
        await this.#send(link, terms, message);
        sent += 1;
      }
    } finally {
      await link?.close();
    }
  }

  async #connect(terms: Terms): Promise<SmtpLink | undefined> {
    this.#attempted = true;
    const opened = await openLink(this.#transport, this.#queue, terms);
    if ('send' in opened) return opened;
    this.#failure ??= opened;
    return undefined;
  }

  async #send(link: SmtpLink, terms: Terms, message: QueuedMessage): Promise<void> {
    try {
      await settleMessage(this.#transport, this.#held, message, await deliver(this.#transport, link, terms, message));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The session broke: its messages wait with the queue.
      this.#failure ??= { ...connectionFailure(error, this.#transport.organization, terms, link.host), permanent: false };
    }
  }
}

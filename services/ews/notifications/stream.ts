import { isLocked } from '../../../shared/domain/mailbox/transit.ts';
import { readEvents } from '../../../shared/domain/notification/events.ts';
import { type Subscription, streamingLifeMs } from '../../../shared/domain/notification/subscription.ts';
import { endOfLog, getSubscription, holdSubscription, noteTold } from '../../../shared/domain/notification/subscriptions.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import type { TimeLimit } from '../../../shared/kernel/time-limit.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { IdWriter } from '../../../shared/protocols/ews/item-id.ts';
import type { getStreamingEvents } from '../../../shared/protocols/ews/operations/get-streaming-events.ts';
import type { ResponseCode } from '../../../shared/protocols/ews/response-codes.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { EwsContext } from '../context.ts';
import { idsOf } from '../known-mailboxes.ts';
import { tellingLimits } from '../limits.ts';
import type { DocumentStream } from '../streamed-answer.ts';
import { mayFollow } from './followed.ts';
import type { StreamHub } from './hub.ts';
import { streamedNoticeOf } from './notice.ts';

type Documents = ResponseOf<typeof getStreamingEvents>;

/** A message that names subscriptions and why they are not, or no more, told of. */
export function refusedSubscriptions(code: ResponseCode, ids: readonly string[], status?: 'Closed'): Documents[number] {
  // Of all error messages this one alone has a payload, which the type of messages does not foresee.
  return { ...errorMessage(code), ErrorSubscriptionIds: ids, ConnectionStatus: status } as Documents[number];
}

/** A subscription that is told by a stream. `id` is the subscriber's. */
interface Told {
  readonly id: string;
  readonly subscription: Subscription;
  readonly ids: IdWriter;
  position: number;
  /** Another connection is about to tell. */
  isYielding: boolean;
}

/** What a stream is opened with. */
export interface EventStreamOptions {
  readonly context: EwsContext;
  readonly hub: StreamHub;
  readonly exchange: OpenExchange;
  /** Names this connection to all processes. */
  readonly holder: string;
  /** By the ids of the subscribers. */
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  readonly timeoutMs: number;
  readonly out: DocumentStream<Documents>;
  /** Is called once, when everything has been let go. */
  readonly ended: () => void;
}

/** How long a stream that another one replaces may take to end what it is writing. Machine time. */
const yieldMs = 2_000;

/**
 * Tells of the changes of some mailboxes on one connection until its time is over: an OK at once, another one whenever the
 * heartbeat is due, events as they come, Closed at last. What is told is noted when it has left, so that a connection that
 * breaks costs no event (one that broke in the midst may hear its last document twice).
 *
 * Events wait in the log, not here: one document at a time is made, and the next when it has left.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #told = new Map<string, Told>();
  #heartbeat: TimeLimit | undefined;
  #life: TimeLimit | undefined;
  #running: Promise<void> | undefined;
  #isWoken = false;
  #isOver = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  begin(): void {
    const { context, out, timeoutMs, exchange } = this.#options;
    exchange.note({ code: 'NoError' });
    out.closed.addEventListener('abort', () => this.#release());
    void out.write([{ class: 'Success', ConnectionStatus: 'OK' }]);
    this.#life = context.limits(timeoutMs);
    this.#life.signal.addEventListener('abort', () => this.close());
    this.#beat();
    if (context.ending.aborted) this.close();
    this.#run(() => this.#open());
  }

  /** Something happened in a mailbox, or to a subscription. */
  wake(): void {
    this.#isWoken = true;
    if (this.#running !== undefined || this.#isOver) return;
    this.#run(async () => {
      while (this.#isWoken && !this.#isOver) {
        this.#isWoken = false;
        for (const told of [...this.#told.values()]) await this.#tell(told);
      }
    });
  }

  /** One thing at a time; what goes wrong in it is a defect in the journal and ends the connection. */
  #run(work: () => Promise<void>): void {
    const { context, out, exchange } = this.#options;
    this.#running = work()
      .catch((error: unknown) => {
        exchange.close('defect', context.clock.now(), error);
        out.end();
      })
      .then(() => {
        this.#running = undefined;
        if (this.#isWoken) this.wake();
      });
  }

  /** Says Closed and ends. */
  close(): void {
    if (this.#isOver) return;
    void this.#options.out.write([{ class: 'Success', ConnectionStatus: 'Closed' }]);
    this.#options.out.end();
    this.#release();
  }

  /** Another connection tells of this subscription from now on. Resolves when this one has noted what it told. */
  async yieldTo(id: string): Promise<void> {
    const told = this.#told.get(id);
    if (told === undefined) return;
    told.isYielding = true;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, yieldMs);
    await Promise.race([this.#running, late.promise]);
    clearTimeout(timer);
    this.#drop(id, 'ErrorNewEventStreamConnectionOpened');
  }

  async #open(): Promise<void> {
    const { context, hub, subscriptions, holder, timeoutMs } = this.#options;
    const { store, clock } = context;
    for (const id of subscriptions.keys()) await hub.teller(id)?.yieldTo(id);
    const expires = clock.now() + timeoutMs + streamingLifeMs;
    for (const [id, { mailbox, ticks }] of subscriptions) {
      if (this.#isOver) return this.#letGo();
      // Watched before it is read: nothing that happens in between is missed.
      hub.follow(mailbox, this);
      const key = { mailbox, ticks };
      const subscription = await store.transaction(async (tx) => {
        await holdSubscription(tx, key, holder, expires);
        return getSubscription(tx, key);
      });
      const ids = await idsOf(store, mailbox);
      if (subscription === undefined || ids === undefined) this.#say('ErrorSubscriptionUnsubscribed', [id]);
      else if (!this.#isOver) {
        this.#told.set(id, { id, subscription, ids, position: subscription.position, isYielding: false });
        hub.tells(id, this);
      }
    }
    this.#isWoken = true;
    if (this.#isOver) this.#letGo();
    else if (this.#told.size === 0) this.close();
  }

  async #tell(told: Told): Promise<void> {
    const { context, holder, out } = this.#options;
    const { store } = context;
    const { id, subscription, ids } = told;
    const { mailbox, terms } = subscription;
    const row = await getSubscription(store.read, subscription);
    if (this.#isOver || told.isYielding || !this.#told.has(id)) return;
    if (row === undefined) return this.#drop(id, 'ErrorSubscriptionUnsubscribed');
    if (row.holder !== holder) return this.#drop(id, 'ErrorNewEventStreamConnectionOpened');
    if (await isLocked(store.read, mailbox, context.clock.now())) return this.#drop(id, 'ErrorMailboxMoveInProgress');
    const end = await endOfLog(store.read, mailbox);
    if (told.position > end) {
      // The mailbox is another one than it was: what lay between is not known.
      told.position = end;
      this.#say('ErrorMissedNotificationEvents', [id]);
    }
    const page = await readEvents(store.read, { mailbox, after: told.position, terms, limit: tellingLimits.eventsPerDocument });
    if (this.#isOver || page.position === told.position) return;
    if (page.events.length > 0) {
      if (!(await mayFollow(context, subscription))) return this.#drop(id, 'ErrorAccessDenied');
      const Notifications = [streamedNoticeOf(id, page.events, ids)];
      if (!(await out.write([{ class: 'Success', Notifications }]))) return;
      await store.transaction((tx) => noteTold(tx, subscription, holder, page.position));
    }
    told.position = page.position;
    if (page.more) this.#isWoken = true;
  }

  /** Tells of a subscription no more; a stream that has none left ends. */
  #drop(id: string, code: ResponseCode): void {
    const told = this.#told.get(id);
    if (told === undefined || this.#isOver) return;
    this.#told.delete(id);
    this.#options.hub.tellsNoMore(id, this);
    this.#say(code, [id]);
    if (this.#told.size === 0) this.close();
  }

  #say(code: ResponseCode, ids: readonly string[]): void {
    if (this.#isOver) return;
    const { out, exchange } = this.#options;
    exchange.note({ code });
    void out.write([refusedSubscriptions(code, ids)]);
  }

  #beat(): void {
    if (this.#isOver) return;
    const { context, out } = this.#options;
    this.#heartbeat = context.limits(tellingLimits.heartbeatMs);
    this.#heartbeat.signal.addEventListener('abort', () => {
      void out.write([{ class: 'Success', ConnectionStatus: 'OK' }]);
      this.#beat();
    });
  }

  #release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#heartbeat?.end();
    this.#life?.end();
    this.#letGo();
    this.#options.ended();
  }

  /** The hub forgets this stream; done twice it does nothing. */
  #letGo(): void {
    const { hub, subscriptions } = this.#options;
    for (const [id, { mailbox }] of subscriptions) {
      hub.tellsNoMore(id, this);
      hub.unfollow(mailbox, this);
    }
  }
}

import type { Guid } from '../../../shared/kernel/ids.ts';
import type { EwsContext } from '../context.ts';

/** A connection that events are told on. */
export interface HubStream {
  /** Something has changed in a mailbox that it follows. */
  wake(): void;
  /** Another connection wants to tell a subscription, by its subscriber's id; resolves when it may. */
  yieldTo(id: string): Promise<void>;
  close(): void;
}

/**
 * The streams that are open in this process. It watches each mailbox once, however many streams follow it, and knows
 * which stream a subscription is told by.
 */
export class StreamHub {
  readonly #context: EwsContext;
  readonly #mailboxes = new Map<Guid, { readonly streams: Set<HubStream>; readonly unwatch: () => void }>();
  readonly #tellers = new Map<string, HubStream>();
  readonly #connections = new Map<string, number>();

  constructor(context: EwsContext) {
    this.#context = context;
    context.ending.addEventListener('abort', () => {
      for (const { streams } of [...this.#mailboxes.values()]) for (const stream of [...streams]) stream.close();
    });
  }

  /** How many connections a user has. */
  connections(user: string): number {
    return this.#connections.get(user) ?? 0;
  }

  enter(user: string): void {
    this.#connections.set(user, this.connections(user) + 1);
  }

  leave(user: string): void {
    const count = this.connections(user);
    if (count > 1) this.#connections.set(user, count - 1);
    else this.#connections.delete(user);
  }

  follow(mailbox: Guid, stream: HubStream): void {
    const known = this.#mailboxes.get(mailbox);
    if (known !== undefined) {
      known.streams.add(stream);
      return;
    }
    const streams = new Set([stream]);
    const unwatch = this.#context.store.changes.watch(mailbox, () => {
      for (const one of [...streams]) one.wake();
    });
    this.#mailboxes.set(mailbox, { streams, unwatch });
  }

  unfollow(mailbox: Guid, stream: HubStream): void {
    const known = this.#mailboxes.get(mailbox);
    known?.streams.delete(stream);
    if (known?.streams.size !== 0) return;
    known.unwatch();
    this.#mailboxes.delete(mailbox);
  }

  teller(subscription: string): HubStream | undefined {
    return this.#tellers.get(subscription);
  }

  tells(subscription: string, stream: HubStream): void {
    this.#tellers.set(subscription, stream);
  }

  tellsNoMore(subscription: string, stream: HubStream): void {
    if (this.#tellers.get(subscription) === stream) this.#tellers.delete(subscription);
  }
}

const hubs = new WeakMap<EwsContext, StreamHub>();

/** The hub of a service. */
export function hubOf(context: EwsContext): StreamHub {
  const hub = hubs.get(context) ?? new StreamHub(context);
  hubs.set(context, hub);
  return hub;
}

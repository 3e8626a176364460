import { AsyncLocalStorage } from 'node:async_hooks';
import type { Subscription } from '../../../shared/domain/notification/subscription.ts';
import {
  getSubscription,
  leaseSubscription,
  noteTold,
  pushScope,
  pushSubscriptions,
  removeSubscription,
} from '../../../shared/domain/notification/subscriptions.ts';
import { machineNow } from '../../../shared/kernel/machine-clock.ts';
import { oneAtATime } from '../../../shared/kernel/one-at-a-time.ts';
import type { TimeLimit } from '../../../shared/kernel/time-limit.ts';
import { databaseAwayMs, isDatabaseAway, orTryAgain } from '../../../shared/store/database-away.ts';
import type { EwsContext } from '../context.ts';
import { tellingLimits } from '../limits.ts';
import { pushOnce } from './push-call.ts';

/**
 * Calls the subscribers that want to be called, whoever of the processes that share a store took their subscription: each
 * is called by one process at a time, by a lease. Ends with the lab. `onDefect` hears what went wrong inside.
 */
export async function startPusher(context: EwsContext, onDefect: (error: unknown) => void): Promise<void> {
  const { store, ending } = context;
  const holder = context.identifiers.guid();
  const entries = new Map<string, PushEntry>();
  const inTurn = oneAtATime();
  const reload = (): Promise<void> =>
    inTurn(async () => {
      if (ending.aborted) return;
      const there = new Map((await pushSubscriptions(store.read)).map((one) => [`${one.mailbox} ${one.ticks}`, one]));
      for (const [key, entry] of entries) {
        if (there.has(key)) continue;
        entry.end();
        entries.delete(key);
      }
      for (const [key, subscription] of there) {
        if (entries.has(key)) continue;
        const entry = new PushEntry(context, subscription, holder, onDefect);
        entries.set(key, entry);
        entry.begin();
      }
    });
  const wake = (): void => void reload().catch(failed);
  const failed = orTryAgain(wake, onDefect);
  // Whoever subscribes wakes this; the calls to come are none of his request's.
  const inOwnContext = AsyncLocalStorage.snapshot();
  const unwatch = store.changes.watch(pushScope, () => inOwnContext(wake));
  ending.addEventListener('abort', () => {
    unwatch();
    for (const entry of entries.values()) entry.end();
  });
  await reload().catch(failed);
}

/** One subscriber that is called: at once, when something happens, and when he has heard nothing for StatusFrequency. */
class PushEntry {
  readonly #context: EwsContext;
  readonly #subscription: Subscription;
  readonly #holder: string;
  readonly #onDefect: (error: unknown) => void;
  #unwatch: (() => void) | undefined;
  #pause: TimeLimit | undefined;
  #takeover: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isWoken = false;
  #isOver = false;
  /** Microsoft's page "StatusFrequency" has an initial call before anything happened. */
  #isStatusDue = true;
  /** Since the first call in a row that failed, by world time. */
  #failingMs = 0;
  #isFailing = false;

  constructor(context: EwsContext, subscription: Subscription, holder: string, onDefect: (error: unknown) => void) {
    this.#context = context;
    this.#subscription = subscription;
    this.#holder = holder;
    this.#onDefect = onDefect;
  }

  begin(): void {
    const inOwnContext = AsyncLocalStorage.snapshot();
    this.#unwatch = this.#context.store.changes.watch(this.#subscription.mailbox, () => inOwnContext(() => this.#wake()));
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#unwatch?.();
    this.#pause?.end();
    clearTimeout(this.#takeover);
  }

  /** While calls fail only the pause wakes. */
  #wake(): void {
    this.#isWoken = true;
    if (this.#isBusy || this.#isFailing || this.#isOver) return;
    this.#isBusy = true;
    void this.#run()
      .catch((error: unknown) => {
        if (this.#isOver) return;
        if (isDatabaseAway(error)) this.#wakeIn(databaseAwayMs);
        else this.#onDefect(error);
      })
      .then(() => {
        this.#isBusy = false;
        if (this.#isWoken) this.#wake();
      });
  }

  async #run(): Promise<void> {
    const { terms } = this.#subscription;
    while (this.#isWoken && !this.#isOver && !this.#isFailing && terms.push !== undefined) {
      this.#isWoken = false;
      const subscription = await this.#lease();
      if (subscription === undefined) return;
      const push = await pushOnce(this.#context, subscription, terms.push, this.#isStatusDue);
      if (this.#isOver) return;
      if (push.is === 'void' || (push.is === 'called' && push.answered === 'Unsubscribe')) return this.#remove();
      if (push.is === 'called' && push.answered === 'none') return this.#failed(terms.push.statusMinutes * 60_000);
      const position = push.is === 'called' ? push.page.position : push.position;
      if (position !== subscription.position) await this.#note(position);
      if (push.is === 'called') this.#answered(terms.push.statusMinutes * 60_000);
      if (push.is === 'called' && push.page.more) this.#isWoken = true;
    }
  }

  /** The subscription as it is now, if this process may call; else it looks again when the other's lease is over. */
  async #lease(): Promise<Subscription | undefined> {
    const now = machineNow();
    const lease = { holder: this.#holder, now, until: now + tellingLimits.pushLeaseMs };
    const mine = await this.#context.store.transaction((tx) => leaseSubscription(tx, this.#subscription, lease));
    if (mine) return getSubscription(this.#context.store.read, this.#subscription);
    this.#wakeIn(tellingLimits.pushLeaseMs);
    return undefined;
  }

  #wakeIn(machineMs: number): void {
    clearTimeout(this.#takeover);
    this.#takeover = setTimeout(() => this.#wake(), machineMs);
    this.#takeover.unref();
  }

  async #note(position: number): Promise<void> {
    await this.#context.store.transaction(async (tx) => void (await noteTold(tx, this.#subscription, this.#holder, position)));
  }

  async #remove(): Promise<void> {
    this.end();
    await this.#context.store.transaction(async (tx) => void (await removeSubscription(tx, this.#subscription)));
  }

  #answered(statusMs: number): void {
    this.#failingMs = 0;
    this.#isStatusDue = false;
    this.#waitFor(statusMs, () => {
      this.#isStatusDue = true;
      this.#wake();
    });
  }

  /** Tries again 30 s, 1, 2, 4 ... minutes after the first call that failed, until StatusFrequency is over. */
  async #failed(statusMs: number): Promise<void> {
    const nextMs = this.#failingMs === 0 ? tellingLimits.pushRetryMs : this.#failingMs * 2;
    if (nextMs > statusMs) return this.#remove();
    const waitMs = nextMs - this.#failingMs;
    this.#failingMs = nextMs;
    this.#isFailing = true;
    this.#waitFor(waitMs, () => {
      this.#isFailing = false;
      this.#wake();
    });
  }

  #waitFor(durationMs: number, then: () => void): void {
    this.#pause?.end();
    this.#pause = this.#context.limits(durationMs);
    this.#pause.signal.addEventListener('abort', then);
  }
}

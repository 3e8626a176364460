import { AsyncLocalStorage } from 'node:async_hooks';
import { unlockScope } from '../../../shared/domain/mailbox/transit.ts';
import { queueScope } from '../../../shared/domain/mailflow/queue.ts';
import { type Queue, readQueues } from '../../../shared/domain/mailflow/queue-hold.ts';
import { type QueuedRecipient, readMessages } from '../../../shared/domain/mailflow/queue-messages.ts';
import { mostSessions } from '../../../shared/domain/mailflow/transport-service.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { organizationScope } from '../../../shared/store/config-objects.ts';
import { orTryAgain } from '../../../shared/store/database-away.ts';
import type { Timer } from '../../../shared/store/timer-table.ts';
import type { SenderParts } from './context.ts';
import { mayAttempt, runQueue } from './queue-run.ts';
import { rerouteWaiting } from './reroute.ts';
import { createSessions } from './sessions.ts';

/** What sends the mail of all organisations of a process. */
export interface Sender {
  /** Begins with what waits already. */
  start(): Promise<void>;
  /** Ends after the messages that are under way. */
  stop(): Promise<void>;
  /** Resolves when nothing can be sent now. */
  settled(): Promise<void>;
  /** Handler of timers of the kind `mail-queue`: visits a queue, and waits for that a moment. */
  fire(timer: Pick<Timer, 'payload'>): Promise<void>;
}

/** Queues that are visited at once; what is down holds a place for no longer than a few connections take. A bound of ours. */
const mostVisits = 64;
/** How long a timer waits for the visit that it has set off: timers run one at a time. */
const timerMs = 2_000;

/** A sender that does not send yet. Each commit that puts something into a queue wakes it, or ends a mailbox's lock; `mail-queue` timers do so when a wait is over. */
export function createSender(parts: SenderParts): Sender {
  const stopping = new AbortController();
  const visits = new Map<string, Promise<void>>();
  const looks = new Map<string, Promise<void>>();
  const reroutes = new Set<Promise<void>>();
  const again = new Set<string>();
  const leases = new Map<string, NodeJS.Timeout>();
  const places = createSessions();
  const sessions = createSessions();
  const unwatch: (() => void)[] = [];
  // Visits outlive the request whose commit woke them.
  const inOwnContext = AsyncLocalStorage.snapshot();

  /** Waits before the queue is held: what waits for its turn holds nothing. Whoever has waited looks at the queue once more. */
  const inTurn = async (organization: Organization, queue: Queue): Promise<void> => {
    const { name } = organization;
    const session = sessions.enter(name, mostSessions(organization, await parts.settings(name)));
    const leaveSession = await session;
    const place = places.enter('', mostVisits);
    const leavePlace = await place;
    try {
      const waited = session instanceof Promise || place instanceof Promise;
      const queues = waited ? await readQueues(parts.store.read, name, parts.realNow()) : [queue];
      const current = queues.find(({ number }) => number === queue.number);
      if (current !== undefined) await runQueue(parts, organization, current, { stopping: stopping.signal, sessions });
    } finally {
      leavePlace();
      leaveSession();
    }
  };
  const visit = (organization: Organization, queue: Queue): Promise<void> => {
    const key = `${organization.name}/${queue.number}`;
    const running = visits.get(key);
    if (running !== undefined) return running;
    const started = inTurn(organization, queue)
      .catch(orTryAgain(() => wake(organization), parts.onDefect))
      .finally(() => {
        visits.delete(key);
        // What came in the meantime may have come too late for the visit.
        wake(organization);
      });
    visits.set(key, started);
    return started;
  };
  const look = async (organization: Organization): Promise<void> => {
    const { name } = organization;
    do {
      again.delete(name);
      for (const queue of await readQueues(parts.store.read, name, parts.realNow())) {
        if (stopping.signal.aborted) return;
        if (visits.has(`${name}/${queue.number}`)) continue;
        if (queue.held !== undefined && queue.held.by !== parts.holder) wakeAt(organization, queue.held.until);
        else if (await isWaiting(parts, name, queue)) void visit(organization, queue);
      }
    } while (again.has(name));
  };
  const wake = (organization: Organization): void => {
    const { name } = organization;
    if (stopping.signal.aborted) return;
    again.add(name);
    if (looks.has(name)) return;
    const looking = look(organization)
      .catch(orTryAgain(() => wake(organization), parts.onDefect))
      .finally(() => {
        looks.delete(name);
        if (again.has(name)) wake(organization);
      });
    looks.set(name, looking);
  };
  /** Another process has a queue: if it is not there any more, it loses the queue by then. */
  const wakeAt = (organization: Organization, until: number): void => {
    const { name } = organization;
    clearTimeout(leases.get(name));
    leases.set(name, setTimeout(() => wake(organization), Math.max(0, until - parts.realNow()) + 1).unref());
  };
  const reroute = (organization: Organization): void => {
    if (stopping.signal.aborted) return;
    const running = rerouteWaiting(parts, organization.name)
      .catch(orTryAgain(() => reroute(organization), parts.onDefect))
      .finally(() => reroutes.delete(running));
    reroutes.add(running);
  };
  const settled = async (): Promise<void> => {
    while (looks.size + visits.size + reroutes.size > 0) await Promise.all([...looks.values(), ...visits.values(), ...reroutes]);
  };
  const follow = (organization: Organization): void => {
    const { name } = organization;
    unwatch.push(
      parts.store.changes.watch(queueScope(name), () => inOwnContext(() => wake(organization))),
      ...[organizationScope(name), unlockScope(name)].map((scope) =>
        parts.store.changes.watch(scope, () => {
          inOwnContext(() => reroute(organization));
        }),
      ),
    );
    wake(organization);
  };
  return {
    async start() {
      for (const organization of (await parts.organizations()).all) if (parts.serves(organization.name)) follow(organization);
    },
    async stop() {
      for (const end of unwatch.splice(0)) end();
      for (const timeout of leases.values()) clearTimeout(timeout);
      stopping.abort();
      await settled();
    },
    settled,
    async fire({ payload }) {
      const { organization: name, queue: number } = payload as { readonly organization: string; readonly queue: number };
      const organization = (await parts.organizations()).byName(name);
      if (organization === undefined || stopping.signal.aborted) return;
      await visits.get(`${name}/${number}`);
      const queue = (await readQueues(parts.store.read, name, parts.realNow())).find((one) => one.number === number);
      if (queue === undefined) return;
      const late = Promise.withResolvers<void>();
      const timeout = setTimeout(late.resolve, timerMs);
      await Promise.race([inOwnContext(() => visit(organization, queue)), late.promise]);
      clearTimeout(timeout);
    },
  };
}

/** Whether there is something in a queue that can be sent now, or a queue that nobody has set a timer for yet. */
async function isWaiting({ store, clock }: SenderParts, organization: string, queue: Queue): Promise<boolean> {
  if (queue.delivery === 'Unreachable' && queue.lastAttempt === null) return true;
  const has = async (status: QueuedRecipient['status']): Promise<boolean> =>
    (await readMessages(store.read, organization, { queue: queue.number, status, limit: 1 })).length > 0;
  if ((await has('PendingRemove')) || (await has('Resubmit'))) return true;
  if (!mayAttempt(queue, clock.now(organization))) return false;
  return has('Ready');
}

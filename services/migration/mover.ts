import { AsyncLocalStorage } from 'node:async_hooks';
import { type MigrationEndpoint, migrationEndpoints } from '../../shared/domain/migration/endpoints.ts';
import { claimMoveRequest, heldByEndpoint, nextMove, releaseMoveRequests } from '../../shared/domain/migration/move-hold.ts';
import type { MoveRequest } from '../../shared/domain/migration/move-request.ts';
import { moveScope } from '../../shared/domain/migration/move-requests.ts';
import { replicationSettings } from '../../shared/domain/migration/replication-settings.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { orTryAgain } from '../../shared/store/database-away.ts';
import { foldKey } from '../../shared/store/fold.ts';
import type { Timer } from '../../shared/store/timer-table.ts';
import type { MoverParts } from './context.ts';
import { visitRequest } from './visit.ts';

/** What moves the mailboxes of all organisations of a process. */
export interface Mover {
  /** Begins with what is due already. */
  start(): Promise<void>;
  /** Ends when each move that is under way has come to the end of its portion. */
  stop(): Promise<void>;
  /** Resolves when no move can go on now. */
  settled(): Promise<void>;
  /** Handler of timers of the kind `move-request`: visits a request, and waits for that a moment. */
  fire(timer: Pick<Timer, 'payload'>): Promise<void>;
}

/** How long a timer waits for the visit that it has set off: timers run one at a time. */
const timerMs = 2_000;
/** As long as a claim may take to be sure of a request. */
const claimMs = 60_000;

/** A mover that does not move yet. Each commit that changes a request wakes it; `move-request` timers do so when a wait is over. */
export function createMover(parts: MoverParts): Mover {
  const stopping = new AbortController();
  const visits = new Map<string, Promise<void>>();
  const looks = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** Those that found all places taken: the end of any visit is theirs, too. */
  const crowded = new Set<Organization>();
  const leases = new Map<string, NodeJS.Timeout>();
  const unwatch: (() => void)[] = [];
  // Visits outlive the request whose commit woke them.
  const inOwnContext = AsyncLocalStorage.snapshot();

  const visit = (organization: Organization, request: MoveRequest): void => {
    const started = visitRequest(parts, organization, request, stopping.signal)
      .catch(orTryAgain(() => wake(organization), parts.onDefect))
      .finally(() => {
        visits.delete(request.guid);
        const waiting = [...crowded.add(organization)];
        crowded.clear();
        for (const one of waiting) wake(one);
      });
    visits.set(request.guid, started);
  };
  const look = async (organization: Organization): Promise<void> => {
    const { name } = organization;
    do {
      again.delete(name);
      while (!stopping.signal.aborted && visits.size < replicationSettings.maxActiveMovesPerDatabase) {
        const request = await claim(parts, organization);
        if (request === undefined) break;
        visit(organization, request);
      }
      if (visits.size >= replicationSettings.maxActiveMovesPerDatabase) crowded.add(organization);
      await wakeWhenFree(organization);
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
  /** Another process has a request: if it is not there any more, it loses the request when its lease is over. */
  const wakeWhenFree = async (organization: Organization): Promise<void> => {
    const { name } = organization;
    const now = parts.realNow();
    const { leaseEnds } = await nextMove(parts.store.read, name, now);
    clearTimeout(leases.get(name));
    if (leaseEnds === undefined) return;
    leases.set(name, setTimeout(() => wake(organization), Math.max(0, leaseEnds - now) + 1).unref());
  };
  const settled = async (): Promise<void> => {
    while (looks.size + visits.size > 0) await Promise.all([...looks.values(), ...visits.values()]);
  };
  return {
    async start() {
      for (const organization of (await parts.organizations()).all) {
        // Whoever was killed and is here again under its name works on nothing yet.
        await parts.store.transaction((tx) => releaseMoveRequests(tx, organization.name, { name: parts.holder }));
        unwatch.push(parts.store.changes.watch(moveScope(organization.name), () => inOwnContext(() => wake(organization))));
        wake(organization);
      }
    },
    async stop() {
      for (const end of unwatch.splice(0)) end();
      for (const timeout of leases.values()) clearTimeout(timeout);
      stopping.abort();
      await settled();
    },
    settled,
    async fire({ payload }) {
      const { organization: name } = payload as { readonly organization: string };
      const organization = (await parts.organizations()).byName(name);
      if (organization === undefined || stopping.signal.aborted) return;
      const late = Promise.withResolvers<void>();
      const timeout = setTimeout(late.resolve, timerMs);
      inOwnContext(() => wake(organization));
      await Promise.race([settled(), late.promise]);
      clearTimeout(timeout);
    },
  };
}

/** The next request that is due, of an endpoint that takes one more. */
async function claim(parts: MoverParts, { name }: Organization): Promise<MoveRequest | undefined> {
  const { store, clock, holder, realNow } = parts;
  return store.transaction(async (tx) => {
    const held = await heldByEndpoint(tx, name, realNow());
    const full = held.size === 0 ? [] : fullOnes(await migrationEndpoints.list(tx, name), held);
    return claimMoveRequest(tx, name, { until: clock.now(name), full }, { name: holder, now: realNow(), leaseMs: claimMs });
  });
}

function fullOnes(endpoints: readonly { readonly value: MigrationEndpoint }[], held: ReadonlyMap<string, number>): readonly string[] {
  return endpoints.flatMap(({ value: { name, maxConcurrentMigrations } }) => {
    const key = foldKey(name);
    return (held.get(key) ?? 0) >= (maxConcurrentMigrations ?? Number.POSITIVE_INFINITY) ? [key] : [];
  });
}

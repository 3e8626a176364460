import type { Processes } from '../shared/domain/world/processes.ts';
import type { AdminContext } from './admin/context.ts';
import type { Doors } from './doors.ts';
import type { Foundation } from './foundation.ts';
import { lastExchange } from './last-exchange.ts';
import { controls, followFaults, publishedOutside, publishOutside } from './shared-lab.ts';

export { publishedOutside } from './shared-lab.ts';

export interface SharingParts {
  readonly foundation: Foundation;
  readonly processes: Processes;
  readonly doors: () => Doors | undefined;
  /** In this process alone. */
  readonly forget: () => Promise<void>;
  readonly settle: () => Promise<void>;
}

/** Mail and moves may take their time; nothing else may. */
const settlePatienceMs = 120_000;
/** What settles in one process may begin something in another. */
const mostRounds = 20;

/** Does in this process what the others announce. */
export function followControls({ foundation, processes, doors, forget, settle }: SharingParts): void {
  const { timers, store, faults, journal } = foundation;
  const look = async (payload: object): Promise<void> => {
    await followFaults(store, faults);
    doors()?.publish(await publishedOutside(store));
    await timers.follow('fires' in payload);
  };
  processes.handle(controls.look, look);
  processes.handle(controls.forget, async (payload) => {
    await look(payload);
    await forget();
  });
  processes.handle(controls.flush, () => journal.flush());
  processes.handle(controls.settle, async () => {
    await settle();
    await journal.flush();
  });
  processes.handle(controls.hit, async (payload) => {
    if ('rule' in payload) faults.count(String(payload.rule));
  });
}

/** The control port of a process that shares its lab: what it changes holds in all of them when it answers. */
export function shareContext(own: AdminContext, { foundation, processes, settle, doors }: SharingParts): AdminContext {
  const { store, journal, onlookers } = foundation;
  const flushed = (): Promise<void> => processes.announce(controls.flush);
  return {
    ...own,
    journal: {
      ...{ open: journal.open, subscribe: journal.subscribe, watchOpened: journal.watchOpened, tally: journal.tally },
      async find(filter) {
        await flushed();
        return journal.find(filter);
      },
      async trace(traceId) {
        await flushed();
        return journal.trace(traceId);
      },
      async outline(traceId) {
        await flushed();
        return journal.outline(traceId);
      },
      async exchange(traceId, spanId) {
        await flushed();
        return journal.exchange(traceId, spanId);
      },
      async traceIds(prefix) {
        await flushed();
        return journal.traceIds(prefix);
      },
      get pending() {
        return journal.pending;
      },
      get lost() {
        return journal.lost;
      },
    },
    async publish(told) {
      await publishOutside(store, told);
      doors()?.publish(await publishedOutside(store));
      await own.publish(told);
      await onlookers?.look('look');
    },
    async settled() {
      for (let [round, before] = [0, -1]; round < mostRounds; round += 1) {
        const changes = await countChanges(foundation);
        if (changes === before) break;
        before = changes;
        await settle();
        await processes.announce(controls.settle, {}, settlePatienceMs);
      }
      await journal.flush();
      return lastExchange(journal);
    },
    applied: async () => onlookers?.lookIfChanged(),
  };
}

/** How much has been written in the world: of two counts that are the same, nothing happened between. */
async function countChanges({ store }: Foundation): Promise<number> {
  const row = await store.read
    .selectFrom('change_counter')
    .select((counter) => counter.fn.sum<number>('last').as('all'))
    .executeTakeFirst();
  return Number(row?.all ?? 0);
}

import type { MoverParts } from '../../../services/migration/context.ts';
import { openedSource } from '../../../services/migration/ends.ts';
import type { Pair } from '../../../services/migration/job/job.ts';
import { createMover, type Mover } from '../../../services/migration/mover.ts';
import type { SourceMailbox } from '../../../shared/bridges/migration/ports.ts';
import { openDirectory } from '../../../shared/domain/directory/directory.ts';
import { type ReportFact, readReport } from '../../../shared/domain/migration/move-report.ts';
import type { MoveRequest, MoveTerms } from '../../../shared/domain/migration/move-request.ts';
import { changeTerms, createMoveRequest, getMoveRequest, moveTimer, settleIdle } from '../../../shared/domain/migration/move-requests.ts';
import { queued } from '../../../shared/domain/migration/move-transitions.ts';
import { createOrganization, openRegistry } from '../../../shared/domain/organization/registry.ts';
import { createWorldClock, type WorldClock } from '../../../shared/domain/world/clock.ts';
import { createTimerRunner, type TimerRunner } from '../../../shared/domain/world/timers.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { noon, plainRequest } from '../../support/move-requests.ts';
import { contosoCloud } from '../../support/organizations.ts';
import { MemoryDestination } from './memory-destination.ts';
import { MemorySource, mailboxGuid } from './memory-mailboxes.ts';

/** The replication service on a store, with mailboxes in memory. */
export interface MovingGround {
  readonly store: Store;
  readonly clock: WorldClock;
  readonly timers: TimerRunner;
  readonly mover: Mover;
  readonly source: MemorySource;
  readonly destination: MemoryDestination;
  readonly parts: MoverParts;
  /** Called when the ends are opened. */
  opening: (request: MoveRequest, signal: AbortSignal) => void | Promise<void>;
  readonly defects: unknown[];
  request(): Promise<MoveRequest>;
  make(terms?: Partial<MoveTerms>): Promise<void>;
  set(terms: Partial<MoveTerms>): Promise<void>;
  resume(terms?: Partial<MoveTerms>): Promise<void>;
  /** Moves time and waits until nothing can go on. */
  advance(durationMs: number): Promise<void>;
  lines(): Promise<readonly string[]>;
  facts(what: ReportFact['what']): Promise<readonly ReportFact[]>;
  /** Another process on the same store. */
  another(holder: string): Mover;
  close(): Promise<void>;
}

/** The organisation of the requests that tests make. */
export const tailspin = { ...contosoCloud, name: 'tailspin' };
/** Another one whose mailboxes the same process moves. */
export const neighbour = { ...contosoCloud, name: 'wingtip' };

/** With nine letters in a folder of the source. */
export async function openFilledGround(): Promise<MovingGround> {
  const ground = await openMovingGround();
  const inbox = ground.source.addFolder('root');
  for (let number = 0; number < 9; number += 1) ground.source.add(inbox, `letter ${number}`);
  return ground;
}

export async function openMovingGround(): Promise<MovingGround> {
  const store = await openStore({ location: ':memory:' });
  const { name } = tailspin;
  const clock = createWorldClock({
    setting: { mode: 'frozen', at: noon },
    organizations: [name, neighbour.name],
    realNow: () => Date.now(),
  });
  await store.transaction((tx) => createOrganization(tx, tailspin, 0, noon));
  await store.transaction((tx) => createOrganization(tx, neighbour, 1, noon));
  const registry = openRegistry(store);
  const directory = openDirectory(store, name);
  const defects: unknown[] = [];
  const [source, destination] = [new MemorySource(), new MemoryDestination()];
  const pair: Pair = {
    ...{ kind: 'primary', mailbox: mailboxGuid, name: `${mailboxGuid} (Primary)`, source, destination },
    match: (principals) => destination.match(principals),
  };
  const parts: MoverParts = {
    ...{ store, clock, holder: 'test', realNow: () => Date.now(), onDefect: (error) => void defects.push(error) },
    organizations: () => registry.current(),
    directory: () => directory,
    identifiers: createIdentifiers(seededRandom('moving')),
    dialer: {
      hold: () => {
        throw new Error('defect: nobody is called');
      },
    },
    open: async (_organization, request, signal, isTargetInUse) => {
      const opening = async (): Promise<SourceMailbox> => {
        await ground.opening(request, signal);
        return source;
      };
      return [{ ...pair, source: await openedSource(opening(), isTargetInUse) }];
    },
    imap: () => Promise.reject(new Error('no move goes by IMAP')),
    discard: async () => {
      if (!destination.isActive) await destination.deleteMailbox();
    },
    publicFolders: { open: () => Promise.reject(new Error('no public folders here')), target: async () => destination },
  };
  const mover = createMover(parts);
  const timers = createTimerRunner({
    ...{ store, clock, owner: 'test', realNow: () => Date.now(), onDefect: (error) => void defects.push(error) },
    handlers: { [moveTimer]: (timer) => mover.fire(timer) },
  });
  const plain = plainRequest('mary', { mailboxGuid });
  const request = async (): Promise<MoveRequest> => present(await getMoveRequest(store.read, plain), 'the request');
  const ground: MovingGround = {
    ...{ store, clock, timers, mover, source, destination, defects, parts, request, opening: () => {} },
    make: async (terms = {}) => {
      await store.transaction((tx) => createMoveRequest(tx, { ...plain, terms: { ...plain.terms, ...terms } }));
      await mover.settled();
    },
    async set(terms) {
      const current = await request();
      await store.transaction((tx) => changeTerms(tx, current, { ...current.terms, ...terms }));
    },
    async resume(terms = {}) {
      await ground.set({ suspend: false, ...terms });
      const current = await request();
      await store.transaction((tx) => settleIdle(tx, current, queued(current, clock.now(name))));
      await mover.settled();
    },
    async advance(durationMs) {
      await timers.advance(durationMs);
      await mover.settled();
    },
    lines: async () =>
      (await readReport(store.read, plain, { limit: 10_000, what: 'Entry' })).flatMap(({ fact }) =>
        fact.what === 'Entry' ? [fact.message] : [],
      ),
    facts: async (what) => (await readReport(store.read, plain, { limit: 10_000, what })).map(({ fact }) => fact),
    another: (holder) => createMover({ ...parts, holder }),
    async close() {
      await timers.stop();
      await mover.stop();
      directory.close();
      registry.close();
      await store.close();
      if (defects.length > 0) throw new AggregateError(defects);
    },
  };
  await mover.start();
  return ground;
}

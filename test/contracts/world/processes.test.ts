import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { joinProcesses, type Processes } from '../../../shared/domain/world/processes.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { processScope } from '../../../shared/store/process-table.ts';
import { awayAtFirst } from '../../support/database-away.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { findPostgres } from '../../support/postgres-server.ts';

/** Only on PostgreSQL can there be several. */
describe.skipIf((await findPostgres()) === undefined)('processes that share a lab', () => {
  let server: TestPostgres | undefined;
  const opened: (() => Promise<void>)[] = [];
  const defects: unknown[] = [];
  let location: string;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterEach(async () => {
    for (const close of opened.splice(0).toReversed()) await close();
    const [defect] = defects.splice(0);
    if (defect !== undefined) throw new Error('a process failed', { cause: defect });
  });

  const database = async (): Promise<void> => {
    location = present(await server?.createStoreDatabase(), 'a database');
  };
  interface Joined {
    readonly store: Store;
    readonly processes: Processes;
    readonly buried: string[];
  }
  const join = async (self: string, seen = (store: Store): Store => store, beatMs = 20): Promise<Joined> => {
    const store = await openStore({ location });
    opened.push(() => store.close());
    const buried: string[] = [];
    const processes = await joinProcesses({
      ...{ store: seen(store), self, facts: { services: ['ews'], organizations: ['contoso'] }, beatMs },
      bury: async (_tx, id) => void buried.push(id),
      onDefect: (error) => void defects.push(error),
    });
    opened.push(() => processes.close());
    return { store, processes, buried };
  };
  const names = ({ processes }: Joined): readonly string[] => processes.live().map(({ id }) => id);
  const silence = (store: Store, id: string): Promise<unknown> =>
    store.transaction((tx) => tx.updateTable('process').set({ heartbeat: 0 }).where('id', '=', id).execute());

  test('know each other, and where the others listen', async () => {
    await database();
    const one = await join('one');
    const heard = Promise.withResolvers<void>();
    one.processes.watch(() => heard.resolve());
    const other = await join('other');
    expect(names(other)).toEqual(['one', 'other']);
    await heard.promise;
    expect(names(one)).toEqual(['one', 'other']);
    const listener = { kind: 'https', owner: 'contoso', address: '127.0.0.1', port: 4443 } as const;
    await other.processes.publish([listener]);
    await expect.poll(() => one.processes.live()[1]?.listeners).toEqual([listener]);
    await other.processes.close();
    await expect.poll(() => names(one)).toEqual(['one']);
  });

  test('apply what one of them announces, in its order, before that one goes on', async () => {
    await database();
    const [one, other, third] = [await join('one'), await join('other'), await join('third')];
    const applied: string[] = [];
    for (const [name, { processes }] of Object.entries({ other, third }))
      processes.handle('clock', async (payload) => void applied.push(`${name} ${JSON.stringify(payload)}`));
    one.processes.handle('clock', () => Promise.reject(new Error('who announces it has done it')));
    await one.processes.announce('clock', { step: 1 });
    expect(applied.toSorted()).toEqual(['other {"step":1}', 'third {"step":1}']);
    await Promise.all([one.processes.announce('clock', { step: 2 }), one.processes.announce('clock', { step: 3 })]);
    const steps = (name: string) => applied.filter((line) => line.startsWith(name)).map((line) => line.slice(-2, -1));
    expect(steps('third')).toEqual(steps('other'));
    expect(steps('other').toSorted()).toEqual(['1', '2', '3']);
  });

  test('look for each other when one comes or goes, and not for each change that one has applied', async () => {
    await database();
    const [one, other, third] = [await join('one'), await join('other'), await join('third')];
    const woken: string[] = [];
    other.processes.handle('clock', async () => {});
    third.store.changes.watch(processScope, (scope) => void woken.push(scope));
    for (let step = 0; step < 3; step += 1) await one.processes.announce('clock', { step });
    // What third hears comes in the order of the commits: once it knows the last one it has heard what was before.
    await third.processes.announce('clock');
    expect(woken).toEqual([]);
    await other.processes.close();
    await expect.poll(() => woken).toEqual([processScope]);
  });

  test('one for which the database is away for a moment applies the change afterwards', async () => {
    await database();
    const [one, other] = [await join('one'), await join('other')];
    const applied: object[] = [];
    const apply = awayAtFirst((payload: object) => void applied.push(payload));
    other.processes.handle('clock', async (payload) => apply(payload));
    await one.processes.announce('clock', { step: 1 });
    expect(applied).toEqual([{ step: 1 }]);
  });

  test('one for which the database is away when it would note what it has applied notes it afterwards', async () => {
    await database();
    const one = await join('one');
    let begin = (): void => {};
    const seen = (store: Store): Store => ({
      ...store,
      async transaction(work, options) {
        begin();
        return store.transaction(work, options);
      },
    });
    // Without a heart that beats, the next transaction is that which notes.
    const other = await join('other', seen, 60_000);
    const applied: object[] = [];
    other.processes.handle('clock', async (payload) => {
      applied.push(payload);
      begin = awayAtFirst(() => {});
    });
    await one.processes.announce('clock', { step: 1 }, 5_000);
    expect(applied).toEqual([{ step: 1 }]);
  });

  test('one that lives and does not apply a change is named; one that dies is left out', async () => {
    await database();
    const [one, other] = [await join('one'), await join('other')];
    const hanging = Promise.withResolvers<void>();
    other.processes.handle('reset', () => hanging.promise);
    await expect(one.processes.announce('reset', {}, 50)).rejects.toMatchObject({ code: 'NotApplied', values: { Processes: 'other' } });
    hanging.resolve();
    await expect.poll(() => one.processes.announce('reset').then(() => 'applied')).toBe('applied');
    await other.processes.close();
    await one.processes.announce('reset');
  });

  test('whoever is not heard any more is buried once, and comes back by itself when it was alive', async () => {
    await database();
    const [one, other, third] = [await join('one'), await join('other'), await join('third')];
    const lookedAnew: string[] = [];
    third.processes.handle('faults', async () => void lookedAnew.push('third'));
    const buried = async (): Promise<readonly string[]> => {
      const all = [...one.buried, ...other.buried, ...third.buried];
      // Until somebody has looked it may be heard again.
      if (all.length === 0) await silence(one.store, 'third');
      return all;
    };
    await expect.poll(buried, { timeout: 20_000 }).toEqual(['third']);
    await expect.poll(() => [names(one), lookedAnew]).toEqual([['one', 'other', 'third'], ['third']]);
    expect([...one.buried, ...other.buried, ...third.buried]).toEqual(['third']);
  });

  test('do alone what only one of them may do at a time', async () => {
    await database();
    const [one, other] = [await join('one'), await join('other')];
    const said: string[] = [];
    const turn = (name: string, { store }: Joined) =>
      store.alone('seed', async () => {
        said.push(`${name} begins`);
        await store.transaction((tx) => tx.selectFrom('process').select('id').execute());
        said.push(`${name} ends`);
      });
    await Promise.all([turn('one', one), turn('other', other), turn('one', one), turn('other', other)]);
    expect(said).toHaveLength(8);
    for (let at = 0; at < said.length; at += 2) expect(said[at + 1]).toBe(said[at]?.replace('begins', 'ends'));
  });
});

import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as later } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { nextSequence } from '../../../shared/store/change-feed.ts';
import type { Executor, Store } from '../../../shared/store/database.ts';
import { DatabaseAway } from '../../../shared/store/database-away.ts';
import { takeInstalledNumber } from '../../../shared/store/installation-table.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

/** Runs work as somebody would who is not inside the caller's transaction. */
const outside = AsyncLocalStorage.snapshot();

async function counter(executor: Executor): Promise<number | undefined> {
  return (await executor.selectFrom('change_counter').select('last').where('scope', '=', 'a').executeTakeFirst())?.last;
}

describeOnEveryStore('clashes with other processes', (source) => {
  test.runIf(source.kind === 'postgres')('are tried again a bounded number of times', async () => {
    const store = await source.open();
    const other = await source.another();
    await store.transaction((tx) => takeInstalledNumber(tx, 'a'));
    let attempts = 0;
    const hopeless = store.transaction(async (tx) => {
      attempts += 1;
      await counter(tx);
      await outside(() => other.transaction((theirs) => takeInstalledNumber(theirs, 'a')));
      await nextSequence(tx, 'a');
      await takeInstalledNumber(tx, 'a');
    });
    await expect(hopeless).rejects.toMatchObject({ code: '40001' });
    expect(attempts).toBe(25);
    expect(await counter(store.read)).toBe(undefined);
    expect(await store.transaction((tx) => takeInstalledNumber(tx, 'a'))).toBe(27);
  });

  test.runIf(source.kind === 'postgres')('have all their turn where many write to one place', { timeout: 60_000 }, async () => {
    const stores = [await source.open(), await source.another(), await source.another()];
    let most = 0;
    const write = (through: Store): Promise<void> => {
      let attempts = 0;
      return through.transaction(async (tx) => {
        attempts += 1;
        most = Math.max(most, attempts);
        await nextSequence(tx, 'a');
        // What is written besides, and the commit of a disk.
        await later(3);
      });
    };
    const inARow = async (through: Store): Promise<void> => {
      for (let count = 0; count < 10; count += 1) await write(through);
    };
    await Promise.all(stores.flatMap((through) => Array.from({ length: 10 }, () => inARow(through))));
    expect(await counter(stores[0]?.read as Executor)).toBe(300);
    // Far from where they are given up.
    expect(most).toBeLessThan(20);
  });

  test.runIf(source.kind === 'postgres')('give way to each other when they wait in a circle', async () => {
    const store = await source.open();
    const other = await source.another();
    const both = Promise.withResolvers<void>();
    let holding = 0;
    const take = (through: Store, first: string, second: string) =>
      through.transaction(async (tx) => {
        await nextSequence(tx, first);
        holding += 1;
        if (holding === 2) both.resolve();
        await both.promise;
        await nextSequence(tx, second);
      });
    await Promise.all([take(store, 'a', 'b'), take(other, 'b', 'a')]);
    const rows = await store.read.selectFrom('change_counter').select(['scope', 'last']).orderBy('scope').execute();
    expect(rows).toEqual([
      { scope: 'a', last: 2 },
      { scope: 'b', last: 2 },
    ]);
  });

  test.runIf(source.kind === 'postgres')(
    'a connection that is ended in the middle of a transaction refuses it, and nothing else',
    async () => {
      const store = await source.open();
      const other = await source.another();
      const backends = (pid: number) =>
        sql<{ count: number }>`select count(*) from pg_stat_activity where pid = ${pid}`.execute(other.read);
      const broken = store.transaction(async (tx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        const pid = rows[0]?.pid ?? 0;
        await outside(() => sql`select pg_terminate_backend(${pid})`.execute(other.read));
        await expect.poll(async () => (await outside(() => backends(pid))).rows, { timeout: 10_000 }).toEqual([{ count: 0 }]);
        await nextSequence(tx, 'a');
      });
      await expect(broken).rejects.toBeInstanceOf(DatabaseAway);
      expect(await store.transaction((tx) => nextSequence(tx, 'a'))).toBe(1);
    },
  );
});

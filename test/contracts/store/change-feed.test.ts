import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { appendChanges, everyScope, nextOfTwo, nextSequence, readChanges } from '../../../shared/store/change-feed.ts';
import type { Executor, Store } from '../../../shared/store/database.ts';
import type { ChangeTable } from '../../../shared/store/schema.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const change = (scope: string, sequence: number, object = 0): ChangeTable => ({
  scope,
  sequence,
  kind: 'item',
  object,
  identity: '',
  operation: 'create',
  folder: 1,
  at: 1_000,
});

async function append(tx: Executor, scope: string, object = 0): Promise<number> {
  const sequence = await nextSequence(tx, scope);
  await appendChanges(tx, [change(scope, sequence, object)]);
  return sequence;
}

describeOnEveryStore('change feed', (source) => {
  test('numbers of two scopes taken at once go on from those taken one by one, and a rollback gives both back', async () => {
    const store = await source.open();
    await store.transaction(async (tx) => {
      expect(await nextOfTwo(tx, 'a', 'b', 3)).toEqual({ first: 1, second: 1 });
      expect(await nextSequence(tx, 'a')).toBe(2);
      expect(await nextSequence(tx, 'b', 2)).toBe(4);
      expect(await nextOfTwo(tx, 'b', 'a', 1)).toEqual({ first: 6, second: 3 });
    });
    const undone = store.transaction(async (tx) => {
      await nextOfTwo(tx, 'a', 'b', 5);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await store.transaction((tx) => nextOfTwo(tx, 'a', 'b', 1))).toEqual({ first: 4, second: 7 });
  });

  test('changes are read in order, after a position, up to a limit, and come back as written', async () => {
    const store = await source.open();
    const rows = [5, 6, 7, 8].map((object, index) => ({
      ...change('a', index + 1, object),
      folder: index === 2 ? null : 4,
      identity: 'kind/é',
    }));
    await store.transaction(async (tx) => {
      expect(await nextSequence(tx, 'a', 4)).toBe(1);
      await appendChanges(tx, rows);
      await append(tx, 'b');
    });
    expect(await readChanges(store.read, 'a', 0, 10)).toEqual(rows);
    expect(await readChanges(store.read, 'a', 1, 2)).toEqual(rows.slice(1, 3));
    expect(await readChanges(store.read, 'a', 4, 10)).toEqual([]);
    expect(await readChanges(store.read, 'nowhere', 0, 10)).toEqual([]);
  });

  test('who begins first and takes its number last gets the higher number', async () => {
    const store = await source.open();
    const other = await source.another();
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let attempts = 0;
    const first = store.transaction(async (tx) => {
      attempts += 1;
      // The view of the whole transaction is that of its first statement.
      await readChanges(tx, 'a', 0, 10);
      begun.resolve();
      await release.promise;
      return append(tx, 'a', 1);
    });
    await begun.promise;
    const second = other.transaction((tx) => append(tx, 'a', 2));
    if (source.kind !== 'postgres') {
      // SQLite lets nobody in while the first is open: it also commits first.
      release.resolve();
      expect(await Promise.all([first, second])).toEqual([1, 2]);
      return;
    }
    expect(await second).toBe(1);
    expect(await readChanges(store.read, 'a', 0, 10)).toEqual([change('a', 1, 2)]);
    release.resolve();
    expect(await first).toBe(2);
    expect(attempts).toBe(2);
    expect((await readChanges(store.read, 'a', 0, 10)).map(({ object }) => object)).toEqual([2, 1]);
  });

  test('a number that is taken holds the next back until it is committed or given up', async () => {
    const store = await source.open();
    const other = await source.another();
    for (const commits of [true, false]) {
      const scope = `scope-${commits}`;
      const taken = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const ends: string[] = [];
      const first = store
        .transaction(async (tx) => {
          await append(tx, scope, 1);
          taken.resolve();
          await release.promise;
          ends.push('first');
          if (!commits) throw new Error('given up');
        })
        .catch(() => {});
      await taken.promise;
      const second = other.transaction((tx) => append(tx, scope, 2)).then(() => ends.push('second'));
      const elsewhere = other.transaction((tx) => append(tx, `${scope}-other`));
      const seen = readChanges(other.read, scope, 0, 10);
      for (let turns = 0; turns < 20; turns += 1) await turn();
      expect(ends).toEqual([]);
      // PostgreSQL: another scope is not held back, and neither is who reads.
      if (source.kind === 'postgres') expect([await elsewhere, await seen]).toEqual([1, []]);
      release.resolve();
      await Promise.all([first, second, elsewhere]);
      expect(ends).toEqual(['first', 'second']);
      const expected = commits ? [change(scope, 1, 1), change(scope, 2, 2)] : [change(scope, 1, 2)];
      expect(await readChanges(store.read, scope, 0, 10)).toEqual(expected);
      expect(expected.slice(0, (await seen).length)).toEqual(await seen);
    }
  });

  test('readers never miss a change, whatever the order in which many writers come and go', async () => {
    const store = await source.open();
    const other = await source.another();
    const random = seededRandom(inject('seed'));
    const scopes = ['mailbox-1', 'mailbox-2', 'mailbox-3'];
    let writing = true;
    const write = async (through: Store, writer: number): Promise<void> => {
      const own = random.fork(`writer ${writer}`);
      for (let round = 0; round < 12; round += 1) {
        const scope = own.pick(scopes);
        const gives = own.integer(4) === 0;
        const pauses = [own.integer(3), own.integer(3)];
        const transaction = through.transaction(async (tx) => {
          for (let turns = 0; turns < (pauses[0] ?? 0); turns += 1) await turn();
          await append(tx, scope, writer * 1000 + round);
          for (let turns = 0; turns < (pauses[1] ?? 0); turns += 1) await turn();
          if (gives) throw new Error('given up');
        });
        await transaction.catch((error: unknown) => {
          if (!(error instanceof Error && error.message === 'given up')) throw error;
        });
        if (!gives) written.set(scope, (written.get(scope) ?? 0) + 1);
      }
    };
    const written = new Map<string, number>();
    const read = async (scope: string): Promise<number[]> => {
      const seen: number[] = [];
      for (let last = false; ; ) {
        const rows = await readChanges(other.read, scope, seen.at(-1) ?? 0, 5);
        seen.push(...rows.map(({ sequence }) => sequence));
        if (last && rows.length === 0) return seen;
        last = !writing;
        await turn();
      }
    };
    const readers = Promise.all(scopes.map(read));
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer % 2 === 0 ? store : other, writer)));
    writing = false;
    expect(await readers).toEqual(scopes.map((scope) => Array.from({ length: written.get(scope) ?? 0 }, (_, index) => index + 1)));
  });

  test('a commit wakes those who follow its scopes, here and in other processes', async () => {
    const store = await source.open();
    const other = await source.another();
    const here: string[] = [];
    const stop = store.changes.watch('a', (scope) => here.push(scope));
    store.changes.watch('b', (scope) => here.push(scope));
    store.changes.watch(everyScope, (scope) => here.push(`* ${scope}`));
    const there = Promise.withResolvers<string>();
    other.changes.watch('a', there.resolve);

    await expect(
      store.transaction(async (tx) => {
        await append(tx, 'a');
        throw new Error('given up');
      }),
    ).rejects.toThrow('given up');
    expect(here).toEqual([]);
    await store.transaction(async (tx) => {
      await append(tx, 'a');
      await append(tx, 'a');
      await append(tx, 'c');
      expect(here).toEqual([]);
    });
    expect(here).toEqual(['a', '* a', '* c']);
    expect(await there.promise).toBe('a');
    stop();
    await store.transaction((tx) => append(tx, 'a'));
    expect(here).toEqual(['a', '* a', '* c', '* a']);
  });

  test('many scopes in one commit reach another process all', async () => {
    const store = await source.open();
    const other = await source.another();
    const scopes = Array.from({ length: 300 }, (_, index) => `organization:${String(index).padStart(40, '-')}`);
    const missing = new Set(scopes);
    const all = Promise.withResolvers<void>();
    other.changes.watch(everyScope, (scope) => {
      missing.delete(scope);
      if (missing.size === 0) all.resolve();
    });
    await store.transaction(async (tx) => {
      for (const scope of scopes) await append(tx, scope);
    });
    await all.promise;
    expect(missing.size).toBe(0);
  });

  test('what a listener throws concerns neither the commit nor the other listeners', async () => {
    const defects: unknown[] = [];
    const store = await source.open({ onDefect: (error) => defects.push(error) });
    const woken: string[] = [];
    store.changes.watch('a', () => {
      throw new Error('broken listener');
    });
    store.changes.watch('a', (scope) => woken.push(scope));
    expect(await store.transaction((tx) => append(tx, 'a'))).toBe(1);
    expect(woken).toEqual(['a']);
    expect(defects.map(String)).toEqual(['Error: broken listener']);
  });

  test.runIf(source.kind === 'postgres')('when the listening connection breaks, all are woken and it is made anew', async () => {
    const store = await source.open();
    const other = await source.another();
    const woken: string[] = [];
    const recovered = Promise.withResolvers<void>();
    other.changes.watch(everyScope, (scope) => {
      woken.push(scope);
      if (scope === everyScope) recovered.resolve();
    });
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`.execute(
      store.read,
    );
    await recovered.promise;
    const heard = Promise.withResolvers<void>();
    other.changes.watch('a', () => heard.resolve());
    await store.transaction((tx) => append(tx, 'a'));
    await heard.promise;
    expect(woken).toContain('a');
  });
});

import { setTimeout as later, setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { insideTransaction } from '../../../shared/kernel/transaction-scope.ts';
import { createDialer } from '../../../shared/net/dialer.ts';
import { appendChanges, nextSequence } from '../../../shared/store/change-feed.ts';
import { putConfigObject } from '../../../shared/store/config-objects.ts';
import type { Executor, Store } from '../../../shared/store/database.ts';
import { takeInstalledNumber } from '../../../shared/store/installation-table.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const flag = (name: string, value: object = {}) => ({ organization: 'acme', kind: 'flag', identity: name, name, value });

async function setCounter(tx: Executor, value: number): Promise<void> {
  await tx.updateTable('change_counter').set({ last: value }).where('scope', '=', 'a').execute();
}

async function counter(executor: Executor): Promise<number | undefined> {
  return (await executor.selectFrom('change_counter').select('last').where('scope', '=', 'a').executeTakeFirst())?.last;
}

describeOnEveryStore('transactions', (source) => {
  test('what was committed is there, what failed is not, and its numbers are given out again', async () => {
    const store = await source.open();
    expect(await store.transaction((tx) => nextSequence(tx, 'a'))).toBe(1);
    const failing = store.transaction(async (tx) => {
      expect(await nextSequence(tx, 'a', 5)).toBe(2);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    expect(await store.transaction((tx) => nextSequence(tx, 'a', 3))).toBe(2);
    expect(await store.transaction((tx) => nextSequence(tx, 'a'))).toBe(5);
    expect(await store.transaction((tx) => nextSequence(tx, 'b'))).toBe(1);
  });

  test('readers outside see nothing of an open transaction', async () => {
    const store = await source.open();
    await store.transaction((tx) => nextSequence(tx, 'a'));
    const { promise: written, resolve: hasWritten } = Promise.withResolvers<void>();
    const { promise: release, resolve: letGo } = Promise.withResolvers<void>();
    const writing = store.transaction(async (tx) => {
      await nextSequence(tx, 'a');
      hasWritten();
      await release;
      throw new Error('undone');
    });
    await written;
    const seen = Promise.all([counter(store.read), counter(store.read)]);
    letGo();
    await expect(writing).rejects.toThrow('undone');
    expect(await seen).toEqual([1, 1]);
  });

  test('waiting transactions and readers all have their turn', async () => {
    const store = await source.open();
    const work = Array.from({ length: 40 }, (_, index) =>
      index % 3 === 0
        ? counter(store.read)
        : store.transaction((tx) => (index % 5 === 0 ? Promise.reject(new Error('no')) : nextSequence(tx, 'a'))),
    );
    const outcomes = await Promise.allSettled(work);
    const failed = outcomes.filter(({ status }) => status === 'rejected').length;
    expect(failed).toBe(5);
    expect(await counter(store.read)).toBe(40 - 14 - failed);
  });

  test('the mark of an open transaction follows its awaits and ends with it', async () => {
    const store = await source.open();
    expect(insideTransaction()).toBe(false);
    let leftOver: Promise<boolean> | undefined;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const seen = await store.transaction(async (tx) => {
      const marks = [insideTransaction()];
      await turn();
      marks.push(insideTransaction());
      await nextSequence(tx, 'a');
      marks.push(insideTransaction());
      await new Promise<void>((resolve) =>
        setTimeout(() => {
          marks.push(insideTransaction());
          resolve();
        }, 0),
      );
      leftOver = ended.then(() => insideTransaction());
      return marks;
    });
    expect(seen).toEqual([true, true, true, true]);
    expect(insideTransaction()).toBe(false);
    end();
    expect(await leftOver).toBe(false);
    await expect(store.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(insideTransaction()).toBe(false);
    // Listeners are woken after the commit, by which time they may dial.
    const woken = Promise.withResolvers<boolean>();
    store.changes.watch('a', () => woken.resolve(insideTransaction()));
    await store.transaction(async (tx) => {
      const sequence = await nextSequence(tx, 'a');
      await appendChanges(tx, [{ scope: 'a', sequence, kind: 'item', object: 1, identity: '', operation: 'create', folder: 1, at: 0 }]);
    });
    expect(await woken.promise).toBe(false);
  });

  test('dialling inside a transaction is a defect', async () => {
    const store = await source.open();
    let opened = 0;
    const dialer = createDialer({
      resolve: () => 'unknown',
      caPem: '',
      clock: { now: () => 0 },
      recorder: {
        open() {
          opened += 1;
          throw new Error('an exchange was opened');
        },
      },
      seams: calmSeams,
    });
    const call = { url: 'https://mail.acme.test/', method: 'GET', service: 'ews', timeoutMs: 1000, maxBytes: 1000 };
    const dialling = store.transaction(async (tx) => {
      await nextSequence(tx, 'a');
      await dialer.https(call);
    });
    await expect(dialling).rejects.toThrow('defect: ews dials https://mail.acme.test/ while a transaction is open');
    expect(opened).toBe(0);
    expect(await counter(store.read)).toBe(undefined);
    // Outside it gets as far as the exchange.
    await expect(dialer.https(call)).rejects.toThrow('an exchange was opened');
    await dialer.close();
  });

  test('misuse is a defect, and the store goes on', async () => {
    const store = await source.open();
    const defects: [what: string, misuse: () => Promise<unknown>][] = [
      ['a transaction was begun inside a transaction', () => store.transaction(() => store.transaction(async () => {}))],
      ['the store was asked outside its open transaction', () => store.transaction(() => counter(store.read))],
      ['ran outside a transaction', () => setCounter(store.read, 1)],
      ['outside a transaction', () => nextSequence(store.read, 'a')],
      [
        'of a change is absent',
        () =>
          appendChanges(store.read, [{ scope: 'a', sequence: 1, kind: '', object: 0, identity: '', operation: '', folder: null, at: 0 }]),
      ],
      ['was open for more than 20 ms', () => store.transaction(() => new Promise(() => {}), { timeoutMs: 20 })],
    ];
    for (const [what, misuse] of defects) await expect(misuse()).rejects.toThrow(new RegExp(`^defect: .*${what}`));
    expect(await store.transaction((tx) => nextSequence(tx, 'a'))).toBe(1);
  });

  test('a transaction that was given up writes nothing afterwards', async () => {
    const store = await source.open();
    const { promise: release, resolve: letGo } = Promise.withResolvers<void>();
    let late: Promise<number> | undefined;
    const slow = store.transaction(
      async (tx) => {
        await nextSequence(tx, 'a');
        late = release.then(() => nextSequence(tx, 'a'));
        await late;
      },
      { timeoutMs: 20 },
    );
    await expect(slow).rejects.toThrow('was open for more than');
    letGo();
    await expect(late).rejects.toThrow('Transaction is already rolled back');
    expect(await counter(store.read)).toBe(undefined);
  });

  test('a failed statement whose error is swallowed cannot be half committed', async () => {
    const store = await source.open();
    const swallowing = store.transaction(async (tx) => {
      await nextSequence(tx, 'a');
      await sql`insert into change_counter (scope, last) values ('b', 'not a number')`.execute(tx).catch(() => {});
      return nextSequence(tx, 'a').catch(() => 'failed');
    });
    if (source.kind === 'postgres') await expect(swallowing).rejects.toThrow('defect: a statement failed inside the transaction');
    else expect(await swallowing).toBe(2);
    expect(await counter(store.read)).toBe(source.kind === 'postgres' ? undefined : 2);
  });

  test('of two who change what they read, one starts again', async () => {
    const store = await source.open();
    const other = await source.another();
    await store.transaction((tx) => nextSequence(tx, 'a'));
    let attempts = 0;
    const add = (through: Store) =>
      through.transaction(async (tx) => {
        attempts += 1;
        const last = (await counter(tx)) ?? 0;
        await turn();
        await setCounter(tx, last + 1);
      });
    await Promise.all(Array.from({ length: 12 }, (_, index) => add(index % 2 === 0 ? store : other)));
    expect(await counter(store.read)).toBe(13);
    if (source.kind === 'postgres') expect(attempts).toBeGreaterThan(12);
    else expect(attempts).toBe(12);
  });

  test('of those who wait for each other nobody starts again', async () => {
    const store = await source.open();
    const other = await source.another();
    let attempts = 0;
    const take = (through: Store) =>
      through.transaction(
        async (tx) => {
          attempts += 1;
          const number = await takeInstalledNumber(tx, 'a');
          await turn();
          return number;
        },
        { waits: true },
      );
    const taken = await Promise.all(Array.from({ length: 12 }, (_, index) => take(index % 2 === 0 ? store : other)));
    expect(taken.toSorted((one, another) => one - another)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(attempts).toBe(12);
  });

  test('of two who create the same, one is refused properly', async () => {
    const store = await source.open();
    const other = await source.another();
    const outcomes = await Promise.allSettled(
      [store, other].map((through) => through.transaction((tx) => putConfigObject(tx, flag('x'), 1))),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toBeInstanceOf(Refusal);
    expect(refused?.reason).toMatchObject({ code: 'AlreadyExists' });
  });

  test('closing waits for what is open, and then nothing works any more', async () => {
    const store = await source.open();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const running = store.transaction(async (tx) => {
      begin();
      await later(1);
      return nextSequence(tx, 'a');
    });
    await begun;
    await store.close();
    expect(await running).toBe(1);
    await store.close();
    await expect(counter(store.read)).rejects.toThrow('driver has already been destroyed');
    await expect(store.transaction(async () => {})).rejects.toThrow('driver has already been destroyed');
  });
});

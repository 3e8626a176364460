import { constants, DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { AnswerMemory } from '../../../shared/store/dialects/answer-memory.ts';
import { runStatement, StatementCache } from '../../../shared/store/dialects/statement-cache.ts';
import { prepared } from '../../../shared/store/prepared.ts';

let store: Store;

beforeEach(async () => {
  store = await openStore({ location: ':memory:' });
  await store.transaction(async (tx) => {
    for (const [scope, last] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const)
      await tx.insertInto('change_counter').values({ scope, last }).execute();
  });
});

afterEach(() => store.close());

test('the statement cache keeps what was used last, and its statements answer alike', () => {
  const database = new DatabaseSync(':memory:');
  const cache = new StatementCache(database, 2);
  const [one, two] = [cache.get('select 1 as a'), cache.get('select 2 as a')];
  expect(cache.get('select 1 as a')).toBe(one);
  cache.get('select 3 as a');
  expect(cache.get('select 1 as a')).toBe(one);
  expect(cache.get('select 2 as a')).not.toBe(two);
  expect(runStatement(cache.get(`select ? as "we""ird \\ na\nme", 'x' as __proto__x, null as n`), [5])).toEqual({
    rows: [{ 'we"ird \\ na\nme': 5, __proto__x: 'x', n: null }],
    changed: 1,
  });
  database.exec('create table t (a)');
  expect(runStatement(cache.get('insert into t values (?), (?)'), [1, 2])).toEqual({ rows: [], changed: 2 });
  expect(runStatement(cache.get('select a from t where a > 9'), [])).toEqual({ rows: [], changed: 0 });
  expect(runStatement(cache.get('delete from t where a = 1 returning a'), [])).toEqual({ rows: [{ a: 1 }], changed: 1 });
  database.close();
});

test('a query with a limit is planned once, whatever is bound to it', () => {
  const { sql: text } = store.read.selectFrom('change_counter').select('scope').orderBy('scope').limit(1).offset(1).compile();
  const database = new DatabaseSync(':memory:');
  database.exec('create table change_counter (scope text)');
  // SQLite asks it of all that a statement touches, whenever it plans one.
  let asked = 0;
  database.setAuthorizer(() => {
    asked += 1;
    return constants.SQLITE_OK;
  });
  const statement = database.prepare(text);
  const planned = asked;
  expect(planned).toBeGreaterThan(0);
  for (const limit of [1, 2, 3]) statement.all(limit, 0);
  expect(asked).toBe(planned);
  database.close();
});

test('a prepared query takes its values in any place, and is built once', async () => {
  let built = 0;
  const between = prepared((db, p: { low: number; high: number; limit: number }) => {
    built += 1;
    return db
      .selectFrom('change_counter')
      .select(['scope', sql<number>`${p.high} - ${p.low}`.as('width')])
      .where('last', '<=', p.high)
      .where('last', '>=', p.low)
      .orderBy('scope', 'desc')
      .limit(p.limit);
  });
  expect(await between.all(store.read, { low: 1, high: 2, limit: 5 })).toEqual([
    { scope: 'b', width: 1 },
    { scope: 'a', width: 1 },
  ]);
  expect(await between.first(store.read, { low: 2, high: 9, limit: 1 })).toEqual({ scope: 'c', width: 7 });
  expect(await between.first(store.read, { low: 10, high: 9, limit: 1 })).toBe(undefined);
  expect(await store.transaction((tx) => between.all(tx, { low: 3, high: 3, limit: 1 }))).toEqual([{ scope: 'c', width: 0 }]);
  expect(built).toBe(1);
});

test('a prepared write says how many rows it touched', async () => {
  const raise = prepared((db, p: { by: number; from: number }) =>
    db
      .updateTable('change_counter')
      .set((row) => ({ last: row('last', '+', p.by) }))
      .where('last', '>=', p.from),
  );
  expect(await store.transaction((tx) => raise.run(tx, { by: 10, from: 2 }))).toBe(2);
  expect(await store.transaction((tx) => raise.run(tx, { by: 10, from: 20 }))).toBe(0);
  expect((await store.read.selectFrom('change_counter').select('last').orderBy('scope').execute()).map(({ last }) => last)).toEqual([
    1, 12, 13,
  ]);
});

test('what is kept of a prepared query is what it would be asked again for', async () => {
  const last = prepared(
    (db, p: { scope: string }) => db.selectFrom('change_counter').select(['scope', 'last']).where('scope', '=', p.scope),
    {
      isKept: true,
    },
  );
  const set = prepared((db, p: { scope: string; last: number }) =>
    db.updateTable('change_counter').set({ last: p.last }).where('scope', '=', p.scope),
  );
  const [row, nobody] = [await last.first(store.read, { scope: 'a' }), await last.first(store.read, { scope: 'z' })];
  expect([row, nobody]).toEqual([{ scope: 'a', last: 1 }, undefined]);
  expect(await last.first(store.read, { scope: 'a' })).toBe(row);
  expect(Object.isFrozen(row) && Object.isFrozen(await last.all(store.read, { scope: 'a' }))).toBe(true);
  expect(await last.first(store.read, { scope: 'b' })).toEqual({ scope: 'b', last: 2 });
  await store.transaction(async (tx) => {
    await set.run(tx, { scope: 'a', last: 7 });
    expect(await last.first(tx, { scope: 'a' })).toEqual({ scope: 'a', last: 7 });
    await tx.insertInto('change_counter').values({ scope: 'z', last: 9 }).execute();
  });
  expect(await last.first(store.read, { scope: 'a' })).toEqual({ scope: 'a', last: 7 });
  expect(await last.first(store.read, { scope: 'z' })).toEqual({ scope: 'z', last: 9 });
  const failing = store.transaction(async (tx) => {
    await set.run(tx, { scope: 'a', last: 8 });
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  expect(await last.first(store.read, { scope: 'a' })).toEqual({ scope: 'a', last: 7 });
  await sql`update change_counter set last = 10 where scope = 'a'`.execute(store.read);
  expect(await last.first(store.read, { scope: 'a' })).toEqual({ scope: 'a', last: 10 });
});

test('so many answers are kept and no more', () => {
  const memory = new AnswerMemory(2);
  let asked = 0;
  const get = (sql: string, ...parameters: unknown[]): object[] =>
    memory.get({ sql, parameters }, () => {
      asked += 1;
      return { rows: [{ asked }], changed: 1 };
    }).rows;
  expect([get('one', 'a'), get('one', 'a', 'b'), get('one', 'a')]).toEqual([[{ asked: 1 }], [{ asked: 2 }], [{ asked: 1 }]]);
  expect([get('two', 'a'), get('one', 'a')]).toEqual([[{ asked: 3 }], [{ asked: 4 }]]);
  memory.clear();
  expect(get('two', 'a')).toEqual([{ asked: 5 }]);
});

test('a prepared query whose shape depends on a value is a defect', async () => {
  const bad = prepared((db, p: { scope: string }) => db.selectFrom('change_counter').selectAll().where('scope', '=', `${p.scope}!`));
  await expect(bad.all(store.read, { scope: 'a' })).rejects.toThrow('defect: the value of scope is not known');
});

test('a prepared query outside waits for the open transaction, and none runs by a transaction that is over', async () => {
  const last = prepared((db, p: { scope: string }) => db.selectFrom('change_counter').select('last').where('scope', '=', p.scope));
  const raise = prepared((db, p: { scope: string; last: number }) =>
    db.updateTable('change_counter').set({ last: p.last }).where('scope', '=', p.scope),
  );
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let over: Parameters<typeof last.first>[0] | undefined;
  const writing = store.transaction(async (tx) => {
    over = tx;
    await raise.run(tx, { scope: 'a', last: 7 });
    begin();
    await ended;
    await raise.run(tx, { scope: 'a', last: 8 });
  });
  await begun;
  const seen = last.first(store.read, { scope: 'a' });
  end();
  expect(await seen).toEqual({ last: 8 });
  await writing;
  await store.transaction(async () => {
    await expect(raise.run(over as never, { scope: 'a', last: 9 })).rejects.toThrow('already committed');
  });
  await expect(raise.run(store.read, { scope: 'a', last: 9 })).rejects.toThrow('ran outside a transaction');
  expect(await last.first(store.read, { scope: 'a' })).toEqual({ last: 8 });
});

test('an unusable location is refused', async () => {
  await expect(openStore({ location: '/nowhere/at/all/store.db' })).rejects.toThrow('ENOENT');
  await expect(openStore({ location: 'postgres://nobody@127.0.0.1:1/none' })).rejects.toMatchObject({
    name: 'Refusal',
    code: 'Unreachable',
  });
});

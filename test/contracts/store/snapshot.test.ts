import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendChanges, everyScope, nextSequence, readChanges } from '../../../shared/store/change-feed.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import type { Schema } from '../../../shared/store/schema.ts';
import { loadSnapshot, writeSnapshot } from '../../../shared/store/snapshot.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { fullRows } from './rows.ts';

let folder = '';
let file = '';
const opened: Store[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coexist-snapshot-'));
  file = join(folder, 'a b%20?#.snapshot');
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

async function memoryStore(): Promise<Store> {
  const store = await openStore({ location: ':memory:' });
  opened.push(store);
  return store;
}

const tables = Object.keys(fullRows) as (keyof Schema)[];
/** What belongs to the processes that run a world. */
const ofProcesses: readonly (keyof Schema)[] = ['exchange', 'process', 'control', 'installation'];
/** Its state. */
const stateTables = tables.filter((name) => !ofProcesses.includes(name));

/** A row in every table, and as many items and blobs of 256 KiB more as are asked for. */
async function fill(store: Store, items = 20, blobs = 2): Promise<void> {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 2);
  await store.transaction(async (tx) => {
    for (const name of tables) {
      await tx
        .insertInto(name)
        .values(fullRows[name] as never)
        .execute();
    }
    for (let first = 0; first < items; first += 200) {
      const rows = numbers(Math.min(200, items - first)).map((number) => ({
        ...fullRows.item,
        counter: first + number,
        subject: `item ${first + number}`,
      }));
      await tx.insertInto('item').values(rows).execute();
    }
    for (const chunk of numbers(blobs)) {
      await tx
        .insertInto('blob')
        .values({ ...fullRows.blob, chunk, bytes: Buffer.alloc(256 * 1024, chunk) })
        .execute();
    }
  });
}

/** All rows of the tables as text, JSON and octets in a form that does not depend on the database. */
async function content(store: Store, names: readonly (keyof Schema)[]): Promise<string[]> {
  const all: string[] = [];
  for (const name of names) {
    for (const row of await store.read.selectFrom(name).selectAll().execute()) {
      const members = Object.entries(row).map(([column, value]: [string, unknown]) => {
        if (value instanceof Uint8Array) return [column, Buffer.from(value).toString('base64')];
        return [column, typeof value === 'string' && value.startsWith('{') ? sorted(JSON.parse(value)) : value];
      });
      all.push(`${name} ${JSON.stringify(members)}`);
    }
  }
  return all.sort();
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
}

describeOnEveryStore('snapshots', (source) => {
  test('go from this database to this one, to SQLite and from SQLite, with nothing lost', async () => {
    const store = await source.open();
    // More rows than are fetched at once, more octets than go into one statement.
    await fill(store, 1100, 18);
    const before = await content(store, stateTables);
    expect(before.length).toBe(stateTables.length + 1100 + 18);
    await writeSnapshot(store, file);
    expect(await content(store, stateTables)).toEqual(before);

    const elsewhere = await memoryStore();
    expect(await loadSnapshot(elsewhere, file)).toBe('loaded');
    expect(await content(elsewhere, stateTables)).toEqual(before);
    expect(await content(elsewhere, ofProcesses)).toEqual([]);

    const back = join(folder, 'back');
    await writeSnapshot(elsewhere, back);
    const fresh = await source.open();
    expect(await loadSnapshot(fresh, back)).toBe('loaded');
    expect(await content(fresh, stateTables)).toEqual(before);
    // And it can be worked with.
    expect(await fresh.transaction((tx) => nextSequence(tx, 'new'))).toBe(1);
  });

  test('replace what is there, except journal and processes, and wake every listener', async () => {
    const store = await source.open();
    const other = await source.another();
    await store.transaction(async (tx) => {
      const sequence = await nextSequence(tx, 'a');
      await appendChanges(tx, [{ ...fullRows.change, scope: 'a', sequence }]);
    });
    await writeSnapshot(store, file);
    await fill(store);
    await store.transaction((tx) => nextSequence(tx, 'a', 100));
    const woken: string[] = [];
    store.changes.watch('some mailbox', (scope) => woken.push(scope));
    store.changes.watch(everyScope, (scope) => woken.push(scope));
    const there = Promise.withResolvers<void>();
    other.changes.watch('timer', () => there.resolve());
    expect(await loadSnapshot(store, file)).toBe('loaded');
    expect(woken).toEqual(['some mailbox', everyScope]);
    await there.promise;
    expect(await content(store, stateTables)).toHaveLength(2);
    expect(await readChanges(store.read, 'a', 0, 10)).toHaveLength(1);
    expect(await content(store, ofProcesses)).toHaveLength(4);
    expect(await store.transaction((tx) => nextSequence(tx, 'a'))).toBe(2);
  });

  test('are taken under their key only, and change nothing when they do not fit', async () => {
    const store = await source.open();
    await store.transaction((tx) => nextSequence(tx, 'a'));
    await writeSnapshot(store, file, 'world 1');
    await store.transaction((tx) => nextSequence(tx, 'a'));
    const before = await content(store, stateTables);
    expect(await loadSnapshot(store, join(folder, 'nowhere'))).toBe('absent');
    expect(await loadSnapshot(store, file, 'world 2')).toBe('other');
    const database = new DatabaseSync(file);
    database.exec(`update snapshot_header set migrations = '0000-before'`);
    database.close();
    expect(await loadSnapshot(store, file, 'world 1')).toBe('other-schema');
    expect(await content(store, stateTables)).toEqual(before);
    await writeSnapshot(store, file, 'world 1');
    expect(await loadSnapshot(store, file, 'world 1')).toBe('loaded');
    expect(await loadSnapshot(store, file)).toBe('loaded');
  });

  test('that are damaged are not taken', async () => {
    const store = await source.open();
    await fill(store);
    const before = await content(store, stateTables);
    await writeSnapshot(store, file);
    const whole = await readFile(file);
    const damages: Record<string, () => Promise<void>> = {
      'no database': () => writeFile(file, 'a text that is no database, long enough to have a header of a hundred octets '.repeat(20)),
      empty: () => writeFile(file, ''),
      'half of it': () => truncate(file, Math.floor(whole.length / 2)),
      'rows missing': async () => alter(`delete from item where counter = 7`),
      'a table missing': async () => alter('drop table folder'),
      'a column missing': async () => alter('alter table folder drop column bag'),
      'a row twice': async () => alter('insert into item select * from item where counter = 9; delete from item where counter = 8'),
      'a value of another type': async () => alter(`update item set size = 'large' where counter = 9`),
      'no header': async () => alter('delete from snapshot_header'),
    };
    const alter = (text: string): void => {
      const database = new DatabaseSync(file);
      database.exec(text);
      database.close();
    };
    for (const [what, damage] of Object.entries(damages)) {
      await writeFile(file, whole);
      await damage();
      expect([what, await loadSnapshot(store, file)]).toEqual([what, 'damaged']);
    }
    expect(await content(store, stateTables)).toEqual(before);
    await writeFile(file, whole);
    expect(await loadSnapshot(store, file)).toBe('loaded');
  });

  test('appear whole or not at all, for their owner only', async () => {
    const store = await source.open();
    await expect(writeSnapshot(store, join(folder, 'missing', 'x'))).rejects.toThrow('ENOENT');
    await expect(writeSnapshot(store, folder)).rejects.toThrow('EISDIR');
    expect(await readdir(folder)).toEqual([]);
    await Promise.all([
      writeSnapshot(store, file),
      loadSnapshot(store, join(folder, 'nowhere')),
      writeSnapshot(store, join(folder, 'second')),
    ]);
    expect((await readdir(folder)).sort()).toEqual(['a b%20?#.snapshot', 'second']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await loadSnapshot(store, file)).toBe('loaded');
  });
});

import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Store } from '../../../shared/store/database.ts';
import type { ConfigObjectTable, ProxyAddressTable } from '../../../shared/store/directory-schema.ts';
import { fold, foldKey, keyLength } from '../../../shared/store/fold.ts';
import type { FolderTable, ItemTable, Schema } from '../../../shared/store/schema.ts';
import { storable, storableJson } from '../../../shared/store/storable.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { fullRows } from './rows.ts';

const { config_object: configRow, folder: folderRow, item: itemRow, proxy_address: addressRow } = fullRows;

async function insertAll<Name extends keyof Schema>(store: Store, table: Name, rows: readonly Schema[Name][]): Promise<void> {
  await store.transaction(async (tx) => {
    for (const row of rows)
      await tx
        .insertInto(table)
        .values(row as never)
        .execute();
  });
}

const configs = (identities: readonly string[]): ConfigObjectTable[] => identities.map((identity) => ({ ...configRow, identity }));

describeOnEveryStore('tables', (source) => {
  test('a row of every table comes back as it was written, its integers whole and its JSON as text', async () => {
    const store = await source.open();
    for (const name of Object.keys(fullRows) as (keyof Schema)[]) {
      const row = fullRows[name];
      await insertAll(store, name, [row]);
      const read = await store.read.selectFrom(name).selectAll().executeTakeFirstOrThrow();
      expect({ [name]: comparable(read) }).toEqual({ [name]: comparable(row) });
    }
  });

  test('what may be absent is null', async () => {
    const store = await source.open();
    const bare = Object.fromEntries(Object.entries(itemRow).filter(([name]) => !optionalOfItem.has(name)));
    await insertAll(store, 'item', [bare as unknown as ItemTable]);
    const read = await store.read.selectFrom('item').selectAll().executeTakeFirstOrThrow();
    expect(
      Object.keys(read)
        .filter((name) => read[name as keyof ItemTable] === null)
        .sort(),
    ).toEqual([...optionalOfItem].sort());
  });

  test('a value of another type, a missing one and an integer beyond 2^53 are refused', async () => {
    const store = await source.open();
    const refused: [keyof Schema, object][] = [
      ['change_counter', { scope: 'a', last: 'many' }],
      ['change_counter', { scope: 'a', last: 1.5 }],
      ['change_counter', { scope: 'a' }],
      ['change_counter', { scope: null, last: 1 }],
    ];
    const refusal = /cannot store (TEXT|REAL) value in INTEGER|invalid input syntax for type bigint|NOT NULL constraint|violates not-null/;
    for (const [table, row] of refused) await expect(insertAll(store, table, [row as never])).rejects.toThrow(refusal);
    await store.transaction((tx) => sql`insert into change_counter (scope, last) values ('big', 9007199254740993)`.execute(tx));
    await expect(store.read.selectFrom('change_counter').selectAll().execute()).rejects.toThrow(/9007199254740993/);
  });

  test('text is ordered and compared by its octets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 12 }).map(storable), { maxLength: 25 }), async (texts) => {
        const identities = [...new Set([...texts, 'a', 'A', 'B', 'b', 'á', 'ß', 'ss', '_', '-', 'ﬀ', '😀', '\uffee', 'a b', 'ab'])];
        const store = await source.open();
        await insertAll(store, 'config_object', configs(identities));
        const read = await store.read.selectFrom('config_object').select('identity').orderBy('identity').execute();
        const bytewise = identities.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
        expect(read.map(({ identity }) => identity)).toEqual(bytewise);
        const between = await store.read
          .selectFrom('config_object')
          .select('identity')
          .where('identity', '>', 'Z')
          .where('identity', '<', 'á')
          .orderBy('identity')
          .execute();
        expect(between.map(({ identity }) => identity)).toEqual(
          bytewise.filter((text) => Buffer.from(text).compare(Buffer.from('Z')) > 0 && Buffer.from(text).compare(Buffer.from('á')) < 0),
        );
        await store.close();
      }),
      { numRuns: 8 },
    );
  });

  test('folded spellings of one text are found by each other, and by nothing else', async () => {
    const groups = [
      ['straße', 'STRASSE', 'Strasse', 'STRAẞE'],
      ['ΌΣΟΣ', 'όσος', 'Όσοσ'],
      ['FIle', 'file', 'FILE', 'ﬁLE'],
      ['Ａｄａｍ', 'adam', 'ADAM'],
      ['Müller', 'MÜLLER', 'mu\u0308ller'],
      ['Muller', 'MULLER'],
      ['Привет', 'ПРИВЕТ'],
      ['日本', '日本'],
    ];
    const store = await source.open();
    const rows = groups.flat().map((subject, index) => ({ ...itemRow, counter: index + 1, subject, subject_fold: fold(subject) }));
    await insertAll(store, 'item', rows);
    for (const group of groups) {
      for (const wanted of group) {
        const found = await store.read
          .selectFrom('item')
          .select('subject')
          .where('subject_fold', '=', fold(wanted))
          .orderBy('counter')
          .execute();
        expect([wanted, ...found.map(({ subject }) => subject)]).toEqual([wanted, ...group]);
      }
    }
  });

  test('items without a value stand where SQLite puts them: last downwards, first upwards', async () => {
    const store = await source.open();
    const times = [30, null, 10, null, 20];
    await insertAll(
      store,
      'item',
      times.map((received, index) => ({ ...itemRow, counter: index + 1, received, starts: received })),
    );
    const counters = async (column: 'received' | 'starts', direction: 'asc' | 'desc') => {
      const rows = await store.read
        .selectFrom('item')
        .select('counter')
        .orderBy(column, (order) => (direction === 'desc' ? order.desc().nullsLast() : order.asc().nullsFirst()))
        .orderBy('counter', direction)
        .execute();
      return rows.map(({ counter }) => counter);
    };
    expect(await counters('received', 'desc')).toEqual([1, 5, 3, 4, 2]);
    expect(await counters('starts', 'asc')).toEqual([2, 4, 3, 5, 1]);
  });

  test('names that must be unique are', async () => {
    const store = await source.open();
    const folder = (counter: number, change: Partial<FolderTable>): FolderTable => ({
      ...folderRow,
      counter,
      role: null,
      display_name_fold: `f${counter}`,
      ...change,
    });
    const address = (text: string, change: Partial<ProxyAddressTable> = {}): ProxyAddressTable => ({
      ...addressRow,
      address: text,
      address_fold: fold(text),
      ...change,
    });
    await insertAll(store, 'folder', [
      folder(1, { role: 'inbox' }),
      folder(2, {}),
      folder(3, {}),
      folder(4, { parent: 9, display_name_fold: 'f1' }),
      folder(5, { mailbox: 'other', role: 'inbox' }),
    ]);
    await insertAll(store, 'proxy_address', [address('Straße@acme.test'), address('Straße@acme.test', { organization: 'other' })]);
    await expect(insertAll(store, 'folder', [folder(6, { role: 'inbox' })])).rejects.toThrow(/unique constraint/i);
    await expect(insertAll(store, 'folder', [folder(6, { display_name_fold: 'f1' })])).rejects.toThrow(/unique constraint/i);
    await expect(insertAll(store, 'folder', [folder(1, {})])).rejects.toThrow(/unique constraint/i);
    await expect(insertAll(store, 'proxy_address', [address('STRASSE@ACME.TEST')])).rejects.toThrow(/unique constraint/i);
    await insertAll(store, 'folder', [folder(6, {})]);
  });

  test('a text too long for an index is refused alike, and foldKey makes none', async () => {
    const store = await source.open();
    const widest = '\u{10348}'.repeat(keyLength);
    await insertAll(store, 'item', [{ ...itemRow, counter: 1, subject_fold: widest, from_fold: widest, internet_message_id: widest }]);
    await expect(insertAll(store, 'item', [{ ...itemRow, counter: 2, subject_fold: `${widest}x` }])).rejects.toThrow(/check constraint/i);
    await insertAll(store, 'item', [{ ...itemRow, counter: 3, subject_fold: foldKey(`x${widest}`), from_fold: foldKey('ﷺ'.repeat(500)) }]);
    await insertAll(store, 'config_object', configs([widest]));
  });

  test('hostile text is kept in the same form', async () => {
    const store = await source.open();
    const hostile = {
      text: 'nul \0, half \ud800 pair \udc00, "quoted" \\u0000 \\ud800 😀',
      list: ['\0'],
      '\0key\ud800': 1,
      'é\\u0000': null,
    };
    const text = "'; drop table item; -- \0 \ud83d";
    await insertAll(store, 'config_object', [{ ...configRow, name: storable(text), value: storableJson(hostile) }]);
    const read = await store.read.selectFrom('config_object').selectAll().executeTakeFirstOrThrow();
    expect(read.name).toBe("'; drop table item; -- \ufffd \ufffd");
    expect(JSON.parse(read.value)).toEqual({
      text: 'nul \ufffd, half \ufffd pair \ufffd, "quoted" \\u0000 \\ud800 😀',
      list: ['\ufffd'],
      '\ufffdkey\ufffd': 1,
      'é\\u0000': null,
    });
  });

  test.skipIf(source.kind === 'memory')('opening again finds what was written, and a later schema is refused', async () => {
    const store = await source.open();
    await insertAll(store, 'config_object', configs(['kept']));
    await store.close();
    const again = await source.reopen();
    expect(await again.read.selectFrom('config_object').select('identity').execute()).toEqual([{ identity: 'kept' }]);
    await again.transaction((tx) => sql`insert into migration (name) values ('9999-from-the-future')`.execute(tx));
    await again.close();
    await expect(source.reopen()).rejects.toMatchObject({ code: 'NewerSchema' });
  });
});

const jsonColumns = new Set(['value', 'attributes', 'bag', 'payload', 'applied', 'facts', 'terms', 'origin', 'progress', 'fact']);
const optionalOfItem = new Set(
  'subject subject_fold sender_name sender_address from_name from_address from_fold display_to display_cc received sent starts ends conversation internet_message_id mime'.split(
    ' ',
  ),
);

/** JSON in whatever spelling the database keeps it, octets as an array. */
function comparable(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, unknown]) => {
      if (value instanceof Uint8Array) return [name, [...value]];
      return [name, jsonColumns.has(name) && typeof value === 'string' ? (JSON.parse(value) as unknown) : value];
    }),
  );
}

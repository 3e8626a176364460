import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { putBlob, readBlob, streamBlob } from '../../../shared/store/blob.ts';
import { readChanges } from '../../../shared/store/change-feed.ts';
import {
  type ConfigObjectWrite,
  getConfigObject,
  listConfigObjects,
  organizationScope,
  putConfigObject,
  removeConfigObject,
} from '../../../shared/store/config-objects.ts';
import type { Executor } from '../../../shared/store/database.ts';
import { describeOnEveryStore } from '../../support/stores.ts';

const chunk = 256 * 1024;

function octets(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 7 + (index >> 8)) & 0xff;
  return bytes;
}

describeOnEveryStore('blobs', (source) => {
  test('octets of any length come back, whole and in pieces', async () => {
    const store = await source.open();
    for (const length of [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 5]) {
      const bytes = octets(length);
      const hash = await store.transaction((tx) => putBlob(tx, bytes));
      expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect((await readBlob(store.read, hash))?.equals(bytes), `${length} octets`).toBe(true);
      const pieces: Buffer[] = [];
      for await (const piece of streamBlob(store.read, hash)) pieces.push(Buffer.from(piece));
      expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(chunk);
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    }
  });

  test('an unknown hash has no octets', async () => {
    const store = await source.open();
    expect(await readBlob(store.read, '0'.repeat(64))).toBe(undefined);
    for await (const _piece of streamBlob(store.read, '0'.repeat(64))) throw new Error('there is a piece');
  });

  test('the same octets are kept once, whoever writes them when', async () => {
    const store = await source.open();
    const other = await source.another();
    const bytes = octets(chunk + 10);
    const hashes = await Promise.all([store, other, store].map((through) => through.transaction((tx) => putBlob(tx, bytes))));
    expect(new Set(hashes).size).toBe(1);
    expect(await store.read.selectFrom('blob').select('chunk').orderBy('chunk').execute()).toEqual([{ chunk: 0 }, { chunk: 1 }]);
  });

  test('damaged octets are a defect', async () => {
    const store = await source.open();
    const hash = await store.transaction((tx) => putBlob(tx, octets(10)));
    await store.transaction((tx) =>
      tx
        .updateTable('blob')
        .set({ bytes: octets(11) })
        .execute(),
    );
    await expect(readBlob(store.read, hash)).rejects.toThrow('defect: blob');
    await store.transaction((tx) => sql`delete from blob`.execute(tx));
    expect(await readBlob(store.read, hash)).toBe(undefined);
  });
});

describeOnEveryStore('configuration objects', (source) => {
  const relationship = (change: Partial<ConfigObjectWrite> = {}): ConfigObjectWrite => ({
    organization: 'acme',
    kind: 'organization-relationship',
    identity: 'to-other',
    name: 'To Other',
    value: { enabled: true, domains: ['other.test'] },
    ...change,
  });

  test('an object is created, read, replaced, listed and removed, and each step is a change', async () => {
    const store = await source.open();
    const created = await store.transaction((tx) => putConfigObject(tx, relationship(), 1));
    expect(created).toEqual({ ...relationship(), version: 1 });
    expect(await getConfigObject(store.read, 'acme', 'organization-relationship', 'to-other')).toEqual(created);
    const replaced = await store.transaction((tx) => putConfigObject(tx, { ...created, name: 'Renamed', value: { enabled: false } }, 2));
    expect(replaced).toEqual({ ...created, name: 'Renamed', value: { enabled: false }, version: 2 });
    await store.transaction(async (tx) => {
      await putConfigObject(tx, relationship({ identity: 'B' }), 3);
      await putConfigObject(tx, relationship({ identity: 'a' }), 3);
      await putConfigObject(tx, relationship({ organization: 'other' }), 3);
      await putConfigObject(tx, relationship({ kind: 'connector' }), 3);
    });
    const listed = await listConfigObjects(store.read, 'acme', 'organization-relationship');
    expect(listed.map(({ identity }) => identity)).toEqual(['B', 'a', 'to-other']);
    expect(listed[2]).toEqual(replaced);
    await store.transaction((tx) => removeConfigObject(tx, replaced, 4));
    expect(await getConfigObject(store.read, 'acme', 'organization-relationship', 'to-other')).toBe(undefined);
    const changes = await readChanges(store.read, organizationScope('acme'), 0, 100);
    expect(changes.map(({ sequence, identity, operation, at }) => [sequence, identity, operation, at])).toEqual([
      [1, 'organization-relationship/to-other', 'create', 1],
      [2, 'organization-relationship/to-other', 'update', 2],
      [3, 'organization-relationship/B', 'create', 3],
      [4, 'organization-relationship/a', 'create', 3],
      [5, 'connector/to-other', 'create', 3],
      [6, 'organization-relationship/to-other', 'delete', 4],
    ]);
    expect(await readChanges(store.read, organizationScope('other'), 0, 100)).toHaveLength(1);
  });

  test('who writes what another has changed meanwhile is refused, and nothing of it stays', async () => {
    const store = await source.open();
    const other = await source.another();
    const read = await store.transaction((tx) => putConfigObject(tx, relationship(), 1));
    await other.transaction((tx) => putConfigObject(tx, { ...read, name: 'theirs' }, 2));
    const conflicts: ((tx: Executor) => Promise<unknown>)[] = [
      async (tx) => {
        await putConfigObject(tx, relationship({ identity: 'beside it' }), 3);
        await putConfigObject(tx, { ...read, name: 'ours' }, 3);
      },
      (tx) => removeConfigObject(tx, read, 3),
      (tx) => putConfigObject(tx, relationship({ identity: 'gone', version: 1 }), 3),
    ];
    for (const conflict of conflicts) {
      await expect(store.transaction(conflict)).rejects.toMatchObject({ name: 'Refusal', code: 'VersionConflict' });
    }
    await expect(store.transaction((tx) => putConfigObject(tx, relationship(), 3))).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect((await listConfigObjects(store.read, 'acme', 'organization-relationship')).map(({ name, version }) => [name, version])).toEqual([
      ['theirs', 2],
    ]);
    expect(await readChanges(store.read, organizationScope('acme'), 0, 100)).toHaveLength(2);
  });

  test('of two who write what they read at the same time, one is refused', async () => {
    const store = await source.open();
    const other = await source.another();
    const read = await store.transaction((tx) => putConfigObject(tx, relationship(), 1));
    const outcomes = await Promise.allSettled(
      [store, other].map((through, index) => through.transaction((tx) => putConfigObject(tx, { ...read, name: `writer ${index}` }, 2))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ code: 'VersionConflict' });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe } from 'vitest';
import { openStore, type Store, type StoreOptions } from '../../shared/store/database.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { findPostgres } from './postgres-server.ts';

/** What a contract test gets: stores of one kind, closed after each test. */
export interface StoreSource {
  readonly kind: 'memory' | 'file' | 'postgres';
  /** A new, empty store. */
  open(options?: Partial<StoreOptions>): Promise<Store>;
  /** The last opened store as another process sees it: a second set of connections (PostgreSQL), else the same store. */
  another(): Promise<Store>;
  /** The place of the last opened store, which has been closed, once more. */
  reopen(): Promise<Store>;
}

const postgres = await findPostgres();
const missing = postgres === undefined ? ' (skipped: the package postgresql is not installed)' : '';

/** Runs a contract suite on SQLite in memory and in a file, and on PostgreSQL where one is found (under CI always). */
export function describeOnEveryStore(name: string, suite: (source: StoreSource) => void): void {
  describe(`${name}, SQLite in memory`, () => {
    suite(storeSource('memory', async () => ':memory:'));
  });

  describe(`${name}, SQLite file`, () => {
    const folders: string[] = [];
    afterEach(async () => {
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
    });
    suite(
      storeSource('file', async () => {
        const folder = await mkdtemp(join(tmpdir(), 'coexist-store-'));
        folders.push(folder);
        return join(folder, 'store.db');
      }),
    );
  });

  describe.skipIf(postgres === undefined)(`${name}, PostgreSQL${missing}`, () => {
    let server: TestPostgres | undefined;
    beforeAll(async () => {
      server = await startPostgres();
    });
    suite(
      storeSource('postgres', async () => {
        if (server === undefined) throw new Error('there is no server');
        return server.createStoreDatabase();
      }),
    );
  });
}

function storeSource(kind: StoreSource['kind'], place: () => Promise<string>): StoreSource {
  const opened: Store[] = [];
  let location = '';
  const keep = (store: Store): Store => {
    opened.push(store);
    return store;
  };
  // Runs before the hooks of describeOnEveryStore that remove the files: vitest runs the later ones first.
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  return {
    kind,
    reopen: async () => keep(await openStore({ location })),
    async open(options) {
      location = await place();
      return keep(await openStore({ location, ...options }));
    },
    async another() {
      const last = opened.at(-1);
      if (last === undefined) throw new Error('no store is open');
      return kind === 'postgres' ? keep(await openStore({ location })) : last;
    },
  };
}

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { inject } from 'vitest';
import { openStore } from '../../shared/store/database.ts';
import { createDatabase, findPostgres, startServer, urlOf } from './postgres-server.ts';

/** A PostgreSQL server: one for all test files of a run. */
export interface TestPostgres {
  /** The address of a new, empty database whose own order of text is not bytewise, so that a forgotten COLLATE shows. */
  createDatabase(): Promise<string>;
  /** The same with the tables of a store, empty. */
  createStoreDatabase(): Promise<string>;
}

/**
 * The server of this run, in a folder under /tmp, reached by a Unix socket in it, so that no port is taken: the first that asks starts it,
 * the run stops it (shared-postgres.ts).
 */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const found = await findPostgres();
  if (found === undefined) return undefined;
  const folder = inject('postgresFolder');
  const url = 'url' in found ? found.url : urlOf(folder);
  if ('binaries' in found) await once(folder, 'server', () => startServer(found.binaries, folder, true));
  const template = `coexist_store_${basename(folder).replaceAll(/\W/g, '').toLowerCase()}`;
  return {
    createDatabase: () => createDatabase(url, databaseName()),
    async createStoreDatabase() {
      await once(folder, 'template', async () => {
        const store = await openStore({ location: await createDatabase(url, template) });
        await store.close();
      });
      return createDatabase(url, databaseName(), `template ${template}`);
    },
  };
}

/** What several processes need and one of them does: the others wait for it. */
async function once(folder: string, what: string, work: () => Promise<void>): Promise<void> {
  const [begun, done, failed] = ['begun', 'done', 'failed'].map((state) => join(folder, `${what}-${state}`)) as [string, string, string];
  const isFirst = await mkdir(begun).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    try {
      await work();
      await mkdir(done);
    } catch (error) {
      await writeFile(failed, String(error));
    }
  }
  const end = performance.now() + patienceMs;
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(`PostgreSQL, ${what}: ${await readFile(failed, 'utf8')}`);
    if (performance.now() > end) throw new Error(`PostgreSQL, ${what}: not there after ${patienceMs} ms`);
    await passed(20);
  }
}

const patienceMs = 30_000;

let databases = 0;

function databaseName(): string {
  databases += 1;
  return `coexist_${process.pid}_${databases}`;
}

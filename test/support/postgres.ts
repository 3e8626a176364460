import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { openStore } from '../../shared/store/database.ts';

/** A PostgreSQL server: one for all test files of a run. */
export interface TestPostgres {
  /** The address of a new, empty database whose own order of text is not bytewise, so that a forgotten COLLATE shows. */
  createDatabase(): Promise<string>;
  /** The same with the tables of a store, empty. */
  createStoreDatabase(): Promise<string>;
}

const debianFolder = '/usr/lib/postgresql';

/** Where a server is to be had: at COEXIST_TEST_POSTGRES_URL (a superuser's address), or in a folder of binaries. */
export async function findPostgres(): Promise<{ url: string } | { binaries: string } | undefined> {
  const url = process.env['COEXIST_TEST_POSTGRES_URL'];
  if (url) return { url };
  const debian = existsSync(debianFolder) ? await readdir(debianFolder) : [];
  const newestFirst = debian.sort((one, other) => Number(other) - Number(one)).map((version) => join(debianFolder, version, 'bin'));
  const binaries = [...(process.env['PATH'] ?? '').split(delimiter), ...newestFirst].find((folder) => existsSync(join(folder, 'initdb')));
  if (binaries !== undefined) return { binaries };
  if (process.env['CI'] === 'true') throw new Error('PostgreSQL is missing: install the package postgresql');
  return undefined;
}

/**
 * The server of this run, in a folder under /tmp, reached by a Unix socket in it, so that no port is taken: the first that asks starts it,
 * the run stops it (shared-postgres.ts).
 */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const found = await findPostgres();
  if (found === undefined) return undefined;
  const folder = inject('postgresFolder');
  const url = 'url' in found ? found.url : `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  if ('binaries' in found) await once(folder, 'server', () => startServer(found.binaries, folder));
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

/** Begins a server that outlives the process which begins it. */
async function startServer(binaries: string, folder: string): Promise<void> {
  const identity = await serverIdentity(folder);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(binaries, 'initdb'), initdb, { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const settings = ['listen_addresses=', 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  const logFile = join(folder, 'log');
  const log = await open(logFile, 'a');
  const server = spawn(join(binaries, 'postgres'), ['-D', data, '-k', folder, ...settings.flatMap((setting) => ['-c', setting])], {
    ...{ ...identity, cwd: folder, detached: true, stdio: ['ignore', log.fd, log.fd] },
  });
  server.unref();
  await log.close();
  const end = performance.now() + patienceMs;
  for (;;) {
    const said = await readFile(logFile, 'utf8');
    if (said.includes('ready to accept connections')) return;
    if (server.exitCode !== null || performance.now() > end) throw new Error(`it did not start:\n${said}`);
    await passed(20);
  }
}

/** PostgreSQL does not run as root: then it runs as the user that its package has made. */
async function serverIdentity(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' })));
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres');
  await chown(folder, uid, gid);
  return { uid, gid };
}

let databases = 0;

function databaseName(): string {
  databases += 1;
  return `coexist_${process.pid}_${databases}`;
}

const empty = "template template0 encoding 'UTF8' locale_provider icu icu_locale 'en'";

async function createDatabase(server: string, name: string, from = empty): Promise<string> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(`create database ${name} ${from}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

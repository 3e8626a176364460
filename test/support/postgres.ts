import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

/** A PostgreSQL server of this test file. */
export interface TestPostgres {
  /** The address of a new, empty database whose own order of text is not bytewise, so that a forgotten COLLATE shows. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
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

/** Starts a throw-away server in a folder under /tmp, reached by a Unix socket in it, so that no port is taken. */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const found = await findPostgres();
  if (found === undefined) return undefined;
  if ('url' in found) return { createDatabase: () => createDatabase(found.url), stop: async () => {} };
  // A socket's path has at most 107 octets.
  const folder = await mkdtemp('/tmp/coexist-pg-');
  const identity = await serverIdentity(folder);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(found.binaries, 'initdb'), initdb, { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const settings = ['listen_addresses=', 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=100'];
  const server = spawn(join(found.binaries, 'postgres'), ['-D', data, '-k', folder, ...settings.flatMap((setting) => ['-c', setting])], {
    ...identity,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const killServer = (): void => void server.kill('SIGKILL');
  process.once('exit', killServer);
  await ready(server);
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  return {
    createDatabase: () => createDatabase(url),
    async stop() {
      process.off('exit', killServer);
      const ended = new Promise((resolve) => server.once('exit', resolve));
      // Immediate shutdown: nothing in it is to be kept.
      server.kill('SIGQUIT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL does not run as root: then it runs as the user that its package has made. */
async function serverIdentity(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' })));
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres');
  await chown(folder, uid, gid);
  return { uid, gid };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    if (server.stderr === null) throw new Error('the server has no error output');
    createInterface(server.stderr).on('line', (line) => {
      lines.push(line);
      if (line.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${lines.join('\n')}`)));
  });
}

let databases = 0;

async function createDatabase(server: string): Promise<string> {
  databases += 1;
  const name = `coexist_${process.pid}_${databases}`;
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(`create database ${name} template template0 encoding 'UTF8' locale_provider icu icu_locale 'en'`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

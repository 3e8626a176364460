import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chown, open, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import pg from 'pg';

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

/** The superuser's address of a server that lives in a folder, by its Unix socket: no port is taken. */
export function urlOf(folder: string): string {
  return `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
}

const patienceMs = 30_000;

/**
 * Begins a server in a folder; {@link stopServer} ends it. `outlives`: it is in a group of its own and not ended with that of the process
 * which begins it.
 */
export async function startServer(binaries: string, folder: string, outlives: boolean): Promise<void> {
  const identity = await serverIdentity(folder);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(binaries, 'initdb'), initdb, { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  await startServerAgain(binaries, folder, outlives);
}

/** The same with a server that was there before, and stopped. */
export async function startServerAgain(binaries: string, folder: string, outlives: boolean): Promise<void> {
  const identity = await serverIdentity(folder);
  const data = join(folder, 'data');
  const settings = ['listen_addresses=', 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  const logFile = join(folder, 'log');
  const log = await open(logFile, 'a');
  const before = (await log.stat()).size;
  const server = spawn(join(binaries, 'postgres'), ['-D', data, '-k', folder, ...settings.flatMap((setting) => ['-c', setting])], {
    ...{ ...identity, cwd: folder, detached: outlives, stdio: ['ignore', log.fd, log.fd] },
  });
  server.unref();
  await log.close();
  const end = performance.now() + patienceMs;
  for (;;) {
    const said = (await readFile(logFile)).subarray(before).toString();
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

/** Ends the server of a folder, if there is one. Immediate shutdown: nothing in it is to be kept. */
export async function stopServer(folder: string): Promise<void> {
  const pidFile = join(folder, 'data/postmaster.pid');
  if (!existsSync(pidFile)) return;
  process.kill(serverPid(folder), 'SIGQUIT');
  for (let turn = 0; turn < 500 && existsSync(pidFile); turn += 1) await passed(20);
}

/** The process of a server that runs in a folder. */
export function serverPid(folder: string): number {
  return Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}

const empty = "template template0 encoding 'UTF8' locale_provider icu icu_locale 'en'";

/** Makes a database with the rights of a superuser's address; answers its own. */
export async function createDatabase(server: string, name: string, from = empty): Promise<string> {
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

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { present } from '../../shared/kernel/assert.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { ProcessFacts } from '../../shared/store/process-table.ts';
import { type CountingGate, openCountingGate } from '../support/counting-gate.ts';
import { end, type LabProcess, startLabProcess } from '../support/lab-process.ts';
import { createDatabase, findPostgres, serverPid, startServer, stopServer, urlOf } from '../support/postgres-server.ts';
import { nodeFlags } from './node-flags.ts';
import { familyMs, processorMs } from './processor-time.ts';

/** What was spent since the lab began. */
export interface Spent {
  /** Of the processes of the lab, in milliseconds. */
  readonly cpuMs: number;
  /** Of its PostgreSQL, with all its processes. */
  readonly servingMs: number;
  readonly statements: number;
  readonly roundTrips: number;
  readonly notifications: number;
}

/** One lab of one or several processes that do the same. */
export interface ReplicaLab {
  readonly name: string;
  readonly endpoints: EndpointsDocument;
  /** Of each replica, the port of its front end of Contoso and of its authentication service. */
  readonly replicas: readonly { readonly https: number; readonly authority: number }[];
  /** The processes of the lab. */
  readonly processes: readonly LabProcess[];
  spent(): Promise<Spent>;
  close(): Promise<void>;
}

const services = 'frontend,ews,azure-auth';
const patienceMs = 10_000;

/** Opens a lab on SQLite and one for each of these numbers of replicas on PostgreSQL; undefined where that is not installed. */
export async function openReplicaLabs(
  numbers: readonly number[],
): Promise<{ readonly labs: readonly ReplicaLab[]; close(): Promise<void> } | undefined> {
  const found = await findPostgres();
  if (found === undefined || 'url' in found) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
  const labs: ReplicaLab[] = [];
  const close = async (): Promise<void> => {
    for (const lab of labs) await lab.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    labs.push(await openOnSqlite(folder));
    for (const number of numbers) labs.push(await openOnPostgres(folder, found.binaries, number));
    return { labs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openOnSqlite(folder: string): Promise<ReplicaLab> {
  const file = join(folder, 'statements');
  const lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'sqlite'), '--output', 'json', '--only', services], {
    cwd: folder,
    nodeFlags: [...nodeFlags, '--import', fileURLToPath(new URL('count-statements.ts', import.meta.url))],
    environment: { STATEMENTS_FILE: file },
  });
  const { endpoints, child } = lab;
  const portOf = (host: string): number => Number(endpoints.hosts[host]?.split(':')[1]);
  const pid = present(child.pid, 'a process');
  return {
    name: 'one process on SQLite',
    endpoints,
    replicas: [{ https: portOf('mail.contoso.test'), authority: portOf('login.microsoftonline.test') }],
    processes: [lab],
    async spent() {
      await rm(file, { force: true });
      const cpuMs = processorMs(pid);
      child.kill('SIGUSR2');
      const late = performance.now() + patienceMs;
      while (!existsSync(file)) {
        if (performance.now() > late) throw new Error('the lab does not tell how many statements it has run');
        await passed(5);
      }
      return { cpuMs, servingMs: 0, statements: Number(await readFile(file, 'utf8')), roundTrips: 0, notifications: 0 };
    },
    close: () => end(lab),
  };
}

/** Each has a server of its own, so that it is known for whom PostgreSQL works. */
async function openOnPostgres(folder: string, binaries: string, count: number): Promise<ReplicaLab> {
  const name = `replicas_${count}`;
  // A socket's path has at most 107 octets.
  const server = await mkdtemp('/tmp/coexist-pg-');
  const gates: CountingGate[] = [];
  const processes: LabProcess[] = [];
  const close = async (): Promise<void> => {
    for (const one of processes) await end(one);
    for (const gate of gates) await gate.close();
    await stopServer(server);
    await rm(server, { recursive: true, force: true });
  };
  try {
    await startServer(binaries, server, false);
    const database = await createDatabase(urlOf(server), name);
    for (let each = 0; each < count; each += 1) {
      const gate = await openCountingGate(server);
      gates.push(gate);
      const place = ['--persist', `postgres://postgres@127.0.0.1:${gate.port}/${name}`, '--data-dir', join(folder, `${name}-${each}`)];
      processes.push(
        await startLabProcess([...place, '--port', '0', '--output', 'json', '--only', services], {
          cwd: folder,
          nodeFlags: [...nodeFlags],
        }),
      );
    }
    const [{ endpoints }] = processes as [LabProcess];
    const pids = processes.map(({ child }) => present(child.pid, 'a process'));
    return {
      name: `${count} on PostgreSQL`,
      endpoints,
      replicas: await portsOf(database, pids),
      processes,
      async spent() {
        const asked = gates.map((gate) => gate.asked());
        const sum = (some: readonly number[]): number => some.reduce((all, one) => all + one, 0);
        return {
          cpuMs: sum(pids.map(processorMs)),
          servingMs: familyMs(serverPid(server)),
          statements: sum(asked.map(({ statements }) => statements)),
          roundTrips: sum(asked.map((one) => one.roundTrips)),
          notifications: sum(asked.map((one) => one.notifications)),
        };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where each process itself listens: the names of the lab lead to all of them in turn. */
async function portsOf(database: string, pids: readonly number[]): Promise<ReplicaLab['replicas']> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; facts: ProcessFacts }>('select id, facts from process');
    return pids.map((pid) => {
      const own = present(
        rows.find(({ id }) => id.split(' ').includes(String(pid))),
        `the process ${pid}`,
      );
      const facts = (typeof own.facts === 'string' ? JSON.parse(own.facts) : own.facts) as ProcessFacts;
      const portOf = (owner: string): number =>
        present(
          facts.listeners.find((one) => one.kind === 'https' && one.owner === owner),
          owner,
        ).port;
      return { https: portOf('contoso'), authority: portOf('azure-auth') };
    });
  } finally {
    await client.end();
  }
}

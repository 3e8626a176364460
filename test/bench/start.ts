import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCertificateStore } from '../../shared/net/certificates.ts';
import { nodeFlags } from './node-flags.ts';
import { median, type Row } from './row.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const limitsMs = { first: 1_500, warm: 700 };
const limitMib = 200;
const rounds = 5;
/** A process that says nothing for so long will not start any more. */
const patienceMs = 30_000;

interface Start {
  readonly ms: number;
  /** Resident memory right after the ready line. */
  readonly mib: number;
}

/** How long the lab takes from spawn to its ready line, and what it then weighs; maildev and Fastify stand beside it. */
export async function startRows(): Promise<readonly Row[]> {
  const firsts: Start[] = [];
  const warms: Start[] = [];
  const maildevs: Start[] = [];
  const fastifies: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'coexist-bench-'));
    try {
      // A first start finds no compiled code either: the cache that Node keeps goes into the same fresh folder.
      const environment = { NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
      const lab = [...nodeFlags, 'services/main.ts', '--port', '0', '--data-dir', join(folder, 'data')];
      firsts.push(await measure(lab, /"event":"ready"/, environment));
      warms.push(await measure(lab, /"event":"ready"/, environment));
      maildevs.push(await measure(await maildevCommand(), /SMTP Server running/));
      fastifies.push(await measure(['test/bench/bare-fastify.ts', ...(await certificateFiles(folder))], /^ready$/m));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return [
    limited('first start', firsts, limitsMs.first),
    limited('second start, same data folder', warms, limitsMs.warm),
    beside('maildev, start', maildevs),
    beside('bare Fastify over https, start', fastifies),
    memory('resident memory when ready, first start', firsts),
    memory('resident memory when ready, second start', warms),
  ];
}

function limited(what: string, starts: readonly Start[], limitMs: number): Row {
  const ms = median(starts.map((start) => start.ms));
  return { what, measured: `${ms.toFixed(0)} ms`, limit: `${limitMs} ms`, passed: ms <= limitMs };
}

function beside(what: string, starts: readonly Start[]): Row {
  const ms = median(starts.map((start) => start.ms));
  const mib = median(starts.map((start) => start.mib));
  return { what, measured: `${ms.toFixed(0)} ms, ${mib.toFixed(0)} MiB`, limit: '', passed: undefined };
}

function memory(what: string, starts: readonly Start[]): Row {
  const mib = median(starts.map((start) => start.mib));
  return { what, measured: `${mib.toFixed(0)} MiB`, limit: `${limitMib} MiB`, passed: mib <= limitMib };
}

async function measure(command: readonly string[], ready: RegExp, environment: Readonly<Record<string, string>> = {}): Promise<Start> {
  const spawnedMs = performance.now();
  const child = spawn(process.execPath, command, { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await said(child, ready);
    const ms = performance.now() - spawnedMs;
    return { ms, mib: await residentMib(child) };
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
}

function said(child: ChildProcess, ready: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const failed = (why: string): void => reject(new Error(`${child.spawnargs.join(' ')} ${why}:\n${output}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(`was not ready after ${patienceMs} ms`);
    }, patienceMs);
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!ready.test(output)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => {
      clearTimeout(timer);
      failed('ended before it was ready');
    });
  });
}

async function residentMib(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

async function maildevCommand(): Promise<readonly string[]> {
  const bin = join(dirname(createRequire(import.meta.url).resolve('maildev/package.json')), 'bin', 'maildev');
  return [bin, '--ip', '127.0.0.1', '--smtp', await freePort(), '--web', await freePort()];
}

/** Paths of the key and of the certificate that the bare server shows. */
async function certificateFiles(folder: string): Promise<readonly [string, string]> {
  const certificates = await createCertificateStore({ folder: join(folder, 'certificates'), realNow: Date.now });
  const { keyPem, certPem } = await certificates.leafFor(['localhost']);
  const files = [join(folder, 'key.pem'), join(folder, 'certificate.pem')] as const;
  await writeFile(files[0], keyPem);
  await writeFile(files[1], certPem);
  return files;
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return String(typeof address === 'object' ? address?.port : 0);
}

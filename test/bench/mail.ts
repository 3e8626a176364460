import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startLabProcess } from '../support/lab-process.ts';
import { nodeFlags } from './node-flags.ts';
import { besideRow, median, type Row } from './row.ts';

const source = '/usr/sbin/smtp-source';
const sink = '/usr/sbin/smtp-sink';
const messages = 400;
/** So many that V8 has compiled all that they run. */
const manyMessages = 2_000;
const sessions = 4;
const rounds = 3;
const least = 0.5;
const patienceMs = 20_000;

/** A bare engine: it reads a message and forgets it. */
const bareEngine =
  "import { SMTPServer } from 'smtp-server';" +
  "new SMTPServer({ authOptional: true, hideSTARTTLS: true, disableReverseLookup: true, onData(stream, _session, done) { stream.on('data', () => {}); stream.on('end', () => done()); } })" +
  ".listen(Number(process.argv[1]), '127.0.0.1');";

/**
 * Messages of 4 KiB a second that other servers' mail is taken at, in the mailbox when it is answered, on connections that are
 * reused; beside the bare engine and Postfix's smtp-sink, which both discard. Driven by Postfix's smtp-source. Without a limit: the same
 * with five times as many, when the bare engine is three times as quick.
 */
export async function mailRows(): Promise<readonly Row[]> {
  if (!existsSync(source)) return [{ what: 'mail taken: apt-get install postfix', measured: '', limit: '', passed: undefined }];
  const folder = await mkdtemp(join(tmpdir(), 'coexist-bench-mail-'));
  const lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data')], { cwd: folder, nodeFlags });
  const [enginePort, sinkPort] = [await freePort(), await freePort()];
  const others = [
    spawn(process.execPath, [...nodeFlags, '--input-type=module', '-e', bareEngine, String(enginePort)], { stdio: 'ignore' }),
    spawn(sink, ['-u', 'nobody', `127.0.0.1:${sinkPort}`, '100'], { stdio: 'ignore' }),
  ];
  try {
    await Promise.all([reached(enginePort), reached(sinkPort)]);
    const ports = { own: Number(lab.endpoints.organizations['contoso']?.smtp?.split(':')[1]), engine: enginePort, sink: sinkPort };
    const few = await ratesOf(ports, messages);
    const many = await ratesOf(ports, manyMessages);
    const what = `messages taken and stored on ${sessions} connections, beside`;
    const printed = { limit: '', passed: undefined };
    return [
      besideRow(`${what} bare smtp-server discarding`, few.own, few.engine, least),
      { ...besideRow(`${what} smtp-sink discarding`, few.own, few.sink, 0), ...printed },
      { ...besideRow(`${what} bare smtp-server, ${manyMessages} a round`, many.own, many.engine, 0), ...printed },
    ];
  } finally {
    for (const other of others) await ended(other);
    await ended(lab.child);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Servers {
  readonly own: number;
  readonly engine: number;
  readonly sink: number;
}

/** Messages a second of each, in rounds of so many; one round is sent before. */
async function ratesOf(ports: Servers, count: number): Promise<Servers> {
  const rates: Record<keyof Servers, number[]> = { own: [], engine: [], sink: [] };
  for (const port of Object.values(ports)) await rateOf(port, count);
  for (let round = 0; round < rounds; round += 1)
    for (const name of ['own', 'engine', 'sink'] as const) rates[name].push(await rateOf(ports[name], count));
  return { own: median(rates.own), engine: median(rates.engine), sink: median(rates.sink) };
}

/** Messages a second. */
async function rateOf(port: number, count: number): Promise<number> {
  const started = performance.now();
  const envelope = ['-f', 'pat@fabrikam.test', '-t', 'mary@contoso.test', '-l', '4096'];
  await promisify(execFile)(source, ['-4', '-d', '-s', String(sessions), '-m', String(count), ...envelope, `127.0.0.1:${port}`]);
  return (count * 1_000) / (performance.now() - started);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function reached(port: number): Promise<void> {
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    const socket = createConnection(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await passed(50);
  }
  throw new Error(`nothing listens at port ${port}`);
}

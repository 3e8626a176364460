// A client in a thread of its own that costs little itself: what it costs stands on both sides of a ratio and pulls it towards 1.
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** What is sent over and over again: whole requests, in turn where there are several. */
interface Task {
  readonly port: number;
  readonly requests: readonly string[];
  readonly connections: number;
  /** No answer may be the same as the one before it on its connection. */
  readonly allDiffer: boolean;
}

/** What came of one round: all of it were answers with status 200 and a body. */
export interface Round {
  readonly answers: number;
  readonly seconds: number;
  /** Processor time of the client itself. */
  readonly cpuUs: number;
  /** The last body of each connection. */
  readonly bodies: readonly string[];
}

/** A client that rests between rounds, its code compiled, its connections closed. */
export interface LoadClient {
  round(durationMs: number): Promise<Round>;
  close(): Promise<void>;
}

export function openLoadClient(task: Task): LoadClient {
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  const failed = new Promise<never>((_, reject) => {
    worker.once('error', reject);
  });
  failed.catch(() => undefined);
  return {
    round(durationMs) {
      worker.postMessage(durationMs);
      return Promise.race([failed, new Promise<Round>((resolve) => worker.once('message', resolve))]);
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** On each connection one request after another, for so long; handshakes are over before the time begins. */
async function round({ port, requests, connections, allDiffer }: Task, durationMs: number): Promise<Round> {
  const octets = requests.map((request) => Buffer.from(request));
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const cpu = process.threadCpuUsage();
  const startedMs = performance.now();
  const endMs = startedMs + durationMs;
  let sent = 0;
  let answers = 0;
  const next = (): Buffer | undefined => {
    if (performance.now() >= endMs) return undefined;
    sent += 1;
    return octets[sent % octets.length];
  };
  const bodies = await Promise.all(
    sockets.map((socket) =>
      converse(socket, next, (body, last) => {
        answers += 1;
        if (allDiffer && body.equals(last)) throw new Error(`answered twice: ${body.toString()}`);
      }),
    ),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.threadCpuUsage(cpu);
  return { answers, seconds, cpuUs: user + system, bodies };
}

async function open(port: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  return socket;
}

/** Asks until there is nothing more to ask; answers the last body. What is no plain answer with status 200 is an error. */
function converse(socket: TLSSocket, next: () => Buffer | undefined, answered: (body: Buffer, last: Buffer) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let come: Buffer = nothing;
    let last: Buffer = nothing;
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const ask = (): void => {
      const request = next();
      if (request !== undefined) {
        socket.write(request);
        return;
      }
      socket.removeAllListeners('close').destroy();
      resolve(last.toString());
    };
    socket.on('data', (piece: Buffer) => {
      come = come.length === 0 ? piece : Buffer.concat([come, piece]);
      try {
        const body = bodyOf(come);
        if (body === undefined) return;
        answered(body, last);
        last = body;
        come = nothing;
        ask();
      } catch (error) {
        fail(error as Error);
      }
    });
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('the server has closed the connection')));
    ask();
  });
}

const nothing = Buffer.alloc(0);
const endOfHead = '\r\n\r\n';
const plainHead = /^HTTP\/1\.1 200 [\s\S]*\r\ncontent-length: *(\d{1,9})\r\n/i;

/** Of a whole answer; undefined while it comes. Throws where it is no plain one. */
function bodyOf(octets: Buffer): Buffer | undefined {
  const end = octets.indexOf(endOfHead);
  if (end < 0) return undefined;
  const start = end + endOfHead.length;
  const [, length] = plainHead.exec(octets.toString('latin1', 0, start)) ?? [];
  if (length === undefined || length === '0') throw new Error(`no answer that this client reads: ${octets.toString().slice(0, 2_000)}`);
  const missing = Number(length) - (octets.length - start);
  if (missing < 0) throw new Error('more has come than was asked for');
  return missing > 0 ? undefined : octets.subarray(start);
}

const port = parentPort;
if (port !== null) {
  const task = workerData as Task;
  const answer = async (durationMs: number): Promise<void> => port.postMessage(await round(task, durationMs));
  port.on('message', (durationMs: number) => void answer(durationMs));
}

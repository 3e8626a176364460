// A client in a thread of its own: what it does itself is no part of what it waits for.
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { present } from '../../shared/kernel/assert.ts';
import { ask, openOneConnection } from './one-connection.ts';

/** What is asked for again and again, and how many connections may be used for it. */
interface Task {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `kept`: one connection; `new`: one for each request, with its handshake. */
  readonly connection: 'kept' | 'new';
}

/** A client that is at work until it is stopped. */
export interface WaitingClient {
  /** The time of each request since the last call, in milliseconds; what is under way is waited for. */
  take(): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Starts the client and waits for its first answers. */
export async function openWaitingClient(task: Task): Promise<WaitingClient> {
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  const failed = new Promise<never>((_, reject) => {
    worker.once('error', reject);
  });
  failed.catch(() => undefined);
  const told = (): Promise<readonly number[]> =>
    Promise.race([failed, new Promise<number[]>((resolve) => worker.once('message', resolve))]);
  await told();
  return {
    take() {
      worker.postMessage('take');
      return told();
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** Requests that compile code and make the connection. */
const warmUp = 20;

async function work({ port, headers, body, connection }: Task, tell: (waits: readonly number[]) => void): Promise<never> {
  let client = openOneConnection(port);
  let waits: number[] = [];
  let isAsked = false;
  parentPort?.on('message', () => {
    isAsked = true;
  });
  for (let done = 0; ; done += 1) {
    const startedMs = performance.now();
    await ask(client, { body, headers });
    waits.push(performance.now() - startedMs);
    if (connection === 'new') {
      client.close();
      client = openOneConnection(port);
    }
    if (!isAsked && done !== warmUp) continue;
    isAsked = false;
    tell(waits);
    waits = [];
  }
}

const port = parentPort;
if (port !== null) await work(workerData as Task, (waits) => present(port, 'the thread').postMessage(waits));

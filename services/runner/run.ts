import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { moduleBeside } from '../../shared/kernel/module-beside.ts';
import type { Outcome } from '../../shared/scenario/outcome.ts';
import type { Reporter, RunReport, Telling, Told } from '../../shared/scenario/report.ts';
import { keyOf } from './tellings.ts';
import type { Answered, LabThatRuns, Order } from './worker.ts';

/** How a run goes. */
export interface RunOptions {
  readonly seed: string;
  readonly workers: number;
  /** How often a telling that failed is tried again. */
  readonly retries: number;
  /** Ends after so many that did not pass; 0: never. */
  readonly bail: number;
  readonly trace: 'off' | 'on' | 'retain-on-failure';
  /** Absolute: caches of the workers, traces. */
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The lab in which all are told, one after the other; null: each worker has its own. */
  readonly against: LabThatRuns | null;
  /** Those that cannot be told there. */
  readonly notTold: readonly Telling[];
  /** Ends the run where it stands. */
  readonly signal: AbortSignal;
}

/** No lab could be started: the whole run is over. */
export class LabFailure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'LabFailure';
    this.exitCode = exitCode;
  }
}

/** Ended by the caller. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Tells them all, each worker one after the other in a lab of its own process, or in the one that is there. Rejects with {@link LabFailure} when no lab starts and
 * {@link Interrupted} when the caller ends it.
 */
export async function runTellings(tellings: readonly Telling[], reporters: readonly Reporter[], options: RunOptions): Promise<RunReport> {
  const began = performance.now();
  const left = [...tellings];
  const told: Told[] = [];
  for (const reporter of reporters) reporter.begin?.(tellings, options.seed);
  const isOver = (): boolean => options.bail > 0 && told.filter(({ status }) => status !== 'passed').length >= options.bail;
  const workers = Array.from(
    { length: options.against === null ? Math.max(1, Math.min(options.workers, tellings.length)) : 1 },
    (_, index) => openWorker(index + 1, options),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let next = left.shift(); next !== undefined; next = isOver() ? undefined : left.shift()) {
          const one = await tellWell(next, worker, options);
          told.push(one);
          for (const reporter of reporters) reporter.told?.(one);
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
  const report = { seed: options.seed, told, skipped: [...left, ...options.notTold], durationMs: performance.now() - began };
  for (const reporter of reporters) reporter.end?.(report);
  return report;
}

/** Until it passes, or has been tried often enough. */
async function tellWell(telling: Telling, worker: Worker, { retries, trace, seed, dataDir }: RunOptions): Promise<Told> {
  let first: { readonly outcome: Outcome; readonly traceFile: string | null } | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const name = [keyOf(telling).replaceAll(/[^\w.@-]+/g, '-'), telling.turn, attempt].join('.');
    const traceFile = trace === 'off' ? null : join(dataDir, 'traces', `${name}.json`);
    const outcome = await worker.tell(telling, { traceFile, isTraceKept: trace === 'on', seed: `${seed} ${telling.turn} ${attempt}` });
    const hasFile = trace === 'on' || (trace === 'retain-on-failure' && outcome.status === 'failed');
    const result = { outcome, traceFile: hasFile ? traceFile : null };
    first ??= result;
    if (outcome.status === 'passed') return { ...telling, ...first, status: attempt === 1 ? 'passed' : 'flaky', attempts: attempt };
    if (attempt > retries) return { ...telling, ...first, status: 'failed', attempts: attempt };
  }
}

interface Worker {
  tell(telling: Telling, how: Pick<Order, 'traceFile' | 'isTraceKept' | 'seed'>): Promise<Outcome>;
  end(): Promise<void>;
}

/** A worker that does not end by itself is ended after this long. */
const mostEndMs = 10_000;

/** A process of its own; one that dies fails its story and is followed by another one. */
function openWorker(number: number, { dataDir, environment, against, signal }: RunOptions): Worker {
  let child: ChildProcess | undefined;
  const open = (): ChildProcess => {
    const execArgv = process.execArgv.filter((argument) => argument.startsWith('--max-'));
    const opened = fork(moduleBeside(import.meta.url, './worker'), { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    opened.once('exit', () => {
      if (child === opened) child = undefined;
    });
    return opened;
  };
  return {
    async tell({ file, era }, how) {
      signal.throwIfAborted();
      child ??= open();
      const answer = await ask(child, { ...how, file, era, environment, against, dataDir: join(dataDir, `worker-${number}`) }, signal);
      if ('failure' in answer) throw new LabFailure(answer.failure, answer.exitCode);
      return answer.outcome;
    },
    async end() {
      const last = child;
      if (last === undefined) return;
      const ended = new Promise<void>((resolve) => void last.once('exit', () => resolve()));
      const late = setTimeout(() => last.kill('SIGKILL'), mostEndMs);
      if (last.connected) last.disconnect();
      await ended;
      clearTimeout(late);
    },
  };
}

function ask(child: ChildProcess, order: Order, signal: AbortSignal): Promise<Answered> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      child.off('message', heard).off('exit', died);
      signal.removeEventListener('abort', interrupted);
    };
    const heard = (answer: unknown): void => {
      settle();
      resolve(answer as Answered);
    };
    const died = (code: number | null, by: NodeJS.Signals | null): void => {
      settle();
      const mismatch = { line: 1, what: 'worker', expected: 'an end of the story', actual: `the process ended with ${by ?? code}` };
      const durationMs = performance.now() - began;
      resolve({ outcome: { status: 'failed', mismatches: [mismatch], explanations: [], traces: [], durationMs } });
    };
    const interrupted = (): void => {
      settle();
      reject(new Interrupted('the run was ended'));
    };
    child.on('message', heard).on('exit', died);
    signal.addEventListener('abort', interrupted, { once: true });
    child.send(order);
  });
}

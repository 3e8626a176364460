import { join, relative, resolve } from 'node:path';
import { expect, test as plainTest, type TestContext } from 'vitest';
import { explanationText } from '../../shared/journal/explanation-text.ts';
import { openControl } from '../runner/control.ts';
import { exchangesSince, lastExchange } from '../runner/exchanges.ts';
import { writeTraceFile } from '../runner/trace-file.ts';
import {
  type Found,
  type Hop,
  hasHops,
  hasIssued,
  hasReceived,
  hasRefused,
  type IssuedToken,
  type Observed,
  type Pattern,
  type ReceivedMail,
} from './expectations.ts';
import { type Lab, type LabOptions, startLab } from './service.ts';

/** A lab as a test has it: put back to its seed before, observed from then on. */
export interface TestLab extends Lab {
  /** The last exchange before the test. */
  readonly since: number;
}

/** How long anything that is done after a test that failed may take. */
const mostMs = 20_000;
/** Until a lab is ready, on a machine that has much to do. */
const mostStartMs = 120_000;
const mostExplanations = 3;

/**
 * A `test` whose fixture `lab` is one lab for a worker, on ports of its own, put back to its seed before each test that asks for it. Call it
 * once in a file: the lab is started before the file's first test. What a test that fails has exchanged is written to
 * `<dataDir>/traces`; `dataDir` is `.coexist/tests` unless it is given, and may be shared by all workers.
 */
export function labTest(options: LabOptions = {}) {
  const dataDir = resolve(options.dataDir ?? '.coexist/tests');
  const test = plainTest
    .extend('labOptions', { scope: 'worker' }, { ...options, dataDir } as LabOptions)
    .extend('labOfWorker', { scope: 'worker' }, async ({ labOptions }, { onCleanup }) => {
      const lab = await startLab(labOptions);
      onCleanup(() => lab.close());
      return lab;
    })
    .extend('lab', async ({ labOfWorker, onTestFailed }): Promise<TestLab> => {
      await labOfWorker.reset();
      const lab = { ...labOfWorker, since: await lastExchange(openControl(labOfWorker.endpoints, AbortSignal.timeout(mostMs))) };
      onTestFailed((context) => keepTrace(lab, context, join(dataDir, 'traces')), mostMs);
      return lab;
    });
  test.beforeAll(({ labOfWorker }) => void labOfWorker, mostStartMs);
  return test;
}

/** What the test exchanged, with the reasons of what was refused, in a file that the test's error names. */
async function keepTrace(lab: TestLab, { task }: TestContext, folder: string): Promise<void> {
  const control = openControl(lab.endpoints, AbortSignal.timeout(mostMs));
  const exchanges = await exchangesSince(control, lab.since);
  const name = `${relative(process.cwd(), task.file.filepath)} ${task.fullTestName}`.replaceAll(/[^\w.-]+/g, '-').slice(-180);
  const file = join(folder, `${name}.json`);
  const refused = exchanges.filter(
    ({ outcome, verdict }) => outcome !== 'answered' || verdict?.checks.some((check) => check.outcome === 'failed'),
  );
  const explanations: string[] = [];
  for (const traceId of [...new Set(refused.map((exchange) => exchange.traceId))].slice(0, mostExplanations))
    explanations.push(explanationText(await control.explain(traceId), false));
  const errors = (task.result?.errors ?? []).map(({ message }) => message);
  const head = { test: { file: task.file.filepath, name: task.fullTestName }, errors, explanations };
  await writeTraceFile(file, head, [...new Set(exchanges.map(({ traceId }) => traceId))], control);
  // Reporters show the message, or the stack that begins with it: who reads either finds the reasons and the file.
  const [error] = task.result?.errors ?? [];
  if (error === undefined) return;
  const { message, stack } = error;
  error.message = [message, ...explanations, `trace: ${file}`].join('\n\n');
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}

expect.extend({
  toHaveHop: async (lab: Observed, ...hops: readonly Hop[]) => told(await hasHops(lab, hops)),
  toHaveIssuedToken: async (lab: Observed, token: IssuedToken = {}) => told(await hasIssued(lab, token)),
  toHaveBeenRefusedWith: async (lab: Observed, by: Pattern | number) => told(await hasRefused(lab, by)),
  toHaveReceivedMail: async (lab: Observed, of: string, mail: ReceivedMail) => told(await hasReceived(lab, of, mail)),
});

function told({ pass, wanted, seen }: Found): { readonly pass: boolean; readonly message: () => string } {
  return { pass, message: () => `expected ${pass ? 'not ' : ''}${wanted}, and there was:\n${seen}` };
}

declare module 'vitest' {
  interface Matchers<R, T> {
    /** The lab has answered such exchanges, in this order; others may stand between. */
    toHaveHop(...hops: readonly Hop[]): Promise<void>;
    /** Its authentication service has given such a token away. */
    toHaveIssuedToken(token?: IssuedToken): Promise<void>;
    /** A service has refused with this status, this code, or because this check failed. */
    toHaveBeenRefusedWith(by: Pattern | number): Promise<void>;
    /** Somebody of the world has such mail, once nothing is on its way any more. */
    toHaveReceivedMail(of: string, mail: ReceivedMail): Promise<void>;
  }
}
